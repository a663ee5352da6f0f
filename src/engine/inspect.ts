// Queries: heavy reads, answered from what the engine knows and, where asked, from Git. Secret values never leave.
import { resourceDiff } from '../core/diff/resource-diff.js';
import type { Answers, Query } from '../domain/events.js';
import { UserError } from '../domain/problem.js';
import { groupVersion, type Manifest, refOf, resourceId } from '../domain/resource.js';
import { offeredActions } from './actions.js';
import type { AppState } from './app-state.js';
import { compareApp, liveOf } from './comparing.js';
import { deletionPlan } from './deletion.js';
import { type Destination, isDestination } from './destination.js';
import { localTarget } from './local-target.js';
import { masked } from './masked.js';
import { stateOf } from './requests.js';
import { rollbackRequest } from './rollback.js';
import { planFor } from './start.js';
import { currentStatus } from './status-writer.js';
import { loadTarget } from './target.js';
import { treeOf } from './tree.js';
import { whyOf } from './why.js';
import type { World } from './world.js';

export async function inspect(world: World, query: Query): Promise<Answers[Query['kind']]> {
  switch (query.kind) {
    case 'application':
      return withStatus(world, stateOf(world, query.app));
    case 'applications':
      return [...world.apps.values()].map((state) => withStatus(world, state));
    case 'rows':
      return world.store.rows();
    case 'diff':
      return diff(world, stateOf(world, query.app), query);
    case 'plan':
      return (
        await planFor(world, stateOf(world, query.app), {
          operation: { sync: query.request },
          ...(query.manifests ? { manifests: query.manifests } : {}),
        })
      ).plan;
    case 'rollback-plan': {
      const state = stateOf(world, query.app);
      return (await planFor(world, state, await rollbackRequest(world, state, query))).plan;
    }
    case 'delete-plan':
      return deletePlan(world, stateOf(world, query.app));
    case 'manifests':
      return manifests(world, stateOf(world, query.app), query);
    case 'tree':
      return treeOf(world, stateOf(world, query.app));
    case 'resource':
      return resource(world, stateOf(world, query.app), query.key);
    case 'history':
      return world.options.history.find(query.filter);
    case 'operation':
      return operation(world, query.id);
    case 'drifts':
      return world.options.history.drifts(query.filter);
    case 'objects':
      return objects(world, query);
    case 'approvals':
      return approvals(world);
    case 'set-preview':
      return setPreview(world, query);
    case 'why':
      return whyOf(world, stateOf(world, query.app));
    case 'actions':
      return offeredActions(world, stateOf(world, query.app), query.filter);
    case 'engine':
      return world.options.instance;
    default:
      return query satisfies never;
  }
}

function approvals(world: World): Answers['approvals'] {
  const apps = [...world.apps.values()].flatMap(({ approval, key }) =>
    approval ? [{ hash: approval.hash, app: key, reason: approval.reason, plan: approval.plan }] : [],
  );
  const sets = (world.sets?.approvals() ?? []).map(({ set, plan }) => {
    const deletes = plan.remove.map(({ application }) => ({ ref: refOf(application), uid: application.metadata.uid ?? '', cascade: [] }));
    const app = `applicationset ${set}`;
    return {
      hash: plan.hash,
      app,
      reason: plan.approval ?? '',
      plan: { app, revisions: [], tasks: [], deletes, hash: plan.hash, invalid: [] },
    };
  });
  return [...apps, ...sets];
}

async function setPreview(world: World, { set }: Extract<Query, { kind: 'set-preview' }>): Promise<Answers['set-preview']> {
  const preview = await world.sets?.preview(set);
  if (preview) return preview;
  throw new UserError(`ApplicationSet ${typeof set === 'string' ? set : set.metadata.name} is not there`);
}

function withStatus(world: World, state: AppState): Manifest {
  const { managedFields: _, ...metadata } = state.object.metadata;
  return { ...state.object, metadata, spec: state.app.spec, status: currentStatus(world, state) } as Manifest;
}

async function diff(world: World, state: AppState, query: Extract<Query, { kind: 'diff' }>): Promise<Answers['diff']> {
  const destination = world.destination(state);
  if (!isDestination(destination)) throw new UserError(`cannot compare ${state.app.metadata.name}: ${destination.message}`);
  state.destination = destination;
  const other = query.revisions !== undefined || query.manifests !== undefined || query.serverSide === true;
  if (!other && state.comparison)
    return state.comparison.resources
      .filter(({ change, hook }) => change !== 'none' && !hook)
      .map((resource) => resourceDiff(resource, world.settings));
  const target = query.manifests
    ? localTarget(world, state, destination, query.manifests)
    : await loadTarget(world, state, destination, {
        fresh: true,
        ...(query.revisions === undefined ? {} : { revisions: query.revisions }),
      });
  const live = liveOf(world, state, target, destination);
  const comparison = await compareApp(world, { state, target, destination, live, serverSide: query.serverSide === true });
  return comparison.resources
    .filter(({ change, hook }) => change !== 'none' && !hook)
    .map((resource) => resourceDiff(resource, world.settings));
}

function deletePlan(world: World, state: AppState): Answers['delete-plan'] {
  const destination = world.destination(state);
  if (!isDestination(destination)) throw new UserError(`cannot plan the deletion of ${state.app.metadata.name}: ${destination.message}`);
  state.destination = destination;
  return deletionPlan(world, state, destination, 'foreground');
}

/** The objects that the application manages, not what controllers made of them: a ReplicaSet carries the marks of its Deployment. */
function liveManifests(world: World, state: AppState, destination: Destination): readonly Manifest[] {
  const wanted = new Set(state.target?.manifests.map((manifest) => resourceId(refOf(manifest))));
  return [...liveOf(world, state, state.target, destination)]
    .filter(([id, { metadata }]) => wanted.has(id) || (metadata.ownerReferences ?? []).length === 0)
    .map(([, object]) => object);
}

async function manifests(world: World, state: AppState, query: Extract<Query, { kind: 'manifests' }>): Promise<readonly Manifest[]> {
  const destination = world.destination(state);
  if (!isDestination(destination)) throw new UserError(`cannot render ${state.app.metadata.name}: ${destination.message}`);
  if (query.source === 'live') return liveManifests(world, state, destination).map(masked);
  const target =
    query.revisions === undefined && state.target
      ? (state.pinned ?? state.target)
      : await loadTarget(world, state, destination, {
          fresh: true,
          ...(query.revisions === undefined ? {} : { revisions: query.revisions }),
        });
  return target.manifests.map(masked);
}

function resource(world: World, state: AppState, key: Parameters<typeof resourceId>[0]): Answers['resource'] {
  const id = resourceId(key);
  const compared = state.comparison?.resources.find((each) => resourceId(each.key) === id);
  const live = world.placeOf(state, key)?.index.get(id);
  return { ...(live ? { live: masked(live) } : {}), ...(compared?.target ? { target: masked(compared.target) } : {}) };
}

function operation(world: World, id: number): Answers['operation'] {
  const detail = world.options.history.detail(id);
  if (!detail) throw new UserError(`there is no operation #${id} in the history`);
  return detail;
}

function objects(world: World, query: Extract<Query, { kind: 'objects' }>): readonly Manifest[] {
  const kinds = world.hub.discovery?.kinds ?? [];
  const api = kinds.find(({ kind, plural, shortNames }) =>
    [kind.toLowerCase(), plural, ...(shortNames ?? [])].includes(query.of.toLowerCase()),
  );
  if (!api) throw new UserError(`the hub knows no kind ${JSON.stringify(query.of)}`);
  const found = world.hub.index
    .ofKind(api.group, api.kind)
    .filter(({ metadata }) => query.name === undefined || metadata.name === query.name);
  return found.filter((object) => groupVersion(object.apiVersion).group === api.group).map(masked);
}
