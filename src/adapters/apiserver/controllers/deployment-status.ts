// The status of a Deployment: counts, and the conditions Available, Progressing and ReplicaFailure with their real reasons.
import type { Manifest } from '../../../domain/resource.js';
import { conditionOf, conditionsOf, type StatusCondition, withConditions } from './conditions.js';
import { type DeploymentSpec, type Rollout, replicasOf } from './rollout.js';
import { activePods, countPods, resolveCount } from './template.js';
import type { World } from './world.js';

interface Counts {
  readonly replicas: number;
  readonly updated: number;
  readonly ready: number;
  readonly available: number;
  readonly lookAgainInMs: number | undefined;
}

/** Writes the status; returns when to look again because of minReadySeconds or the progress deadline. */
export function writeDeploymentStatus(world: World, rollout: Rollout, created: 'created' | 'found' | undefined): number | undefined {
  const { deployment, spec, current, old } = rollout;
  const desired = spec.replicas ?? 1;
  const counts = countAll(world, [...(current ? [current] : []), ...old], current, spec);
  const changes = [available(counts, desired, spec), ...progressing(world, { rollout, counts, created }), ...replicaFailure(current, old)];
  const kept = conditionsOf(deployment).filter((c) => c.type !== 'ReplicaFailure' || changes.some((change) => change.type === c.type));
  const unavailable = Math.max(0, desired - counts.available);
  world.setStatus(deployment, {
    observedGeneration: deployment.metadata.generation,
    ...nonZero('replicas', counts.replicas),
    ...nonZero('updatedReplicas', counts.updated),
    ...nonZero('readyReplicas', counts.ready),
    ...nonZero('availableReplicas', counts.available),
    ...nonZero('unavailableReplicas', unavailable),
    conditions: withConditions(kept, changes, world.now(), { updates: true }),
  });
  return soonest(counts.lookAgainInMs, deadlineInMs(world, deployment, spec));
}

function nonZero(name: string, value: number): Record<string, number> {
  return value > 0 ? { [name]: value } : {};
}

function countAll(world: World, sets: readonly Manifest[], current: Manifest | undefined, spec: DeploymentSpec): Counts {
  let [replicas, updated, ready, available] = [0, 0, 0, 0];
  let lookAgainInMs: number | undefined;
  for (const set of sets) {
    const pods = activePods(world, set);
    const count = countPods(pods, spec.minReadySeconds ?? 0, world.nowMs());
    replicas += pods.length;
    if (set === current) updated = pods.length;
    ready += count.ready;
    available += count.available;
    lookAgainInMs = soonest(lookAgainInMs, count.lookAgainInMs);
  }
  return { replicas, updated, ready, available, lookAgainInMs };
}

function available(counts: Counts, desired: number, spec: DeploymentSpec): StatusCondition {
  const rolling = spec.strategy?.type !== 'Recreate';
  const maxUnavailable = rolling ? resolveCount(spec.strategy?.rollingUpdate?.maxUnavailable ?? '25%', desired, 'down') : 0;
  const enough = counts.available >= desired - maxUnavailable;
  return {
    type: 'Available',
    status: enough ? 'True' : 'False',
    reason: enough ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable',
    message: enough ? 'Deployment has minimum availability.' : 'Deployment does not have minimum availability.',
  };
}

function progressing(
  world: World,
  { rollout, counts, created }: { rollout: Rollout; counts: Counts; created: 'created' | 'found' | undefined },
): StatusCondition[] {
  const { deployment, spec, current, old } = rollout;
  const desired = spec.replicas ?? 1;
  const before = conditionOf(deployment, 'Progressing');
  if (spec.paused) return [{ type: 'Progressing', status: 'Unknown', reason: 'DeploymentPaused', message: 'Deployment is paused' }];
  const name = current?.metadata.name ?? '';
  const say = (status: StatusCondition['status'], reason: string, message: string, moved: boolean): StatusCondition => ({
    type: 'Progressing',
    status,
    reason,
    message,
    ...(moved ? { lastUpdateTime: world.now() } : {}),
  });
  const status = (deployment.status ?? {}) as {
    updatedReplicas?: number;
    readyReplicas?: number;
    availableReplicas?: number;
    replicas?: number;
  };
  const oldPods = counts.replicas - counts.updated;
  const complete = counts.updated === desired && counts.available >= desired && oldPods === 0 && !old.some((set) => replicasOf(set) > 0);
  // A set that was complete and is scaled or loses pods is not a rollout: its condition stays.
  if (before?.reason === 'NewReplicaSetAvailable' && before.message?.includes(`"${name}"`) && oldPods === 0) return [before];
  if (complete) {
    return [say('True', 'NewReplicaSetAvailable', `ReplicaSet "${name}" has successfully progressed.`, true)];
  }
  if (created === 'created') return [say('True', 'NewReplicaSetCreated', `Created new replica set "${name}"`, true)];
  if (created === 'found') return [say('True', 'FoundNewReplicaSet', `Found new replica set "${name}"`, true)];
  const moved =
    counts.updated > (status.updatedReplicas ?? 0) ||
    counts.ready > (status.readyReplicas ?? 0) ||
    counts.available > (status.availableReplicas ?? 0) ||
    oldPods < (status.replicas ?? 0) - (status.updatedReplicas ?? 0);
  if (moved) return [say('True', 'ReplicaSetUpdated', `ReplicaSet "${name}" is progressing.`, true)];
  if (!before) return [say('True', 'ReplicaSetUpdated', `ReplicaSet "${name}" is progressing.`, true)];
  if (before.reason === 'DeploymentPaused') return [say('Unknown', 'DeploymentResumed', 'Deployment is resumed', true)];
  const waitMs = deadlineInMs(world, deployment, spec);
  if (before.reason !== 'ProgressDeadlineExceeded' && waitMs !== undefined && waitMs <= 0) {
    return [say('False', 'ProgressDeadlineExceeded', `ReplicaSet "${name}" has timed out progressing.`, true)];
  }
  return [before];
}

function replicaFailure(current: Manifest | undefined, old: readonly Manifest[]): StatusCondition[] {
  for (const set of [...(current ? [current] : []), ...old]) {
    const failure = conditionOf(set, 'ReplicaFailure');
    if (failure)
      return [
        {
          type: 'ReplicaFailure',
          status: 'True',
          ...(failure.reason ? { reason: failure.reason } : {}),
          ...(failure.message ? { message: failure.message } : {}),
        },
      ];
  }
  return [];
}

/** Milliseconds until the deadline of a rollout that is under way; undefined when none runs. */
function deadlineInMs(world: World, deployment: Manifest, spec: DeploymentSpec): number | undefined {
  const stored = world.host.get('apps/Deployment', deployment.metadata.namespace ?? '', deployment.metadata.name) ?? deployment;
  const condition = conditionOf(stored, 'Progressing');
  if (!condition?.lastUpdateTime || spec.paused) return undefined;
  if (condition.reason === 'NewReplicaSetAvailable' || condition.reason === 'ProgressDeadlineExceeded') return undefined;
  const seconds = spec.progressDeadlineSeconds ?? 600;
  return Date.parse(condition.lastUpdateTime) + seconds * 1000 + 1000 - world.nowMs();
}

function soonest(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined) return b;
  return b === undefined ? a : Math.min(a, b);
}
