// Performs the writes of a step. Before each write: may we still write to this cluster? What a write returns is known at once.
import type { ApplyHow, Task, TaskResult } from '../domain/operation.js';
import { IoError } from '../domain/problem.js';
import type { Manifest } from '../domain/resource.js';
import type { ActiveOperation, AppState } from './app-state.js';
import type { ClusterLive } from './live.js';
import type { World } from './world.js';

type Outcome = TaskResult['outcome'];

/** Tries the tasks on the server without writing. */
export async function performDryRun(world: World, state: AppState, active: ActiveOperation, tasks: readonly Task[]): Promise<TaskResult[]> {
  const results = await Promise.all(
    tasks.map(async (task) => {
      if ((task.kind !== 'apply' && task.kind !== 'hook') || active.running.terminating) return [];
      const startedAtMs = world.now();
      const outcome = await guarded(() => applied(world, state, task.ref, { target: task.target, how: { ...task.how, dryRun: true } }));
      return [{ taskId: task.id, outcome, startedAtMs, finishedAtMs: world.now() }];
    }),
  );
  return results.flat();
}

/** Writes the members of a group side by side. One that fails does not keep the others from being written. */
export async function performWrite(world: World, state: AppState, active: ActiveOperation, tasks: readonly Task[]): Promise<TaskResult[]> {
  const dryRun = active.running.request.sync?.dryRun === true;
  return Promise.all(
    tasks.map(async (task) => {
      const startedAtMs = world.now();
      const outcome = dryRun ? skipped() : await guarded(() => writeTask(world, state, task));
      const hook =
        task.kind === 'hook' && outcome.kind === 'done' && !dryRun ? { phase: 'Running' as const, uid: outcome.uid ?? '' } : undefined;
      return { taskId: task.id, outcome, startedAtMs, finishedAtMs: world.now(), ...(hook ? { hook } : {}) };
    }),
  );
}

function skipped(): Outcome {
  return { kind: 'done', code: 'Synced', message: 'dry run' };
}

function writeTask(world: World, state: AppState, task: Task): Promise<Outcome> {
  switch (task.kind) {
    case 'apply':
    case 'hook':
      return applied(world, state, task.ref, task);
    case 'namespace':
      return namespaced(world, state, task);
    case 'prune':
      return task.skipped === undefined
        ? pruned(world, state, task)
        : Promise.resolve({ kind: 'done', code: 'PruneSkipped', message: task.skipped });
    default:
      return task satisfies never;
  }
}

async function applied(
  world: World,
  state: AppState,
  ref: Task['ref'],
  { target, how }: { target: Manifest; how: ApplyHow },
): Promise<Outcome> {
  const live = placed(world, state, ref);
  const before = live.index.get(`${ref.group}/${ref.kind}/${ref.namespace}/${ref.name}`);
  const after = await world.modes.limited(live.cluster.info.key, () => live.cluster.apply(target, how, world.signal));
  if (!how.dryRun) live.learn(after);
  const path = `${ref.kind.toLowerCase()}${ref.group === '' ? '' : `.${ref.group}`}/${ref.name}`;
  const verb =
    how.mode === 'server-side'
      ? 'serverside-applied'
      : !before
        ? 'created'
        : before.metadata.resourceVersion === after.metadata.resourceVersion
          ? 'unchanged'
          : how.mode === 'replace'
            ? 'replaced'
            : 'configured';
  return { kind: 'done', code: 'Synced', message: `${path} ${verb}`, ...ids(after) };
}

async function namespaced(world: World, state: AppState, task: Extract<Task, { kind: 'namespace' }>): Promise<Outcome> {
  try {
    return await applied(world, state, task.ref, task);
  } catch (error) {
    if (error instanceof IoError && error.reason === 'AlreadyExists')
      return { kind: 'done', code: 'Synced', message: `namespace/${task.ref.name} exists` };
    throw error;
  }
}

async function pruned(world: World, state: AppState, task: Extract<Task, { kind: 'prune' }>): Promise<Outcome> {
  const live = placed(world, state, task.ref);
  await world.modes.limited(live.cluster.info.key, () => live.cluster.remove(task.ref, task.uid, task.propagation, world.signal));
  const after = await live.cluster.get(task.ref, world.signal);
  if (after) live.learn(after);
  else {
    const known = live.index.get(`${task.ref.group}/${task.ref.kind}/${task.ref.namespace}/${task.ref.name}`);
    if (known?.metadata.uid === task.uid) live.forget(known);
  }
  return { kind: 'done', code: 'Pruned', message: 'pruned' };
}

/** The cluster of an object, if we may write to it at this moment. */
export function placed(world: World, state: AppState, ref: Task['ref']): ClusterLive {
  const live = world.placeOf(state, ref);
  if (!live) throw new IoError(`Cannot write ${ref.kind} ${ref.name}: its cluster is not known any more`, { retry: 'never' });
  const refusal = world.modes.refusal(live.cluster.info.key);
  if (refusal !== undefined) throw new IoError(`Cannot write ${ref.kind} ${ref.name}: ${refusal}`, { retry: 'backoff' });
  return live;
}

function ids(object: Manifest): { uid?: string; resourceVersion?: string } {
  const { uid, resourceVersion } = object.metadata;
  return { ...(uid ? { uid } : {}), ...(resourceVersion ? { resourceVersion } : {}) };
}

/** A failed write is an outcome, not an exception. */
async function guarded(write: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await write();
  } catch (error) {
    if (!(error instanceof IoError)) throw error;
    return { kind: 'failed', code: 'SyncFailed', message: error.message, retry: error.retry };
  }
}
