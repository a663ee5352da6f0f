// Hooks in the cluster: their end is noted and they are let go; finished ones are deleted. Each with its intent on disk, as every write.
import { HOOK_FINALIZER } from '../core/manifest/hooks.js';
import type { HookEnd, HookRemoval, HookTask, TaskResult } from '../domain/operation.js';
import { IoError } from '../domain/problem.js';
import { type Manifest, resourceId } from '../domain/resource.js';
import type { ActiveOperation, AppState } from './app-state.js';
import { placed } from './perform.js';
import type { World } from './world.js';

const AGAIN_MS = 1_000;

/** Takes the finalizer off and records the end. What the cluster refuses is tried again at the next look. */
export async function settleHooks(world: World, state: AppState, active: ActiveOperation, ends: readonly HookEnd[]): Promise<void> {
  await tolerant(world, state, active, async () => {
    for (const { task, phase, message } of ends) {
      const uid = resultOf(active, task)?.hook?.uid ?? '';
      await letGo(world, state, task, uid);
      end(world, active, task, { phase, uid }, message);
    }
  });
}

/** Deletes hooks: the very objects that were seen, and nothing else. */
export async function clearHooks(world: World, state: AppState, active: ActiveOperation, removals: readonly HookRemoval[]): Promise<void> {
  world.options.history.intend(
    active.running.id,
    removals.map(({ task }) => `clear:${task.id}`),
    world.now(),
  );
  await tolerant(world, state, active, async () => {
    for (const { task, uid } of removals) {
      await letGo(world, state, task, uid);
      await removeHook(world, state, task, uid);
      const known = resultOf(active, task)?.hook;
      if (known?.uid !== uid) continue;
      const phase = known.phase === 'Running' ? 'Failed' : known.phase;
      end(
        world,
        active,
        task,
        { ...known, phase, cleared: true },
        known.phase === 'Running' ? 'it was deleted: the operation was terminated' : undefined,
      );
    }
  });
}

async function removeHook(world: World, state: AppState, task: HookTask, uid: string): Promise<void> {
  const live = placed(world, state, task.ref);
  await world.modes.limited(live.cluster.info.key, () => live.cluster.remove(task.ref, uid, task.propagation, world.signal));
  const after = await live.cluster.get(task.ref, world.signal);
  const known = live.index.get(resourceId(task.ref));
  if (after) live.learn(after);
  else if (known?.metadata.uid === uid) live.forget(known);
}

/** Without our finalizer a hook goes when somebody deletes it. Another object of the same name is left alone: the uid is a precondition. */
async function letGo(world: World, state: AppState, task: HookTask, uid: string): Promise<void> {
  const live = placed(world, state, task.ref);
  const object = live.index.get(resourceId(task.ref));
  const finalizers = object?.metadata.finalizers ?? [];
  if (!object || object.metadata.uid !== uid || !finalizers.includes(HOOK_FINALIZER)) return;
  const body = {
    metadata: { uid, resourceVersion: object.metadata.resourceVersion, finalizers: finalizers.filter((each) => each !== HOOK_FINALIZER) },
  };
  const write = (): Promise<Manifest> =>
    live.cluster.patch(task.ref, { type: 'merge', body, fieldManager: 'argocd-controller' }, world.signal);
  try {
    live.learn(await world.modes.limited(live.cluster.info.key, write));
  } catch (error) {
    if (!(error instanceof IoError) || error.status !== 404) throw error;
    live.forget(object);
  }
}

function resultOf(active: ActiveOperation, task: HookTask): TaskResult | undefined {
  return active.running.results.find(({ taskId }) => taskId === task.id);
}

function end(world: World, active: ActiveOperation, task: HookTask, hook: NonNullable<TaskResult['hook']>, said: string | undefined): void {
  const before = resultOf(active, task);
  if (!before) return;
  const message = said === undefined || said === '' ? before.outcome.message : said;
  const result: TaskResult = {
    ...before,
    finishedAtMs: world.now(),
    outcome:
      hook.phase === 'Failed'
        ? { kind: 'failed', code: 'Synced', message, retry: 'never' }
        : { kind: 'done', code: 'Synced', message, uid: hook.uid },
    hook,
  };
  world.options.history.outcome(active.running.id, [result]);
  active.running = { ...active.running, results: active.running.results.map((each) => (each === before ? result : each)) };
}

/** The cluster does not answer, or somebody else has changed the hook meanwhile: it is looked at again a little later. */
async function tolerant(world: World, state: AppState, active: ActiveOperation, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof IoError)) throw error;
    active.waitsFor = error.message;
    world.store.operationProgress(state);
    await world.options.clock.sleep(AGAIN_MS, world.signal);
  }
  world.store.operationProgress(state);
}
