// Is anything left to do? Steady: nothing queued, running or due, every verdict current, nothing Progressing before its deadline.
import type { EngineActivity } from '../domain/fleet.js';
import type { AppState } from './app-state.js';
import type { World } from './world.js';

const MOST = 20;

export function activityOf(world: World): EngineActivity {
  const { waiting, running } = world.queue.busy();
  const waitsFor: string[] = [];
  let operations = 0;
  let due = 0;
  if (!world.started) waitsFor.push('the control objects to be read');
  for (const live of world.lives.values()) {
    if (live.trouble !== undefined && live.stale() === undefined) waitsFor.push(live.trouble);
  }
  for (const state of world.apps.values()) {
    if (state.operation) operations++;
    if (state.retry || state.healAtMs !== undefined) due++;
    const reason = unsettled(world, state);
    if (reason !== undefined) waitsFor.push(`${state.app.metadata.name}: ${reason}`);
  }
  waitsFor.push(...(world.sets?.waitsFor() ?? []));
  const statuses = world.statuses.busy();
  const steady = waiting + running + statuses.waiting + statuses.running === 0 && waitsFor.length === 0;
  return { queued: waiting, reconciling: running, operations, due, steady, waitsFor: waitsFor.slice(0, MOST) };
}

function unsettled(world: World, state: AppState): string | undefined {
  if (state.operation) return state.operation.waitsFor || 'an operation is running';
  if (state.retry) return 'a retry is due';
  if (state.healAtMs !== undefined) return 'a heal is due';
  if (world.turns.waits(state.key)) return 'it waits for its turn on the cluster';
  if (state.app.metadata.deletionTimestamp) return 'it is being deleted';
  if (!state.comparison) return state.stale === undefined ? 'it was not compared yet' : undefined;
  if (state.comparison.health !== 'Progressing') return undefined;
  const sinceMs = world.now() - (state.progressingSinceMs ?? world.now());
  return sinceMs < world.options.timings.progressDeadlineMs ? 'it is Progressing' : undefined;
}
