// A framed part of the screen, and small pieces that every painter uses.
import type { Rect, Style, Surface } from '../surface.js';
import { clip, textWidth } from '../text.js';
import { BOLD, type ColourName, style } from '../theme.js';

export interface PanelOptions {
  readonly title?: string;
  readonly titleColour?: ColourName;
  /** At the right of the upper border. */
  readonly right?: string;
  /** In the lower border. */
  readonly bottom?: string;
  readonly focus?: boolean;
  /** Production: the frame is red. */
  readonly danger?: boolean;
}

/** Draws the frame and returns what is inside of it, with one column of air at each side. */
export function panel(surface: Surface, rect: Rect, options: PanelOptions = {}): Rect {
  const { x, y, w, h } = rect;
  if (w < 4 || h < 2) return { x, y, w: 0, h: 0 };
  const border = style(options.danger ? 'prod' : options.focus ? 'accent' : 'line');
  surface.fill(rect, style('text'));
  surface.text(x, y, `╭${'─'.repeat(w - 2)}╮`, border);
  surface.text(x, y + h - 1, `╰${'─'.repeat(w - 2)}╯`, border);
  for (let row = y + 1; row < y + h - 1; row++) {
    surface.text(x, row, '│', border);
    surface.text(x + w - 1, row, '│', border);
  }
  let free = w - 6;
  if (options.title) {
    const title = clip(options.title, free);
    surface.text(x + 2, y, ` ${title} `, style(options.titleColour ?? (options.focus ? 'hi' : 'text'), 'panel', BOLD));
    free -= textWidth(title) + 3;
  }
  if (options.right && free > 6) label(surface, { x, y, w }, clip(options.right, free));
  if (options.bottom) label(surface, { x, y: y + h - 1, w }, clip(options.bottom, w - 6));
  return { x: x + 2, y: y + 1, w: w - 4, h: h - 2 };
}

function label(surface: Surface, at: { readonly x: number; readonly y: number; readonly w: number }, text: string): void {
  surface.text(at.x + at.w - 4 - textWidth(text), at.y, ` ${text} `, style('dim'));
}

export type Run = readonly [text: string, style: Style];

/** Pieces of text one behind the other; returns the column behind the last. */
export function runs(
  surface: Surface,
  at: { readonly x: number; readonly y: number; readonly limit: number },
  pieces: readonly Run[],
): number {
  let x = at.x;
  for (const [text, each] of pieces) x = surface.text(x, at.y, text, each, at.limit);
  return x;
}

/** How wide pieces are together. */
export function runsWidth(pieces: readonly Run[]): number {
  return pieces.reduce((sum, [text]) => sum + textWidth(text), 0);
}

/** A bar at the right border that tells where in a long list the window is. Nothing where all of it is visible. */
export function scrollbar(
  surface: Surface,
  rect: Rect,
  list: { readonly top: number; readonly count: number; readonly focus?: boolean },
): void {
  if (list.count <= rect.h || rect.h < 2) return;
  const size = Math.max(1, Math.round((rect.h * rect.h) / list.count));
  const from = Math.round(((rect.h - size) * list.top) / Math.max(1, list.count - rect.h));
  surface.fill({ x: rect.x, y: rect.y + Math.min(from, rect.h - size), w: 1, h: size }, style(list.focus ? 'accent' : 'dim'), 0x2503);
}

/** The first visible line so that the cursor is in the window, moved as little as possible. */
export function reveal(list: { readonly cursor: number; readonly top: number; readonly count: number; readonly height: number }): number {
  const { cursor, count, height } = list;
  const most = Math.max(0, count - height);
  let top = Math.min(Math.max(0, list.top), most);
  if (cursor < top) top = cursor;
  else if (cursor >= top + height) top = cursor - height + 1;
  return Math.min(Math.max(0, top), most);
}

/** Text in the middle of an empty part of the screen, with what to do next below it. */
export function emptyNote(surface: Surface, rect: Rect, lines: readonly string[]): void {
  const shown = lines.slice(0, Math.max(0, rect.h));
  const top = rect.y + Math.max(0, Math.floor((rect.h - shown.length) / 3));
  shown.forEach((line, i) => {
    const text = clip(line, rect.w);
    surface.text(rect.x + Math.max(0, (rect.w - textWidth(text)) >> 1), top + i, text, style(i === 0 ? 'text' : 'dim'), rect.x + rect.w);
  });
}
