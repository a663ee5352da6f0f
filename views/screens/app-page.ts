// One application: its resource tree, and a lens on what the cursor is on.
import { shortAge } from '../../src/core/duration.js';
import type { AppRow, ResourceNode } from '../../src/domain/fleet.js';
import { split } from '../layout.js';
import type { AppPage } from '../model.js';
import { GLYPH } from '../state.js';
import type { Rect, Surface } from '../surface.js';
import { clip, textWidth } from '../text.js';
import { BOLD, type ColourName, style } from '../theme.js';
import { healthyCount, nodeState, type TreeLine } from '../tree-model.js';
import { treeWindow } from '../tree-window.js';
import { verdict } from '../widgets/app-card.js';
import { emptyNote, panel, runs, scrollbar } from '../widgets/panel.js';
import { counted } from '../words.js';
import { paintLens } from './lens.js';
import type { View } from './view.js';

export function paintApp(surface: Surface, view: View, page: AppPage): void {
  const { ui, fleet } = view;
  const row = fleet.apps.get(page.app);
  const { main, side } = split(ui, 'even');
  // Where there is no room for both, the lens takes the place of the tree while it has the focus.
  if (side || page.focus === 'tree') paintTree(surface, view, { page, row, rect: main });
  if (side) paintLens(surface, view, { page, row, rect: side });
  else if (page.focus === 'lens') paintLens(surface, view, { page, row, rect: main });
}

interface Part {
  readonly page: AppPage;
  readonly row: AppRow | undefined;
  readonly rect: Rect;
}

function paintTree(surface: Surface, view: View, { page, row, rect }: Part): void {
  const window = treeWindow(view.ui, page);
  const nodes = page.tree.value ?? [];
  const hidden = page.onlyTrouble ? healthyCount(nodes) : 0;
  const focus = page.focus === 'tree';
  const inner = panel(surface, rect, {
    title: page.flat ? 'Resources' : 'Tree',
    right: `${counted(nodes.length, 'object')}${hidden > 0 ? ` · ${hidden} healthy hidden (z)` : ''}`,
    bottom: window.lines.length + 1 > window.height ? `${window.index + 1}/${window.lines.length + 1}` : '',
    focus,
    danger: focus && row !== undefined && view.fleet.isProduction(row.cluster) && view.fleet.clusters.get(row.cluster)?.mode === 'act',
  });
  for (let i = 0; i < window.height; i++) {
    const at = window.top + i;
    const y = inner.y + i;
    const here = at === window.index;
    const bg: ColourName = here ? (focus ? 'sel' : 'selDim') : 'panel';
    if (here) surface.fill({ x: inner.x - 1, y, w: inner.w + 2, h: 1 }, style('text', bg));
    if (at === 0) appLine(surface, view, { page, row, at: { x: inner.x, y, w: inner.w, h: 1 }, bg });
    else if (window.lines[at - 1])
      treeLine(surface, view, { line: window.lines[at - 1] as TreeLine, at: { x: inner.x, y, w: inner.w, h: 1 }, bg });
  }
  if (window.lines.length === 0) emptyNote(surface, { ...inner, y: inner.y + 2, h: inner.h - 2 }, emptyText(page, row));
  scrollbar(surface, { x: rect.x + rect.w - 1, y: inner.y, w: 1, h: inner.h }, { top: window.top, count: window.lines.length + 1, focus });
}

function emptyText(page: AppPage, row: AppRow | undefined): string[] {
  if (!row) return ['this application is gone', 'Esc goes back'];
  if (page.tree.error !== undefined) return [page.tree.error];
  if (page.tree.value === undefined) return ['reading the resources'];
  return page.onlyTrouble ? ['nothing is in trouble', 'z shows everything'] : ['no resources'];
}

function appLine(
  surface: Surface,
  { ui }: View,
  { page, row, at, bg }: { readonly page: AppPage; readonly row: AppRow | undefined; readonly at: Rect; readonly bg: ColourName },
): void {
  const limit = at.x + at.w;
  const x = surface.text(at.x, at.y, `${row?.name ?? page.app} `, style('hi', bg, BOLD), limit);
  if (!row) return;
  const pieces = verdict(row, ui.nowMs).map(
    ([text, each]) => [text, bg === 'panel' ? each : (each & ~(0x3f << 6)) | (style('text', bg) & (0x3f << 6))] as const,
  );
  runs(surface, { x: x + 1, y: at.y, limit }, pieces);
}

const CHANGE_MARK = { create: '+', update: '~', prune: '-', none: '' } as const;

function treeLine(
  surface: Surface,
  { ui }: View,
  { line, at, bg }: { readonly line: TreeLine; readonly at: Rect; readonly bg: ColourName },
): void {
  const { node } = line;
  const limit = at.x + at.w;
  const state = nodeState(node);
  const notes = noteText(node, ui.nowMs);
  const noteWidth = Math.min(textWidth(notes), Math.floor(at.w * 0.45));
  const nameLimit = limit - (noteWidth > 0 ? noteWidth + 1 : 0);
  let x = surface.text(at.x, at.y, line.guides, style('line', bg), nameLimit);
  x = surface.text(x, at.y, line.children > 0 ? (line.open ? '▾ ' : '▸ ') : line.depth === 0 ? '  ' : '', style('dim', bg), nameLimit);
  const shown = line.children > 0 && !line.open ? line.worst : state;
  x = surface.text(x, at.y, `${GLYPH[shown]} `, style(shown, bg, BOLD), nameLimit);
  const mark = CHANGE_MARK[node.change ?? 'none'];
  if (mark !== '') x = surface.text(x, at.y, `${mark} `, style(mark === '+' ? 'add' : mark === '-' ? 'del' : 'warn', bg, BOLD), nameLimit);
  x = surface.text(x, at.y, `${node.kind} `, style('kind', bg), nameLimit);
  surface.text(x, at.y, clip(node.name, nameLimit - x), style(bg === 'sel' ? 'hi' : shown === 'bad' ? 'bad' : 'text', bg), nameLimit);
  if (noteWidth > 0) surface.text(limit - noteWidth, at.y, clip(notes, noteWidth), style(state === 'bad' ? 'bad' : 'dim', bg), limit);
}

function noteText(node: ResourceNode, nowMs: number): string {
  const facts = [...node.notes];
  if (node.hook) facts.unshift('hook');
  if (node.wave !== undefined && node.wave !== 0) facts.unshift(`wave ${node.wave}`);
  if (node.createdAtMs !== undefined) facts.push(shortAge(nowMs - node.createdAtMs));
  return facts.join(' · ');
}
