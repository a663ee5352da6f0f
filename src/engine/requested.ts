// `.operation` was set on an Application in the hub (kubectl, another tool): it is a request like any other.

import { rfc3339 } from '../core/application/status.js';
import { IoError, UserError } from '../domain/problem.js';
import type { AppState } from './app-state.js';
import { startOperation } from './start.js';
import { clearRequestedOperation } from './status-writer.js';
import type { World } from './world.js';

export function startRequested(world: World, state: AppState): void {
  const operation = state.app.operation;
  if (!operation || state.operation || state.approval || state.retry || world.closing) return;
  const actor = operation.initiatedBy?.username ?? 'hub';
  void startOperation(world, state, { operation, trigger: 'hub', actor }).catch(async (error: unknown) => {
    if (!(error instanceof UserError) && !(error instanceof IoError)) throw error;
    const at = rfc3339(world.now());
    state.operationState = { operation, phase: 'Error', message: error.message, startedAt: at, finishedAt: at };
    await clearRequestedOperation(world, state);
    world.queue.add(state.key);
  });
}
