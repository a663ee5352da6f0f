// The end of an operation: its record, the application's operationState and history, a retry if one is left, the next look.
import { extendHistory, revisionFields, rfc3339 } from '../core/application/status.js';
import { nextRetryAtMs } from '../core/sync/retry.js';
import type { OperationPhase, OperationState, ResourceResult } from '../domain/application.js';
import type { TaskResult } from '../domain/operation.js';
import type { ActiveOperation, AppState } from './app-state.js';
import { clearRequestedOperation, writeStatus } from './status-writer.js';
import { summaryOf } from './summaries.js';
import type { World } from './world.js';

export interface End {
  readonly phase: OperationPhase;
  readonly message: string;
}

export async function endOperation(world: World, state: AppState, active: ActiveOperation, end: End): Promise<void> {
  const atMs = world.now();
  const { running, start } = active;
  const sync = running.request.sync ?? {};
  const dryRun = sync.dryRun === true;
  const entersHistory = end.phase === 'Succeeded' && !dryRun && (sync.resources?.length ?? 0) === 0 && start.trigger !== 'delete';
  if (entersHistory)
    state.history = extendHistory(
      { ...state.app, status: { ...state.app.status, history: [...state.history] } },
      entryOf(state, active, atMs),
    );
  const historyId = entersHistory ? state.history.at(-1)?.id : undefined;
  world.options.history.finish(running.id, end.phase, end.message, atMs, historyId);
  const retry = dryRun || running.terminating ? undefined : retryOf(active, end, atMs);
  state.operationState = stateOf(state, active, { ...end, atMs, ...(retry ? { retry } : {}) });
  delete state.operation;
  if (retry) {
    state.retry = retry;
    world.queue.addAt(state.key, retry.atMs);
  }
  if (!dryRun) state.last = summaryOf(state, active, { ...end, atMs, ...(historyId === undefined ? {} : { historyId }) });
  world.store.operationFinished(state, summaryOf(state, active, { ...end, atMs, ...(historyId === undefined ? {} : { historyId }) }));
  if (start.trigger === 'hub') await clearRequestedOperation(world, state);
  await writeStatus(world, state);
  world.queue.add(state.key);
}

function entryOf(state: AppState, active: ActiveOperation, atMs: number) {
  const { target, running } = active;
  const many = (state.app.spec.sources?.length ?? 0) > 0;
  const [source] = target.sources;
  return {
    ...revisionFields(state.app, target.revisions),
    ...(many ? { sources: [...target.sources] } : source ? { source } : {}),
    deployStartedAt: rfc3339(running.startedAtMs),
    deployedAt: rfc3339(atMs),
    initiatedBy: running.request.initiatedBy ?? { username: active.actor },
  };
}

function retryOf(active: ActiveOperation, { phase }: End, atMs: number): AppState['retry'] {
  if (phase !== 'Failed' && phase !== 'Error') return undefined;
  const count = active.start.retries ?? 0;
  const nextMs = nextRetryAtMs(active.running.request.retry, count, atMs);
  return nextMs === undefined ? undefined : { atMs: nextMs, count: count + 1, start: { ...active.start, retries: count + 1 } };
}

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
  return active.running.results.flatMap(({ taskId, outcome }: TaskResult): ResourceResult[] => {
    const task = byId.get(taskId);
    if (!task) return [];
    const { group, version, kind, namespace, name } = task.ref;
    const hookPhase: OperationPhase = outcome.kind === 'failed' ? 'Failed' : 'Succeeded';
    return [{ group, version, kind, namespace, name, status: outcome.code, message: outcome.message, syncPhase: task.phase, hookPhase }];
  });
}
