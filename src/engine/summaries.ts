// An operation as rows and history show it.
import type { OperationPhase } from '../domain/application.js';
import type { OperationSummary } from '../domain/operation.js';
import type { ActiveOperation, AppState } from './app-state.js';

export interface SummaryEnd {
  readonly phase: OperationPhase;
  readonly message: string;
  readonly atMs?: number;
  readonly historyId?: number;
}

export function summaryOf(
  state: AppState,
  active: ActiveOperation,
  end: SummaryEnd = { phase: 'Running', message: active.waitsFor },
): OperationSummary {
  const { running, start } = active;
  const failed = running.results.filter(({ outcome }) => outcome.kind === 'failed').length;
  const pruned = running.results.filter(({ outcome }) => outcome.code === 'Pruned').length;
  return {
    id: running.id,
    app: state.key,
    cluster: active.destination.cluster.key,
    phase: running.terminating && end.phase === 'Running' ? 'Terminating' : end.phase,
    message: end.message,
    trigger: active.trigger,
    actor: active.actor,
    dryRun: running.request.sync?.dryRun === true,
    startedAtMs: running.startedAtMs,
    revisions: active.target.revisions,
    fromRevisions: active.fromRevisions,
    counts: { total: running.plan.tasks.length, done: running.results.length, failed, pruned },
    ...(end.atMs === undefined ? {} : { finishedAtMs: end.atMs }),
    ...(end.historyId === undefined ? {} : { historyId: end.historyId }),
    ...(active.commit ? { commit: active.commit } : {}),
    ...(start.recorded ? { rollbackTo: start.recorded.operation, pinned: state.pin !== undefined } : {}),
    ...(active.wave === undefined || !Number.isSafeInteger(active.wave) || active.wave === Number.MIN_SAFE_INTEGER
      ? {}
      : { wave: active.wave }),
  };
}
