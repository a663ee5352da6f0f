// A frame as cells. Painters write into it and can neither leave it nor put anything but inert text into it.
import { charWidth, inert } from './text.js';

/** Foreground, background and attributes of a cell, packed: see theme.ts. */
export type Style = number;

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** x, y, width and height in cells. */
export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

const SPACE = 0x20;
/** The right half of a wide character. */
export const CONTINUED = 0;

export class Surface {
  readonly width: number;
  readonly height: number;
  /** Code points by row; CONTINUED behind a wide one. */
  readonly codes: Uint32Array;
  readonly styles: Uint16Array;

  constructor({ width, height }: Size) {
    this.width = Math.max(1, width);
    this.height = Math.max(1, height);
    this.codes = new Uint32Array(this.width * this.height).fill(SPACE);
    this.styles = new Uint16Array(this.width * this.height);
  }

  fill(rect: Rect, style: Style, code: number = SPACE): void {
    const left = Math.max(0, rect.x);
    const right = Math.min(this.width, rect.x + rect.w);
    const bottom = Math.min(this.height, rect.y + rect.h);
    if (right <= left) return;
    for (let y = Math.max(0, rect.y); y < bottom; y++) {
      const row = y * this.width;
      this.#separate(row + left, row);
      this.#separate(row + right, row);
      this.codes.fill(code, row + left, row + right);
      this.styles.fill(style, row + left, row + right);
    }
  }

  /** Writes text from x on, cut at `limit` (a column, exclusive) and at the edge. Returns the column behind it. */
  text(x: number, y: number, text: string, style: Style, limit: number = this.width): number {
    const end = Math.min(limit, this.width);
    if (y < 0 || y >= this.height) return x;
    const row = y * this.width;
    for (const char of inert(text)) {
      const code = char.codePointAt(0) as number;
      const cells = charWidth(code);
      if (x + cells > end) break;
      if (x >= 0) this.#put(row, x, code, { style, cells });
      x += cells;
    }
    return x;
  }

  #put(row: number, x: number, code: number, { style, cells }: { style: Style; cells: 1 | 2 }): void {
    const at = row + x;
    this.#separate(at, row);
    this.#separate(at + cells, row);
    this.codes[at] = code;
    this.styles[at] = style;
    if (cells === 2) {
      this.codes[at + 1] = CONTINUED;
      this.styles[at + 1] = style;
    }
  }

  /** Where a write cuts a wide character in two, its other half becomes a space. */
  #separate(at: number, row: number): void {
    if (at >= row + this.width || this.codes[at] !== CONTINUED) return;
    this.codes[at] = SPACE;
    if (at > row) this.codes[at - 1] = SPACE;
  }

  /** Changes the style of cells and keeps their text. */
  restyle(rect: Rect, change: (style: Style) => Style): void {
    for (let y = Math.max(0, rect.y); y < Math.min(this.height, rect.y + rect.h); y++) {
      for (let x = Math.max(0, rect.x); x < Math.min(this.width, rect.x + rect.w); x++) {
        const at = y * this.width + x;
        this.styles[at] = change(this.styles[at] as number);
      }
    }
  }

  /** A row as text, without the spaces at its end. */
  row(y: number): string {
    let out = '';
    for (let x = 0; x < this.width; x++) {
      const code = this.codes[y * this.width + x] as number;
      if (code !== CONTINUED) out += String.fromCodePoint(code);
    }
    return out.trimEnd();
  }

  toText(): string {
    return Array.from({ length: this.height }, (_, y) => this.row(y)).join('\n');
  }
}
