// Where the engine may write. Sandboxes and the embedded hub: always. Real clusters: only with a grant that is bound to this very
// cluster (the UID of its kube-system namespace), below the ceiling of the configuration, and only while we hold its Lease.
import type { ClusterKey, Mode } from '../domain/fleet.js';
import { IoError, UserError } from '../domain/problem.js';
import type { Manifest } from '../domain/resource.js';
import type { Lease } from './lease.js';
import { Limiter } from './limiter.js';
import type { World } from './world.js';

export class Modes {
  readonly #world: World;
  readonly #leases = new Map<ClusterKey, Lease>();
  readonly #limiters = new Map<ClusterKey, Limiter>();
  readonly #makeLease: (key: ClusterKey) => Lease;

  constructor(world: World, makeLease: (key: ClusterKey) => Lease) {
    this.#world = world;
    this.#makeLease = makeLease;
  }

  mode(key: ClusterKey): Mode {
    return this.#reasonToObserve(key) === undefined ? 'act' : 'observe';
  }

  /** Why no write may go to the cluster now; undefined where it may. Asked before each write. */
  refusal(key: ClusterKey): string | undefined {
    const reason = this.#reasonToObserve(key);
    if (reason !== undefined) return reason;
    if (this.#kind(key) !== 'real') return undefined;
    return this.#lease(key).refusal();
  }

  leaseText(key: ClusterKey): string | undefined {
    return this.#kind(key) === 'real' && this.mode(key) === 'act' ? this.#lease(key).text() : undefined;
  }

  /** Runs a write within what the cluster takes at once. */
  limited<T>(key: ClusterKey, write: () => Promise<T>): Promise<T> {
    let limiter = this.#limiters.get(key);
    if (!limiter) {
      limiter = new Limiter(this.#world.options.clock);
      this.#limiters.set(key, limiter);
    }
    return limiter.run(() => {
      // It may have waited for its turn while the engine was stopped, and the Lease given back.
      if (this.#world.signal.aborted) throw new IoError(`Cannot write to ${key}: Argosy is stopping`, { retry: 'backoff' });
      return write();
    });
  }

  /** Grants to act. The UID must be known: a cluster that cannot be read cannot be granted. */
  act(keys: readonly ClusterKey[], actor: string): void {
    if (this.#world.options.ceiling === 'observe')
      throw new UserError('cannot act: `mode: observe` in argosy.yaml is above every grant; remove it first');
    const uids = keys.map((key) => {
      const uid = this.#uid(key);
      if (uid === undefined)
        throw new UserError(`cannot act on ${key}: its kube-system namespace cannot be read, so the grant could not be bound to it`);
      return uid;
    });
    keys.forEach((key, i) => {
      this.#world.options.history.grant(key, uids[i] as string, actor, this.#world.now());
    });
    this.changed(keys);
  }

  observe(keys: readonly ClusterKey[]): void {
    for (const key of keys) {
      this.#world.options.history.revoke(key);
      this.#leases.get(key)?.release();
      this.#leases.delete(key);
    }
    this.changed(keys);
  }

  changed(keys: readonly ClusterKey[]): void {
    for (const key of keys) if (this.#kind(key) === 'real' && this.mode(key) === 'act') this.#lease(key);
    for (const state of this.#world.apps.values()) {
      if (state.destination?.clusters.some((key) => keys.includes(key))) this.#world.queue.add(state.key);
    }
    for (const key of keys) this.#world.store.refreshCluster(key);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#leases.values()].map((lease) => lease.release()));
  }

  #lease(key: ClusterKey): Lease {
    const known = this.#leases.get(key);
    if (known) return known;
    const made = this.#makeLease(key);
    this.#leases.set(key, made);
    return made;
  }

  #kind(key: ClusterKey) {
    return this.#world.lives.get(key)?.cluster.info.kind;
  }

  #uid(key: ClusterKey): string | undefined {
    return (this.#world.lives.get(key)?.index.get('/Namespace//kube-system') as Manifest | undefined)?.metadata.uid;
  }

  /** Two controllers never work on the same Applications: while Argo CD's own is alive in the hub, ours only looks on. */
  foreignController(): string | undefined {
    const { hub, hubForced, controlNamespace } = this.#world.options;
    if (hub.info.kind === 'embedded' || hubForced) return undefined;
    const live = this.#world.lives.get(hub.info.key);
    const overrule = 'name its context as `force` under `hub` in argosy.yaml to overrule this';
    if (!live?.isCurrent('apps', 'StatefulSet') || !live.isCurrent('apps', 'Deployment')) {
      return `the hub ${hub.info.key} is only observed: its StatefulSets and Deployments cannot be read, so nobody can tell whether an Argo CD controller is alive in it; ${overrule}`;
    }
    const workloads = [...live.index.ofKind('apps', 'StatefulSet'), ...live.index.ofKind('apps', 'Deployment')];
    const alive = workloads.some(
      ({ metadata, ...rest }) =>
        metadata.namespace === controlNamespace &&
        metadata.labels?.['app.kubernetes.io/name'] === 'argocd-application-controller' &&
        ((rest['status'] as { readyReplicas?: number } | undefined)?.readyReplicas ?? 0) > 0,
    );
    if (!alive) return undefined;
    return `the hub ${hub.info.key} is only observed: an Argo CD controller is alive in its namespace ${controlNamespace}; ${overrule}`;
  }

  #reasonToObserve(key: ClusterKey): string | undefined {
    const kind = this.#kind(key);
    const foreign = key === this.#world.options.hub.info.key ? this.foreignController() : undefined;
    if (foreign !== undefined) return foreign;
    if (kind === 'embedded' || kind === 'sandbox') return undefined;
    if (this.#world.options.ceiling === 'observe') return `cluster ${key} is only observed: \`mode: observe\` in argosy.yaml`;
    const grant = this.#world.options.history.grants().find(({ cluster }) => cluster === key);
    if (!grant) return `cluster ${key} is only observed; \`argosy act ${key}\` lets Argosy write to it`;
    const uid = this.#uid(key);
    if (uid === undefined)
      return `cluster ${key} is only observed: its kube-system namespace cannot be read, so the grant cannot be checked`;
    if (uid === grant.uid) return undefined;
    return `cluster ${key} is only observed: another cluster than the one that was granted answers under this name; \`argosy act ${key}\` grants this one`;
  }
}
