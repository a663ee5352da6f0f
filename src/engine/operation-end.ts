// The end of an operation: its record, the application's operationState and history, a retry if one is left, the next look.
import { extendHistory, revisionFields, rfc3339 } from '../core/application/status.js';
import { nextRetryAtMs } from '../core/sync/retry.js';
import type { OperationPhase } from '../domain/application.js';
import { IoError } from '../domain/problem.js';
import type { ActiveOperation, AppState } from './app-state.js';
import { stateOf } from './operation-state.js';
import { clearRequestedOperation } from './status-writer.js';
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
  recordEnd(world, state, () => world.options.history.finish(running.id, end.phase, end.message, atMs, historyId));
  const retry = dryRun || running.terminating ? undefined : retryOf(active, end, atMs);
  state.operationState = stateOf(state, active, { ...end, atMs, ...(retry ? { retry } : {}) });
  delete state.operation;
  world.turns.give(state.key);
  if (retry) {
    state.retry = retry;
    world.queue.addAt(state.key, retry.atMs);
  }
  if (!dryRun) state.last = summaryOf(state, active, { ...end, atMs, ...(historyId === undefined ? {} : { historyId }) });
  world.store.operationFinished(state, summaryOf(state, active, { ...end, atMs, ...(historyId === undefined ? {} : { historyId }) }));
  if (start.trigger === 'hub') await clearRequestedOperation(world, state);
  // The run that follows writes the status, with what the operation has changed.
  world.queue.add(state.key);
}

/** An end that cannot be recorded leaves the operation unfinished in the record: the next start takes it up again. */
function recordEnd(world: World, state: AppState, record: () => void): void {
  try {
    record();
  } catch (error) {
    if (!(error instanceof IoError)) throw error;
    world.store.notice('error', error.message, { app: state.key });
  }
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
  // A new attempt begins anew: hooks run again.
  const { carried: _, ...start } = active.start;
  return nextMs === undefined ? undefined : { atMs: nextMs, count: count + 1, start: { ...start, retries: count + 1 } };
}
