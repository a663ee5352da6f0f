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

/** A reason spares the runtime an exception with its stack at every change. */
const WOKEN = 'woken';

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
const TURN = 10;
/** Objects that count others are not in a hurry: many changes make one look. */
const CONCERNED_MS = 500;
const RETRY_MS = 1000;
const MAX_RETRY_MS = 60_000;

export function startControllers(host: ControllerHost): Controllers {
  const runner = new Runner(host);
  const unsubscribe = host.observe((change) => runner.changed(change));
  runner.readStored();
  return {
    done: runner.run(),
    waiting: () => runner.waiting,
    close: () => {
      unsubscribe();
      runner.stop();
    },
  };
}

class Runner {
  readonly #host: ControllerHost;
  readonly #world: World;
  readonly #pods = createPodController();
  readonly #reconcilers: ReadonlyMap<KindName, Reconcile>;
  readonly #queue = new DueQueue();
  readonly #failures = new Map<string, number>();
  readonly #stopped = new AbortController();
  #wake: AbortController | undefined;

  constructor(host: ControllerHost) {
    this.#host = host;
    this.#world = createWorld(host);
    this.#reconcilers = new Map<KindName, Reconcile>([...RECONCILERS, ['/Pod', this.#pods.reconcile]]);
  }

  get waiting(): number {
    return this.#queue.size;
  }

  stop(): void {
    this.#stopped.abort();
  }

  /** What a server has from an earlier run is looked at once. */
  readStored(): void {
    const host = this.#host;
    for (const kind of OWNED_FIRST) for (const object of host.list(kind)) this.#world.observe({ type: 'ADDED', object });
    seedCluster(this.#world);
    for (const kind of this.#reconcilers.keys()) for (const object of host.list(kind)) this.#enqueue(kind, object.metadata);
  }

  changed(change: StoredChange): void {
    const { object, type } = change;
    const kind = kindName(object);
    const concerned = CONCERNED[kind];
    if (concerned)
      for (const each of this.#host.list(concerned, object.metadata.namespace)) this.#enqueue(concerned, each.metadata, CONCERNED_MS);
    this.#world.observe(change);
    if (type === 'DELETED') {
      if (kind === '/Pod') this.#pods.forget(object.metadata.uid ?? '');
      if (kind === '/PersistentVolumeClaim') this.#enqueue(RELEASE, { name: (object.spec as { volumeName?: string }).volumeName ?? '' });
    } else if (this.#reconcilers.has(kind)) this.#enqueue(kind, object.metadata);
    this.#enqueueOwner(object, type === 'DELETED' && kind === '/Pod');
  }

  async run(): Promise<void> {
    const { clock } = this.#host;
    while (!this.#stopped.signal.aborted) {
      const nextMs = this.#queue.nextMs();
      this.#wake = new AbortController();
      const signal = AbortSignal.any([this.#stopped.signal, this.#wake.signal]);
      if (nextMs === undefined) await aborted(signal);
      else await clock.sleep(Math.max(0, nextMs - clock.now()), signal);
      for (let handled = 0; handled < TURN && !this.#stopped.signal.aborted; handled++) {
        const key = this.#queue.take(clock.now());
        if (key === undefined) break;
        this.#handle(key);
      }
    }
  }

  #enqueue(kind: KindName, object: { namespace?: string; name: string }, inMs = SETTLE_MS): void {
    const atMs = this.#host.clock.now() + inMs;
    if (this.#queue.add(`${kind}|${object.namespace ?? ''}|${object.name}`, atMs)) this.#wake?.abort(WOKEN);
  }

  /** With `twice` the owner's owner too: a Deployment waits for the last pod of an old ReplicaSet. */
  #enqueueOwner(object: Manifest, twice: boolean): void {
    const owner = controllerOf(object);
    if (!owner) return;
    const { namespace = '' } = object.metadata;
    const ownerKind = `${groupVersion(owner.apiVersion).group}/${owner.kind}`;
    if (!this.#reconcilers.has(ownerKind)) return;
    this.#enqueue(ownerKind, { name: owner.name, namespace });
    const stored = twice ? this.#host.get(ownerKind, namespace, owner.name) : undefined;
    if (stored) this.#enqueueOwner(stored, false);
  }

  #handle(key: string): void {
    const [kind = '', namespace = '', name = ''] = key.split('|');
    const { clock } = this.#host;
    const object = kind === RELEASE ? undefined : this.#host.get(kind, namespace, name);
    try {
      if (kind === RELEASE) release(this.#world, name);
      const againMs = object ? this.#reconcilers.get(kind)?.(this.#world, object) : undefined;
      this.#failures.delete(key);
      if (againMs !== undefined) this.#queue.add(key, clock.now() + Math.max(1, againMs));
    } catch (error) {
      if (!isRefusal(error)) throw error;
      // Refused by the server (a namespace that is going away, a denial): later it may be accepted.
      const count = (this.#failures.get(key) ?? 0) + 1;
      this.#failures.set(key, count);
      this.#queue.add(key, clock.now() + Math.min(MAX_RETRY_MS, RETRY_MS * 2 ** Math.min(count - 1, 8)));
      if (object)
        this.#world.events.record(object, { type: 'Warning', reason: 'Refused', message: error.message, component: 'controllers' });
    }
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** Not a kind: the key of a volume whose claim is gone. */
const RELEASE = 'volume-release';
/** Kinds whose objects look at all objects of another kind in their namespace. */
const CONCERNED: Readonly<Record<KindName, KindName>> = {
  '/Node': 'apps/DaemonSet',
  '/Pod': 'policy/PodDisruptionBudget',
  'apps/Deployment': 'autoscaling/HorizontalPodAutoscaler',
  'apps/StatefulSet': 'autoscaling/HorizontalPodAutoscaler',
};
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
