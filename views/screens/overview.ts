// The first page: everything at once. Heat map, what the cursor is on, what needs attention, how busy the engine is.
import { shortAge } from '../../src/core/duration.js';
import { type Attention, attention } from '../attention.js';
import { sparkline } from '../glyphs.js';
import { inside, overviewLayout } from '../layout.js';
import { matrixApp } from '../matrix-window.js';
import type { OverviewPage } from '../model.js';
import { appState, clusterState, GLYPH } from '../state.js';
import type { Rect, Surface } from '../surface.js';
import { clip, pad, textWidth } from '../text.js';
import { BOLD, type ColourName, style } from '../theme.js';
import { appCard } from '../widgets/app-card.js';
import { emptyNote, panel, reveal, scrollbar } from '../widgets/panel.js';
import { paintHeatMap } from './heat-map.js';
import type { View } from './view.js';

export function paintOverview(surface: Surface, view: View, page: OverviewPage): void {
  const layout = overviewLayout(view.ui);
  paintHeatMap(surface, view, { page, rect: layout.matrix });
  if (layout.lens) paintLens(surface, view, { page, rect: layout.lens });
  if (layout.attention) paintAttention(surface, view, { page, rect: layout.attention });
  if (layout.activity) paintActivity(surface, view, layout.activity);
}

interface Part {
  readonly page: OverviewPage;
  readonly rect: Rect;
}

/** The application that the cursor is on, in the heat map or in the list of what needs attention. */
export function overviewTarget(view: View, page: OverviewPage): Attention | undefined {
  if (page.focus === 'attention') {
    const { entries } = attention(view, page.attention + 1);
    return entries[Math.min(page.attention, entries.length - 1)];
  }
  const row = matrixApp(view, page);
  return row && { kind: 'app', row };
}

function paintLens(surface: Surface, view: View, { page, rect }: Part): void {
  const target = overviewTarget(view, page);
  const row = target?.kind === 'app' ? target.row : undefined;
  const inner = panel(surface, rect, {
    title: row ? `${row.name} @ ${row.cluster || '?'}` : (target?.row.key ?? 'Nothing here'),
    ...(row ? { right: 'Enter opens' } : {}),
    ...(row && view.fleet.isProduction(row.cluster) ? { titleColour: 'prod' as const } : {}),
  });
  if (row) appCard(surface, inner, { row, cluster: view.fleet.clusters.get(row.cluster), nowMs: view.ui.nowMs });
  else
    emptyNote(surface, inner, [
      target?.kind === 'cluster' ? target.row.message || target.row.connection : 'no application in this cell',
      'arrows move, Tab goes to what needs attention',
    ]);
}

function paintAttention(surface: Surface, view: View, { page, rect }: Part): void {
  const room = inside(rect);
  const double = rect.w < 90 && room.h >= 8;
  const perEntry = double ? 2 : 1;
  const height = Math.max(1, Math.floor(room.h / perEntry));
  const { entries, total } = attention(view, Math.max(page.attention + 1, 0) + height);
  const focus = page.focus === 'attention';
  const cursor = Math.min(page.attention, Math.max(0, entries.length - 1));
  const inner = panel(surface, rect, { title: 'Needs attention', right: String(total), focus });
  if (total === 0) {
    emptyNote(surface, inner, view.fleet.known ? ['✓ all is well', 'every verdict is current'] : ['waiting for the engine']);
    return;
  }
  const top = focus ? reveal({ cursor, top: 0, count: total, height }) : 0;
  entries.slice(top, top + height).forEach((entry, i) => {
    attentionEntry(surface, view, {
      entry,
      at: { x: inner.x, y: inner.y + i * perEntry, w: inner.w, h: perEntry },
      here: focus && top + i === cursor,
    });
  });
  scrollbar(surface, { x: rect.x + rect.w - 1, y: inner.y, w: 1, h: inner.h }, { top: top * perEntry, count: total * perEntry, focus });
}

function attentionEntry(
  surface: Surface,
  view: View,
  { entry, at, here }: { readonly entry: Attention; readonly at: Rect; readonly here: boolean },
): void {
  const bg: ColourName = here ? 'sel' : 'panel';
  const limit = at.x + at.w;
  if (here) surface.fill(at, style('text', bg));
  const isApp = entry.kind === 'app';
  const state = isApp ? appState(entry.row) : clusterState(entry.row);
  const name = isApp ? entry.row.name : entry.row.key;
  const where = isApp ? entry.row.cluster : 'cluster';
  const why = isApp
    ? entry.row.why || `${entry.row.health}, ${entry.row.sync}`
    : `${entry.row.connection} ${shortAge(view.ui.nowMs - entry.row.seenAtMs)}: ${entry.row.message}`;
  const mark = view.ui.marks.has(isApp ? entry.row.key : '') ? '●' : ' ';
  const narrow = at.h === 1;
  const nameRoom = narrow ? Math.min(30, Math.floor(at.w * 0.4)) : Math.max(10, at.w - Math.min(16, textWidth(where)) - 4);
  surface.text(at.x, at.y, `${GLYPH[state]}${mark}`, style(state, bg, BOLD));
  let x = surface.text(at.x + 2, at.y, narrow ? pad(name, nameRoom) : clip(name, nameRoom), style(here ? 'hi' : state, bg, BOLD), limit);
  if (narrow) {
    if (at.w >= 72 && !name.includes(where))
      x = surface.text(x + 1, at.y, pad(where, 14), style(view.fleet.isProduction(where) ? 'prod' : 'text', bg), limit);
    surface.text(x + 1, at.y, clip(why, limit - x - 1), style('dim', bg), limit);
    return;
  }
  const shownWhere = clip(where, 16);
  surface.text(
    Math.max(x + 1, limit - textWidth(shownWhere)),
    at.y,
    shownWhere,
    style(view.fleet.isProduction(where) ? 'prod' : 'dim', bg),
    limit,
  );
  surface.text(at.x + 2, at.y + 1, clip(why, at.w - 2), style('dim', bg), limit);
}

function paintActivity(surface: Surface, view: View, rect: Rect): void {
  const { fleet, ui } = view;
  const { activity } = fleet;
  const waits = activity.steady ? 'steady' : `waits for ${activity.waitsFor.slice(0, 2).join(', ') || 'work'}`;
  const inner = panel(surface, rect, {
    title: 'Activity',
    right: `queued ${activity.queued} · reconciling ${activity.reconciling} · operations ${activity.operations} · due ${activity.due} · ${waits}`,
  });
  const rows: readonly { readonly name: string; readonly rates: keyof View['fleet']['rates']; readonly colour: ColourName }[] = [
    { name: 'verdicts', rates: 'changes', colour: 'prog' },
    { name: 'operations', rates: 'operations', colour: 'ok' },
    { name: 'failures', rates: 'failures', colour: 'bad' },
  ];
  const width = Math.max(10, inner.w - 12 - 24);
  rows.forEach(({ name, rates, colour }, i) => {
    const y = inner.y + i + (inner.h > 4 ? 1 : 0);
    if (y >= inner.y + inner.h) return;
    const values = fleet.rates[rates].values(ui.nowMs, width);
    const minute = fleet.rates[rates].values(ui.nowMs, 60).reduce((sum, value) => sum + value, 0);
    surface.text(inner.x, y, pad(name, 12), style('dim'));
    surface.text(inner.x + 12, y, sparkline(values, width), style(minute === 0 ? 'line' : colour));
    surface.text(
      inner.x + 14 + width,
      y,
      clip(`${minute}/min  now ${values.at(-1) ?? 0}/s`, 22),
      style(minute > 0 && colour === 'bad' ? 'bad' : 'text'),
    );
  });
}
