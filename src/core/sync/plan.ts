// A comparison becomes a plan: every write and every delete, in order, before anything moves. Behaviour 2.3.
import type { Application, SyncRequest } from '../../domain/application.js';
import type { ComparedResource, Comparison } from '../../domain/comparison.js';
import type { Plan, PlannedDelete, Propagation, Task } from '../../domain/operation.js';
import type { ApiKind, ResourceKey, ResourceRef } from '../../domain/resource.js';
import { resourceId } from '../../domain/resource.js';
import { contentHash } from '../hash.js';
import { hookOf } from '../manifest/hooks.js';
import { approvalReason, type Budget } from './budget.js';
import { hookInTheWay, hookTasks, runsHooks } from './hook-tasks.js';
import { applyHow } from './how.js';
import { namespaceTask } from './namespace.js';
import { effective, type Options, optionsOf } from './options.js';
import { orderTasks } from './order.js';
import { placePrunes } from './prune-waves.js';

export interface PlanInput {
  readonly app: Application;
  readonly comparison: Comparison;
  readonly request: SyncRequest;
  /** What the cluster that holds the object serves; undefined for an unknown kind. */
  readonly kindOf: (ref: ResourceRef) => ApiKind | undefined;
  /** The project's refusal for one object, in Argo CD's words. */
  readonly refusal: (ref: ResourceRef, namespaced: boolean) => string | undefined;
  /** Ids that this app has applied before (History.applied). */
  readonly applied: ReadonlySet<string>;
  /** What the server, or a cascading Application, takes along with an object. */
  readonly cascadeOf: (id: string) => readonly ResourceKey[];
  readonly namespaceExists: boolean;
  readonly budget?: Budget;
  /** The application is the fleet source: its objects are control objects. */
  readonly isFleet?: boolean;
}

/** Decides all of a sync. Pure: the same input gives the same plan and hash. */
export function plan(input: PlanInput): Plan {
  const options = optionsOf(input.request.syncOptions);
  const chosen = input.comparison.resources.filter((resource) => isSelected(resource, input));
  const invalid = chosen.flatMap((resource) => invalidity(resource, input, options));
  const applies = chosen.flatMap((resource) => applyTask(resource, input, options));
  const prunes = placePrunes(
    chosen.flatMap((resource) => pruneTask(resource, input, options)),
    applies,
    chosen,
    options,
  );
  const hooks = runsHooks(input.request)
    ? chosen.flatMap((resource) => hookTasks(resource, propagationOf(options), input.kindOf(refFor(resource)) !== undefined))
    : [];
  const namespace = namespaceTask(input, options, applies);
  const tasks = orderTasks([...(namespace ? [namespace] : []), ...applies, ...hooks, ...prunes]);
  const deletes = tasks.flatMap((task) => plannedDelete(task, input));
  const approval = approvalOf(input, deletes, options, chosen);
  const { app, revisions } = input.comparison;
  return {
    app,
    revisions,
    tasks,
    deletes,
    hash: planHash(tasks, deletes),
    ...(approval === undefined || input.request.dryRun ? {} : { approval }),
    invalid,
  };
}

/** Over what moves, not over when it was decided: an approval holds as long as the plan would do the same. */
function planHash(tasks: readonly Task[], deletes: readonly PlannedDelete[]): string {
  return contentHash([tasks.map((task) => ({ ...task, id: '' })), deletes]);
}

function isSelected(resource: ComparedResource, { request }: PlanInput): boolean {
  if (!request.resources || request.resources.length === 0) return true;
  const matches = (wanted: NonNullable<SyncRequest['resources']>[number]) =>
    matchesPart(wanted.group ?? '', resource.key.group) &&
    matchesPart(wanted.kind, resource.key.kind) &&
    matchesPart(wanted.name, resource.key.name) &&
    (wanted.namespace === undefined || wanted.namespace === '' || matchesPart(wanted.namespace, resource.key.namespace));
  const wanted = request.resources.filter((each) => !each.exclude);
  const unwanted = request.resources.filter((each) => each.exclude);
  return (wanted.length === 0 || wanted.some(matches)) && !unwanted.some(matches);
}

function matchesPart(wanted: string, actual: string): boolean {
  return wanted === '*' || wanted === actual;
}

function refFor(resource: ComparedResource): ResourceRef {
  return { ...resource.key, version: resource.version };
}

/** What keeps a target from being applied at all; anything here stops the whole plan before the first write. */
function invalidity(resource: ComparedResource, input: PlanInput, options: Options): Plan['invalid'] {
  if (!resource.target || resource.change === 'prune') return [];
  const ref = refFor(resource);
  const hook = hookOf(resource.target);
  const isRun = hook.kind === 'hook' && runsHooks(input.request);
  if (hook.kind !== 'none' && !isRun) return [];
  const inTheWay = isRun ? hookInTheWay(resource) : undefined;
  if (inTheWay !== undefined) return [{ ref, message: inTheWay }];
  const api = input.kindOf(ref);
  const refused = input.refusal(ref, api?.namespaced ?? ref.namespace !== '');
  if (refused !== undefined) return [{ ref, message: refused }];
  if (
    api ||
    definesKind(input.comparison, ref) ||
    effective('SkipDryRunOnMissingResource', { target: resource.target, app: options }) === 'true'
  )
    return [];
  return [
    {
      ref,
      message: `The Kubernetes API could not find version "${ref.version}" of ${ref.group === '' ? '' : `${ref.group}/`}${ref.kind} for requested resource ${ref.namespace}/${ref.name}. Make sure the "${ref.kind}" CRD is installed on the destination cluster.`,
    },
  ];
}

/** A CustomResourceDefinition of the same sync makes the kind known later. */
function definesKind(comparison: Comparison, ref: ResourceRef): boolean {
  return comparison.resources.some(({ target }) => {
    if (target?.kind !== 'CustomResourceDefinition') return false;
    const spec = target['spec'] as { group?: string; names?: { kind?: string } } | undefined;
    return spec?.group === ref.group && spec?.names?.kind === ref.kind;
  });
}

function applyTask(resource: ComparedResource, input: PlanInput, options: Options): Task[] {
  const { target, change, live } = resource;
  if (!target || change === 'prune' || hookOf(target).kind !== 'none') return [];
  if (change === 'none' && live && options.get('ApplyOutOfSyncOnly') === 'true') return [];
  const ref = refFor(resource);
  const late = !input.kindOf(ref);
  return [
    {
      kind: 'apply',
      id: `apply:${resourceId(ref)}`,
      ref,
      phase: 'Sync',
      wave: resource.wave,
      target: resource.applied ?? target,
      change,
      how: applyHow({ target, live, request: input.request, options }),
      ...(late || change === 'none' ? { skipDryRun: true } : {}),
    },
  ];
}

function pruneTask(resource: ComparedResource, input: PlanInput, options: Options): Extract<Task, { kind: 'prune' }>[] {
  const { live } = resource;
  if (resource.change !== 'prune' || !live?.metadata.uid) return [];
  const ref = refFor(resource);
  const keep =
    effective('Prune', { live, app: options }) === 'false'
      ? 'ignored (no prune)'
      : input.request.prune
        ? undefined
        : 'ignored (requires pruning)';
  return [
    {
      kind: 'prune',
      id: `prune:${resourceId(ref)}`,
      ref,
      phase: 'Sync',
      wave: resource.wave,
      uid: live.metadata.uid,
      propagation: propagationOf(options),
      ...(keep === undefined ? {} : { skipped: keep }),
    },
  ];
}

/** PrunePropagationPolicy, foreground unless set (behaviour 2.3). */
export function propagationOf(options: Options): Propagation {
  const value = options.get('PrunePropagationPolicy');
  return value === 'background' || value === 'orphan' ? value : 'foreground';
}

function plannedDelete(task: Task, input: PlanInput): PlannedDelete[] {
  if (task.kind !== 'prune' || task.skipped !== undefined) return [];
  return [{ ref: task.ref, uid: task.uid, cascade: input.cascadeOf(resourceId(task.ref)) }];
}

function approvalOf(
  input: PlanInput,
  deletes: readonly PlannedDelete[],
  options: Options,
  chosen: readonly ComparedResource[],
): string | undefined {
  const ids = new Set(deletes.map(({ ref }) => resourceId(ref)));
  const confirm = chosen.filter(({ key, live }) => ids.has(resourceId(key)) && effective('Prune', { live, app: options }) === 'confirm');
  const inventory = input.comparison.resources.filter(({ live }) => live !== undefined).length;
  const budget = approvalReason(deletes, { inventory, applied: input.applied, isFleet: input.isFleet === true }, input.budget);
  const asked = confirm.map(({ key }) => `waiting for pruning confirmation of ${key.group}/${key.kind}/${key.name}`);
  const reasons = [...(budget === undefined ? [] : [budget]), ...asked];
  return reasons.length > 0 ? reasons.join('; ') : undefined;
}
