// An engine over the real parts: our API servers as hub and clusters, SQLite in memory, the one kube client. Only Git is a value of the test.
import { memoryStorage } from '../../src/adapters/apiserver/memory-storage.js';
import { type ApiServer, createApiServer, type Faults } from '../../src/adapters/apiserver/server.js';
import { systemClock } from '../../src/adapters/clock.js';
import { createCluster } from '../../src/adapters/kube/cluster.js';
import { clusterOfSecret } from '../../src/compose/clusters.js';
import type { Application } from '../../src/domain/application.js';
import type { AppRow, ClusterKind } from '../../src/domain/fleet.js';
import type { Cluster, Engine, History, Renderer, Sources } from '../../src/domain/ports.js';
import { IoError } from '../../src/domain/problem.js';
import type { Manifest } from '../../src/domain/resource.js';
import type { ScriptCore } from '../../src/domain/wasm.js';
import { createLocalEngine } from '../../src/engine/local.js';
import { DEFAULT_TIMINGS, type EngineOptions } from '../../src/engine/options.js';
import { type Database, openDatabase } from '../../store/database.js';
import { createHistory } from '../../store/history.js';
import { createVault } from '../../store/vault.js';

const PATIENCE_MS = 10_000;

/** What "Git" holds: manifests by path, at a revision that the test moves. */
export interface FakeGit {
  revision: string;
  manifests: Record<string, readonly Manifest[]>;
  broken: boolean;
  /** Content of paths that stay the same from one revision to the next. */
  hashes?: Record<string, string>;
  /** Paths of files, for generators. */
  files?: readonly string[];
  /** How often something was rendered. */
  renders?: number;
}

export interface TestFleet {
  readonly engine: Engine;
  readonly git: FakeGit;
  readonly history: History;
  readonly hub: Cluster;
  readonly clusters: ReadonlyMap<string, Cluster>;
  put(app: Manifest): Promise<void>;
  /** The row of an application as soon as it is as wanted. */
  row(name: string, wanted: (row: AppRow) => boolean): Promise<AppRow>;
  live(cluster: string, kind: string, name: string): Promise<Manifest | undefined>;
  refresh(name: string): Promise<void>;
  stop(): Promise<void>;
  /** How the engine ended by itself. */
  readonly ended: Promise<void>;
  /** Stops this engine and starts another one on the same servers and records. */
  restarted(): Promise<TestFleet>;
}

export interface FleetOptions {
  /** 'real': the hub counts as somebody's cluster. */
  readonly hubKind?: ClusterKind;
  readonly kinds?: Readonly<Record<string, ClusterKind>>;
  readonly faults?: Readonly<Record<string, Faults>>;
  readonly onIntend?: (taskIds: readonly string[]) => void;
  readonly core?: ScriptCore;
  /** Path in Git of the fleet source. */
  readonly fleet?: string;
  /** Kept when another engine has taken the hub. */
  readonly lost?: Promise<void>;
}

interface Ground {
  readonly database: Database;
  readonly history: History;
  readonly servers: ReadonlyMap<string, ApiServer>;
  readonly git: FakeGit;
  readonly options: FleetOptions;
}

export async function testFleet(options: FleetOptions = {}): Promise<TestFleet> {
  const means = { clock: systemClock(), random: Math.random };
  const names = Object.keys(options.kinds ?? { one: 'sandbox' });
  const servers = new Map(
    names.map((name) => [
      name,
      createApiServer({ name, storage: memoryStorage(), ...means, ...(options.faults?.[name] ? { faults: options.faults[name] } : {}) }),
    ]),
  );
  servers.set('hub', createApiServer({ name: 'hub', storage: memoryStorage(), seed: 'hub', ...means }));
  const database = openDatabase(':memory:');
  const history = createHistory(database, { vault: createVault(Buffer.alloc(32, 7), 'test') });
  return start({ database, history, servers, git: { revision: 'a'.repeat(40), manifests: {}, broken: false }, options });
}

async function start(ground: Ground): Promise<TestFleet> {
  const means = { clock: systemClock(), random: Math.random };
  const { git, history, options } = ground;
  const cluster = (name: string, kind: ClusterKind): Cluster =>
    createCluster(
      { key: name, server: `https://${name}`, kind, labels: {}, annotations: {}, aliases: [] },
      (ground.servers.get(name) as ApiServer).transport(),
      means,
    );
  const hub = cluster('hub', options.hubKind ?? 'embedded');
  const clusters = new Map(Object.entries(options.kinds ?? { one: 'sandbox' as const }).map(([name, kind]) => [name, cluster(name, kind)]));
  const spied: History = {
    ...history,
    intend(id, taskIds, atMs) {
      options.onIntend?.(taskIds);
      history.intend(id, taskIds, atMs);
    },
  };
  const engineOptions: EngineOptions = {
    hub,
    controlNamespace: 'argocd',
    clusters: [...clusters.values()],
    clusterOfSecret: (secret) => clusterOfSecret(secret, means),
    sources: fakeSources(git),
    renderer: fakeRenderer(git),
    core: options.core ?? noScripts,
    history: spied,
    ...means,
    automation: 'all',
    hubForced: false,
    ceiling: 'act',
    leaseNamespace: 'kube-system',
    timings: { ...DEFAULT_TIMINGS, selfHealMs: 0, graceMs: 0 },
    instance: { fleet: 'test', version: '0', host: 'test', pid: process.pid, identity: 'test', startedAtMs: 0, data: '', socket: '' },
    fence: 1,
    ...(options.lost ? { lost: options.lost } : {}),
    ...(options.fleet
      ? { fleet: { name: 'fleet', replace: false, source: { repoURL: 'https://git.example.com/fleet', path: options.fleet } } }
      : {}),
  };
  const engine = createLocalEngine(engineOptions);
  const ending = new AbortController();
  const running = engine.run(ending.signal);
  running.catch(() => undefined); // whoever stops the fleet hears of it
  const stop = async (): Promise<void> => {
    ending.abort();
    await running;
  };
  await engine.inspect({ kind: 'rows' });
  return {
    engine,
    git,
    history,
    hub,
    clusters,
    put: async (app) => void (await hub.apply(app, { mode: 'server-side', fieldManager: 'test', force: true })),
    row: (name, wanted) => rowWhen(engine, name, wanted),
    live: async (key, kind, name) => clusters.get(key)?.get({ group: '', version: 'v1', kind, namespace: 'shop', name }),
    refresh: async (name) => void (await engine.request({ kind: 'refresh', app: `argocd/${name}`, hard: true })),
    stop,
    ended: running,
    restarted: async () => {
      await stop();
      return start(ground);
    },
  };
}

function rowWhen(engine: Engine, name: string, wanted: (row: AppRow) => boolean): Promise<AppRow> {
  return new Promise((resolve, reject) => {
    let last: AppRow | undefined;
    let unsubscribe: (() => void) | undefined;
    const timer = setTimeout(() => {
      unsubscribe?.();
      reject(new Error(`${name} did not become as wanted; it is ${JSON.stringify(last)}`));
    }, PATIENCE_MS);
    const look = (row: AppRow | undefined): void => {
      if (row?.name !== name) return;
      last = row;
      if (!wanted(row)) return;
      clearTimeout(timer);
      queueMicrotask(() => unsubscribe?.());
      resolve(row);
    };
    unsubscribe = engine.subscribe((event) => {
      if (event.kind === 'snapshot') for (const row of event.apps) look(row);
      if (event.kind === 'app.changed') look(event.row);
    });
  });
}

function fakeSources(git: FakeGit): Sources {
  const reachable = (): void => {
    if (git.broken) throw new IoError('Cannot read the repository: the server does not answer', { retry: 'backoff' });
  };
  const sources: Sources = {
    resolve: async (source) => {
      reachable();
      const asked = source.targetRevision ?? 'HEAD';
      return { id: /^[0-9a-f]{40}$/.test(asked) ? asked : git.revision, asked, kind: 'branch', name: asked };
    },
    tree: async (_source, revision) => {
      reachable();
      return {
        revision,
        local: false,
        hash: async (path) => git.hashes?.[path] ?? revision.id,
        list: async () => (git.files ?? []).map((path) => ({ path, kind: 'file', size: 1 })),
        read: async () => new Uint8Array(),
      };
    },
    commit: async () => undefined,
    same: (a, b) => a === b,
    inProject: () => sources,
  };
  return sources;
}

function fakeRenderer(git: FakeGit): Renderer {
  return {
    render: async ({ source }) => {
      git.renders = (git.renders ?? 0) + 1;
      return { manifests: git.manifests[source.path ?? ''] ?? [], problems: [], sourceType: 'Directory' };
    },
  };
}

/** Tests without scripts: whoever asks for one is told. */
export const noScripts: ScriptCore = {
  call: ({ operation }) => Promise.reject(new Error(`no script core in this test: ${operation}`)),
  close: async () => undefined,
};

export function configMap(name: string, value = 'v'): Manifest {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { key: value } };
}

/** An Application in namespace argocd that goes to `cluster`, namespace `shop`. */
export function appOf(
  name: string,
  cluster: string,
  syncPolicy?: Application['spec']['syncPolicy'],
  finalizers?: readonly string[],
): Manifest {
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name, namespace: 'argocd', ...(finalizers ? { finalizers: [...finalizers] } : {}) },
    spec: {
      project: 'default',
      source: { repoURL: 'https://git.example.com/repo', path: name },
      destination: { name: cluster, namespace: 'shop' },
      syncPolicy: { syncOptions: ['CreateNamespace=true'], ...syncPolicy },
    },
  };
}

export const AUTOMATED = { automated: { prune: true, selfHeal: true } } as const;
