// What the list of applications can be sorted by.
import type { AppRow } from '../src/domain/fleet.js';
import { appState, healthState, STATES, syncState } from './state.js';

export type SortColumn = 'name' | 'state' | 'cluster' | 'project' | 'sync' | 'health' | 'changes' | 'last';

export const SORT_COLUMNS: readonly SortColumn[] = ['name', 'state', 'cluster', 'project', 'sync', 'health', 'changes', 'last'];

export type Grouping = 'none' | 'cluster' | 'project' | 'environment';

export const GROUPINGS: readonly Grouping[] = ['none', 'cluster', 'project', 'environment'];

/** What an application is grouped by; '' where it has no such property. */
export function groupKey(row: AppRow, group: Grouping): string {
  switch (group) {
    case 'none':
      return '';
    case 'cluster':
      return row.cluster;
    case 'project':
      return row.project;
    case 'environment':
      return row.labels['environment'] ?? row.labels['env'] ?? '';
    default:
      return group satisfies never;
  }
}

export function sortKey(row: AppRow, column: SortColumn): string | number {
  switch (column) {
    case 'name':
      return row.name;
    case 'state':
      return STATES.indexOf(appState(row));
    case 'cluster':
      return row.cluster;
    case 'project':
      return row.project;
    case 'sync':
      return STATES.indexOf(syncState(row.sync));
    case 'health':
      return STATES.indexOf(healthState(row.health));
    case 'changes':
      return -(row.changes.create + row.changes.update + row.changes.prune);
    case 'last':
      return -(row.last?.finishedAtMs ?? row.last?.startedAtMs ?? 0);
    default:
      return column satisfies never;
  }
}
