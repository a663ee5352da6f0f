// An Application is being deleted and carries finalizers of ours: PreDelete hooks run, its objects go, wave by wave from the last to the first,
// each with the uid that was observed, PostDelete hooks run; then the finalizers are off. Behaviour 2.3 ("Cascade delete").

import { contentHash } from '../core/hash.js';
import { waveOf } from '../core/manifest/order.js';
import { permitsResource } from '../core/project/permissions.js';
import { deletionStage } from '../core/sync/deletion-hooks.js';
import { optionsOf, ownOptions } from '../core/sync/options.js';
import type { Plan, Propagation, Task } from '../domain/operation.js';
import { type Manifest, refOf, resourceId } from '../domain/resource.js';
import type { AppState } from './app-state.js';
import { cascadeOf } from './cascade.js';
import { liveOf } from './comparing.js';
import { runDeletionHooks } from './deletion-hooks.js';
import type { Destination } from './destination.js';
import { observed } from './observed.js';
import { runOperation } from './operation-loop.js';
import { patchHub } from './status-writer.js';
import { emptyComparison, emptyTarget } from './uncompared.js';
import type { World } from './world.js';

const FINALIZER = 'resources-finalizer.argocd.argoproj.io';
const KEEP = 'helm.sh/resource-policy';

/** One look at an Application with a deletionTimestamp. */
export async function deleteApp(world: World, state: AppState, destination: Destination): Promise<void> {
  world.store.refresh(state);
  if (state.operation) return;
  const finalizers = state.app.metadata.finalizers ?? [];
  const stage = deletionStage(finalizers);
  if (stage === undefined) return;
  const observe = observed(world, state);
  if (observe !== undefined) {
    state.notes = [{ type: 'DeletionError', message: `its resources are not deleted: ${observe}` }];
    return world.store.refresh(state);
  }
  const trouble = destination.clusters
    .map((key) => world.lives.get(key)?.trouble ?? world.lives.get(key)?.stale())
    .find((each) => each !== undefined);
  if (trouble !== undefined) {
    state.notes = [{ type: 'DeletionError', message: `its resources are not deleted yet: ${trouble}` }];
    return world.store.refresh(state);
  }
  if (stage !== 'resources') return runDeletionHooks(world, state, destination, stage);
  const own = finalizers.filter((name) => name.startsWith(FINALIZER));
  const plan = deletionPlan(world, state, destination, own[0]?.endsWith('/background') ? 'background' : 'foreground');
  if (plan.tasks.length === 0)
    return patchHub(world, state, { metadata: { finalizers: finalizers.filter((name) => !own.includes(name)) } });
  await runOperation(
    world,
    state,
    { operation: { initiatedBy: { username: 'argosy' } }, trigger: 'delete', actor: 'argosy' },
    { plan, target: emptyTarget(), comparison: emptyComparison(world, state), destination },
  );
}

/** Everything that the deletion would delete, in order. */
export function deletionPlan(world: World, state: AppState, destination: Destination, propagation: Propagation): Plan {
  const project = world.project(state);
  const objects = [...liveOf(world, { ...state }, undefined, destination).values()].filter((object) => isDeleted(object, state));
  const permitted = objects.filter(
    (object) =>
      !project ||
      permitsResource(project, refOf(object), {
        name: destination.cluster.key,
        server: destination.cluster.server,
        namespace: object.metadata.namespace ?? '',
      }),
  );
  const tasks = permitted
    .map((object): Extract<Task, { kind: 'prune' }> => {
      const ref = refOf(object);
      return {
        kind: 'prune',
        id: `prune:${resourceId(ref)}`,
        ref,
        phase: 'Sync',
        wave: -waveOf(object),
        uid: object.metadata.uid ?? '',
        propagation,
      };
    })
    .sort((a, b) => a.wave - b.wave || (a.id < b.id ? -1 : 1));
  const deletes = tasks.map(({ ref, uid }) => ({ ref, uid, cascade: cascadeOf(world, state, resourceId(ref)) }));
  return { app: state.key, revisions: [], tasks, deletes, hash: contentHash([state.key, deletes]), invalid: [] };
}

function isDeleted(object: Manifest, state: AppState): boolean {
  if (object.kind === 'CustomResourceDefinition') return false;
  if (
    object.kind === 'Application' &&
    object.metadata.name === state.app.metadata.name &&
    object.metadata.namespace === state.app.metadata.namespace
  )
    return false;
  if (object.metadata.annotations?.[KEEP] === 'keep') return false;
  const option = ownOptions(object).get('Delete') ?? optionsOf(state.app.spec.syncPolicy?.syncOptions).get('Delete');
  return option !== 'false';
}
