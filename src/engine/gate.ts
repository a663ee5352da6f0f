// After a comparison: may, and should, the application sync by itself? The decision is core's; here it is carried out like any request.
import { autoSync } from '../core/sync/auto-sync.js';
import { UserError } from '../domain/problem.js';
import type { AppState } from './app-state.js';
import { observed } from './observed.js';
import { startOperation } from './start.js';
import { windowRefusal } from './windows.js';
import type { World } from './world.js';

export async function gate(world: World, state: AppState): Promise<void> {
  world.turns.forget(state.key);
  const { comparison } = state;
  delete state.healAtMs;
  if (!comparison || state.operation || state.retry || state.approval || state.gone || !isAutomatic(world, state)) return;
  const { timings } = world.options;
  const decision = autoSync({
    app: state.app,
    comparison,
    running: false,
    nowMs: world.now(),
    selfHealDelayMs: timings.selfHealMs,
    selfHealCooldownMs: timings.selfHealCooldownMs,
    ...(state.operationState ? { last: state.operationState } : {}),
    ...(state.target?.alike && !state.pin ? { alike: state.target.alike } : {}),
    ...(state.driftSinceMs === undefined ? { driftSinceMs: world.now() } : { driftSinceMs: state.driftSinceMs }),
  });
  state.notes = decision.kind === 'refuse' ? [decision.problem] : [];
  if (decision.kind === 'wait') {
    state.healAtMs = decision.untilMs;
    world.queue.addAt(state.key, decision.untilMs);
  }
  if (decision.kind !== 'sync' || state.stale !== undefined) return;
  if (observed(world, state) !== undefined || windowRefusal(world, state, false) !== undefined) return;
  if (state.destination && !world.turns.take(state.destination.cluster.key, state.key)) return;
  const trigger = decision.heal ? 'self-heal' : state.app.metadata.name === world.options.fleet?.name ? 'fleet' : 'auto-sync';
  try {
    await startOperation(world, state, { operation: decision.operation, trigger, actor: 'argosy' });
  } catch (error) {
    // Somebody else was quicker: what the application needs is seen again when that operation has ended.
    if (!(error instanceof UserError) || !state.operation) throw error;
  } finally {
    if (!state.operation) world.turns.give(state.key);
  }
}

/** A command that comes and goes loads control objects into the embedded hub and touches nothing else by itself. */
function isAutomatic(world: World, state: AppState): boolean {
  const { automation, hub } = world.options;
  if (automation === 'all') return true;
  const route = state.destination?.route;
  return hub.info.kind === 'embedded' && (state.comparison?.resources ?? []).every(({ key }) => route?.(key) === hub.info.key);
}
