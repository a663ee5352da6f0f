// Runs the controllers of one API server: stored changes put keys into a due-queue, one sleeper waits for the earliest of them,
// and each key is reconciled from what is stored now. Nothing polls; kinds without a controller cost one map look-up a change.
import { groupVersion, type Manifest } from '../../../domain/resource.js';
import { reconcileClaim, releaseVolume } from './claim.js';
import { reconcileApiService, reconcileAutoscaler, reconcileBudget, reconcileCustomKind, reconcileNamespace } from './cluster-kinds.js';
import { reconcileCronJob } from './cron-job.js';
import { reconcileDaemonSet } from './daemon-set.js';
import { reconcileDeployment } from './deployment.js';
import { DueQueue } from './due-queue.js';
import type { ControllerHost, KindName, StoredChange } from './host.js';
import { reconcileJob } from './job.js';
import { reconcileIngress, reconcileService } from './network.js';
import { createPodController } from './pod.js';
import { isRefusal } from './refusal.js';
import { reconcileReplicaSet } from './replica-set.js';
import { seedCluster } from './seed.js';
import { reconcileStatefulSet } from './stateful-set.js';
import { controllerOf, createWorld, kindName, type World } from './world.js';

/** Brings one object a step further; returns when to look again, in ms. */
export type Reconcile = (world: World, object: Manifest) => number | undefined;

export interface Controllers {
  /** Keys that wait, to see that a settled cluster is quiet. */
  waiting(): number;
  /** Resolves after close(); rejects when a controller has a bug. What the server refuses is tried again and is no bug. */
  readonly done: Promise<void>;
  close(): void;
}

/** Changes that come together are handled together. */
const SETTLE_MS = 5;
/** After this many keys other work of the process gets a turn. */
const TURN = 100;
const RETRY_MS = 1000;
const MAX_RETRY_MS = 60_000;

export function startControllers(host: ControllerHost): Controllers {
  const world = createWorld(host);
  const pods = createPodController();
  const reconcilers: ReadonlyMap<KindName, Reconcile> = new Map<KindName, Reconcile>([...RECONCILERS, ['/Pod', pods.reconcile]]);
  const queue = new DueQueue();
  const failures = new Map<string, number>();
  const stopped = new AbortController();
  let wake: AbortController | undefined;

  const enqueue = (kind: KindName, object: { namespace?: string; name: string }, inMs = SETTLE_MS) => {
    if (queue.add(`${kind}|${object.namespace ?? ''}|${object.name}`, host.clock.now() + inMs)) wake?.abort();
  };

  const onChange = (change: StoredChange) => {
    const { object, type } = change;
    const kind = kindName(object);
    if (kind === '/Node') for (const set of host.list('apps/DaemonSet')) enqueue('apps/DaemonSet', set.metadata);
    world.observe(change);
    if (type === 'DELETED') {
      if (kind === '/Pod') pods.forget(object.metadata.uid ?? '');
      if (kind === '/PersistentVolumeClaim') enqueue(RELEASE, { name: (object.spec as { volumeName?: string }).volumeName ?? '' });
    } else if (reconcilers.has(kind)) enqueue(kind, object.metadata);
    enqueueOwner(object, type === 'DELETED' && kind === '/Pod');
  };

  /** With `twice` the owner's owner too: a Deployment waits for the last pod of an old ReplicaSet. */
  const enqueueOwner = (object: Manifest, twice: boolean) => {
    const owner = controllerOf(object);
    if (!owner) return;
    const { namespace = '' } = object.metadata;
    const ownerKind = `${groupVersion(owner.apiVersion).group}/${owner.kind}`;
    if (!reconcilers.has(ownerKind)) return;
    enqueue(ownerKind, { name: owner.name, namespace });
    const stored = twice ? host.get(ownerKind, namespace, owner.name) : undefined;
    if (stored) enqueueOwner(stored, false);
  };

  const handle = (key: string) => {
    const [kind = '', namespace = '', name = ''] = key.split('|');
    const object = kind === RELEASE ? undefined : host.get(kind, namespace, name);
    try {
      if (kind === RELEASE) release(world, name);
      const againMs = object ? reconcilers.get(kind)?.(world, object) : undefined;
      failures.delete(key);
      if (againMs !== undefined) queue.add(key, host.clock.now() + Math.max(1, againMs));
    } catch (error) {
      if (!isRefusal(error)) throw error;
      // Refused by the server (a namespace that is going away, a denial): later it may be accepted.
      const count = (failures.get(key) ?? 0) + 1;
      failures.set(key, count);
      queue.add(key, host.clock.now() + Math.min(MAX_RETRY_MS, RETRY_MS * 2 ** Math.min(count - 1, 8)));
      if (object) world.events.record(object, { type: 'Warning', reason: 'Refused', message: error.message, component: 'controllers' });
    }
  };

  const run = async () => {
    while (!stopped.signal.aborted) {
      const nextMs = queue.nextMs();
      wake = new AbortController();
      const signal = AbortSignal.any([stopped.signal, wake.signal]);
      if (nextMs === undefined) await aborted(signal);
      else await host.clock.sleep(Math.max(0, nextMs - host.clock.now()), signal);
      for (let handled = 0; handled < TURN && !stopped.signal.aborted; handled++) {
        const key = queue.take(host.clock.now());
        if (key === undefined) break;
        handle(key);
      }
    }
  };

  const unsubscribe = host.observe(onChange);
  for (const kind of OWNED_FIRST) for (const object of host.list(kind)) world.observe({ type: 'ADDED', object });
  seedCluster(world);
  for (const kind of reconcilers.keys()) for (const object of host.list(kind)) enqueue(kind, object.metadata);
  const done = run();
  return {
    done,
    waiting: () => queue.size,
    close: () => {
      unsubscribe();
      stopped.abort();
    },
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** Not a kind: the key of a volume whose claim is gone. */
const RELEASE = 'volume-release';
/** Kinds in the index of children, read before anything is reconciled. */
const OWNED_FIRST: readonly KindName[] = ['apps/ControllerRevision', 'apps/ReplicaSet', 'batch/Job', '/Pod'];

const RECONCILERS: readonly (readonly [KindName, Reconcile])[] = [
  ['apps/Deployment', reconcileDeployment],
  ['apps/ReplicaSet', reconcileReplicaSet],
  ['apps/StatefulSet', reconcileStatefulSet],
  ['apps/DaemonSet', reconcileDaemonSet],
  ['batch/Job', reconcileJob],
  ['batch/CronJob', reconcileCronJob],
  ['/PersistentVolumeClaim', reconcileClaim],
  ['/Service', reconcileService],
  ['networking.k8s.io/Ingress', reconcileIngress],
  ['/Namespace', reconcileNamespace],
  ['apiextensions.k8s.io/CustomResourceDefinition', reconcileCustomKind],
  ['apiregistration.k8s.io/APIService', reconcileApiService],
  ['autoscaling/HorizontalPodAutoscaler', reconcileAutoscaler],
  ['policy/PodDisruptionBudget', reconcileBudget],
];

function release(world: World, volumeName: string): void {
  const volume = volumeName === '' ? undefined : world.host.get('/PersistentVolume', '', volumeName);
  if (volume) releaseVolume(world, volume);
}
