// Follows one cluster: discovers its kinds, lists and watches each, keeps the index, and knows for each kind whether what it knows is current.
import type { TrackingSettings } from '../core/manifest/tracking.js';
import type { Clock, Cluster, Discovery, LiveChange } from '../domain/ports.js';
import { IoError } from '../domain/problem.js';
import type { ApiKind, Manifest, ResourceRef } from '../domain/resource.js';
import type { TypeTable } from '../domain/schema.js';
import { type IndexChange, LiveIndex } from './live-index.js';

export interface LiveOptions {
  readonly clock: Clock;
  readonly tracking: TrackingSettings;
  /** Kinds that are not followed: Events, Leases, what the settings exclude. */
  readonly excluded: (ref: ResourceRef) => boolean;
  readonly onChanges: (live: ClusterLive, changes: readonly IndexChange[]) => void;
  /** Connection or currency changed. */
  readonly onState: (live: ClusterLive) => void;
}

interface Followed {
  readonly api: ApiKind;
  readonly stop: AbortController;
  listed: boolean;
  stale?: string;
}

const REDISCOVER_MS = 600_000;
const RETRY_MS = 3_000;
const NEVER_FOLLOWED = new Set([
  '/Event',
  'events.k8s.io/Event',
  'coordination.k8s.io/Lease',
  '/ComponentStatus',
  '/Binding',
  '/PodTemplate',
]);

export class ClusterLive {
  readonly cluster: Cluster;
  readonly index: LiveIndex;
  discovery: Discovery | undefined;
  types: TypeTable | undefined;
  /** When something was heard last, ms since the epoch; 0 = never. */
  seenAtMs = 0;
  latencyMs = 0;
  readonly #options: LiveOptions;
  readonly #followed = new Map<string, Followed>();
  #trouble: string | undefined;
  #rediscover: (() => void) | undefined;

  constructor(cluster: Cluster, options: LiveOptions) {
    this.cluster = cluster;
    this.index = new LiveIndex(options.tracking);
    this.#options = options;
  }

  /** Why nothing may be concluded from what is known: not connected yet, not listed yet, or a watch that was lost. */
  get trouble(): string | undefined {
    if (this.#trouble !== undefined) return this.#trouble;
    if (!this.discovery) return `cluster ${this.cluster.info.key} is not read yet`;
    for (const { listed, stale, api } of this.#followed.values()) {
      if (stale !== undefined && listed) continue;
      if (!listed) return stale ?? `${api.kind} of cluster ${this.cluster.info.key} is not listed yet`;
    }
    return undefined;
  }

  /** Whether what the index says about a kind is all there is now: served, followed, listed, and not lost since. */
  isCurrent(group: string, kind: string): boolean {
    const followed = this.#followed.get(`${group}/${kind}`);
    return this.#trouble === undefined && followed?.listed === true && followed.stale === undefined;
  }

  /** Kinds that were listed once and are not current now, with the reason. */
  stale(kinds?: ReadonlySet<string>): string | undefined {
    for (const { stale, api } of this.#followed.values()) {
      if (stale !== undefined && (!kinds || kinds.has(`${api.group}/${api.kind}`))) return stale;
    }
    return this.#trouble;
  }

  get connected(): boolean {
    return this.discovery !== undefined && this.#trouble === undefined;
  }

  /** The served version of a kind, the asked one if there is one. */
  kindOf(ref: { readonly group: string; readonly version: string; readonly kind: string }): ApiKind | undefined {
    const kinds = this.discovery?.kinds ?? [];
    return (
      kinds.find((api) => api.group === ref.group && api.kind === ref.kind && api.version === ref.version) ??
      kinds.find((api) => api.group === ref.group && api.kind === ref.kind)
    );
  }

  /** Whether this very version is served. */
  serves(ref: { readonly group: string; readonly version: string; readonly kind: string }): ApiKind | undefined {
    return (this.discovery?.kinds ?? []).find((api) => api.group === ref.group && api.kind === ref.kind && api.version === ref.version);
  }

  /** What a write returned is known before the watch tells it. */
  learn(object: Manifest): void {
    const change = this.index.put(object);
    if (change) this.#options.onChanges(this, [change]);
  }

  /** A delete that the server has confirmed. */
  forget(object: Manifest): void {
    const change = this.index.remove(object);
    if (change) this.#options.onChanges(this, [change]);
  }

  /** Works until the signal. Lost connections are waited out. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const waitMs = await this.#discover(signal);
      await this.#sleepOrRediscover(waitMs, signal);
    }
    for (const { stop } of this.#followed.values()) stop.abort();
  }

  async #discover(signal: AbortSignal): Promise<number> {
    const { clock } = this.#options;
    const startedMs = clock.now();
    try {
      const discovery = await this.cluster.discover(signal);
      this.types = await this.cluster.types(signal);
      this.discovery = discovery;
      this.#heard();
      this.latencyMs = clock.now() - startedMs;
      this.#trouble = undefined;
      this.#follow(signal);
      this.#options.onState(this);
      return REDISCOVER_MS;
    } catch (error) {
      if (!(error instanceof IoError)) throw error;
      if (signal.aborted) return 0;
      this.#trouble = error.message;
      this.#options.onState(this);
      return Math.max(RETRY_MS, error.retryAfterMs ?? 0);
    }
  }

  async #sleepOrRediscover(ms: number, signal: AbortSignal): Promise<void> {
    const wake = new AbortController();
    const stop = (): void => wake.abort();
    signal.addEventListener('abort', stop, { once: true });
    this.#rediscover = stop;
    await this.#options.clock.sleep(ms, wake.signal);
    signal.removeEventListener('abort', stop);
    this.#rediscover = undefined;
  }

  /** Starts the watches of new kinds and ends those of kinds that are gone. */
  #follow(signal: AbortSignal): void {
    const wanted = new Map<string, ApiKind>();
    for (const api of this.discovery?.kinds ?? []) {
      const name = `${api.group}/${api.kind}`;
      if (!wanted.has(name) && this.#isFollowed(api)) wanted.set(name, api);
    }
    for (const [name, { stop, api }] of this.#followed) {
      if (wanted.get(name)?.version === api.version) continue;
      stop.abort();
      this.#followed.delete(name);
      if (!wanted.has(name)) this.#report(this.index.replaceKind(api, []));
    }
    for (const [name, api] of wanted) {
      if (this.#followed.has(name)) continue;
      const followed: Followed = { api, stop: new AbortController(), listed: false };
      this.#followed.set(name, followed);
      void this.#watch(followed, AbortSignal.any([signal, followed.stop.signal]));
    }
  }

  #isFollowed(api: ApiKind): boolean {
    if (!api.verbs.includes('list') || !api.verbs.includes('watch')) return false;
    return (
      !NEVER_FOLLOWED.has(`${api.group}/${api.kind}`) &&
      !this.#options.excluded({ group: api.group, version: api.version, kind: api.kind, namespace: '', name: '' })
    );
  }

  async #watch(followed: Followed, signal: AbortSignal): Promise<void> {
    for await (const change of this.cluster.watch(followed.api, signal)) this.#take(followed, change);
  }

  #take(followed: Followed, change: LiveChange): void {
    if (change.kind === 'stale') {
      followed.stale = change.message;
      this.#options.onState(this);
      return;
    }
    const recovered = followed.stale !== undefined || !followed.listed;
    delete followed.stale;
    this.#heard();
    if (change.kind === 'listed') {
      followed.listed = true;
      this.#report(
        this.index.replaceKind(
          change.api,
          change.objects.map((object) => complete(object, change.api)),
        ),
      );
    } else if (change.kind === 'changed') this.#report([this.index.put(complete(change.object, change.api))]);
    else if (change.kind === 'removed') this.#report([this.index.remove(complete(change.object, change.api))]);
    if (recovered) this.#options.onState(this);
  }

  #heard(): void {
    this.seenAtMs = this.#options.clock.now();
  }

  #report(changes: readonly (IndexChange | undefined)[]): void {
    const real = changes.filter((change) => change !== undefined);
    if (real.length === 0) return;
    if (real.some(({ after, before }) => (after ?? before)?.kind === 'CustomResourceDefinition')) this.#rediscover?.();
    this.#options.onChanges(this, real);
  }
}

/** Items of a list come without apiVersion and kind from some servers. */
function complete(object: Manifest, api: ApiKind): Manifest {
  if (object.apiVersion && object.kind) return object;
  return { ...object, apiVersion: api.group === '' ? api.version : `${api.group}/${api.version}`, kind: api.kind };
}
