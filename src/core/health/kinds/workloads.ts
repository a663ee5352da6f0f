// Deployment, ReplicaSet, StatefulSet, DaemonSet: how far a rollout is.
import type { Health } from '../../../domain/application.js';
import type { Manifest } from '../../../domain/resource.js';
import { at, conditionOf, health, isUnobserved, maybeNumberAt, numberAt, textAt } from '../read.js';

const WAITING = 'Waiting for rollout to finish:';

export function deploymentHealth(object: Manifest): Health {
  if (at(object, 'spec', 'paused') === true) return health('Suspended', 'Deployment is paused');
  if (isUnobserved(object)) {
    return health('Progressing', `${WAITING} observed deployment generation less than desired generation`);
  }
  const wanted = maybeNumberAt(object, 'spec', 'replicas');
  const replicas = numberAt(object, 'status', 'replicas');
  const updated = numberAt(object, 'status', 'updatedReplicas');
  const available = numberAt(object, 'status', 'availableReplicas');
  if (conditionOf(object, 'Progressing')?.reason === 'ProgressDeadlineExceeded') {
    return health('Degraded', `Deployment "${object.metadata.name}" exceeded its progress deadline`);
  }
  if (wanted !== undefined && updated < wanted) {
    return health('Progressing', `${WAITING} ${updated} out of ${wanted} new replicas have been updated...`);
  }
  if (replicas > updated) return health('Progressing', `${WAITING} ${replicas - updated} old replicas are pending termination...`);
  if (available < updated) return health('Progressing', `${WAITING} ${available} of ${updated} updated replicas are available...`);
  return health('Healthy');
}

export function replicaSetHealth(object: Manifest): Health {
  if (isUnobserved(object)) return health('Progressing', `${WAITING} observed replica set generation less than desired generation`);
  const failure = conditionOf(object, 'ReplicaFailure');
  if (failure?.status === 'True') return health('Degraded', failure.message);
  const wanted = maybeNumberAt(object, 'spec', 'replicas');
  const available = numberAt(object, 'status', 'availableReplicas');
  if (wanted !== undefined && available < wanted) {
    return health('Progressing', `${WAITING} ${available} out of ${wanted} new replicas are available...`);
  }
  return health('Healthy');
}

export function statefulSetHealth(object: Manifest): Health {
  if (numberAt(object, 'status', 'observedGeneration') === 0 || isUnobserved(object)) {
    return health('Progressing', 'Waiting for statefulset spec update to be observed...');
  }
  const wanted = maybeNumberAt(object, 'spec', 'replicas');
  const ready = numberAt(object, 'status', 'readyReplicas');
  const updated = numberAt(object, 'status', 'updatedReplicas');
  if (wanted !== undefined && ready < wanted) return health('Progressing', `Waiting for ${wanted - ready} pods to be ready...`);
  const strategy = textAt(object, 'spec', 'updateStrategy', 'type');
  const rolling = at(object, 'spec', 'updateStrategy', 'rollingUpdate');
  if (strategy === 'RollingUpdate' && rolling !== undefined && rolling !== null) {
    const partition = maybeNumberAt(rolling, 'partition');
    if (wanted !== undefined && partition !== undefined && updated < wanted - partition) {
      return health(
        'Progressing',
        `Waiting for partitioned roll out to finish: ${updated} out of ${wanted - partition} new pods have been updated...`,
      );
    }
    return health('Healthy', `partitioned roll out complete: ${updated} new pods have been updated...`);
  }
  if (strategy === 'OnDelete') return health('Healthy', `statefulset has ${ready} ready pods`);
  const current = textAt(object, 'status', 'currentRevision');
  const next = textAt(object, 'status', 'updateRevision');
  if (next !== current) {
    return health('Progressing', `waiting for statefulset rolling update to complete ${updated} pods at revision ${next}...`);
  }
  const pods = numberAt(object, 'status', 'currentReplicas');
  return health('Healthy', `statefulset rolling update complete ${pods} pods at revision ${current}...`);
}

export function daemonSetHealth(object: Manifest): Health {
  if (isUnobserved(object)) return health('Progressing', `${WAITING} observed daemon set generation less than desired generation`);
  const wanted = numberAt(object, 'status', 'desiredNumberScheduled');
  const updated = numberAt(object, 'status', 'updatedNumberScheduled');
  const available = numberAt(object, 'status', 'numberAvailable');
  if (textAt(object, 'spec', 'updateStrategy', 'type') === 'OnDelete') {
    return health('Healthy', `daemon set ${updated} out of ${wanted} new pods have been updated`);
  }
  const waiting = `Waiting for daemon set "${object.metadata.name}" rollout to finish:`;
  if (updated < wanted) return health('Progressing', `${waiting} ${updated} out of ${wanted} new pods have been updated...`);
  if (available < wanted) return health('Progressing', `${waiting} ${available} of ${wanted} updated pods are available...`);
  return health('Healthy');
}
