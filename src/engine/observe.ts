// What an operation's objects look like now, from the live index; no request is sent.
import type { Observation } from '../domain/operation.js';
import { type Manifest, resourceId } from '../domain/resource.js';
import type { ActiveOperation, AppState } from './app-state.js';
import type { World } from './world.js';

export async function observe(world: World, state: AppState, active: ActiveOperation): Promise<Observation> {
  await world.health.prepare(objectsOf(world, state, active));
  const tasks: Record<string, Observation['tasks'][string]> = {};
  const looked = new Set(active.running.results.map(({ taskId }) => taskId));
  for (const task of active.running.plan.tasks) {
    const taskId = task.id;
    // Hooks are looked at before they are written, too: one of an earlier run or phase may have the name.
    if (!looked.has(taskId) && task.kind !== 'hook') continue;
    const object = world.placeOf(state, task.ref)?.index.get(resourceId(task.ref));
    const health = object && world.health.healthOf(object);
    tasks[taskId] = {
      exists: object !== undefined,
      deleting: object?.metadata.deletionTimestamp !== undefined,
      ...(object?.metadata.uid ? { uid: object.metadata.uid } : {}),
      ...(health ? { health } : {}),
    };
  }
  return { nowMs: world.now(), tasks };
}

function* objectsOf(world: World, state: AppState, active: ActiveOperation): Iterable<Manifest> {
  for (const { ref } of active.running.plan.tasks) {
    const object = world.placeOf(state, ref)?.index.get(resourceId(ref));
    if (object) yield object;
  }
}
