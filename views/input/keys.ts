// Names of keys from the ways in which terminals write them.

const CSI_LETTERS: Readonly<Record<string, string>> = {
  A: 'up',
  B: 'down',
  C: 'right',
  D: 'left',
  E: 'clear',
  F: 'end',
  H: 'home',
  P: 'f1',
  Q: 'f2',
  R: 'f3',
  S: 'f4',
  Z: 'backtab',
};
const CSI_NUMBERS: Readonly<Record<string, string>> = {
  1: 'home',
  2: 'insert',
  3: 'delete',
  4: 'end',
  5: 'pgup',
  6: 'pgdn',
  7: 'home',
  8: 'end',
  11: 'f1',
  12: 'f2',
  13: 'f3',
  14: 'f4',
  15: 'f5',
  17: 'f6',
  18: 'f7',
  19: 'f8',
  20: 'f9',
  21: 'f10',
  23: 'f11',
  24: 'f12',
};
const NAMED_CODES: Readonly<Record<number, string>> = { 9: 'tab', 13: 'enter', 27: 'esc', 32: 'space', 127: 'backspace', 8: 'backspace' };

/** 'C-', 'M-', 'S-' in front, for a bit set of 1 Shift, 2 Alt, 4 Control. */
export function withModifiers(name: string, bits: number): string {
  if (name === 'tab' && bits === 1) return 'backtab';
  return `${bits & 4 ? 'C-' : ''}${bits & 2 ? 'M-' : ''}${bits & 1 ? 'S-' : ''}${name}`;
}

/** Control characters; undefined for all that is not one. */
export function controlKey(char: string): string | undefined {
  const code = char.codePointAt(0) as number;
  if (code === 13 || code === 10) return 'enter';
  const named = code < 32 || code === 127 ? NAMED_CODES[code] : undefined;
  if (named !== undefined) return named;
  if (code === 0) return 'C-space';
  if (code < 27) return `C-${String.fromCharCode(code + 96)}`;
  return code < 32 ? `C-${String.fromCharCode(code + 64)}` : undefined;
}

export function textKey(char: string): string {
  return char === ' ' ? 'space' : char;
}

/** ESC O letter: arrows and function keys in application mode. */
export function ss3Key(letter: string): string | undefined {
  if (letter === 'M') return 'enter';
  return CSI_LETTERS[letter];
}

/** CSI parameters letter, CSI number ~; undefined where it is no key. */
export function csiKey(parameters: string, last: string): string | undefined {
  const [first = '', second = '', third = ''] = parameters.split(';');
  if (last === '~') {
    if (first === '27' && third !== '') return codeKey(Number(third), bitsOf(second));
    const name = CSI_NUMBERS[first];
    return name === undefined ? undefined : withModifiers(name, bitsOf(second));
  }
  const name = CSI_LETTERS[last];
  if (name === undefined) return undefined;
  // 'CSI row;column R' is the answer to a question about the cursor, unless it looks like F3 with modifiers.
  if (last === 'R' && parameters !== '' && !/^1;[2-8]$/.test(parameters)) return undefined;
  return withModifiers(name, bitsOf(second));
}

/** The kitty keyboard protocol: CSI code ; modifiers : event u. Releases are no keys. */
export function kittyKey(parameters: string): string | undefined {
  const [code = '', modifiers = ''] = parameters.split(';');
  if (modifiers.split(':')[1] === '3') return undefined;
  return codeKey(Number(code.split(':')[0]), bitsOf(modifiers.split(':')[0] ?? ''));
}

function codeKey(code: number, bits: number): string | undefined {
  if (!Number.isInteger(code) || code <= 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return undefined;
  const named = NAMED_CODES[code];
  if (named !== undefined) return withModifiers(named, bits);
  if (code >= 57_344 && code <= 63_743) return undefined;
  const char = String.fromCodePoint(code);
  if ((bits & 6) === 0) return bits & 1 ? char.toUpperCase() : char;
  return withModifiers(char, bits & 4 ? bits & ~1 : bits);
}

function bitsOf(modifiers: string): number {
  const value = Number(modifiers || '1');
  return Number.isInteger(value) && value >= 1 ? (value - 1) & 7 : 0;
}
