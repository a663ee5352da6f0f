// Bytes of a terminal -> events. Pure: what is not complete yet waits in the state, and `flush` (called when nothing more came for
// ESCAPE_MS) decides what a lonely Escape was. Nothing pasted and nothing answered by the terminal is ever taken for a key.
import type { InputEvent } from './input-event.js';
import { controlKey, csiKey, kittyKey, ss3Key, textKey, withModifiers } from './keys.js';
import { legacyMouse, sgrMouse } from './mouse.js';

/** How long the rest of an escape sequence may take on a slow line before Escape is taken for a key. */
export const ESCAPE_MS = 35;
const MAX_PASTE = 64 * 1024;
const MAX_REPLY = 4096;

export interface DecoderState {
  /** Bytes of a character that is not complete. */
  readonly bytes: Uint8Array;
  readonly text: string;
  /** What was pasted so far; undefined outside of a paste. */
  readonly paste: string | undefined;
}

export const START: DecoderState = { bytes: new Uint8Array(), text: '', paste: undefined };

export interface Decoded {
  readonly state: DecoderState;
  readonly events: readonly InputEvent[];
}

/** Whether `flush` has to be called after ESCAPE_MS if nothing else comes. */
export function isWaiting(state: DecoderState): boolean {
  return state.paste === undefined && state.text !== '';
}

export function decode(state: DecoderState, chunk: Uint8Array): Decoded {
  const all = joined(state.bytes, chunk);
  const complete = all.length - incompleteTail(all);
  const text = state.text + new TextDecoder().decode(all.subarray(0, complete));
  return run({ bytes: all.slice(complete), text, paste: state.paste }, false);
}

export function flush(state: DecoderState): Decoded {
  return isWaiting(state) ? run(state, true) : { state, events: [] };
}

function run(start: DecoderState, final: boolean): Decoded {
  const events: InputEvent[] = [];
  let { text, paste } = start;
  while (text !== '') {
    if (paste !== undefined) {
      const end = text.indexOf('\x1b[201~');
      if (end < 0) {
        const kept = Math.max(0, text.length - 5);
        paste = (paste + text.slice(0, kept)).slice(0, MAX_PASTE);
        text = text.slice(kept);
        break;
      }
      events.push({ kind: 'paste', text: (paste + text.slice(0, end)).slice(0, MAX_PASTE).replace(/\r\n?/g, '\n') });
      text = text.slice(end + 6);
      paste = undefined;
      continue;
    }
    const token = next(text, final);
    if (token === undefined) break;
    text = text.slice(token.length);
    if (token.begins) paste = '';
    if (token.event) events.push(token.event);
  }
  return { state: { bytes: start.bytes, text, paste }, events };
}

interface Token {
  readonly length: number;
  readonly event?: InputEvent | undefined;
  /** A paste begins here. */
  readonly begins?: boolean;
}

/** The first event of the text; undefined where it is not complete. */
function next(text: string, final: boolean): Token | undefined {
  if (text[0] !== '\x1b') {
    const char = String.fromCodePoint(text.codePointAt(0) as number);
    return { length: char.length, event: key(controlKey(char) ?? textKey(char)) };
  }
  if (text.length === 1) return final ? { length: 1, event: key('esc') } : undefined;
  const second = text[1] as string;
  if (second === '[') return csi(text, final);
  if (second === 'O') {
    if (text.length >= 3) return { length: 3, event: key(ss3Key(text[2] as string)) };
    return final ? { length: 2, event: key('M-O') } : undefined;
  }
  if (second === ']' || second === 'P' || second === '_' || second === '^') return answer(text, final);
  if (second === '\x1b') return { length: 1, event: key('esc') };
  const char = String.fromCodePoint(text.codePointAt(1) as number);
  return { length: 1 + char.length, event: key(withModifiers(controlKey(char) ?? textKey(char), 2)) };
}

function key(name: string | undefined): InputEvent | undefined {
  return name === undefined ? undefined : { kind: 'key', key: name };
}

const COMPLETE = /^\x1b\[([?<>=]?)([0-9;:]*)([ -/]*)([@-~])/;
const BEGUN = /^\x1b\[[?<>=]?[0-9;:]*[ -/]*$/;

function csi(text: string, final: boolean): Token | undefined {
  if (text.startsWith('\x1b[M')) {
    if (text.length >= 6) return { length: 6, event: legacyMouse(text.slice(3, 6)) };
    return final ? { length: text.length } : undefined;
  }
  // The Linux console's function keys: ESC [ [ A.
  if (text.startsWith('\x1b[[')) {
    if (text.length >= 4) return { length: 4, event: key(`f${text.charCodeAt(3) - 64}`) };
    return final ? { length: 3 } : undefined;
  }
  const match = COMPLETE.exec(text);
  if (!match) {
    if (!BEGUN.test(text)) return { length: 2 };
    if (!final) return undefined;
    return text.length === 2 ? { length: 2, event: key('M-[') } : { length: text.length };
  }
  return { length: match[0].length, ...meaning(match) };
}

/** What a complete CSI sequence says. */
function meaning(match: RegExpExecArray): Omit<Token, 'length'> {
  const [whole, mark = '', parameters = '', , last = ''] = match;
  if (mark === '<' && (last === 'M' || last === 'm')) return { event: sgrMouse(parameters, last === 'm') };
  if (mark !== '') return { event: { kind: 'reply', text: whole } };
  if (last === '~' && parameters === '200') return { begins: true };
  if (last === '~' && parameters === '201') return {};
  if (last === 'u') return { event: key(kittyKey(parameters)) };
  if (parameters === '' && (last === 'I' || last === 'O')) return { event: { kind: 'focus', gained: last === 'I' } };
  const name = csiKey(parameters, last);
  return { event: name === undefined ? { kind: 'reply', text: whole } : key(name) };
}

/** OSC, DCS, APC and PM: the terminal answers. */
function answer(text: string, final: boolean): Token | undefined {
  const match = /^\x1b[\]P_^][^\x07\x1b]*(?:\x07|\x1b\\)/.exec(text);
  if (match) return { length: match[0].length, event: { kind: 'reply', text: match[0] } };
  if (text.length > MAX_REPLY || /^..[^\x07\x1b]*\x1b[^\\]/s.test(text)) return { length: 2 };
  if (!final) return undefined;
  return text.length === 2 ? { length: 2, event: key(`M-${text[1]}`) } : { length: text.length };
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  if (a.length === 0) return b;
  const all = new Uint8Array(a.length + b.length);
  all.set(a);
  all.set(b, a.length);
  return all;
}

/** Bytes at the end that begin a UTF-8 character and do not finish it. */
function incompleteTail(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] as number;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) {
      const needs = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return needs > back ? back : 0;
    }
  }
  return 0;
}
