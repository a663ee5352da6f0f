// One line of text that is being typed: a cursor, word operations, a paste. Pure.

export interface Line {
  readonly text: string;
  /** Index of a UTF-16 unit; never inside a surrogate pair. */
  readonly cursor: number;
}

export const EMPTY_LINE: Line = { text: '', cursor: 0 };
const MAX_LENGTH = 2000;

export function lineOf(text: string): Line {
  return { text, cursor: text.length };
}

/** The line after a key; undefined where the key is none of the editor's. */
export function edit(line: Line, key: string): Line | undefined {
  const { text, cursor } = line;
  switch (key) {
    case 'left':
    case 'C-b':
      return { text, cursor: before(text, cursor) };
    case 'right':
    case 'C-f':
      return { text, cursor: after(text, cursor) };
    case 'home':
    case 'C-a':
      return { text, cursor: 0 };
    case 'end':
    case 'C-e':
      return { text, cursor: text.length };
    case 'C-left':
    case 'M-left':
    case 'M-b':
      return { text, cursor: wordBefore(text, cursor) };
    case 'C-right':
    case 'M-right':
    case 'M-f':
      return { text, cursor: wordAfter(text, cursor) };
    case 'backspace':
    case 'C-h':
      return cut(text, before(text, cursor), cursor);
    case 'delete':
    case 'C-d':
      return cut(text, cursor, after(text, cursor));
    case 'C-w':
    case 'M-backspace':
    case 'C-backspace':
      return cut(text, wordBefore(text, cursor), cursor);
    case 'M-d':
    case 'C-delete':
      return cut(text, cursor, wordAfter(text, cursor));
    case 'C-u':
      return cut(text, 0, cursor);
    case 'C-k':
      return cut(text, cursor, text.length);
    case 'space':
      return insert(line, ' ');
    default:
      return [...key].length === 1 ? insert(line, key) : undefined;
  }
}

/** Puts text in at the cursor; of several lines, as one. */
export function insert({ text, cursor }: Line, added: string): Line {
  const flat = added.replace(/\s*\n\s*/g, ' ').slice(0, Math.max(0, MAX_LENGTH - text.length));
  return { text: text.slice(0, cursor) + flat + text.slice(cursor), cursor: cursor + flat.length };
}

function cut(text: string, from: number, to: number): Line {
  return { text: text.slice(0, from) + text.slice(to), cursor: from };
}

function before(text: string, at: number): number {
  if (at <= 0) return 0;
  return at >= 2 && isLow(text.charCodeAt(at - 1)) ? at - 2 : at - 1;
}

function after(text: string, at: number): number {
  if (at >= text.length) return text.length;
  return at + String.fromCodePoint(text.codePointAt(at) as number).length;
}

function isLow(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}

function wordBefore(text: string, at: number): number {
  return /[^\s/:.,@-]*[\s/:.,@-]*$/.exec(text.slice(0, at))?.index ?? 0;
}

function wordAfter(text: string, at: number): number {
  return at + (/^[\s/:.,@-]*[^\s/:.,@-]*/.exec(text.slice(at))?.[0].length ?? 0);
}
