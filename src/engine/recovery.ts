// What a crash left behind: operations that were begun and never ended. Each is ended in the record and begun again from what is live now.
// A write that was intended and has no outcome may have happened or not: applying it again is harmless, and a delete names its uid.
// The old plan is not reused: the record holds no Secret values, and the cluster has moved on.
import { IoError, UserError } from '../domain/problem.js';
import type { AppState } from './app-state.js';
import { isDestination } from './destination.js';
import { recordedTarget } from './pins.js';
import { type StartRequest, startOperation } from './start.js';
import type { World } from './world.js';

type Left = ReturnType<World['options']['history']['unfinished']>[number];

/** What the record holds without an end. To be asked before the first operation of this process begins. */
export function leftBehind(world: World): readonly Left[] {
  return world.options.history.unfinished();
}

/** Called once, when clusters and applications are known. An application that has begun an operation meanwhile needs no other. */
export async function recover(world: World, leftovers: readonly Left[]): Promise<void> {
  for (const left of leftovers) {
    const state = world.apps.get(left.app);
    world.options.history.finish(left.id, 'Error', 'Argosy was stopped while this ran', world.now());
    if (!state || state.operation) continue;
    if (left.trigger === 'delete') state.leftDeletion = left;
    if (left.request.sync?.dryRun || left.trigger === 'delete') world.queue.add(state.key);
    else await takeUp(world, state, left);
  }
}

async function takeUp(world: World, state: AppState, left: Left): Promise<void> {
  try {
    const id = await startOperation(world, state, await requestOf(world, state, left));
    if (id !== undefined)
      world.store.notice('info', `${state.app.metadata.name}: operation #${left.id} was cut short by a stop and goes on as #${id}`, {
        app: state.key,
      });
  } catch (error) {
    if (!(error instanceof UserError) && !(error instanceof IoError)) throw error;
    world.store.notice(
      'warning',
      `${state.app.metadata.name}: operation #${left.id} was cut short by a stop and cannot go on: ${error.message}`,
      { app: state.key },
    );
    world.queue.add(state.key);
  }
}

async function requestOf(world: World, state: AppState, left: Left): Promise<StartRequest> {
  const start: StartRequest = {
    operation: left.request,
    trigger: left.trigger,
    actor: left.actor,
    approved: left.plan.hash,
    carried: left,
  };
  const back = left.trigger === 'rollback' ? world.options.history.detail(left.id)?.rollbackTo : undefined;
  const destination = world.destination(state);
  if (back === undefined || !isDestination(destination)) return start;
  state.destination = destination;
  return { ...start, recorded: { operation: back, target: await recordedTarget(world, state, destination, back) } };
}
