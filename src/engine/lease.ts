// The Lease that an acting engine holds in a managed cluster, so that two engines never write to one cluster. Renewed well before it
// ends; a lease that could not be renewed in time forbids every write, whatever the reason.
import type { Clock, Cluster } from '../domain/ports.js';
import { IoError } from '../domain/problem.js';
import type { Manifest, ResourceRef } from '../domain/resource.js';

export interface LeaseOptions {
  readonly cluster: Cluster;
  readonly namespace: string;
  readonly holder: string;
  /** Of this data folder on this host, over restarts: what a killed process of it held is ours at once. */
  readonly identity: string;
  readonly clock: Clock;
  readonly onChange: () => void;
}

const NAME = 'argosy-engine';
const IDENTITY = 'argosy.dev/engine';
const DURATION_MS = 15_000;
const RENEW_MS = 5_000;

export class Lease {
  readonly #options: LeaseOptions;
  readonly #stop = new AbortController();
  #heldUntilMs = 0;
  #trouble = 'the Lease is not taken yet';
  /** The holder we saw and since when its renewTime has not moved, by our own clock: other machines' clocks are not trusted. */
  #seen: { readonly mark: string; readonly sinceMs: number } | undefined;
  readonly #done: Promise<void>;

  constructor(options: LeaseOptions) {
    this.#options = options;
    this.#done = this.#run();
  }

  /** Why no write may happen now; undefined while the lease is held. */
  refusal(): string | undefined {
    return this.#options.clock.now() < this.#heldUntilMs ? undefined : `cluster ${this.#options.cluster.info.key}: ${this.#trouble}`;
  }

  text(): string {
    return this.refusal() === undefined ? 'held' : this.#trouble;
  }

  async release(): Promise<void> {
    if (this.#stop.signal.aborted) return;
    this.#stop.abort();
    await this.#done;
    const held = this.#heldUntilMs > this.#options.clock.now();
    this.#heldUntilMs = 0;
    if (held) await this.#giveBack().catch((error: unknown) => this.#note(error));
  }

  /** Only what is still ours, and only the version that was read: an owner that came since is left alone. */
  async #giveBack(): Promise<void> {
    const current = await this.#options.cluster.get(this.#ref());
    const spec = current?.['spec'] as { holderIdentity?: string } | undefined;
    if (current && spec?.holderIdentity === this.#options.holder)
      await this.#write({ holderIdentity: '', renewTime: this.#time() }, current);
  }

  async #run(): Promise<void> {
    const { clock, onChange } = this.#options;
    while (!this.#stop.signal.aborted) {
      const before = this.text();
      await this.#round().catch((error: unknown) => this.#note(error));
      if (before !== this.text()) onChange();
      await clock.sleep(RENEW_MS, this.#stop.signal);
    }
  }

  async #round(): Promise<void> {
    const { clock, cluster, holder } = this.#options;
    const startedMs = clock.now();
    const current = await cluster.get(this.#ref(), this.#stop.signal);
    const spec = (current?.['spec'] ?? {}) as { holderIdentity?: string; renewTime?: string; leaseTransitions?: number };
    const isOurs = spec.holderIdentity === holder || current?.metadata.annotations?.[IDENTITY] === this.#options.identity;
    const foreign = spec.holderIdentity && !isOurs ? spec.holderIdentity : undefined;
    if (foreign && !this.#expired(`${foreign} ${spec.renewTime ?? ''}`)) {
      this.#heldUntilMs = 0;
      this.#trouble = `the Lease ${this.#options.namespace}/${NAME} is held by ${foreign}`;
      return;
    }
    const transitions = (spec.leaseTransitions ?? 0) + (spec.holderIdentity === holder ? 0 : 1);
    await this.#write({ holderIdentity: holder, renewTime: this.#time(), leaseTransitions: transitions }, current);
    this.#heldUntilMs = startedMs + DURATION_MS;
  }

  #expired(mark: string): boolean {
    const nowMs = this.#options.clock.now();
    if (this.#seen?.mark !== mark) this.#seen = { mark, sinceMs: nowMs };
    return nowMs - this.#seen.sinceMs > DURATION_MS;
  }

  /** With the version that was read as precondition: of two engines that take it at once, one fails. */
  async #write(spec: Record<string, unknown>, current?: Manifest): Promise<void> {
    const { cluster, namespace, identity } = this.#options;
    const annotations = { [IDENTITY]: identity };
    const full = {
      leaseDurationSeconds: DURATION_MS / 1000,
      acquireTime: this.#time(),
      ...(current?.['spec'] as object | undefined),
      ...spec,
    };
    const base: Manifest = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: NAME, namespace, annotations } };
    if (!current) await cluster.apply({ ...base, spec: full }, { mode: 'create', fieldManager: 'argosy' });
    else
      await cluster.patch(this.#ref(), {
        type: 'merge',
        body: { metadata: { resourceVersion: current.metadata.resourceVersion, annotations }, spec: full },
        fieldManager: 'argosy',
      });
  }

  #note(error: unknown): void {
    if (!(error instanceof IoError)) throw error;
    const forbidden = error.status === 403;
    this.#trouble = forbidden
      ? `RBAC forbids the Lease ${this.#options.namespace}/${NAME}; allow get, create and patch of leases there, or name another namespace (lease: {namespace: ...})`
      : `the Lease could not be renewed: ${error.message}`;
  }

  #ref(): ResourceRef {
    return { group: 'coordination.k8s.io', version: 'v1', kind: 'Lease', namespace: this.#options.namespace, name: NAME };
  }

  #time(): string {
    return new Date(this.#options.clock.now()).toISOString().replace(/Z$/, '000Z');
  }
}
