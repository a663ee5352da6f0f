// The heat map: a line for each application, a column for each cluster, and in each cell the worse of sync and health.
import { shortAge } from '../../src/core/duration.js';
import type { AppRow, ClusterKey } from '../../src/domain/fleet.js';
import { cellApp, type MatrixWindow, matrixWindow } from '../matrix-window.js';
import type { OverviewPage } from '../model.js';
import { clusterState, GLYPH, STATES, type State, TINT } from '../state.js';
import type { Rect, Surface } from '../surface.js';
import { clip, pad } from '../text.js';
import { BOLD, type ColourName, style } from '../theme.js';
import { emptyNote, panel, scrollbar } from '../widgets/panel.js';
import type { View } from './view.js';

export function paintHeatMap(surface: Surface, view: View, { page, rect }: { readonly page: OverviewPage; readonly rect: Rect }): void {
  const { fleet, ui } = view;
  const window = matrixWindow(view, page);
  const cluster = window.columns[window.column];
  const focus = page.focus === 'matrix';
  const hidden = window.columns.length - window.shown;
  panel(surface, rect, {
    title: 'Clusters × apps',
    right: `${window.lines.length} apps · ${window.columns.length} clusters · ${fleet.apps.size} deployments`,
    bottom: [
      window.lines.length > window.height ? `${window.line + 1}/${window.lines.length}` : '',
      hidden > 0
        ? `${window.left > 0 ? '← ' : ''}${window.column + 1}/${window.columns.length} clusters${window.left < hidden ? ' →' : ''}`
        : '',
      rect.w < 100 && cluster !== undefined && window.lines.length > 0 ? `${window.lines[window.line]?.label ?? ''} @ ${cluster}` : '',
    ]
      .filter(Boolean)
      .join(' · '),
    focus,
    danger:
      focus &&
      window.lines.length > 0 &&
      cluster !== undefined &&
      fleet.isProduction(cluster) &&
      view.fleet.clusters.get(cluster)?.mode === 'act',
  });
  if (window.lines.length === 0) {
    emptyNote(surface, window.inner, emptyText(view));
    return;
  }
  paintHead(surface, view, window);
  for (let i = 0; i < Math.min(window.height, window.lines.length - window.top); i++)
    paintLine(surface, view, { window, index: window.top + i, y: window.inner.y + 3 + i * window.lineHeight, focus });
  scrollbar(
    surface,
    { x: rect.x + rect.w - 1, y: window.inner.y + 3, w: 1, h: window.height },
    { top: window.top, count: window.lines.length, focus },
  );
  if (ui.filter !== '') surface.text(window.inner.x, window.inner.y, clip(`/${ui.filter}`, window.nameWidth - 1), style('warn'));
}

function emptyText({ ui, fleet }: View): string[] {
  if (!fleet.known) return ['waiting for the engine'];
  if (ui.filter !== '') return [`no application matches "${ui.filter}"`, 'C-l clears the filter'];
  return ['there are no applications yet', 'add manifests to the fleet source, or: argosy app create'];
}

function columnX(window: MatrixWindow, column: number): number {
  return window.inner.x + window.nameWidth + (column - window.left) * window.cellWidth;
}

/** Cells are apart by one column where there is room for it. */
function cellRoom(window: MatrixWindow): number {
  return window.cellWidth >= 4 ? window.cellWidth - 1 : window.cellWidth;
}

function paintHead(surface: Surface, view: View, window: MatrixWindow): void {
  const { fleet } = view;
  const room = cellRoom(window);
  const { y } = window.inner;
  let group = '';
  for (let column = window.left; column < window.left + window.shown; column++) {
    const key = window.columns[column] as ClusterKey;
    const x = columnX(window, column);
    const here = column === window.column;
    const colour: ColourName = fleet.isProduction(key) ? 'prod' : here ? 'hi' : 'text';
    const [first, second] = headWords(key, room);
    // Narrow columns name their group once, over all of its columns.
    if (room >= 5 || first !== group)
      surface.text(
        x,
        y,
        room >= 5 ? clip(first, room) : clip(first, groupWidth(window, column, first)),
        style(colour, 'panel', here || colour === 'prod' ? BOLD : 0),
      );
    group = first;
    if (room >= 3) surface.text(x, y + 1, clip(second, room), style(here ? 'hi' : 'dim', 'panel', here ? BOLD : 0));
    paintBar(surface, view, { key, x, y: y + 2, w: room });
    if (here) surface.text(x, y + 1, room < 3 ? '▾' : '', style('accent'));
  }
}

/** 'production-eu' as two words, or as one where it fits. */
function headWords(key: ClusterKey, room: number): [string, string] {
  if (key === '') return ['(none)', 'unknown'];
  const joint = key.search(/[-_.]/);
  if (joint <= 0) return [key, ''];
  return room < 3 || joint > 0 ? [key.slice(0, joint), key.slice(joint + 1)] : [key, ''];
}

function groupWidth(window: MatrixWindow, column: number, group: string): number {
  let last = column;
  while (last < window.left + window.shown && headWords(window.columns[last] as ClusterKey, 1)[0] === group) last++;
  return (last - column) * window.cellWidth - 1;
}

/** The state of a cluster as a bar: as much of each colour as it has applications of that state; what is unreachable says so. */
function paintBar(
  surface: Surface,
  { fleet }: View,
  at: { readonly key: ClusterKey; readonly x: number; readonly y: number; readonly w: number },
): void {
  const row = fleet.clusters.get(at.key);
  const note = row && row.connection !== 'live' ? row.connection : row?.mode === 'observe' ? 'RO' : '';
  if (note !== '' && at.w >= 2) {
    const state = row ? clusterState(row) : 'unk';
    const colour = state === 'ok' ? 'warn' : state;
    const text = state === 'ok' ? note : at.w >= note.length + 2 ? `${GLYPH[state]} ${note}` : GLYPH[state];
    surface.text(at.x, at.y, pad(text, at.w), style(colour, 'panel', BOLD));
    return;
  }
  const counts = columnCounts(fleet, at.key);
  const total = counts.reduce((sum, [, count]) => sum + count, 0);
  let x = at.x;
  let seen = 0;
  for (const [state, count] of counts) {
    seen += count;
    const end = at.x + Math.round((seen / Math.max(1, total)) * at.w);
    surface.fill({ x, y: at.y, w: Math.max(0, end - x), h: 1 }, style(state), 0x2501);
    x = Math.max(x, end);
  }
}

function columnCounts(fleet: View['fleet'], key: ClusterKey): (readonly [State, number])[] {
  const counts = fleet.countsOf(key);
  return [...STATES].reverse().flatMap((state) => (counts[state] > 0 ? [[state, counts[state]] as const] : []));
}

interface LineAt {
  readonly window: MatrixWindow;
  readonly index: number;
  readonly y: number;
  readonly focus: boolean;
}

function paintLine(surface: Surface, view: View, { window, index, y, focus }: LineAt): void {
  const line = window.lines[index];
  if (!line) return;
  const here = index === window.line;
  const { x } = window.inner;
  const bg: ColourName = here ? (focus ? 'sel' : 'selDim') : 'panel';
  if (here) surface.fill({ x, y, w: window.nameWidth - 1, h: tileHeight(window) }, style('hi', bg));
  surface.text(x, y, clip(line.label, window.nameWidth - 1), style(here ? 'hi' : 'text', bg, here ? BOLD : 0));
  const w = cellRoom(window);
  for (let column = window.left; column < window.left + window.shown; column++) {
    const cell = cellApp(view.fleet, line.cells.get(window.columns[column] as ClusterKey));
    const rect: Rect = { x: columnX(window, column), y, w, h: tileHeight(window) };
    paintCell(surface, view, { rect, cell, cursor: here && column === window.column, focus });
  }
}

/** A gap of one row between tiles where there is room for it. */
function tileHeight({ lineHeight }: MatrixWindow): number {
  return Math.min(2, lineHeight);
}

interface CellAt {
  readonly rect: Rect;
  readonly cell: ReturnType<typeof cellApp>;
  readonly cursor: boolean;
  readonly focus: boolean;
}

function paintCell(surface: Surface, { ui }: View, { rect, cell, cursor, focus }: CellAt): void {
  const { x, y, w } = rect;
  if (!cell) {
    surface.fill(rect, style('line', cursor ? 'sel' : 'panel'));
    if (cursor) surface.text(x, y, w >= 3 ? ' -' : '-', style('dim', 'sel'));
    return;
  }
  const background = cursor && focus ? 'sel' : TINT[cell.state];
  surface.fill(rect, style(cell.state, background, BOLD));
  const text = cellText(cell.row, cell.state, w);
  surface.text(x, y, cursor && w >= 5 ? `▸${text.slice(1)}` : text, style(cursor ? 'hi' : cell.state, background, BOLD), x + w);
  if (rect.h > 1) {
    const second = secondRow(cell.row, { nowMs: ui.nowMs, room: w - 2 });
    const indent = second.length <= w - 4 ? 3 : 1;
    surface.text(x + indent, y + 1, second, style(cursor ? 'text' : 'dim', background), x + w);
  }
  if (ui.marks.has(cell.row.key)) surface.text(x + w - 1, y, '●', style('accent', background, BOLD));
}

/** The revision and how long ago it was synced; where there is no room for both, the revision. */
function secondRow(row: AppRow, { nowMs, room }: { readonly nowMs: number; readonly room: number }): string {
  const revision = row.revision.slice(0, 7);
  const at = row.last?.finishedAtMs ?? row.last?.startedAtMs;
  const both = at === undefined ? revision : `${revision} ${shortAge(nowMs - at)}`;
  return both.length <= room ? both : revision;
}

/** The glyph, and where there is room what it is about. */
function cellText(row: AppRow, state: State, room: number): string {
  const glyph = GLYPH[state];
  if (room < 3) return glyph;
  if (room < 9) return `${' '.repeat(Math.max(1, (room - 1) >> 1))}${glyph}`;
  return ` ${glyph} ${clip(cellNote(row, state), room - 4)}`;
}

function cellNote(row: AppRow, state: State): string {
  if (row.running) return `${row.running.counts.done}/${row.running.counts.total} syncing`;
  if (row.stale !== undefined) return 'stale';
  if (row.approval) return 'approval';
  if (row.gone) return 'gone';
  if (state === 'ok') return row.pinned ? 'pinned' : '';
  if (row.health !== 'Healthy' && state !== 'warn') return row.health;
  const { update, create, prune } = row.changes;
  return [update && `~${update}`, create && `+${create}`, prune && `-${prune}`].filter(Boolean).join(' ') || row.sync;
}
