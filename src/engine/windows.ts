// Sync windows of the application's project, asked before an operation starts.
import { canSync } from '../core/project/windows.js';
import type { AppState } from './app-state.js';
import type { World } from './world.js';

/** Why no sync may start now; undefined where none of the windows forbids it. */
export function windowRefusal(world: World, state: AppState, manual: boolean): string | undefined {
  const windows = world.project(state)?.spec.syncWindows ?? [];
  if (windows.length === 0) return undefined;
  const answer = canSync({ windows, app: state.app, manual, nowMs: world.now() });
  return answer.allowed ? undefined : answer.reason;
}
