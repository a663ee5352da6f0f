// Tables as the field prints them: upper-case headers, two spaces between columns, nothing behind the last.
import { inertLine } from '../../core/inert.js';

export interface Column<T> {
  readonly header: string;
  cell(row: T): string;
  /** Wraps the padded text in colour codes; only asked where colours are wanted. */
  paint?(row: T, text: string): string;
}

/** Lines with a header, or only the header where there are no rows. */
export function table<T>(columns: readonly Column<T>[], rows: readonly T[], colour = false): string {
  const cells = rows.map((row) => columns.map((column) => inertLine(column.cell(row))));
  const widths = columns.map((column, i) => Math.max(column.header.length, ...cells.map((line) => textWidth(line[i] ?? ''))));
  const header = columns.map((column, i) => pad(column.header, widths[i] ?? 0, i === columns.length - 1)).join('  ');
  const lines = cells.map((line, r) =>
    line
      .map((text, i) => {
        const padded = pad(text, widths[i] ?? 0, i === line.length - 1);
        const paint = columns[i]?.paint;
        return colour && paint ? paint(rows[r] as T, padded) : padded;
      })
      .join('  ')
      .trimEnd(),
  );
  return `${[header.trimEnd(), ...lines].join('\n')}\n`;
}

/** 'Name:               value' lines; a line without a name goes on with the value above. */
export function fields(entries: readonly (readonly [name: string, value: string])[]): string {
  return entries.map(([name, value]) => `${(name === '' ? '' : `${name}:`).padEnd(20)}${inertLine(value)}`.trimEnd().concat('\n')).join('');
}

function pad(text: string, width: number, last: boolean): string {
  return last ? text : text + ' '.repeat(Math.max(0, width - textWidth(text)));
}

/** Columns of a terminal that a text takes: wide East Asian characters and emoji take two, combining marks none. */
export function textWidth(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let width = 0;
  for (const char of text) width += /\p{Mn}|\p{Me}/u.test(char) ? 0 : isWide(char.codePointAt(0) as number) ? 2 : 1;
  return width;
}

function isWide(code: number): boolean {
  return (
    (code >= 0x1100 && code <= 0x115f) ||
    (code >= 0x2e80 && code <= 0xa4cf) ||
    (code >= 0xac00 && code <= 0xd7a3) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0xfe30 && code <= 0xfe6f) ||
    (code >= 0xff00 && code <= 0xff60) ||
    (code >= 0xffe0 && code <= 0xffe6) ||
    (code >= 0x1f300 && code <= 0x1faff) ||
    (code >= 0x20000 && code <= 0x3fffd)
  );
}
