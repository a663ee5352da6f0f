// An operation in the shape of status.operationState.
import { revisionFields, rfc3339 } from '../core/application/status.js';
import type { OperationPhase, OperationState, ResourceResult } from '../domain/application.js';
import type { TaskResult } from '../domain/operation.js';
import type { ActiveOperation, AppState } from './app-state.js';
import type { End } from './operation-end.js';

/** status.operationState, in Argo CD's shape. While a retry is left the phase stays Running. */
export function stateOf(
  state: AppState,
  active: ActiveOperation,
  end: End & { readonly atMs: number; readonly retry?: NonNullable<AppState['retry']> },
): OperationState {
  const { running, start } = active;
  const retried = start.retries ?? 0;
  const message = end.retry
    ? `${end.message}. Retrying attempt #${end.retry.count} at ${clockTime(end.retry.atMs)}.`
    : retried > 0 && end.phase !== 'Succeeded'
      ? `${end.message} (retried ${retried} times).`
      : end.message;
  const ended = end.phase !== 'Running' && end.phase !== 'Terminating';
  return {
    operation: running.request,
    phase: end.retry ? 'Running' : end.phase,
    message,
    startedAt: rfc3339(running.startedAtMs),
    ...(ended ? { finishedAt: rfc3339(end.atMs) } : {}),
    ...(retried > 0 || end.retry ? { retryCount: end.retry?.count ?? retried } : {}),
    syncResult: {
      ...revisionFields(state.app, active.target.revisions),
      ...((state.app.spec.sources?.length ?? 0) > 0
        ? { sources: [...active.target.sources] }
        : active.target.sources[0]
          ? { source: active.target.sources[0] }
          : {}),
      resources: resourceResults(active),
    },
  };
}

function clockTime(ms: number): string {
  const date = new Date(ms);
  const hours = date.getUTCHours();
  return `${hours % 12 === 0 ? 12 : hours % 12}:${String(date.getUTCMinutes()).padStart(2, '0')}${hours < 12 ? 'AM' : 'PM'}`;
}

/** In first-seen order, as Argo CD keeps them. */
function resourceResults(active: ActiveOperation): ResourceResult[] {
  const byId = new Map(active.running.plan.tasks.map((task) => [task.id, task]));
  return active.running.results.flatMap(({ taskId, outcome, hook }: TaskResult): ResourceResult[] => {
    const task = byId.get(taskId);
    if (!task) return [];
    const { group, version, kind, namespace, name } = task.ref;
    const hookPhase: OperationPhase = hook?.phase ?? (outcome.kind === 'failed' ? 'Failed' : 'Succeeded');
    const result = { group, version, kind, namespace, name, message: outcome.message, syncPhase: task.phase, hookPhase };
    return [task.kind === 'hook' ? { ...result, hookType: task.phase } : { ...result, status: outcome.code }];
  });
}
