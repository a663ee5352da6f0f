// ReplicaSets: as many pods as asked for, and a status that counts them.
import type { Manifest } from '../../../domain/resource.js';
import { conditionsOf, type StatusCondition, withConditions } from './conditions.js';
import { isRefusal } from './refusal.js';
import { activePods, countPods, deletionOrder, phaseOf, podFrom, templateOf } from './template.js';
import type { World } from './world.js';

const COMPONENT = 'replicaset-controller';
/** Pods made or deleted in one pass, so that one set cannot hold up the others. */
const BURST = 500;

interface ReplicaSetSpec {
  readonly replicas?: number;
  readonly minReadySeconds?: number;
}

export function reconcileReplicaSet(world: World, set: Manifest): number | undefined {
  if (set.metadata.deletionTimestamp) return undefined;
  replaceFailed(world, set);
  const problem = scale(world, set);
  return writeStatus(world, set, problem);
}

/** Pods that ended are no longer part of the set. */
function replaceFailed(world: World, set: Manifest): void {
  for (const pod of world.owned(set, '/Pod')) {
    if (phaseOf(pod) === 'Failed' && !pod.metadata.deletionTimestamp) world.host.remove(pod, { grace: 'now' });
  }
}

/** Makes or deletes pods; returns why it could not. */
function scale(world: World, set: Manifest): string | undefined {
  const wanted = (set.spec as ReplicaSetSpec).replicas ?? 1;
  const pods = activePods(world, set);
  for (const pod of deletionOrder(pods).slice(0, Math.min(BURST, Math.max(0, pods.length - wanted)))) {
    world.host.remove(pod);
    world.events.record(set, { reason: 'SuccessfulDelete', message: `Deleted pod: ${pod.metadata.name}`, component: COMPONENT });
  }
  for (let missing = Math.min(BURST, wanted - pods.length); missing > 0; missing--) {
    const pod = podFrom(set, templateOf(set), { name: `${set.metadata.name}-${world.suffix(5)}` });
    try {
      world.host.create(pod, { manager: 'kube-controller-manager' });
    } catch (error) {
      if (!isRefusal(error)) throw error;
      const message = error.message;
      world.events.record(set, { type: 'Warning', reason: 'FailedCreate', message: `Error creating: ${message}`, component: COMPONENT });
      return message;
    }
    world.events.record(set, { reason: 'SuccessfulCreate', message: `Created pod: ${pod.metadata.name}`, component: COMPONENT });
  }
  return undefined;
}

function writeStatus(world: World, set: Manifest, problem: string | undefined): number | undefined {
  const spec = set.spec as ReplicaSetSpec;
  const pods = activePods(world, set);
  const count = countPods(pods, spec.minReadySeconds ?? 0, world.nowMs());
  const others = conditionsOf(set).filter((condition) => condition.type !== 'ReplicaFailure');
  const failure: StatusCondition[] = problem ? [{ type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: problem }] : [];
  const known = conditionsOf(set).filter((condition) => condition.type === 'ReplicaFailure');
  const conditions = [...others, ...withConditions(problem ? known : [], failure, world.now())];
  world.setStatus(set, {
    replicas: pods.length,
    ...(pods.length > 0 ? { fullyLabeledReplicas: pods.length } : {}),
    ...(count.ready > 0 ? { readyReplicas: count.ready } : {}),
    ...(count.available > 0 ? { availableReplicas: count.available } : {}),
    observedGeneration: set.metadata.generation,
    ...(conditions.length > 0 ? { conditions } : {}),
  });
  // A quota may have room later.
  return problem ? 15_000 : count.lookAgainInMs;
}
