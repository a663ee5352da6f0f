// From rows to operations as history lists them.
import type { ResultCode, Source } from '../src/domain/application.js';
import type { OperationDetail, OperationSummary, TaskOutcome, TaskResult, Trigger } from '../src/domain/operation.js';
import type { Commit } from '../src/domain/ports.js';
import type { Database } from './database.js';
import { targetsOf, tasksOf } from './plan-record.js';

export interface OperationRow {
  id: number;
  app: string;
  cluster: string;
  phase: string;
  message: string;
  trigger_kind: string;
  actor: string;
  dry_run: number;
  started_ms: number;
  finished_ms: number | null;
  revisions: string;
  from_revisions: string;
  commit_json: string | null;
  sources: string;
  request: string;
  plan: Buffer;
  total: number;
  history_id: number | null;
  rollback_to: number | null;
  done: number;
  failed: number;
  pruned: number;
  pinned: number;
}

interface ResultRow {
  task: string;
  kind: string;
  code: string;
  message: string;
  retry: string | null;
  uid: string | null;
  resource_version: string | null;
  started_ms: number;
  finished_ms: number;
}

/** Columns of an OperationRow; the plan is left out of lists, where it would only be read to be thrown away. */
export function operationColumns(withPlan: boolean): string {
  return `o.id, o.app, o.cluster, o.phase, o.message, o.trigger_kind, o.actor, o.dry_run, o.started_ms, o.finished_ms, o.revisions,
    o.from_revisions, o.commit_json, o.sources, o.request, ${withPlan ? 'o.plan,' : ''} o.total, o.history_id, o.rollback_to,
    (SELECT count(*) FROM results r WHERE r.operation = o.id AND r.kind = 'done') AS done,
    (SELECT count(*) FROM results r WHERE r.operation = o.id AND r.kind = 'failed') AS failed,
    (SELECT count(*) FROM results r WHERE r.operation = o.id AND r.code = 'Pruned') AS pruned,
    EXISTS (SELECT 1 FROM pins p WHERE p.operation = o.id) AS pinned`;
}

export function summaryOf(row: OperationRow): OperationSummary {
  return {
    id: row.id,
    app: row.app,
    cluster: row.cluster,
    phase: row.phase as OperationSummary['phase'],
    message: row.message,
    trigger: row.trigger_kind as Trigger,
    actor: row.actor,
    dryRun: row.dry_run === 1,
    startedAtMs: row.started_ms,
    ...(row.finished_ms === null ? {} : { finishedAtMs: row.finished_ms }),
    revisions: JSON.parse(row.revisions) as string[],
    fromRevisions: JSON.parse(row.from_revisions) as string[],
    ...commitOf(row.commit_json),
    ...(row.history_id === null ? {} : { historyId: row.history_id }),
    ...(row.rollback_to === null ? {} : { rollbackTo: row.rollback_to }),
    ...(row.pinned ? { pinned: true } : {}),
    counts: { total: row.total, done: row.done, failed: row.failed, pruned: row.pruned },
  };
}

function commitOf(json: string | null): Pick<OperationSummary, 'commit'> {
  if (json === null) return {};
  const { author, subject, atMs } = JSON.parse(json) as Commit;
  return { commit: { author, subject, atMs } };
}

export function detailOf(database: Database, row: OperationRow): OperationDetail {
  const request = JSON.parse(row.request) as OperationDetail['request'];
  const results = new Map(resultsOf(database, row.id).map((result) => [result.taskId, result]));
  const hashes = targetsOf(database, row.id);
  return {
    ...summaryOf(row),
    request,
    sources: JSON.parse(row.sources) as Source[],
    options: request.sync?.syncOptions ?? [],
    results: tasksOf(row.plan).map((task) => {
      const result = results.get(task.id);
      const manifestHash = hashes.get(task.id);
      return {
        ref: task.ref,
        phase: task.phase,
        wave: task.wave,
        code: result?.outcome.code ?? ('Pending' as const),
        message: result?.outcome.message ?? '',
        ...(result ? { durationMs: result.finishedAtMs - result.startedAtMs } : {}),
        ...(manifestHash === undefined ? {} : { manifestHash }),
      };
    }),
  };
}

export function resultsOf(database: Database, operation: number): readonly TaskResult[] {
  return database
    .all<ResultRow>('SELECT * FROM results WHERE operation = ? ORDER BY finished_ms, task', operation)
    .map((row) => ({ taskId: row.task, outcome: outcomeOf(row), startedAtMs: row.started_ms, finishedAtMs: row.finished_ms }));
}

function outcomeOf({ kind, code, message, retry, uid, resource_version }: ResultRow): TaskOutcome {
  const known = { code: code as ResultCode, message };
  if (kind === 'failed') return { kind: 'failed', ...known, retry: retry === 'never' ? 'never' : 'backoff' };
  return {
    kind: 'done',
    ...known,
    ...(uid === null ? {} : { uid }),
    ...(resource_version === null ? {} : { resourceVersion: resource_version }),
  };
}
