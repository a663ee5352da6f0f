// The columns of the list of applications, and from which width on each is shown.
import { shortAge } from '../../src/core/duration.js';
import type { AppRow } from '../../src/domain/fleet.js';
import type { FleetView } from '../fleet-view.js';
import type { Ui } from '../model.js';
import type { SortColumn } from '../sorting.js';
import { GLYPH, healthState, phaseState, syncState } from '../state.js';
import type { ColourName } from '../theme.js';
import type { View } from './view.js';

export interface Cell {
  readonly text: string;
  readonly colour?: ColourName;
  readonly bold?: boolean;
}

export interface Column {
  readonly title: string;
  readonly sort?: SortColumn;
  /** Least width of the page's inside from which it is shown; 0 = always. */
  readonly from: number;
  width(fleet: FleetView, room: number): number;
  cell(row: AppRow, view: View): Cell;
}

const fixed = (width: number) => () => width;

export const COLUMNS: readonly Column[] = [
  {
    title: 'NAME',
    sort: 'name',
    from: 0,
    width: ({ widest }, room) => Math.min(widest.name, Math.max(14, Math.floor(room * 0.34)), 44),
    cell: (row, { fleet }) => ({ text: row.name, bold: true, ...(fleet.state(row.key) === 'ok' ? {} : { colour: 'hi' as const }) }),
  },
  {
    title: 'CLUSTER',
    sort: 'cluster',
    from: 0,
    width: ({ widest }, room) => Math.min(widest.cluster, Math.max(10, Math.floor(room * 0.19)), 28),
    cell: (row, { fleet }) => ({ text: row.cluster || '?', colour: fleet.isProduction(row.cluster) ? 'prod' : 'text' }),
  },
  {
    title: 'PROJECT',
    sort: 'project',
    from: 120,
    width: ({ widest }) => Math.min(widest.project, 16),
    cell: (row) => ({ text: row.project, colour: 'dim' }),
  },
  {
    title: 'SYNC',
    sort: 'sync',
    from: 0,
    width: fixed(11),
    cell: (row) =>
      row.running
        ? { text: `↻ ${row.running.counts.done}/${row.running.counts.total}`, colour: 'prog' }
        : { text: `${GLYPH[syncState(row.sync)]} ${row.sync}`, colour: row.stale === undefined ? syncState(row.sync) : 'unk' },
  },
  {
    title: 'HEALTH',
    sort: 'health',
    from: 0,
    width: fixed(13),
    cell: (row) => ({
      text: `${GLYPH[healthState(row.health)]} ${row.health}`,
      colour: row.stale === undefined ? healthState(row.health) : 'unk',
    }),
  },
  { title: 'CHANGES', sort: 'changes', from: 96, width: fixed(9), cell: (row) => ({ text: changeText(row), colour: 'warn' }) },
  {
    title: 'REVISION',
    from: 84,
    width: fixed(8),
    cell: (row) => ({ text: row.pinned ? `⚑${row.revision.slice(0, 7)}` : row.revision.slice(0, 7), colour: row.pinned ? 'warn' : 'dim' }),
  },
  { title: 'POLICY', from: 130, width: fixed(10), cell: (row) => ({ text: row.syncPolicy, colour: 'dim' }) },
  {
    title: 'SEEN',
    from: 104,
    width: fixed(5),
    cell: (row, { ui }) => ({
      text: row.comparedAtMs === 0 ? 'never' : shortAge(ui.nowMs - row.comparedAtMs),
      colour: row.stale === undefined ? 'dim' : 'warn',
    }),
  },
  { title: 'LAST SYNC', sort: 'last', from: 112, width: fixed(14), cell: (row, { ui }) => lastCell(row, ui) },
];

export function changeText({ changes: { create, update, prune } }: Pick<AppRow, 'changes'>): string {
  return [update && `~${update}`, create && `+${create}`, prune && `-${prune}`].filter(Boolean).join(' ');
}

function lastCell(row: AppRow, ui: Ui): Cell {
  if (!row.last) return { text: '-', colour: 'dim' };
  const state = phaseState(row.last.phase);
  return {
    text: `${GLYPH[state]} ${shortAge(ui.nowMs - (row.last.finishedAtMs ?? row.last.startedAtMs))} ${row.last.actor}`,
    colour: state === 'bad' ? 'bad' : 'dim',
  };
}
