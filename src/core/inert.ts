// Text from outside reaches the terminal inert: nothing in it may move the cursor, change colours or the order of reading.

// C0 without tab and newline, DEL, C1, bidirectional controls, line and paragraph separators, zero-width marks, byte order mark.
const DANGEROUS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** Keeps newlines and tabs; every other control character becomes its visible escape: '\x1b'. */
export function inertText(text: string): string {
  return text.replace(/\r\n/g, '\n').replace(DANGEROUS, visible);
}

/** One line: newlines and tabs become single spaces as well. */
export function inertLine(text: string): string {
  return text.replace(/\s*[\r\n\t]+\s*/g, ' ').replace(DANGEROUS, visible);
}

function visible(char: string): string {
  const code = char.charCodeAt(0);
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
}
