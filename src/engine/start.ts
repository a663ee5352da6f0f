// How an operation begins: target, comparison, plan, approval, record. Whoever starts it (a person, the gate, the hub, a retry), this is the way.
import { resourceRefusal } from '../core/project/permissions.js';
import { type PlanInput, plan } from '../core/sync/plan.js';
import type { Operation, Source, SyncRequest } from '../domain/application.js';
import type { Comparison } from '../domain/comparison.js';
import type { OperationId, Plan, Trigger } from '../domain/operation.js';
import { isError, UserError } from '../domain/problem.js';
import type { Manifest } from '../domain/resource.js';
import type { AppState, Target } from './app-state.js';
import { cascadeOf } from './cascade.js';
import { compareApp, liveOf } from './comparing.js';
import { type Destination, isDestination } from './destination.js';
import { isFleet } from './fleet-app.js';
import { localTarget } from './local-target.js';
import { observed } from './observed.js';
import { ANOTHER_RUNS, runOperation } from './operation-loop.js';
import { loadTarget } from './target.js';
import { windowRefusal } from './windows.js';
import type { World } from './world.js';

export type Carried = Pick<ReturnType<World['options']['history']['unfinished']>[number], 'plan' | 'results' | 'intended' | 'startedAtMs'>;

export interface StartRequest {
  readonly operation: Operation;
  readonly trigger: Trigger;
  readonly actor: string;
  /** Hash of a plan that somebody has approved. */
  readonly approved?: string;
  /** Instead of what Git renders. */
  readonly manifests?: readonly Manifest[];
  /** A recorded operation whose manifests are the target. */
  readonly recorded?: { readonly operation: OperationId; readonly target: Target };
  readonly retries?: number;
  /** The operation that a crash cut short and that this one takes the place of. */
  readonly carried?: Carried;
}

export interface Planned {
  readonly plan: Plan;
  readonly target: Target;
  readonly comparison: Comparison;
  readonly destination: Destination;
}

/** The plan of a request, nothing more. Throws UserError where there cannot be one, IoError where a source cannot be read. */
export async function planFor(
  world: World,
  state: AppState,
  start: Pick<StartRequest, 'operation' | 'manifests' | 'recorded'>,
): Promise<Planned> {
  const destination = world.destination(state);
  if (!isDestination(destination)) throw new UserError(`cannot sync ${state.app.metadata.name}: ${destination.message}`);
  const trouble = destination.clusters.map((key) => world.lives.get(key)?.trouble).find((each) => each !== undefined);
  if (trouble !== undefined) throw new UserError(`cannot sync ${state.app.metadata.name}: ${trouble}`);
  state.destination = destination;
  const request = start.operation.sync ?? {};
  const target =
    start.recorded?.target ??
    (start.manifests ? localTarget(world, state, destination, start.manifests) : await wantedTarget(world, state, destination, request));
  const live = liveOf(world, state, target, destination);
  const comparison = await compareApp(world, { state, target, destination, live });
  return { target, comparison, destination, plan: makePlan(world, state, { request, comparison, destination }) };
}

function wantedTarget(world: World, state: AppState, destination: Destination, request: SyncRequest): Promise<Target> | Target {
  const revisions = request.revisions ?? (request.revision ? [request.revision] : undefined);
  const sources: readonly Source[] | undefined = request.sources ?? (request.source ? [request.source] : undefined);
  const same = revisions?.every((revision, i) => revision === state.target?.revisions[i]);
  if (state.target && !sources && (same || state.pinned === state.target)) return state.target;
  return loadTarget(world, state, destination, {
    fresh: revisions === undefined,
    ...(revisions ? { revisions } : {}),
    ...(sources ? { sources } : {}),
  });
}

function makePlan(
  world: World,
  state: AppState,
  { request, comparison, destination }: { request: SyncRequest; comparison: Comparison; destination: Destination },
): Plan {
  const syncOptions = request.syncOptions ?? state.app.spec.syncPolicy?.syncOptions;
  const namespace = state.app.spec.destination.namespace ?? '';
  return plan({
    app: state.app,
    comparison,
    request: { ...request, ...(syncOptions ? { syncOptions } : {}) },
    kindOf: (ref) => world.placeOf(state, ref)?.serves(ref),
    refusal: refusalIn(world, state, destination),
    applied: world.options.history.applied(state.key),
    isFleet: isFleet(world, state),
    cascadeOf: (id) => cascadeOf(world, state, id),
    namespaceExists:
      world.placeOf(state, { group: '', kind: 'Namespace', namespace: '', name: namespace })?.index.get(`/Namespace//${namespace}`) !==
      undefined,
  });
}

/** Why an application may not write an object, in Argo CD's words. */
export function refusalIn(world: World, state: AppState, destination: Destination): PlanInput['refusal'] {
  const project = world.project(state);
  return (ref, namespaced) => {
    const place = destination.route(ref);
    if (typeof place !== 'string') return place.refused;
    if (!project) return `application references project ${state.app.spec.project} which does not exist`;
    return resourceRefusal(project, ref, {
      namespaced,
      destination: { name: destination.cluster.key, server: destination.cluster.server, namespace: ref.namespace },
    });
  };
}

/** Starts an operation, or leaves it waiting for an approval. Resolves with its number when it runs. Throws UserError with the reason when it is refused. */
export async function startOperation(world: World, state: AppState, start: StartRequest): Promise<OperationId | undefined> {
  if (isBusy(state, start)) throw new UserError(ANOTHER_RUNS);
  const dryRun = start.operation.sync?.dryRun === true;
  if (!dryRun) refuse(world, state, start);
  const planned = await planFor(world, state, start);
  if (isBusy(state, start)) throw new UserError(ANOTHER_RUNS);
  const errors = planned.comparison.problems.filter(({ type }) => isError(type));
  if (errors.length > 0)
    throw new UserError(`cannot sync ${state.app.metadata.name}: ${errors.map(({ type, message }) => `${type}: ${message}`).join('; ')}`);
  const { plan: made } = planned;
  if (made.approval !== undefined && !isApproved(world, made, start)) {
    state.approval = { hash: made.hash, reason: made.approval, plan: made, start };
    world.store.refresh(state);
    if (start.trigger === 'manual' || start.trigger === 'rollback') {
      throw new UserError(
        `the plan of ${state.app.metadata.name} waits for an approval: ${made.approval}; \`argosy approve ${made.hash.slice(0, 12)}\` carries it out`,
      );
    }
    return undefined;
  }
  delete state.approval;
  return runOperation(world, state, start, planned);
}

/** An operation that waits for its next attempt is in progress, as in Argo CD: `terminate-op` ends it. */
function isBusy(state: AppState, { retries }: StartRequest): boolean {
  return state.operation !== undefined || (state.retry !== undefined && retries === undefined);
}

function isApproved(world: World, made: Plan, start: StartRequest): boolean {
  if (start.approved !== undefined && start.approved.length >= 8 && made.hash.startsWith(start.approved)) return true;
  return world.options.history.approvals().some(({ hash }) => hash === made.hash);
}

function refuse(world: World, state: AppState, start: StartRequest): void {
  const destination = world.destination(state);
  if (isDestination(destination)) state.destination = destination;
  const observe = observed(world, state);
  if (observe !== undefined) throw new UserError(`cannot sync ${state.app.metadata.name}: ${observe}`);
  const manual = start.operation.initiatedBy?.automated !== true;
  const window = windowRefusal(world, state, manual);
  if (window !== undefined) throw new UserError(window);
  if (state.app.metadata.deletionTimestamp && start.trigger !== 'delete') throw new UserError('application is deleting');
}
