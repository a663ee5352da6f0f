// The table of an application's resources: GROUP KIND NAMESPACE NAME STATUS HEALTH HOOK MESSAGE.
import type { Application, ResourceResult, ResourceStatus } from '../../domain/application.js';
import { paintState } from '../output/colour.js';
import { type Column, table } from '../output/table.js';

export interface ResourceRow {
  readonly group: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly status: string;
  readonly health: string;
  readonly hook: string;
  readonly message: string;
}

export const RESOURCE_COLUMNS: readonly Column<ResourceRow>[] = [
  { header: 'GROUP', cell: (row) => row.group },
  { header: 'KIND', cell: (row) => row.kind },
  { header: 'NAMESPACE', cell: (row) => row.namespace },
  { header: 'NAME', cell: (row) => row.name },
  { header: 'STATUS', cell: (row) => row.status, paint: (row, text) => paintState(row.status, text) },
  { header: 'HEALTH', cell: (row) => row.health, paint: (row, text) => paintState(row.health, text) },
  { header: 'HOOK', cell: (row) => row.hook },
  { header: 'MESSAGE', cell: (row) => row.message },
];

export function resourceTable(app: Application, colour: boolean): string {
  return table(RESOURCE_COLUMNS, resourceRows(app), colour);
}

/** Resources of the status with the message of the last operation; hooks and what it deleted after them. */
export function resourceRows(app: Application): ResourceRow[] {
  const results = new Map((app.status?.operationState?.syncResult?.resources ?? []).map((result) => [idOf(result), result]));
  const rows = (app.status?.resources ?? []).map((resource) => {
    const result = results.get(idOf(resource));
    results.delete(idOf(resource));
    return statusRow(resource, result);
  });
  return [...rows, ...[...results.values()].map(resultRow)];
}

/** A row of an operation's results alone. */
export function resultRow(result: ResourceResult): ResourceRow {
  return {
    group: result.group,
    kind: result.kind,
    namespace: result.namespace,
    name: result.name,
    status: result.hookPhase ?? result.status ?? '',
    health: '',
    hook: result.hookType ?? '',
    message: result.message ?? '',
  };
}

function statusRow(resource: ResourceStatus, result: ResourceResult | undefined): ResourceRow {
  return {
    group: resource.group ?? '',
    kind: resource.kind,
    namespace: resource.namespace ?? '',
    name: resource.name,
    status: resource.status ?? '',
    health: resource.health?.status ?? '',
    hook: result?.hookType ?? '',
    message: result?.message ?? resource.health?.message ?? (resource.requiresPruning ? 'requires pruning' : ''),
  };
}

function idOf(resource: { group?: string; kind: string; namespace?: string; name: string }): string {
  return `${resource.group ?? ''}/${resource.kind}/${resource.namespace ?? ''}/${resource.name}`;
}
