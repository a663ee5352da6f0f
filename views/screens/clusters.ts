// The clusters: may we write to them, do they answer, what do they hold.
import { shortAge } from '../../src/core/duration.js';
import type { ClusterKey, ClusterRow } from '../../src/domain/fleet.js';
import { stacked } from '../layout.js';
import type { ClustersPage } from '../model.js';
import { clusterState, GLYPH, STATES } from '../state.js';
import type { Rect, Surface } from '../surface.js';
import { clip, clipMiddle, wrap } from '../text.js';
import { BOLD, type ColourName, style } from '../theme.js';
import { emptyNote, panel, type Run, reveal, runs, scrollbar } from '../widgets/panel.js';
import type { View } from './view.js';

const LENS_SHARE = 0.4;

export function clusterWindow(
  { ui, fleet }: View,
  page: ClustersPage,
): { readonly rows: readonly ClusterRow[]; readonly index: number; readonly top: number; readonly height: number } {
  const rows = [...fleet.clusters.values()].sort((a, b) => order(fleet, a.key) - order(fleet, b.key) || (a.key < b.key ? -1 : 1));
  const height = Math.max(1, stacked(ui.size, LENS_SHARE).main.h - 3);
  const index = Math.max(0, Math.min(page.scroll.cursor, rows.length - 1));
  return { rows, index, height, top: reveal({ cursor: index, top: page.scroll.top, count: rows.length, height }) };
}

function order(fleet: View['fleet'], key: ClusterKey): number {
  return fleet.clusters.get(key)?.kind === 'embedded' ? 2 : fleet.isProduction(key) ? 0 : 1;
}

export function paintClusters(surface: Surface, view: View, page: ClustersPage): void {
  const { main, below } = stacked(view.ui.size, LENS_SHARE);
  const window = clusterWindow(view, page);
  const inner = panel(surface, main, { title: 'Clusters', right: String(window.rows.length), focus: true });
  if (window.rows.length === 0)
    emptyNote(surface, inner, view.fleet.known ? ['no clusters', 'argosy cluster add CONTEXT registers one'] : ['waiting for the engine']);
  const nameWidth = Math.min(Math.max(view.fleet.widest.cluster, 12), Math.floor(inner.w * 0.3)) + 2;
  const columns = columnsOf(inner.w);
  let x = inner.x + 2 + nameWidth;
  surface.text(inner.x + 2, inner.y, 'NAME', style('dim', 'panel', BOLD));
  for (const { title, width } of columns) {
    surface.text(x, inner.y, title, style('dim', 'panel', BOLD), inner.x + inner.w);
    x += width;
  }
  for (let i = 0; i < Math.min(window.height, window.rows.length - window.top); i++) {
    const row = window.rows[window.top + i] as ClusterRow;
    clusterLine(surface, view, {
      row,
      columns,
      nameWidth,
      at: { x: inner.x, y: inner.y + 1 + i, w: inner.w, h: 1 },
      here: window.top + i === window.index,
    });
  }
  scrollbar(
    surface,
    { x: main.x + main.w - 1, y: inner.y + 1, w: 1, h: window.height },
    { top: window.top, count: window.rows.length, focus: true },
  );
  if (below) paintLens(surface, view, { row: window.rows[window.index], rect: below });
}

interface Column {
  readonly title: string;
  readonly width: number;
  cell(row: ClusterRow, nowMs: number): readonly [string, ColourName];
}

function columnsOf(room: number): readonly Column[] {
  return [
    { title: 'MODE', width: 9, cell: (row) => (row.mode === 'act' ? ['act', 'ok'] : ['RO', 'warn']) },
    { title: 'CONNECTION', width: 13, cell: (row) => [row.connection, clusterState(row) === 'ok' ? 'text' : clusterState(row)] },
    ...(room >= 84 ? [{ title: 'KIND', width: 10, cell: (row: ClusterRow) => [row.kind, 'dim'] as const }] : []),
    { title: 'VERSION', width: 9, cell: (row) => [row.version, 'text'] },
    { title: 'APPS', width: 6, cell: (row) => [String(row.apps), 'text'] },
    ...(room >= 76 ? [{ title: 'OBJECTS', width: 9, cell: (row: ClusterRow) => [String(row.objects), 'text'] as const }] : []),
    ...(room >= 92 ? [{ title: 'LATENCY', width: 9, cell: (row: ClusterRow) => [`${Math.round(row.latencyMs)} ms`, 'dim'] as const }] : []),
    ...(room >= 100
      ? [
          {
            title: 'SEEN',
            width: 7,
            cell: (row: ClusterRow, nowMs: number) => [row.seenAtMs === 0 ? 'never' : shortAge(nowMs - row.seenAtMs), 'dim'] as const,
          },
        ]
      : []),
    ...(room >= 112 ? [{ title: 'LEASE', width: 30, cell: (row: ClusterRow) => [row.lease ?? '-', 'dim'] as const }] : []),
  ];
}

interface LineAt {
  readonly row: ClusterRow;
  readonly columns: readonly Column[];
  readonly nameWidth: number;
  readonly at: Rect;
  readonly here: boolean;
}

function clusterLine(surface: Surface, { ui, fleet }: View, { row, columns, nameWidth, at, here }: LineAt): void {
  const bg: ColourName = here ? 'sel' : 'panel';
  const limit = at.x + at.w;
  if (here) surface.fill({ ...at, x: at.x - 1, w: at.w + 2 }, style('text', bg));
  const state = clusterState(row);
  surface.text(at.x, at.y, GLYPH[state], style(state, bg, BOLD));
  surface.text(
    at.x + 2,
    at.y,
    clip(row.key, nameWidth - 1),
    style(fleet.isProduction(row.key) ? 'prod' : here ? 'hi' : 'text', bg, BOLD),
    limit,
  );
  let x = at.x + 2 + nameWidth;
  for (const { width, cell } of columns) {
    const [text, colour] = cell(row, ui.nowMs);
    surface.text(x, at.y, clip(text, width - 1), style(colour, bg), limit);
    x += width;
  }
}

function paintLens(
  surface: Surface,
  { fleet, ui }: View,
  { row, rect }: { readonly row: ClusterRow | undefined; readonly rect: Rect },
): void {
  const inner = panel(surface, rect, { title: row?.key ?? 'Nothing chosen', right: row ? 'Enter shows its applications' : '' });
  if (!row) return;
  const limit = inner.x + inner.w;
  let y = inner.y;
  const of = fleet.countsOf(row.key);
  const counts = STATES.map((state) => [state, of[state]] as const).filter(([, count]) => count > 0);
  runs(
    surface,
    { x: inner.x, y: y++, limit },
    counts.map(([state, count]): Run => [`${GLYPH[state]} ${count}   `, style(state, 'panel', BOLD)]),
  );
  const labels = Object.entries(row.labels)
    .map(([name, value]) => `${name}=${value}`)
    .join('  ');
  const facts: readonly (readonly [string, string, ColourName?])[] = [
    ['server', row.server],
    ['mode', row.mode === 'act' ? 'act: argosy may write here' : 'observe: everything is computed and nothing is written; :act allows it'],
    ['lease', row.lease ?? '-'],
    ['labels', labels || '-'],
    ['aliases', row.aliases.join(', ') || '-'],
    ['seen', row.seenAtMs === 0 ? 'never' : `${shortAge(ui.nowMs - row.seenAtMs)} ago, ${Math.round(row.latencyMs)} ms`],
    ...(row.message === '' ? [] : [['message', row.message, row.connection === 'live' ? 'text' : 'bad'] as const]),
  ];
  for (const [name, value, colour] of facts) {
    for (const [i, line] of wrap(name === 'server' ? clipMiddle(value, inner.w - 10) : value, Math.max(10, inner.w - 10))
      .slice(0, 3)
      .entries()) {
      if (y >= inner.y + inner.h) return;
      if (i === 0) surface.text(inner.x, y, name, style('dim'), limit);
      surface.text(inner.x + 10, y++, line, style(colour ?? 'text'), limit);
    }
  }
}
