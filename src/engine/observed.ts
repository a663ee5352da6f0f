// Whether an application may be written to at all: every cluster that it may touch has to allow it.
import type { AppState } from './app-state.js';
import type { World } from './world.js';

/** Why nothing may be written for this application; undefined where writing is allowed. */
export function observed(world: World, state: AppState): string | undefined {
  const foreign = world.modes.foreignController();
  if (foreign !== undefined) return foreign;
  for (const key of state.destination?.clusters ?? []) {
    const reason = world.modes.refusal(key);
    if (reason !== undefined) return reason;
  }
  return undefined;
}
