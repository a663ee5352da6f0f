// The list of applications: as many columns as there is room for, only the visible lines painted, whatever the length.
import type { AppKey } from '../../src/domain/application.js';
import type { AppRow } from '../../src/domain/fleet.js';
import { inside, listHeight, split } from '../layout.js';
import type { ListPage, Ui } from '../model.js';
import { groupKey } from '../sorting.js';
import { appState, GLYPH } from '../state.js';
import type { Rect, Surface } from '../surface.js';
import { clip } from '../text.js';
import { BOLD, type ColourName, DIM, style } from '../theme.js';
import { appCard } from '../widgets/app-card.js';
import { emptyNote, panel, reveal, scrollbar } from '../widgets/panel.js';
import { COLUMNS, type Column } from './list-columns.js';
import { listSpec, type View } from './view.js';

/** The reason stands behind the columns where at least so much room is left. */
const WHY_FROM = 18;

/** The window of the list: keys in order, the cursor's index, the first visible line. */
export function listWindow(
  view: View,
  page: ListPage,
): { readonly keys: readonly AppKey[]; readonly index: number; readonly top: number; readonly height: number } {
  const { ui, fleet } = view;
  const keys = fleet.list(listSpec(ui)).keys(ui.nowMs);
  const height = listHeight(split(ui, 'narrow').main);
  const index = cursorIndex(keys, page);
  return { keys, index, height, top: reveal({ cursor: index, top: page.top, count: keys.length, height }) };
}

/** Where the cursor's application is; where it is gone, the line that took its place. */
function cursorIndex(keys: readonly AppKey[], page: ListPage): number {
  if (keys[page.index] === page.cursor) return page.index;
  const found = page.cursor === '' ? 0 : keys.indexOf(page.cursor);
  return found >= 0 ? found : Math.max(0, Math.min(page.index, keys.length - 1));
}

export function paintList(surface: Surface, view: View, page: ListPage): void {
  const { ui, fleet } = view;
  const { main, side } = split(ui, 'narrow');
  const window = listWindow(view, page);
  const { keys } = window;
  const inner = panel(surface, main, {
    title: 'Applications',
    right: [
      ui.marks.size > 0 ? `${ui.marks.size} marked` : '',
      keys.length === fleet.apps.size ? String(keys.length) : `${keys.length} of ${fleet.apps.size}`,
    ]
      .filter(Boolean)
      .join(' · '),
    bottom: `${ui.group === 'none' ? '' : `group ${ui.group} · `}sort ${ui.sort.column}${ui.sort.descending ? ' ↑' : ''}${keys.length > 0 ? ` · ${window.index + 1}/${keys.length}` : ''}`,
    focus: true,
  });
  if (keys.length === 0) emptyNote(surface, inner, emptyText(view));
  else {
    const columns = layOut(view, inner);
    paintTitles(surface, ui, { inner, columns });
    for (let i = 0; i < Math.min(window.height, keys.length - window.top); i++) {
      const row = fleet.apps.get(keys[window.top + i] as AppKey);
      if (row) {
        const above = i === 0 ? undefined : fleet.apps.get(keys[window.top + i - 1] as AppKey);
        const begins = above === undefined || groupKey(above, ui.group) !== groupKey(row, ui.group);
        paintRow(surface, view, { row, columns, inner, y: inner.y + 1 + i, here: window.top + i === window.index, begins });
      }
    }
    scrollbar(
      surface,
      { x: main.x + main.w - 1, y: inner.y + 1, w: 1, h: window.height },
      { top: window.top, count: keys.length, focus: true },
    );
  }
  if (side) paintSide(surface, view, { row: fleet.apps.get(keys[window.index] ?? ''), rect: side });
}

function emptyText({ ui, fleet }: View): string[] {
  if (!fleet.known) return ['waiting for the engine'];
  if (fleet.apps.size === 0) return ['there are no applications yet', 'add manifests to the fleet source, or: argosy app create'];
  return [`no application matches "${ui.filter}"`, ...fleet.list(listSpec(ui)).query.problems, 'C-l clears the filter'];
}

interface Placed {
  readonly column: Column;
  readonly x: number;
  readonly width: number;
}

interface Columns {
  readonly placed: readonly Placed[];
  /** Width of the group's name; 0 where nothing is grouped. */
  readonly group: number;
  /** Where the reason begins, and how much room it has. */
  readonly why: { readonly x: number; readonly width: number };
}

function layOut({ fleet, ui }: View, inner: Rect): Columns {
  const group = ui.group === 'none' ? 0 : Math.min(18, Math.floor(inner.w * 0.16));
  let x = inner.x + 4 + (group > 0 ? group + 2 : 0);
  const placed: Placed[] = [];
  for (const column of COLUMNS) {
    if (column.sort === ui.group || inner.w - group < (ui.wide ? column.from - 20 : column.from)) continue;
    const width = column.width(fleet, inner.w);
    if (x + width > inner.x + inner.w) break;
    placed.push({ column, x, width });
    x += width + 2;
  }
  return { placed, group, why: { x, width: inner.x + inner.w - x } };
}

function paintTitles(surface: Surface, ui: Ui, { inner, columns }: { readonly inner: Rect; readonly columns: Columns }): void {
  if (columns.group > 0) surface.text(inner.x + 4, inner.y, clip(ui.group.toUpperCase(), columns.group), style('accent', 'panel', BOLD));
  for (const { column, x, width } of columns.placed) {
    const sorted = column.sort === ui.sort.column;
    surface.text(
      x,
      inner.y,
      clip(`${column.title}${sorted ? (ui.sort.descending ? ' ▲' : ' ▼') : ''}`, width),
      style(sorted ? 'accent' : 'dim', 'panel', BOLD),
    );
  }
  if (columns.why.width >= WHY_FROM) surface.text(columns.why.x, inner.y, 'WHY', style('dim', 'panel', BOLD));
}

interface RowAt {
  readonly row: AppRow;
  readonly columns: Columns;
  readonly inner: Rect;
  readonly y: number;
  readonly here: boolean;
  /** The first visible line of its group. */
  readonly begins: boolean;
}

function paintRow(surface: Surface, view: View, { row, columns, inner, y, here, begins }: RowAt): void {
  const bg: ColourName = here ? 'sel' : 'panel';
  const stale = row.stale === undefined ? 0 : DIM;
  const limit = inner.x + inner.w;
  if (here) surface.fill({ x: inner.x - 1, y, w: inner.w + 2, h: 1 }, style('text', bg));
  const state = appState(row);
  surface.text(inner.x, y, view.ui.marks.has(row.key) ? '●' : ' ', style('accent', bg, BOLD));
  surface.text(inner.x + 2, y, GLYPH[state], style(state, bg, BOLD));
  if (columns.group > 0 && begins) {
    const name = groupKey(row, view.ui.group) || '(none)';
    surface.text(inner.x + 4, y, clip(name, columns.group), style(view.fleet.isProduction(name) ? 'prod' : 'accent', bg, BOLD), limit);
  }
  for (const { column, x, width } of columns.placed) {
    const cell = column.cell(row, view);
    surface.text(
      x,
      y,
      clip(cell.text, width),
      style(here && !cell.colour ? 'hi' : (cell.colour ?? 'text'), bg, (cell.bold && here ? BOLD : 0) | stale),
      limit,
    );
  }
  if (columns.why.width < WHY_FROM) return;
  const why = row.approval ? `waits for approval: ${row.approval.reason}` : row.why;
  surface.text(columns.why.x, y, clip(why, columns.why.width), style(state === 'bad' ? 'bad' : 'dim', bg), limit);
}

function paintSide(surface: Surface, view: View, { row, rect }: { readonly row: AppRow | undefined; readonly rect: Rect }): void {
  const inner = panel(surface, rect, {
    title: row ? row.name : 'Nothing here',
    right: 'Enter opens',
    ...(row && view.fleet.isProduction(row.cluster) ? { titleColour: 'prod' as const } : {}),
  });
  if (row) appCard(surface, inner, { row, cluster: view.fleet.clusters.get(row.cluster), nowMs: view.ui.nowMs });
}

/** Which line of the list a cell of the screen belongs to. */
export function listLineAt(view: View, page: ListPage, y: number): AppKey | undefined {
  const window = listWindow(view, page);
  const line = y - inside(split(view.ui, 'narrow').main).y - 1;
  return line >= 0 && line < window.height ? window.keys[window.top + line] : undefined;
}
