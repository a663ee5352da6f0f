// What the screen and the lists show of an application and of a cluster, derived from the engine's state. Nothing else reports sync or health.
import { syncPolicyLabel } from '../core/application/status.js';
import { resourceDiff } from '../core/diff/resource-diff.js';
import { shortAge } from '../core/duration.js';
import { sourcesOf } from '../domain/application.js';
import type { ComparedResource } from '../domain/comparison.js';
import type { AppRow, ClusterRow } from '../domain/fleet.js';
import type { Condition } from '../domain/problem.js';
import type { AppState } from './app-state.js';
import { describedInfo } from './cluster-secrets.js';
import type { ClusterLive } from './live.js';
import { observed } from './observed.js';
import { summaryOf } from './summaries.js';
import type { World } from './world.js';

const MOST_DRIFTED = 5;

export function appRow(world: World, state: AppState): AppRow {
  const { app, comparison, target } = state;
  const [source] = sourcesOf(app.spec);
  const count = (change: string) => comparison?.resources.filter((resource) => resource.change === change && !resource.hook).length ?? 0;
  const changes = { create: count('create'), update: count('update'), prune: count('prune') };
  const conditions: Condition[] = [...(comparison?.problems ?? state.specProblems), ...state.notes].map(({ type, message }) => ({
    type,
    message,
  }));
  return {
    key: state.key,
    name: app.metadata.name,
    namespace: app.metadata.namespace ?? '',
    project: app.spec.project || 'default',
    cluster: state.destination?.cluster.key ?? '',
    server: state.destination?.cluster.server ?? app.spec.destination?.server ?? '',
    destinationNamespace: app.spec.destination?.namespace ?? '',
    labels: app.metadata.labels ?? {},
    sync: comparison?.sync ?? 'Unknown',
    health: comparison?.health ?? 'Unknown',
    healthMessage: comparison?.healthMessage ?? '',
    repo: source?.repoURL ?? '',
    path: source?.path ?? source?.chart ?? '',
    targetRevision: source?.targetRevision ?? '',
    revision: (state.pinned ?? target)?.revisions[0] ?? '',
    syncPolicy: syncPolicyLabel(app),
    selfHeal: app.spec.syncPolicy?.automated?.selfHeal === true,
    conditions,
    changes,
    resources: comparison?.resources.length ?? 0,
    why: whyLine(world, state),
    comparedAtMs: comparison?.comparedAtMs ?? 0,
    createdAtMs: Date.parse(app.metadata.creationTimestamp ?? '') || 0,
    ...(state.stale === undefined ? {} : { stale: state.stale }),
    ...(state.operation ? { running: summaryOf(state, state.operation) } : {}),
    ...(state.last ? { last: state.last } : {}),
    ...(state.pin ? { pinned: { operation: state.pin.operation, skips: state.pin.skipsRevisions } } : {}),
    ...(state.gone ? { gone: true } : {}),
    ...(state.approval ? { approval: { hash: state.approval.hash, reason: state.approval.reason } } : {}),
    ...driftOf(world, state),
    ...(state.healAtMs === undefined ? {} : { healAtMs: state.healAtMs }),
  };
}

/** Drift: it differs although this very revision was synced. Who did it stands in managedFields. */
function driftOf(world: World, state: AppState): { drift?: NonNullable<AppRow['drift']> } {
  const { comparison, driftSinceMs } = state;
  if (!comparison || driftSinceMs === undefined || comparison.sync !== 'OutOfSync') return {};
  const synced = state.operationState?.syncResult?.revision ?? state.operationState?.syncResult?.revisions?.[0];
  if (synced === undefined || synced !== comparison.revisions[0]) return {};
  const diffs = comparison.resources
    .filter(({ sync }) => sync === 'OutOfSync')
    .slice(0, MOST_DRIFTED)
    .map((resource) => resourceDiff(resource, world.settings));
  const fields = diffs.flatMap((diff) =>
    diff.fields.length > 0 ? diff.fields.map(({ path }) => path) : [`${diff.key.kind} ${diff.key.name}`],
  );
  const by = diffs.flatMap((diff) => diff.fields.map((field) => field.by?.manager)).find((manager) => manager !== undefined);
  return { drift: { sinceMs: driftSinceMs, fields: fields.slice(0, MOST_DRIFTED), by: by ?? '' } };
}

/** One line: the reason for the state, the most pressing first. */
export function whyLine(world: World, state: AppState): string {
  const { comparison } = state;
  const error = [...(comparison?.problems ?? state.specProblems), ...state.notes].find(({ type }) => type.endsWith('Error'));
  if (state.stale !== undefined) return `stale: ${state.stale}`;
  if (state.gone) return 'its definition is missing from the fleet source; it is kept until its deletion is approved';
  if (state.approval) return `waits for an approval: ${state.approval.reason}`;
  if (error) return error.message;
  if (state.operation) return state.operation.waitsFor || 'an operation is running';
  if (state.retry)
    return `retry ${state.retry.count} in ${shortAge(state.retry.atMs - world.now())}: ${state.operationState?.message ?? ''}`;
  if (comparison?.health === 'Degraded' || comparison?.health === 'Progressing') return comparison.healthMessage ?? firstUnhealthy(state);
  if (comparison?.sync === 'OutOfSync') return outOfSyncLine(world, state);
  return state.pin ? `pinned to operation #${state.pin.operation}` : '';
}

function firstUnhealthy(state: AppState): string {
  const resource = state.comparison?.resources.find(({ health }) => health && health.status !== 'Healthy');
  return resource ? `${resource.key.kind} ${resource.key.name}: ${resource.health?.message ?? resource.health?.status}` : '';
}

function outOfSyncLine(world: World, state: AppState): string {
  const different = state.comparison?.resources.filter(({ sync }) => sync === 'OutOfSync') ?? [];
  const [first] = different;
  const more = different.length > 1 ? ` and ${different.length - 1} more` : '';
  const what = first ? `${differenceOf(world, first)}${more}` : '';
  const observe = observed(world, state);
  if (state.healAtMs !== undefined) return `${what}; heals in ${shortAge(state.healAtMs - world.now())}`;
  return observe === undefined ? what : `${what}; ${observe}`;
}

/** 'differs: Deployment orders, spec.replicas 4 -> 6 by kubectl-edit' */
function differenceOf(world: World, resource: ComparedResource): string {
  const name = `${resource.key.kind} ${resource.key.name}`;
  if (resource.change === 'create') return `missing: ${name}`;
  if (resource.change === 'prune') return `not in Git: ${name}`;
  const [field] = resourceDiff(resource, world.settings).fields;
  if (!field) return `differs: ${name}`;
  const value = (each: unknown): string => (each === undefined ? 'absent' : typeof each === 'object' ? '...' : String(each).slice(0, 40));
  return `differs: ${name}, ${field.path} ${value(field.target)} -> ${value(field.live)}${field.by ? ` by ${field.by.manager}` : ''}`;
}

export function clusterRow(world: World, live: ClusterLive, apps: number): ClusterRow {
  const info = describedInfo(world, live.cluster.info);
  const trouble = live.trouble;
  const stale = live.stale();
  const lease = world.modes.leaseText(info.key);
  return {
    key: info.key,
    server: info.server,
    kind: info.kind,
    labels: info.labels,
    annotations: info.annotations,
    mode: world.modes.mode(info.key),
    aliases: info.aliases,
    connection:
      live.discovery === undefined
        ? stale === undefined
          ? 'connecting'
          : 'unreachable'
        : stale !== undefined
          ? 'stale'
          : trouble === undefined
            ? 'live'
            : 'connecting',
    message: stale ?? trouble ?? '',
    version: live.discovery?.version.gitVersion ?? '',
    objects: live.index.size,
    apps,
    latencyMs: live.latencyMs,
    seenAtMs: live.seenAtMs,
    ...(lease === undefined ? {} : { lease }),
  };
}
