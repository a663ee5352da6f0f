// Go templates that only name fields, as most do: '{{ .path.basename }}', '{{ index .path.segments 1 }}', '{{ .name | normalize }}'.
// They are filled in here and give what text/template gives; every other text, and every field that is not there, goes to the real one.
import { Fault } from './compile.js';
import { isRecord, type Params } from './generator.js';
import { normalizeName, printNumber } from './template.js';

const ACTION =
  /\{\{[ \t]*(?:(index)[ \t]+)?((?:\.[A-Za-z_][A-Za-z0-9_]*)+)(?:[ \t]+("[^"\\{}\n]*"|\d{1,6}))?[ \t]*(?:\|[ \t]*(normalize)[ \t]*)?\}\}/y;

/** Neither an answer nor an error: the Go template engine has to say. */
export const ASK_GO = new Fault();

interface Action {
  readonly path: readonly string[];
  readonly index: string | number | undefined;
  readonly normalize: boolean;
}

export type GoText =
  /** No template at all. */
  { readonly kind: 'plain' } | { readonly kind: 'fields'; fill(params: Params): string | Fault } | { readonly kind: 'go' };

export function readGoText(text: string): GoText {
  if (!text.includes('{{')) return { kind: 'plain' };
  const pieces: (string | Action)[] = [];
  let at = 0;
  for (;;) {
    const open = text.indexOf('{{', at);
    if (open < 0) break;
    ACTION.lastIndex = open;
    const found = ACTION.exec(text);
    const action = found && actionOf(found);
    if (!found || !action) return { kind: 'go' };
    pieces.push(text.slice(at, open), action);
    at = ACTION.lastIndex;
  }
  pieces.push(text.slice(at));
  return { kind: 'fields', fill: (params) => filled(pieces, params) };
}

function actionOf(found: RegExpExecArray): Action | undefined {
  const [, index, path = '', argument, normalize] = found;
  if ((index === undefined) !== (argument === undefined)) return undefined;
  const key = argument === undefined ? undefined : argument.startsWith('"') ? argument.slice(1, -1) : Number(argument);
  return { path: path.slice(1).split('.'), index: key, normalize: normalize !== undefined };
}

function filled(pieces: readonly (string | Action)[], params: Params): string | Fault {
  let text = '';
  for (const piece of pieces) {
    const part = typeof piece === 'string' ? piece : textAt(piece, params);
    if (part === undefined) return ASK_GO;
    text += part;
  }
  return text;
}

function textAt({ path, index, normalize }: Action, params: Params): string | undefined {
  let value: unknown = params;
  for (const name of path) {
    if (!isRecord(value) || !Object.hasOwn(value, name)) return undefined;
    value = value[name];
  }
  if (typeof index === 'number') value = Array.isArray(value) ? value[index] : undefined;
  else if (index !== undefined) value = isRecord(value) && Object.hasOwn(value, index) ? value[index] : undefined;
  if (normalize) return typeof value === 'string' ? normalizeName(value) : undefined;
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return String(value);
  return typeof value === 'number' ? printNumber(value) : undefined;
}
