import { describe, expect, it } from 'vitest';
import { type DecoderState, decode, flush, isWaiting, START } from '../../views/input/decoder.js';
import type { InputEvent } from '../../views/input/input-event.js';

/** What a sequence of reads makes; a lone escape is decided at the end. */
function reads(...chunks: (string | number[])[]): string[] {
  let state: DecoderState = START;
  const events: InputEvent[] = [];
  for (const chunk of chunks) {
    const next = decode(state, typeof chunk === 'string' ? new TextEncoder().encode(chunk) : Uint8Array.from(chunk));
    state = next.state;
    events.push(...next.events);
  }
  return [...events, ...flush(state).events].map(shown);
}

function shown(event: InputEvent): string {
  switch (event.kind) {
    case 'key':
      return event.key;
    case 'paste':
      return `paste(${event.text})`;
    case 'mouse':
      return `${event.action}:${event.button}@${event.x},${event.y}`;
    case 'reply':
      return 'reply';
    case 'focus':
      return event.gained ? 'focus' : 'blur';
    default:
      return event satisfies never;
  }
}

describe('keys', () => {
  it.each<[string, string, string[]]>([
    ['letters', 'jK?', ['j', 'K', '?']],
    ['space and enter', ' \r', ['space', 'enter']],
    ['line feed is enter', '\n', ['enter']],
    ['tab, back tab', '\t\x1b[Z', ['tab', 'backtab']],
    ['control letters', '\x10\x12\x1a\x03', ['C-p', 'C-r', 'C-z', 'C-c']],
    ['backspace', '\x7f', ['backspace']],
    ['arrows, normal and application mode', '\x1b[A\x1bOB\x1b[C\x1bOD', ['up', 'down', 'right', 'left']],
    ['modified arrows', '\x1b[1;5C\x1b[1;3D\x1b[1;2A', ['C-right', 'M-left', 'S-up']],
    ['home, end, page keys', '\x1b[H\x1b[4~\x1b[5~\x1b[6~\x1b[3~', ['home', 'end', 'pgup', 'pgdn', 'delete']],
    ['function keys', '\x1bOP\x1b[15~\x1b[[A', ['f1', 'f5', 'f1']],
    ['alt and a letter', '\x1bf\x1b\x7f', ['M-f', 'M-backspace']],
    ['escape twice', '\x1b\x1b', ['esc', 'esc']],
    ['kitty keys', '\x1b[27u\x1b[112;5u\x1b[97;3u\x1b[13u\x1b[97;1:3u', ['esc', 'C-p', 'M-a', 'enter']],
    ['modifyOtherKeys', '\x1b[27;5;112~', ['C-p']],
    ['wide and other scripts', 'é日', ['é', '日']],
    ['an emoji is one key', '🚀', ['🚀']],
  ])('%s', (_, bytes, keys) => expect(reads(bytes)).toEqual(keys));

  it('puts an arrow together that came in three reads', () => expect(reads('\x1b', '[', 'A')).toEqual(['up']));

  it('puts a character together that came byte by byte', () => expect(reads([0xe6], [0x97], [0xa5])).toEqual(['日']));

  it('waits for the rest of an escape, and only then', () => {
    expect(isWaiting(decode(START, new TextEncoder().encode('\x1b')).state)).toBe(true);
    expect(isWaiting(decode(START, new TextEncoder().encode('x')).state)).toBe(false);
  });

  it('takes a lone escape for the key', () => expect(reads('\x1b')).toEqual(['esc']));

  it('survives bytes that are no UTF-8', () => expect(reads([0xff, 0x6a])).toEqual(['\ufffd', 'j']));
});

describe('what is no key', () => {
  it.each<[string, string, string[]]>([
    ['a paste, with its newlines', '\x1b[200~:quit\r\nyes\r\x1b[201~j', ['paste(:quit\nyes\n)', 'j']],
    ['an answer about colours', '\x1b]11;rgb:0000/0000/0000\x07j', ['reply', 'j']],
    ['the same, ended by ST', '\x1b]11;rgb:ffff/ffff/ffff\x1b\\j', ['reply', 'j']],
    ['device attributes', '\x1b[?62;22c', ['reply']],
    ['a cursor position', '\x1b[24;80R', ['reply']],
    ['a DCS answer', '\x1bP>|tmux 3.3a\x1b\\', ['reply']],
    ['focus', '\x1b[I\x1b[O', ['focus', 'blur']],
    ['a sequence that nobody knows', '\x1b[99~j', ['reply', 'j']],
  ])('%s', (_, bytes, events) => expect(reads(bytes)).toEqual(events));

  it('keeps a paste together over reads, its end as well', () =>
    expect(reads('\x1b[200~ab', 'c\x1b[20', '1~d')).toEqual(['paste(abc)', 'd']));

  it('cuts a paste that never ends', () => {
    const [event] = reads(`\x1b[200~${'x'.repeat(200_000)}\x1b[201~`);
    expect(event?.length).toBe(64 * 1024 + 'paste()'.length);
  });

  it('gives up on an answer that never ends', () => {
    const events = reads(`\x1b]52;${'A'.repeat(5000)}`);
    expect(events).not.toContain('reply');
  });
});

describe('mouse', () => {
  it.each<[string, string, string[]]>([
    ['click and release', '\x1b[<0;10;5M\x1b[<0;10;5m', ['press:0@9,4', 'release:0@9,4']],
    ['five ticks in one read', '\x1b[<65;1;1M'.repeat(5), Array(5).fill('wheel-down:-1@0,0') as string[]],
    ['wheel up, right button, drag', '\x1b[<64;3;3M\x1b[<2;3;3M\x1b[<32;4;4M', ['wheel-up:-1@2,2', 'press:2@2,2', 'drag:0@3,3']],
    ['motion without a button is nothing', '\x1b[<35;4;4M', []],
    ['the old form', '\x1b[M !!', ['press:0@0,0']],
  ])('%s', (_, bytes, events) => expect(reads(bytes)).toEqual(events));
});
