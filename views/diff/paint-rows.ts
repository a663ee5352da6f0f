// Lines of a difference on the screen: in one column, or live beside target.
import type { ResourceDiff } from '../../src/domain/comparison.js';
import type { Rect, Surface } from '../surface.js';
import { clip, clipMiddle, textWidth } from '../text.js';
import { BOLD, type ColourName, style } from '../theme.js';
import { withoutCommon } from '../words.js';
import { type DiffRow, diffRows, type RowOptions, type Side } from './rows.js';

const cache = new WeakMap<ResourceDiff, Map<string, readonly DiffRow[]>>();

/** Rows for these options, made once for each. Ages in them are as of the first time. */
export function diffOf(diff: ResourceDiff, options: RowOptions, nowMs?: number): readonly DiffRow[] {
  let byOptions = cache.get(diff);
  if (!byOptions) {
    byOptions = new Map();
    cache.set(diff, byOptions);
  }
  const id = `${options.context} ${options.unfolded} ${options.sideBySide}`;
  let rows = byOptions.get(id);
  if (!rows) {
    rows = diffRows(diff, options, nowMs);
    byOptions.set(id, rows);
  }
  return rows;
}

export interface RowsAt {
  readonly rows: readonly DiffRow[];
  readonly top: number;
  readonly sideBySide: boolean;
}

export function paintDiffRows(surface: Surface, room: Rect, { rows, top, sideBySide }: RowsAt): void {
  for (let i = 0; i < room.h; i++) {
    const row = rows[top + i];
    if (row) paintRow(surface, { ...room, y: room.y + i, h: 1 }, { row, sideBySide });
  }
}

function paintRow(surface: Surface, at: Rect, { row, sideBySide }: { readonly row: DiffRow; readonly sideBySide: boolean }): void {
  const half = (at.w - 1) >> 1;
  const left: Rect = { ...at, w: half };
  const right: Rect = { ...at, x: at.x + half + 1, w: at.w - half - 1 };
  switch (row.kind) {
    case 'field':
      fieldRow(surface, at, row);
      break;
    case 'rule':
      surface.text(at.x, at.y, '─'.repeat(at.w), style('line'), at.x + at.w);
      break;
    case 'fold':
      surface.fill(at, style('accent', 'bar'));
      surface.text(at.x, at.y, clip(` ⋯ ${row.count} unchanged line${row.count === 1 ? '' : 's'} (z)`, at.w), style('accent', 'bar'));
      break;
    case 'same':
      side(surface, sideBySide ? left : at, { side: row.live, mark: ' ' });
      if (sideBySide) side(surface, right, { side: row.target, mark: ' ' });
      break;
    case 'removed':
      side(surface, sideBySide ? left : at, { side: row.live, mark: '-' });
      break;
    case 'added':
      side(surface, sideBySide ? right : at, { side: row.target, mark: '+' });
      break;
    case 'changed':
      if (row.live) side(surface, left, { side: row.live, mark: '-' });
      else surface.fill(left, style('text', 'bar'));
      if (row.target) side(surface, right, { side: row.target, mark: '+' });
      else surface.fill(right, style('text', 'bar'));
      break;
    default:
      row satisfies never;
  }
}

/** 'spec.replicas  6 → 4  kubectl-edit, 40s ago' */
function fieldRow(surface: Surface, at: Rect, row: Extract<DiffRow, { kind: 'field' }>): void {
  const limit = at.x + at.w;
  const tight = textWidth(row.path) + textWidth(row.live) + textWidth(row.target) + textWidth(row.by) + 10 > at.w;
  const [live, target] = tight ? withoutCommon(row.live, row.target) : [row.live, row.target];
  const values = textWidth(live) + textWidth(target) + 5;
  const by = row.by === '' ? '' : `by ${row.by}`;
  const pathRoom = Math.max(16, at.w - values - (by === '' ? 0 : textWidth(by) + 2) - 1);
  let x = surface.text(at.x, at.y, `${clipMiddle(row.path, pathRoom)} `, style('hi', 'panel', BOLD), limit);
  x = surface.text(x, at.y, live === '' ? '(none)' : clip(live, Math.max(8, (limit - x) >> 1)), style('del'), limit);
  x = surface.text(x, at.y, ' → ', style('dim'), limit);
  x = surface.text(x, at.y, target === '' ? '(none)' : clip(target, Math.max(8, limit - x)), style('add'), limit);
  surface.text(x + 2, at.y, clip(by, limit - x - 2), style('dim'), limit);
}

const NUMBER_WIDTH = 4;

function side(surface: Surface, at: Rect, { side: line, mark }: { readonly side: Side; readonly mark: ' ' | '-' | '+' }): void {
  const limit = at.x + at.w;
  const bg: ColourName = mark === '-' ? 'delBg' : mark === '+' ? 'addBg' : 'panel';
  const fg: ColourName = mark === '-' ? 'del' : mark === '+' ? 'add' : 'text';
  if (mark !== ' ') surface.fill(at, style(fg, bg));
  surface.text(at.x, at.y, String(line.number).padStart(NUMBER_WIDTH), style('dim', bg), limit);
  surface.text(at.x + NUMBER_WIDTH + 1, at.y, mark, style(fg, bg, BOLD), limit);
  const x = at.x + NUMBER_WIDTH + 3;
  if (!line.changed) {
    surface.text(x, at.y, clip(line.text, limit - x), style(fg, bg), limit);
    return;
  }
  const [from, to] = line.changed;
  let next = surface.text(x, at.y, line.text.slice(0, from), style(fg, bg), limit);
  next = surface.text(next, at.y, line.text.slice(from, to), style('hi', mark === '-' ? 'delHi' : 'addHi', BOLD), limit);
  surface.text(next, at.y, line.text.slice(to), style(fg, bg), limit);
}
