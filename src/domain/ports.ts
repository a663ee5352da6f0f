// The seams. The engine knows these interfaces; compose.ts decides what stands behind them.
import type { Source } from './application.js';
import type { Answer, EngineEvent, Intent, Query } from './events.js';
import type { ClusterKey, ClusterKind } from './fleet.js';
import type { ApplyHow, OperationId, Propagation } from './operation.js';
import type { ApiKind, Manifest, ResourceRef } from './resource.js';
import type { TypeTable } from './schema.js';

export type Unsubscribe = () => void;

/** The engine as screen, command line and headless output see it: in this thread, in a worker, or behind a socket. */
export interface Engine {
  /** Works until the signal; resolves when everything has stopped cleanly. */
  run(signal: AbortSignal): Promise<void>;
  /** One ordered stream; the first event is a snapshot. */
  subscribe(listener: (event: EngineEvent) => void): Unsubscribe;
  /** Accepts an intent. Throws UserError with the reason when it is refused. Resolves with the operation it started, if any. */
  request(intent: Intent): Promise<OperationId | undefined>;
  inspect<K extends Query['kind']>(query: Extract<Query, { kind: K }>, signal?: AbortSignal): Promise<Answer<K>>;
}

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves after `ms`, or at once (without throwing) when the signal is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

// ---- clusters ----

export interface ClusterInfo {
  readonly key: ClusterKey;
  readonly server: string;
  readonly kind: ClusterKind;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly aliases: readonly string[];
  /** Of a cluster that is for one project's applications. */
  readonly project?: string;
}

export interface Discovery {
  /** '1.32' and the full git version. */
  readonly version: { readonly major: string; readonly minor: string; readonly gitVersion: string };
  /** Preferred version of every kind that can be listed and watched, and the others after it. */
  readonly kinds: readonly ApiKind[];
  /** Groups that could not be read, with the reason. */
  readonly incomplete: readonly { readonly group: string; readonly message: string }[];
}

/** What a watch reports. Between 'stale' and the next 'listed' or 'current' nothing is known about the kind. */
export type LiveChange =
  /** A complete list of one kind: what is not in it does not exist. */
  | { readonly kind: 'listed'; readonly api: ApiKind; readonly objects: readonly Manifest[]; readonly resourceVersion: string }
  | { readonly kind: 'changed'; readonly api: ApiKind; readonly object: Manifest }
  | { readonly kind: 'removed'; readonly api: ApiKind; readonly object: Manifest }
  /** The watch is up to date as of now (a bookmark, or a resumed connection). */
  | { readonly kind: 'current'; readonly api: ApiKind; readonly resourceVersion: string }
  | { readonly kind: 'stale'; readonly api: ApiKind; readonly message: string };

export interface Cluster {
  readonly info: ClusterInfo;
  discover(signal?: AbortSignal): Promise<Discovery>;
  /** Types of the server's kinds, from its OpenAPI; cached until discovery changes. `only`: of these group versions ('v1', 'apps/v1'). */
  types(signal?: AbortSignal, only?: readonly string[]): Promise<TypeTable>;
  /** Lists and watches one kind until the signal is aborted; resumes and relists by itself; never throws for a lost connection. */
  watch(api: ApiKind, signal: AbortSignal): AsyncIterable<LiveChange>;
  list(
    api: ApiKind,
    options: { namespace?: string; labelSelector?: string; fieldSelector?: string },
    signal?: AbortSignal,
  ): Promise<readonly Manifest[]>;
  /** undefined when the object, or its kind, does not exist. */
  get(ref: ResourceRef, signal?: AbortSignal): Promise<Manifest | undefined>;
  /** Writes and returns the object as the server has it now. */
  apply(manifest: Manifest, how: ApplyHow, signal?: AbortSignal): Promise<Manifest>;
  patch(
    ref: ResourceRef,
    patch: {
      readonly type: 'json' | 'merge' | 'strategic';
      readonly body: unknown;
      readonly subresource?: string;
      readonly fieldManager: string;
    },
    signal?: AbortSignal,
  ): Promise<Manifest>;
  /** Deletes only the object with this uid; resolves also when it is gone already. */
  remove(ref: ResourceRef, uid: string, propagation: Propagation, signal?: AbortSignal): Promise<void>;
  /** Requests sent since the start, for metrics and benchmarks. */
  requests(): number;
  close(): Promise<void>;
}

/** The wire below a Cluster: HTTP to a real server, a function call to one in this process. */
export interface KubeTransport {
  request(request: KubeRequest, signal?: AbortSignal): Promise<KubeResponse>;
  /**
   * A watch: yields one decoded event after the other; throws IoError when the answer is not 200 or the stream breaks.
   * May begin with a BOOKMARK of the revision it was asked for: the server accepted the watch.
   */
  stream(request: KubeRequest, signal: AbortSignal): AsyncIterable<WatchEvent>;
  close(): Promise<void>;
}

export interface KubeRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path without the query: '/apis/apps/v1/namespaces/default/deployments/web'. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** A JSON value; the transport encodes it. */
  readonly body?: unknown;
}

export interface KubeResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** A decoded JSON value; a string where the answer is not JSON. The receiver must not change it. */
  readonly body: unknown;
}

export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: Manifest;
}

/** Where our own API server keeps its objects. Synchronous; a commit is atomic, and survives the end of the process when it returns. */
export interface ObjectStorage {
  load(): Iterable<{ readonly key: string; readonly object: Manifest }>;
  /** `object` absent = deleted. `revision` is the server's counter after the change. `durable`: survives a loss of power too. */
  commit(
    changes: readonly { readonly key: string; readonly object?: Manifest }[],
    revision: number,
    options?: { durable?: () => boolean },
  ): void;
  revision(): number;
}

// ---- sources ----

/** A commit, or a state of a working tree. */
export interface Revision {
  /** Full SHA; for a plain directory 'local-' and a content hash. */
  readonly id: string;
  /** What it was asked by, and what that turned out to be: branch, tag, HEAD, SHA, semver constraint, local. */
  readonly asked: string;
  readonly kind: 'branch' | 'tag' | 'head' | 'sha' | 'local';
  readonly name: string;
}

/** The files of one revision, read from Git objects. Paths are relative to the repository, without a leading '/'. */
export interface Tree {
  readonly revision: Revision;
  readonly local: boolean;
  /** Content hash of everything below a path; equal hashes mean equal bytes. '' where the path does not exist. */
  hash(path: string): Promise<string>;
  /** All files below `path`, sorted by path. Symlinks come with their link text and are not followed. */
  list(path: string): Promise<readonly TreeEntry[]>;
  /** The symbolic links among all files, where a tree knows them more cheaply than by listing everything. */
  links?(): Promise<readonly TreeEntry[]>;
  read(path: string): Promise<Uint8Array>;
}

export interface TreeEntry {
  readonly path: string;
  readonly kind: 'file' | 'symlink' | 'submodule';
  readonly size: number;
  readonly linksTo?: string;
}

export interface Commit {
  readonly id: string;
  readonly author: string;
  readonly subject: string;
  readonly atMs: number;
}

/** How new an answer about a source has to be. */
export interface Freshness {
  /** Look at the remote; otherwise a recent answer is enough. */
  readonly fresh: boolean;
  /** With `fresh`: an answer that was asked for after this time (ms since the epoch) is as good as a new one. */
  readonly sinceMs?: number;
  /** With `fresh`: somebody says that there is something new, so it is fetched while it is looked for. */
  readonly announced?: boolean;
}

export interface Sources {
  /** Throws IoError, with the nearest branch or tag name where the revision does not exist. */
  resolve(source: Source, options: Freshness, signal?: AbortSignal): Promise<Revision>;
  tree(source: Source, revision: Revision, signal?: AbortSignal): Promise<Tree>;
  commit(source: Source, revision: string, signal?: AbortSignal): Promise<Commit | undefined>;
  /** Whether two addresses are one repository (case, .git, scp form). */
  same(a: string, b: string): boolean;
  /** The same sources, read with the credentials that this project's applications may use. Without it: with those for everybody. */
  inProject(project: string): Sources;
  /** The names of the charts in a chart repository. Throws IoError; absent where there are no charts. */
  charts?(repoURL: string, signal?: AbortSignal): Promise<readonly string[]>;
  /** One file by its web address, without credentials. Throws IoError; absent where there are no such files. */
  file?(url: string, signal?: AbortSignal): Promise<Uint8Array>;
}

export type { History, Pin } from './history.js';
export type {
  ChartDependency,
  PluginRequest,
  PluginRunner,
  Rendered,
  RenderedLayer,
  Renderer,
  RenderRequest,
  RenderStore,
} from './rendering.js';
