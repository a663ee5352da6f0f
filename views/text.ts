// Text as cells: what a foreign string may put on the screen, and how many cells it takes. Control, bidirectional and zero-width
// characters become visible; what terminals disagree about (emoji, joined sequences, combining marks) becomes one safe cell.

/** Shown instead of a character that must not reach the terminal, or whose width terminals do not agree on. */
export const REPLACEMENT = '□';

const ASCII = /^[\x20-\x7e]*$/;
const MARK = /\p{M}/u;
const JOINER = 0x200d;

/** One line of text whose every code point takes one or two cells. Newlines and tabs become spaces. */
export function inert(text: string): string {
  if (ASCII.test(text)) return text;
  let out = '';
  let joined = false;
  for (const char of text.normalize('NFC')) {
    const code = char.codePointAt(0) as number;
    if (code === JOINER || isSelector(code)) {
      joined = code === JOINER;
      continue;
    }
    if (joined) {
      joined = false;
      continue;
    }
    out +=
      code === 0x09 || code === 0x0a
        ? ' '
        : code === 0x0d
          ? ''
          : isUnsafe(code) || isEmoji(code)
            ? REPLACEMENT
            : MARK.test(char)
              ? ''
              : char;
  }
  return out;
}

function isSelector(code: number): boolean {
  return (code >= 0xfe00 && code <= 0xfe0f) || (code >= 0xe0000 && code <= 0xe01ff) || (code >= 0x1f3fb && code <= 0x1f3ff);
}

/** C0, C1, bidirectional controls, separators, zero-width and private characters, lone surrogates. */
function isUnsafe(code: number): boolean {
  return (
    code < 0x20 ||
    (code >= 0x7f && code <= 0x9f) ||
    code === 0xad ||
    code === 0x61c ||
    (code >= 0x180b && code <= 0x180e) ||
    (code >= 0x200b && code <= 0x200f) ||
    (code >= 0x2028 && code <= 0x202e) ||
    (code >= 0x2060 && code <= 0x206f) ||
    (code >= 0xd800 && code <= 0xf8ff) ||
    code === 0xfeff ||
    (code >= 0xfff0 && code <= 0xfffb) ||
    code >= 0xe0000
  );
}

function isEmoji(code: number): boolean {
  return (code >= 0x1f000 && code <= 0x1fbff) || BMP_EMOJI.has(code);
}

/** Emoji of the basic plane that are shown wide by some terminals and narrow by others. */
const BMP_EMOJI = new Set<number>(
  [...'⌚⌛⏩⏪⏫⏬⏰⏳◽◾☔☕♈♉♊♋♌♍♎♏♐♑♒♓♿⚓⚡⚪⚫⚽⚾⛄⛅⛎⛔⛪⛲⛳⛵⛺⛽✅✊✋✨❌❎❓❔❕❗➕➖➗➰➿⬛⬜⭐⭕'].map(
    (char) => char.codePointAt(0) as number,
  ),
);

/** Cells of one code point: 2 for East Asian wide and full-width characters, 1 for all else that `inert` lets through. */
export function charWidth(code: number): 1 | 2 {
  if (code < 0x1100) return 1;
  return code <= 0x115f ||
    (code >= 0x2e80 && code <= 0x303e) ||
    (code >= 0x3041 && code <= 0x33ff) ||
    (code >= 0x3400 && code <= 0x4dbf) ||
    (code >= 0x4e00 && code <= 0x9fff) ||
    (code >= 0xa000 && code <= 0xa4cf) ||
    (code >= 0xa960 && code <= 0xa97f) ||
    (code >= 0xac00 && code <= 0xd7a3) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0xfe30 && code <= 0xfe6f) ||
    (code >= 0xff00 && code <= 0xff60) ||
    (code >= 0xffe0 && code <= 0xffe6) ||
    (code >= 0x20000 && code <= 0x3fffd)
    ? 2
    : 1;
}

/** Cells of a text, as it will be shown. */
export function textWidth(text: string): number {
  if (ASCII.test(text)) return text.length;
  let width = 0;
  for (const char of inert(text)) width += charWidth(char.codePointAt(0) as number);
  return width;
}

/** Exactly `width` cells: cut with '…', or filled up with spaces. */
export function pad(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const shown = clip(text, width);
  const rest = ' '.repeat(Math.max(0, width - textWidth(shown)));
  return align === 'left' ? shown + rest : rest + shown;
}

/** At most `width` cells, with '…' where something was cut. */
export function clip(text: string, width: number): string {
  if (width <= 0) return '';
  const safe = inert(text);
  if (textWidth(safe) <= width) return safe;
  let out = '';
  let used = 0;
  for (const char of safe) {
    const next = charWidth(char.codePointAt(0) as number);
    if (used + next > width - 1) break;
    out += char;
    used += next;
  }
  return `${out}…`;
}

/** At most `width` cells, keeping both ends: for paths and addresses, whose end tells most. */
export function clipMiddle(text: string, width: number): string {
  const safe = inert(text);
  if (textWidth(safe) <= width || width < 5 || !ASCII.test(safe)) return clip(safe, width);
  const head = Math.floor((width - 1) / 3);
  return `${safe.slice(0, head)}…${safe.slice(safe.length - (width - 1 - head))}`;
}

/** Lines of at most `width` cells, broken at spaces where that is possible. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const paragraph of text.split('\n')) {
    let line = '';
    for (const word of inert(paragraph).split(' ')) {
      if (line !== '' && textWidth(line) + 1 + textWidth(word) > width) {
        lines.push(line);
        line = '';
      }
      line = line === '' ? word : `${line} ${word}`;
      while (textWidth(line) > width && width > 0) {
        const head = [...line].slice(0, width).join('');
        lines.push(head);
        line = line.slice(head.length);
      }
    }
    lines.push(line);
  }
  return lines;
}
