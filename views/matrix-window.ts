// Which lines and columns of the heat map are visible, and how wide a cell is. Shared by painting, moving and clicking.
import type { AppKey } from '../src/domain/application.js';
import type { AppRow, ClusterKey } from '../src/domain/fleet.js';
import type { FleetView } from './fleet-view.js';
import { inside, MATRIX_HEAD, overviewLayout } from './layout.js';
import type { MatrixLine } from './matrix.js';
import type { OverviewPage } from './model.js';
import { listSpec, type View } from './screens/view.js';
import { appState, STATES, type State } from './state.js';
import type { Rect } from './surface.js';
import { reveal } from './widgets/panel.js';

export interface MatrixWindow {
  readonly inner: Rect;
  readonly lines: readonly MatrixLine[];
  readonly columns: readonly ClusterKey[];
  /** Index of the cursor's line and column; 0 where what it was on is gone. */
  readonly line: number;
  readonly column: number;
  readonly top: number;
  readonly left: number;
  /** Visible lines. */
  readonly height: number;
  /** Rows of the screen for each line: where few applications have much room, cells are tiles of two rows. */
  readonly lineHeight: number;
  readonly nameWidth: number;
  /** Cells from one column to the next. */
  readonly cellWidth: number;
  readonly shown: number;
}

const WIDEST_CELL = 20;
/** Cells of this width have something to say on a second row. */
const TILE_FROM = 11;
const MORE_THAN_SHRINKS = 16;

export function matrixWindow(view: View, page: OverviewPage): MatrixWindow {
  const { fleet, ui } = view;
  const inner = inside(overviewLayout(ui).matrix);
  const lines = matrixLines(view);
  const columns = fleet.columns();
  const nameWidth = Math.max(8, Math.min(longest(lines) + 1, Math.floor(inner.w * 0.34), 28));
  const room = Math.max(1, inner.w - nameWidth);
  const least = columns.length > MORE_THAN_SHRINKS ? 1 : 4;
  const cellWidth = Math.max(least, Math.min(WIDEST_CELL, Math.floor(room / Math.max(1, columns.length))));
  const shown = Math.max(1, Math.min(columns.length, Math.floor(room / cellWidth)));
  const rows = Math.max(1, inner.h - MATRIX_HEAD);
  const lineHeight = cellWidth < TILE_FROM || lines.length === 0 ? 1 : Math.max(1, Math.min(3, Math.floor(rows / lines.length)));
  const height = Math.max(1, Math.floor(rows / lineHeight));
  // At the beginning the cursor is on the first application of the first cluster.
  const column = Math.max(0, columns.indexOf(page.cluster));
  const line =
    page.line === ''
      ? Math.max(
          0,
          lines.findIndex(({ cells }) => cells.has(columns[column] ?? '')),
        )
      : Math.max(0, lineIndex(lines, page.line));
  return {
    inner,
    lines,
    columns,
    line,
    column,
    height,
    lineHeight,
    nameWidth,
    cellWidth,
    shown,
    top: reveal({ cursor: line, top: page.top, count: lines.length, height }),
    left: reveal({ cursor: column, top: page.left, count: columns.length, height: shown }),
  };
}

/** Lines with at least one application that the filter shows. */
function matrixLines({ ui, fleet }: View): readonly MatrixLine[] {
  const lines = fleet.matrix.lines();
  if (ui.filter === '') return lines;
  const labels = new Set<string | undefined>();
  for (const key of fleet.list(listSpec(ui)).keys(ui.nowMs)) labels.add(fleet.matrix.labelOf(key));
  return lines.filter(({ label }) => labels.has(label));
}

let widths = new WeakMap<readonly MatrixLine[], number>();

function longest(lines: readonly MatrixLine[]): number {
  let width = widths.get(lines);
  if (width === undefined) {
    width = lines.reduce((most, { label }) => Math.max(most, label.length), 0);
    widths = new WeakMap([[lines, width]]);
  }
  return width;
}

/** Lines are sorted by label: the one with this name, or the one that took its place. */
function lineIndex(lines: readonly MatrixLine[], label: string): number {
  let [low, high] = [0, lines.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((lines[middle] as MatrixLine).label < label) low = middle + 1;
    else high = middle;
  }
  return Math.min(low, lines.length - 1);
}

/** The worst application of a cell. */
export function cellApp(
  fleet: FleetView,
  keys: readonly AppKey[] | undefined,
): { readonly row: AppRow; readonly state: State; readonly more: number } | undefined {
  let worst: { row: AppRow; state: State } | undefined;
  for (const key of keys ?? []) {
    const row = fleet.apps.get(key);
    if (!row) continue;
    const state = appState(row);
    if (!worst || STATES.indexOf(state) < STATES.indexOf(worst.state)) worst = { row, state };
  }
  return worst && { ...worst, more: (keys?.length ?? 1) - 1 };
}

/** The application under the cursor of the heat map; where the cell is empty, none. */
export function matrixApp(view: View, page: OverviewPage): AppRow | undefined {
  const window = matrixWindow(view, page);
  const cluster = window.columns[window.column];
  const line = window.lines[window.line];
  return cluster === undefined ? undefined : cellApp(view.fleet, line?.cells.get(cluster))?.row;
}
