// History for other programs: JSON, JSON lines, CSV, or a SQLite file of its own.
import { csvLine } from '../src/domain/csv.js';
import type { HistoryFilter } from '../src/domain/events.js';
import type { History } from '../src/domain/history.js';
import type { OperationDetail } from '../src/domain/operation.js';
import type { Database } from './database.js';

export type ExportFormat = 'json' | 'ndjson' | 'csv';
type Filter = Pick<HistoryFilter, 'app' | 'cluster' | 'sinceMs' | 'dryRuns'>;

const PAGE = 200;

/** The export in pieces, newest operation first. Nothing is held but one page. */
export function* exportHistory(history: History, format: ExportFormat, filter: Filter = {}): Generator<string> {
  if (format === 'csv') yield csvLine(CSV_COLUMNS.map(([name]) => name));
  if (format === 'json') yield '[';
  let first = true;
  for (const operation of operations(history, filter)) {
    if (format === 'csv') yield* csvRows(operation);
    else if (format === 'ndjson') yield `${JSON.stringify(operation)}\n`;
    else yield `${first ? '\n' : ',\n'}${JSON.stringify(operation)}`;
    first = false;
  }
  if (format === 'json') yield '\n]\n';
}

function* operations(history: History, filter: Filter): Generator<OperationDetail> {
  let beforeId: number | undefined;
  for (;;) {
    const page = history.find({ ...filter, limit: PAGE, ...(beforeId === undefined ? {} : { beforeId }) });
    for (const { id } of page) {
      const detail = history.detail(id);
      if (detail) yield detail;
    }
    beforeId = page.at(-1)?.id;
    if (page.length < PAGE) return;
  }
}

type CsvRow = { operation: OperationDetail; result: OperationDetail['results'][number] | undefined };

/** One line per object of an operation; an operation without objects has one line too. */
const CSV_COLUMNS: readonly (readonly [string, (row: CsvRow) => unknown])[] = [
  ['id', ({ operation }) => operation.id],
  ['app', ({ operation }) => operation.app],
  ['cluster', ({ operation }) => operation.cluster],
  ['phase', ({ operation }) => operation.phase],
  ['trigger', ({ operation }) => operation.trigger],
  ['actor', ({ operation }) => operation.actor],
  ['dryRun', ({ operation }) => operation.dryRun],
  ['startedAt', ({ operation }) => new Date(operation.startedAtMs).toISOString()],
  ['finishedAt', ({ operation }) => (operation.finishedAtMs === undefined ? '' : new Date(operation.finishedAtMs).toISOString())],
  ['revisions', ({ operation }) => operation.revisions.join(' ')],
  ['commitAuthor', ({ operation }) => operation.commit?.author ?? ''],
  ['commitSubject', ({ operation }) => operation.commit?.subject ?? ''],
  ['message', ({ operation }) => operation.message],
  ['group', ({ result }) => result?.ref.group ?? ''],
  ['kind', ({ result }) => result?.ref.kind ?? ''],
  ['namespace', ({ result }) => result?.ref.namespace ?? ''],
  ['name', ({ result }) => result?.ref.name ?? ''],
  ['wave', ({ result }) => result?.wave ?? ''],
  ['result', ({ result }) => result?.code ?? ''],
  ['resultMessage', ({ result }) => result?.message ?? ''],
  ['manifest', ({ result }) => result?.manifestHash ?? ''],
];

function* csvRows(operation: OperationDetail): Generator<string> {
  const results = operation.results.length > 0 ? operation.results : [undefined];
  for (const result of results) yield csvLine(CSV_COLUMNS.map(([, value]) => value({ operation, result })));
}

/** A SQLite file with the history alone: no objects of servers, no owners, and only what the filter lets through. */
export function exportSqlite(database: Database, file: string, filter: Filter = {}): void {
  const kept = ['1 = 1'];
  if (filter.app !== undefined) kept.push(`app = ${quoted(filter.app)}`);
  if (filter.cluster !== undefined) kept.push(`cluster = ${quoted(filter.cluster)}`);
  if (filter.sinceMs !== undefined) kept.push(`started_ms >= ${Math.floor(filter.sinceMs)}`);
  if (!filter.dryRuns) kept.push('dry_run = 0');
  const keep = kept.join(' AND ');
  database.copyTo(file, [
    'PRAGMA foreign_keys = ON',
    'PRAGMA journal_mode = DELETE',
    ...['objects', 'servers', 'owners', 'facts'].map((table) => `DROP TABLE ${table}`),
    `DELETE FROM pins WHERE operation NOT IN (SELECT id FROM operations WHERE ${keep})`,
    `DELETE FROM operations WHERE NOT (${keep})`,
    'DELETE FROM manifests WHERE hash NOT IN (SELECT hash FROM operation_manifests)',
    ...(filter.app === undefined
      ? []
      : ['applied', 'drifts', 'action_runs'].map((table) => `DELETE FROM ${table} WHERE app <> ${quoted(filter.app ?? '')}`)),
  ]);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
