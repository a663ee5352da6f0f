// Hooks of a plan: one task per phase of each hook (behaviour 2.3, "Hooks"). They run only in a full sync with the hook strategy.
import type { SyncRequest } from '../../domain/application.js';
import type { ComparedResource } from '../../domain/comparison.js';
import type { HookTask, Plan, Propagation, SyncPhase, Task } from '../../domain/operation.js';
import { type Manifest, type ResourceRef, refOf, resourceId } from '../../domain/resource.js';
import { deletePoliciesOf, HOOK_FINALIZER, hookOf } from '../manifest/hooks.js';
import { waveOf } from '../manifest/order.js';
import { FIELD_MANAGER } from './how.js';

const SYNC_PHASES: readonly SyncPhase[] = ['PreSync', 'Sync', 'PostSync', 'SyncFail'];

/** Whether the request runs hooks: not when only some resources are synced, and not with the strategy `apply`. */
export function runsHooks(request: SyncRequest): boolean {
  return (request.resources?.length ?? 0) === 0 && request.syncStrategy?.apply === undefined;
}

/** The tasks of one hook, one for each of its phases; none for what is no hook of these phases. */
export function hookTasks(
  resource: ComparedResource,
  propagation: Propagation,
  servesKind: boolean,
  phases: readonly SyncPhase[] = SYNC_PHASES,
): HookTask[] {
  const { target, live } = resource;
  const role = target ? hookOf(target) : undefined;
  if (!target || role?.kind !== 'hook') return [];
  const deletePolicies = deletePoliciesOf(target);
  const isRecreated = deletePolicies.includes('BeforeHookCreation');
  const isReplaced = live?.metadata.uid !== undefined && isRecreated;
  const ref: ResourceRef = { ...resource.key, version: resource.version };
  return role.types
    .filter((type): type is SyncPhase => (phases as readonly string[]).includes(type))
    .map((phase) => ({
      kind: 'hook',
      id: hookId(phase, ref),
      ref,
      phase,
      wave: waveOf(target),
      target: withFinalizer(target),
      how: isRecreated
        ? { mode: 'create', fieldManager: FIELD_MANAGER }
        : { mode: 'server-side', fieldManager: FIELD_MANAGER, force: true },
      deletePolicies,
      propagation,
      ...(isReplaced ? { replaces: live.metadata.uid ?? '' } : {}),
      ...(isReplaced || !servesKind ? { skipDryRun: true } : {}),
    }));
}

/** Why a hook must not take the place of what has its name: it is not a hook, so nobody expects it to be deleted. */
export function hookInTheWay({ live }: ComparedResource): string | undefined {
  if (!live || hookOf(live).kind === 'hook') return undefined;
  return `a ${live.kind} of this name is there and is not a hook; it is not deleted for one`;
}

export function hookId(phase: SyncPhase, ref: ResourceRef): string {
  return `hook:${phase}:${resourceId(ref)}`;
}

/** Hooks with `generateName` get the name that Argo CD gives them: prefix, revision, phase and time. `startedAtMs`: of the operation. */
export function withHookNames(plan: Plan, startedAtMs: number): Plan {
  if (!plan.tasks.some(isNameless)) return plan;
  return { ...plan, tasks: plan.tasks.map((task) => (isNameless(task) ? named(task, plan, startedAtMs) : task)) };
}

function isNameless(task: Task): task is HookTask {
  return task.kind === 'hook' && task.ref.name === '';
}

function named(task: HookTask, { revisions }: Plan, startedAtMs: number): HookTask {
  const { generateName, ...metadata } = task.target.metadata as Manifest['metadata'] & { generateName?: string };
  const [revision = ''] = revisions;
  const short = revision.length >= 8 ? revision.slice(0, 7) : revision;
  const name = `${generateName ?? 'hook-'}${short}-${task.phase.toLowerCase()}-${Math.floor(startedAtMs / 1000)}`;
  const target: Manifest = { ...task.target, metadata: { ...metadata, name } };
  const ref = refOf(target);
  return { ...task, id: hookId(task.phase, ref), ref, target };
}

function withFinalizer(target: Manifest): Manifest {
  const finalizers = target.metadata.finalizers ?? [];
  if (finalizers.includes(HOOK_FINALIZER)) return target;
  return { ...target, metadata: { ...target.metadata, finalizers: [...finalizers, HOOK_FINALIZER] } };
}
