// Deployments: one ReplicaSet for each template, rolled from the old to the new within maxSurge and maxUnavailable.
import type { Manifest } from '../../../domain/resource.js';
import { writeDeploymentStatus } from './deployment-status.js';
import { type DeploymentSpec, REVISION, type Rollout, replicasOf, revisionOf } from './rollout.js';
import { activePods, countPods, resolveCount, templateHash, templateOf } from './template.js';
import { MANAGER, ownerReference, type World } from './world.js';

const COMPONENT = 'deployment-controller';
const NOT_COPIED = new Set(['kubectl.kubernetes.io/last-applied-configuration', REVISION]);

export function reconcileDeployment(world: World, deployment: Manifest): number | undefined {
  if (deployment.metadata.deletionTimestamp) return undefined;
  const spec = deployment.spec as DeploymentSpec;
  const hash = templateHash(templateOf(deployment));
  let rollout = readRollout(world, deployment, hash);
  let created: 'created' | 'found' | undefined;
  if (!spec.paused) {
    created = ensureCurrent(world, rollout, hash);
    const fresh = world.host.get('apps/Deployment', deployment.metadata.namespace ?? '', deployment.metadata.name);
    if (!fresh) return undefined;
    rollout = readRollout(world, fresh, hash);
    if (spec.strategy?.type === 'Recreate') recreate(world, rollout);
    else roll(world, rollout);
    cleanUp(world, rollout);
  } else scaleDirectly(world, rollout);
  const latest = world.host.get('apps/Deployment', deployment.metadata.namespace ?? '', deployment.metadata.name);
  return latest ? writeDeploymentStatus(world, readRollout(world, latest, hash), created) : undefined;
}

function readRollout(world: World, deployment: Manifest, hash: string): Rollout {
  const sets = world.owned(deployment, 'apps/ReplicaSet').filter((set) => !set.metadata.deletionTimestamp);
  const current = sets.find((set) => set.metadata.labels?.['pod-template-hash'] === hash);
  return { deployment, spec: deployment.spec as DeploymentSpec, current, old: sets.filter((set) => set !== current) };
}

/** Makes the set of the present template, or brings an older one back, and gives it the highest revision. */
function ensureCurrent(world: World, { deployment, current, old, spec }: Rollout, hash: string): 'created' | 'found' | undefined {
  const newest = Math.max(0, ...old.map(revisionOf));
  const revision = current && revisionOf(current) > newest ? revisionOf(current) : newest + 1;
  const wanted = { ...copiedAnnotations(deployment), [REVISION]: String(revision), ...limits(spec) };
  let result: 'created' | 'found' | undefined;
  if (!current) {
    world.host.create(newSet(deployment, hash, wanted), { manager: MANAGER });
    result = 'created';
  } else if (Object.entries(wanted).some(([key, value]) => current.metadata.annotations?.[key] !== value)) {
    if (revisionOf(current) !== revision) result = 'found';
    const annotations = { ...current.metadata.annotations, ...wanted };
    world.host.update({ ...current, metadata: { ...current.metadata, annotations } }, { manager: MANAGER });
  }
  if (revisionOf(deployment) !== revision) {
    const annotations = { ...deployment.metadata.annotations, [REVISION]: String(revision) };
    world.host.update({ ...deployment, metadata: { ...deployment.metadata, annotations } }, { manager: MANAGER });
  }
  return result;
}

function copiedAnnotations(deployment: Manifest): Record<string, string> {
  return Object.fromEntries(Object.entries(deployment.metadata.annotations ?? {}).filter(([key]) => !NOT_COPIED.has(key)));
}

function limits(spec: DeploymentSpec): Record<string, string> {
  const desired = spec.replicas ?? 1;
  return {
    'deployment.kubernetes.io/desired-replicas': String(desired),
    'deployment.kubernetes.io/max-replicas': String(desired + surgeOf(spec).maxSurge),
  };
}

function surgeOf(spec: DeploymentSpec): { maxSurge: number; maxUnavailable: number } {
  const desired = spec.replicas ?? 1;
  if (spec.strategy?.type === 'Recreate') return { maxSurge: 0, maxUnavailable: desired };
  const maxSurge = resolveCount(spec.strategy?.rollingUpdate?.maxSurge ?? '25%', desired, 'up');
  const maxUnavailable = resolveCount(spec.strategy?.rollingUpdate?.maxUnavailable ?? '25%', desired, 'down');
  return { maxSurge, maxUnavailable: maxSurge === 0 && maxUnavailable === 0 ? 1 : maxUnavailable };
}

function newSet(deployment: Manifest, hash: string, annotations: Record<string, string>): Manifest {
  const template = structuredClone(templateOf(deployment));
  const selector = structuredClone((deployment.spec as DeploymentSpec).selector ?? {});
  const label = { 'pod-template-hash': hash };
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${deployment.metadata.name}-${hash}`,
      ...(deployment.metadata.namespace ? { namespace: deployment.metadata.namespace } : {}),
      labels: { ...template.metadata?.labels, ...label },
      annotations,
      ownerReferences: [ownerReference(deployment)],
    },
    spec: {
      replicas: 0,
      ...((deployment.spec as DeploymentSpec).minReadySeconds
        ? { minReadySeconds: (deployment.spec as DeploymentSpec).minReadySeconds }
        : {}),
      selector: { ...selector, matchLabels: { ...selector.matchLabels, ...label } },
      template: { ...template, metadata: { ...template.metadata, labels: { ...template.metadata?.labels, ...label } } },
    },
  };
}

function scaleSet(world: World, deployment: Manifest, set: Manifest, replicas: number): void {
  const before = replicasOf(set);
  if (before === replicas) return;
  world.host.update({ ...set, spec: { ...(set.spec as object), replicas } }, { manager: MANAGER });
  const direction = replicas > before ? 'up' : 'down';
  const message = `Scaled ${direction} replica set ${set.metadata.name} from ${before} to ${replicas}`;
  world.events.record(deployment, { reason: 'ScalingReplicaSet', message, component: COMPONENT });
}

function availableOf(world: World, set: Manifest, spec: DeploymentSpec): number {
  return countPods(activePods(world, set), spec.minReadySeconds ?? 0, world.nowMs()).available;
}

/** One step of a rolling update: grow the new set into the surge, then shrink the old ones as pods become available. */
function roll(world: World, { deployment, spec, current, old }: Rollout): void {
  if (!current) return;
  const desired = spec.replicas ?? 1;
  const { maxSurge, maxUnavailable } = surgeOf(spec);
  const total = replicasOf(current) + old.reduce((sum, set) => sum + replicasOf(set), 0);
  const size = replicasOf(current);
  const grown = size > desired ? desired : Math.min(desired, size + Math.max(0, desired + maxSurge - total));
  scaleSet(world, deployment, current, grown);
  const unavailableNew = Math.max(0, grown - availableOf(world, current, spec));
  let mayGo = total - size + grown - (desired - maxUnavailable) - unavailableNew;
  // Pods of old sets that are not available do no work: they go first.
  for (const set of old) {
    const idle = Math.max(0, replicasOf(set) - availableOf(world, set, spec));
    const gone = Math.min(idle, Math.max(0, mayGo));
    if (gone > 0) scaleSet(world, deployment, set, replicasOf(set) - gone);
    mayGo -= gone;
  }
  const available = [current, ...old].reduce((sum, set) => sum + availableOf(world, set, spec), 0);
  let spare = available - (desired - maxUnavailable);
  for (const stale of old) {
    const set = world.host.get('apps/ReplicaSet', stale.metadata.namespace ?? '', stale.metadata.name) ?? stale;
    const gone = Math.min(replicasOf(set), Math.max(0, spare));
    if (gone > 0) scaleSet(world, deployment, set, replicasOf(set) - gone);
    spare -= gone;
  }
}

function recreate(world: World, { deployment, spec, current, old }: Rollout): void {
  for (const set of old) scaleSet(world, deployment, set, 0);
  if (old.some((set) => world.owned(set, '/Pod').length > 0)) return;
  if (current) scaleSet(world, deployment, current, spec.replicas ?? 1);
}

/** A paused Deployment is still scaled, but its template is not rolled out. */
function scaleDirectly(world: World, { deployment, spec, current, old }: Rollout): void {
  const active = [...(current ? [current] : []), ...old].filter((set) => replicasOf(set) > 0);
  const only = active[0];
  if (only && active.length === 1) scaleSet(world, deployment, only, spec.replicas ?? 1);
}

function cleanUp(world: World, { spec, old }: Rollout): void {
  const limit = spec.revisionHistoryLimit ?? 10;
  const idle = old.filter((set) => replicasOf(set) === 0 && world.owned(set, '/Pod').length === 0);
  const oldest = [...idle].sort((a, b) => revisionOf(a) - revisionOf(b));
  for (const set of oldest.slice(0, Math.max(0, idle.length - limit))) world.host.remove(set);
}
