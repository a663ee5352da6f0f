// Rollback: which operation is meant, whether it is allowed, and the request that carries it out. Texts of behaviour 2.3 ("History").
import { isAutomated, type RevisionHistory } from '../domain/application.js';
import type { Intent } from '../domain/events.js';
import type { OperationId, OperationSummary } from '../domain/operation.js';
import { UserError } from '../domain/problem.js';
import type { AppState } from './app-state.js';
import { isDestination } from './destination.js';
import { recordedTarget, unpin } from './pins.js';
import { type StartRequest, startOperation } from './start.js';
import type { World } from './world.js';

type RollbackIntent = Extract<Intent, { kind: 'rollback' }>;

/** Starts the rollback. The pin is set when it has been accepted, and holds whatever becomes of the operation. */
export async function rollBack(world: World, state: AppState, intent: RollbackIntent): Promise<OperationId | undefined> {
  if (isAutomated(state.app.spec) && !intent.pin && !intent.dryRun)
    throw new UserError('rollback cannot be initiated when auto-sync is enabled');
  const start = await rollbackRequest(world, state, intent);
  const before = { pin: state.pin, skips: state.target };
  const id = await startOperation(world, state, { ...start, ...(intent.approved ? { approved: intent.approved } : {}) });
  if (id === undefined || intent.dryRun || !intent.pin || !before.skips || !start.recorded) return id;
  const pin = {
    app: state.key,
    operation: start.recorded.operation,
    skipsTargetHash: before.skips.hash,
    skipsRevisions: before.skips.revisions,
    atMs: world.now(),
    actor: intent.actor,
  };
  world.options.history.pin(pin);
  state.pin = pin;
  state.pinned = start.recorded.target;
  delete state.fingerprint;
  world.queue.add(state.key);
  return id;
}

/** The operation that a rollback would start. */
export async function rollbackRequest(
  world: World,
  state: AppState,
  wanted: {
    readonly historyId?: number;
    readonly operation?: OperationId;
    readonly prune: boolean;
    readonly dryRun?: boolean;
    readonly actor?: string;
  },
): Promise<StartRequest> {
  const destination = world.destination(state);
  if (!isDestination(destination)) throw new UserError(`cannot roll back ${state.app.metadata.name}: ${destination.message}`);
  state.destination = destination;
  const operation = wanted.operation ?? operationOf(world, state, wanted.historyId);
  const target = await recordedTarget(world, state, destination, operation);
  const many = (state.app.spec.sources?.length ?? 0) > 0;
  const revision = many
    ? { revisions: [...target.revisions], sources: [...target.sources] }
    : { revision: target.revisions[0] ?? '', ...(target.sources[0] ? { source: target.sources[0] } : {}) };
  return {
    operation: {
      sync: {
        ...revision,
        prune: wanted.prune,
        dryRun: wanted.dryRun === true,
        syncStrategy: { apply: {} },
        ...(state.app.spec.syncPolicy?.syncOptions ? { syncOptions: state.app.spec.syncPolicy.syncOptions } : {}),
      },
      initiatedBy: { username: wanted.actor ?? '' },
    },
    trigger: 'rollback',
    actor: wanted.actor ?? '',
    recorded: { operation, target },
  };
}

/** Our operation behind an id of status.history; without an id the deployment before the newest. */
function operationOf(world: World, state: AppState, historyId: number | undefined): OperationId {
  const entry = historyEntry(state, historyId);
  const rows = world.options.history.find({ app: state.key, dryRuns: false, phases: ['Succeeded'], limit: 1000 });
  const found = rows.find((row: OperationSummary) => row.historyId === entry.id);
  if (!found)
    throw new UserError(`cannot roll back ${state.app.metadata.name} to ${entry.id}: this data folder has no record of that deployment`);
  return found.id;
}

function historyEntry(state: AppState, historyId: number | undefined): RevisionHistory {
  const { name } = state.app.metadata;
  if (historyId === undefined) {
    const entry = state.history.at(-2);
    if (!entry) throw new UserError(`application '${name}' should have at least two successful deployments`);
    return entry;
  }
  const entry = state.history.find(({ id }) => id === historyId);
  if (!entry) throw new UserError(`application ${name} does not have deployment with id ${historyId}`);
  return entry;
}

export function takeOffPin(world: World, state: AppState): void {
  if (!state.pin) throw new UserError(`${state.app.metadata.name} is not pinned`);
  unpin(world, state);
  world.queue.add(state.key);
}
