// What a sync would change: the objects at one side, the difference of one of them at the other.
import type { ResourceDiff } from '../../src/domain/comparison.js';
import { diffOf, paintDiffRows } from '../diff/paint-rows.js';
import { countsOf, type DiffRow } from '../diff/rows.js';
import { diffLayout, inside } from '../layout.js';
import type { DiffPage, Ui } from '../model.js';
import type { Rect, Surface } from '../surface.js';
import { clip, textWidth } from '../text.js';
import { BOLD, type ColourName, style } from '../theme.js';
import { revision } from '../widgets/app-card.js';
import { emptyNote, panel, reveal, scrollbar } from '../widgets/panel.js';
import type { View } from './view.js';

/** From this width on both sides stand beside one another, unless the user wants it otherwise. */
const SIDE_BY_SIDE_FROM = 140;

export function isSideBySide(ui: Ui, page: DiffPage): boolean {
  return (page.sideBySide ?? ui.size.width >= SIDE_BY_SIDE_FROM) && ui.size.width >= 100;
}

export interface DiffWindow {
  readonly file: ResourceDiff | undefined;
  readonly index: number;
  readonly rows: readonly DiffRow[];
  readonly top: number;
  readonly height: number;
}

const NO_ROWS: readonly DiffRow[] = [];

export function diffWindow(ui: Ui, page: DiffPage): DiffWindow {
  const all = page.diffs.value ?? [];
  const index = Math.max(0, Math.min(page.file, all.length - 1));
  const file = all[index];
  const sideBySide = isSideBySide(ui, page);
  const rows = file ? diffOf(file, { context: page.context, unfolded: page.unfolded, sideBySide }, ui.nowMs) : NO_ROWS;
  const height = Math.max(1, inside(diffLayout(ui).text).h - (sideBySide ? 1 : 0));
  return { file, index, rows, height, top: Math.max(0, Math.min(page.top, rows.length - height)) };
}

export function paintDiff(surface: Surface, view: View, page: DiffPage): void {
  const layout = diffLayout(view.ui);
  const window = diffWindow(view.ui, page);
  if (layout.files) paintFiles(surface, { page, window, rect: layout.files });
  paintText(surface, view, { page, window, rect: layout.text });
}

interface Part {
  readonly page: DiffPage;
  readonly window: DiffWindow;
  readonly rect: Rect;
}

const MARK = { create: '+', update: '~', prune: '-', none: ' ' } as const;
const MARK_COLOUR = { create: 'ok', update: 'warn', prune: 'bad', none: 'dim' } as const;

function paintFiles(surface: Surface, { page, window, rect }: Part): void {
  const all = page.diffs.value ?? [];
  const focus = page.focus === 'files';
  const inner = panel(surface, rect, { title: 'Objects', right: all.length > 0 ? `${window.index + 1} of ${all.length}` : '', focus });
  const top = reveal({ cursor: window.index, top: 0, count: all.length, height: inner.h });
  for (let i = 0; i < inner.h; i++) {
    const diff = all[top + i];
    if (!diff) break;
    const here = top + i === window.index;
    const bg: ColourName = here ? (focus ? 'sel' : 'selDim') : 'panel';
    const y = inner.y + i;
    if (here) surface.fill({ x: inner.x - 1, y, w: inner.w + 2, h: 1 }, style('text', bg));
    const { added, removed } = countsOf(diff);
    const counts = `${added > 0 ? `+${added}` : ''}${removed > 0 ? ` -${removed}` : ''}`.trim();
    const limit = inner.x + inner.w - textWidth(counts) - 1;
    let x = surface.text(inner.x, y, `${MARK[diff.change]} `, style(MARK_COLOUR[diff.change], bg, BOLD), limit);
    x = surface.text(x, y, `${diff.key.kind} `, style('kind', bg), limit);
    surface.text(x, y, clip(diff.key.name, limit - x), style(here ? 'hi' : 'text', bg), limit);
    surface.text(inner.x + inner.w - textWidth(counts), y, counts, style('dim', bg));
  }
  scrollbar(surface, { x: rect.x + rect.w - 1, y: inner.y, w: 1, h: inner.h }, { top, count: all.length, focus });
}

function paintText(surface: Surface, view: View, { page, window, rect }: Part): void {
  const { file } = window;
  const sideBySide = isSideBySide(view.ui, page);
  const focus = page.focus === 'text';
  const place = file ? `${file.key.namespace ? `${file.key.namespace}/` : ''}${file.key.name}` : '';
  const inner = panel(surface, rect, {
    title: file ? `${file.key.kind} ${place}` : 'Diff',
    right: file ? `${sideBySide ? 'side by side' : 'unified'} · context ${page.context}${page.diffs.loading ? ' · reading' : ''}` : '',
    bottom: window.rows.length > window.height ? `${Math.min(window.rows.length, window.top + window.height)}/${window.rows.length}` : '',
    focus,
  });
  if (!file) {
    emptyNote(surface, inner, emptyText(page));
    return;
  }
  const room = sideBySide ? { ...inner, y: inner.y + 1, h: inner.h - 1 } : inner;
  if (sideBySide) heads(surface, view, { page, inner });
  if (file.change === 'none') emptyNote(surface, room, ['this object is as Git wants it']);
  paintDiffRows(surface, room, { rows: window.rows, top: window.top, sideBySide });
  scrollbar(surface, { x: rect.x + rect.w - 1, y: room.y, w: 1, h: room.h }, { top: window.top, count: window.rows.length, focus });
}

function heads(surface: Surface, { fleet }: View, { page, inner }: { readonly page: DiffPage; readonly inner: Rect }): void {
  const row = fleet.apps.get(page.app);
  const half = (inner.w - 1) >> 1;
  surface.text(inner.x, inner.y, clip(`LIVE  ${row?.cluster ?? ''}`, half), style('dim', 'panel', BOLD));
  surface.text(inner.x + half + 1, inner.y, clip(`TARGET  ${row ? revision(row) : ''}`, half), style('dim', 'panel', BOLD));
}

function emptyText({ diffs }: DiffPage): string[] {
  if (diffs.error !== undefined) return [diffs.error, 'R tries again'];
  if (diffs.value === undefined) return ['comparing'];
  return ['✓ nothing differs', 'live is what Git wants'];
}
