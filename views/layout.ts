// Where the parts of each page are, as functions of the size alone: painters draw there, and moving and clicking count on it.
import type { Rect, Size } from './surface.js';

export const SMALLEST: Size = { width: 60, height: 16 };

export function tooSmall(size: Size): boolean {
  return size.width < SMALLEST.width || size.height < SMALLEST.height;
}

/** Between the header and the footer. */
export function bodyOf({ width, height }: Size): Rect {
  return { x: 0, y: 1, w: width, h: Math.max(0, height - 2) };
}

/** The line above the footer: filter, message, tour. It lies over the page, so that nothing jumps. */
export function messageLine({ width, height }: Size): Rect {
  return { x: 0, y: height - 2, w: width, h: 1 };
}

/** A size, and whether the focused pane has all of it. */
export interface Space {
  readonly size: Size;
  readonly zoomed?: boolean;
}

export interface OverviewLayout {
  readonly matrix: Rect;
  readonly lens?: Rect;
  readonly attention?: Rect;
  readonly activity?: Rect;
}

export function overviewLayout({ size, zoomed }: Space): OverviewLayout {
  const body = bodyOf(size);
  if (zoomed) return { matrix: body };
  const activityHeight = size.height >= 50 ? 8 : size.height >= 34 ? 6 : 0;
  const upper = { ...body, h: body.h - activityHeight };
  const activity = activityHeight > 0 ? { activity: { ...body, y: upper.y + upper.h, h: activityHeight } } : {};
  if (size.width < 100) {
    const attentionHeight = Math.min(12, Math.max(6, Math.floor(upper.h / 3)));
    const matrix = { ...upper, h: upper.h - attentionHeight };
    return { matrix, attention: { ...upper, y: matrix.y + matrix.h, h: attentionHeight }, ...activity };
  }
  const side = size.width >= 200 ? 58 : size.width >= 140 ? 46 : 38;
  const matrix = { ...upper, w: upper.w - side };
  const lensHeight = Math.min(16, Math.max(11, Math.floor(upper.h * 0.42)));
  const lens = { x: matrix.w, y: upper.y, w: side, h: lensHeight };
  return { matrix, lens, attention: { x: matrix.w, y: upper.y + lensHeight, w: side, h: upper.h - lensHeight }, ...activity };
}

/** Lines of the heat map's head: two of names, one of the state of each cluster. */
export const MATRIX_HEAD = 3;

/** A list or tree at the left and what the cursor is on at the right, where there is room for both. */
export function split({ size, zoomed }: Space, wanted: 'narrow' | 'even'): { readonly main: Rect; readonly side?: Rect } {
  const body = bodyOf(size);
  const side =
    wanted === 'even'
      ? size.width >= 100
        ? Math.floor(size.width * (size.width >= 140 ? 0.52 : 0.5))
        : 0
      : size.width >= 170
        ? 52
        : size.width >= 140
          ? 44
          : 0;
  if (side === 0 || zoomed) return { main: body };
  const main = { ...body, w: body.w - side };
  return { main, side: { ...body, x: main.w, w: side } };
}

/** Upper and lower part, for lists whose lens lies below them. */
export function stacked(size: Size, share: number): { readonly main: Rect; readonly below?: Rect } {
  const body = bodyOf(size);
  if (body.h < 18) return { main: body };
  const below = Math.floor(body.h * share);
  return { main: { ...body, h: body.h - below }, below: { ...body, y: body.y + body.h - below, h: below } };
}

/** The inside of a panel with a frame. */
export function inside(rect: Rect): Rect {
  return { x: rect.x + 2, y: rect.y + 1, w: Math.max(0, rect.w - 4), h: Math.max(0, rect.h - 2) };
}

/** Lines of a list with one line of column names. */
export function listHeight(rect: Rect): number {
  return Math.max(1, inside(rect).h - 1);
}

export interface DiffLayout {
  readonly files?: Rect;
  readonly text: Rect;
}

export function diffLayout({ size, zoomed }: Space): DiffLayout {
  const body = bodyOf(size);
  if (zoomed) return { text: body };
  if (size.width < 100) {
    const files = { ...body, h: Math.min(7, Math.max(5, Math.floor(body.h / 4))) };
    return { files, text: { ...body, y: files.y + files.h, h: body.h - files.h } };
  }
  const w = size.width >= 180 ? 46 : size.width >= 140 ? 38 : 32;
  return { files: { ...body, w }, text: { ...body, x: w, w: body.w - w } };
}

/** A box in the middle. */
export function centred(size: Size, wanted: Size): Rect {
  const w = Math.min(wanted.width, size.width - 4);
  const h = Math.min(wanted.height, size.height - 4);
  return { x: (size.width - w) >> 1, y: Math.max(1, (size.height - h) >> 1), w, h };
}
