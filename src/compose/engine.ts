// A whole engine of a configuration: state, clusters, sources, renderer, joined. The owner of the data folder.
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { HubLock } from '../../store/lock.js';
import type { ApiServer } from '../adapters/apiserver/server.js';
import { systemClock } from '../adapters/clock.js';
import { createRenderer } from '../adapters/render/renderer.js';
import { createScriptCore } from '../adapters/wasm/core.js';
import type { Config } from '../config.js';
import { contentHash } from '../core/hash.js';
import type { History } from '../domain/history.js';
import type { Clock, Engine, PluginRunner, RenderStore } from '../domain/ports.js';
import type { ScriptCore } from '../domain/wasm.js';
import { createLocalEngine } from '../engine/local.js';
import { DEFAULT_TIMINGS, type FleetSource, type Instance } from '../engine/options.js';
import { clusterOfSecret, openClusters } from './clusters.js';
import { pluginsOf } from './plugins.js';
import { openRenderings } from './renderings.js';
import { repositoryAccess } from './repository-access.js';
import { keepBounded } from './retention.js';
import { serveSandboxes } from './sandbox-listeners.js';
import { readsOf, setServices } from './set-services.js';
import { setSettings } from './set-settings.js';
import { serveSocket, socketPath } from './socket.js';
import { allSources } from './sources.js';
import { openState } from './state.js';
import { VERSION } from './version.js';
import { type Webhooks, webhooks } from './webhook.js';

const IDENTITY = 'engine.identity';

export interface Composed {
  readonly engine: Engine;
  readonly servers: readonly ApiServer[];
  /** What the user should know from the start: contexts that are one cluster, contexts that cannot be used. */
  readonly notices: readonly string[];
  /** Call after `engine.run` has ended. */
  close(): Promise<void>;
}

export interface ComposeOptions {
  /** It stays: it listens on its socket, and kubectl may reach its sandboxes. */
  readonly serves: boolean;
  readonly automation: 'all' | 'hub';
  readonly replaceFleet?: boolean;
  readonly selfHealMs?: number;
}

export async function composeEngine(config: Config, options: ComposeOptions): Promise<Composed> {
  const clock = systemClock();
  const means = { clock, random: Math.random };
  const state = openState(config, clock);
  const closing = new AbortController();
  const access = repositoryAccess();
  const hooks = webhooks();
  const ends: End[] = [() => state.close()];
  const close = async () => {
    closing.abort();
    for (const end of ends.splice(0).reverse()) await end();
  };
  try {
    const sources = allSources({ cacheDir: join(config.data, 'repositories'), clock, map: config.repositories, ...access });
    const core = createScriptCore();
    const renderings = openRenderings(config, clock);
    ends.push(
      () => renderings.close(),
      () => sources.close(),
      () => core.close(),
    );
    const clusters = await openClusters(config, state, means);
    ends.push(() => closeClusters(clusters));
    const kubeconfig = options.serves && clusters.servers.length > 0 ? await serveSandboxes(clusters.servers, config) : undefined;
    const socket = socketPath(config.data);
    keepBounded(state.database, { clock, signal: closing.signal });
    const engine = createLocalEngine({
      hub: clusters.hub,
      controlNamespace: config.hub.namespace,
      clusters: clusters.clusters,
      clusterOfSecret: (secret) => clusterOfSecret(secret, means),
      sources,
      ...scripted(core, renderings, pluginsOf(config)),
      setServices: setServices(readsOf(clusters.hub, config.hub.namespace), clock, process.env),
      history: state.history,
      ...means,
      hubForced: config.hub.kind === 'cluster' && config.hub.force === config.hub.context,
      ceiling: config.mode,
      leaseNamespace: config.lease.namespace,
      automation: options.automation,
      timings: { ...DEFAULT_TIMINGS, selfHealMs: options.selfHealMs ?? config.timings.selfHealMs },
      instance: {
        ...self(config, state.history, socket),
        startedAtMs: clock.now(),
        ...(kubeconfig ? { sandboxKubeconfig: kubeconfig.file } : {}),
      },
      fence: state.lock.fence,
      lost: lossOf(state.lock, closing.signal),
      onRepositories: access.take,
      onWebhookSettings: hooks.take,
      ...(config.inCluster === undefined ? {} : { inCluster: config.inCluster }),
      ...(config.fleet ? { fleet: fleetSource(config, options) } : {}),
    });
    const listening = options.serves ? await listen(engine, { config, socket, hooks, clock }) : undefined;
    ends.push(() => listening?.close());
    const told = [...clusters.notices, ...clusters.problems.map(({ message }) => message)];
    return { engine, servers: clusters.servers, notices: [...(listening?.notices ?? []), ...state.database.notices, ...told], close };
  } catch (error) {
    await close();
    throw error;
  }
}

type End = () => unknown;

async function closeClusters({ servers, hub, clusters }: Awaited<ReturnType<typeof openClusters>>): Promise<void> {
  await Promise.all(servers.map((server) => server.close()));
  await Promise.all([hub, ...clusters].map((cluster) => cluster.close()));
}

function self(config: Config, history: History, socket: string): Omit<Instance, 'startedAtMs'> {
  const known = history.fact(IDENTITY);
  const id = known ?? randomUUID();
  if (known === undefined) history.remember(IDENTITY, id);
  // Host and folder belong to it: a copy of the folder is another engine.
  const identity = contentHash([hostname(), config.data, id]).slice(0, 32);
  return { fleet: config.fleetName, version: VERSION, host: hostname(), pid: process.pid, identity, data: config.data, socket };
}

interface Doors {
  readonly config: Config;
  readonly socket: string;
  readonly hooks: Webhooks;
  readonly clock: Clock;
}

/** Everything by which an engine that stays can be reached. */
async function listen(engine: Engine, { config, socket, hooks, clock }: Doors) {
  const local = await serveSocket(engine, socket);
  try {
    const listener = await hooks.listen(config, engine, clock);
    const close = async () => void (await Promise.all([listener?.close(), local.close()]));
    return { notices: listener ? [`webhooks are taken at ${listener.url}`] : [], close };
  } catch (error) {
    await local.close();
    throw error;
  }
}

/** Kept when the hub was taken over. */
function lossOf(lock: HubLock, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    void lock.keep(signal).then((kept) => {
      if (!kept) resolve();
    });
  });
}

/** What the WebAssembly core is for. */
function scripted(core: ScriptCore, store: RenderStore, plugins: PluginRunner) {
  return { core, renderer: createRenderer({ core, store, plugins }), setSettings: setSettings(process.env) };
}

function fleetSource(config: Config, options: ComposeOptions): FleetSource {
  const fleet = config.fleet as NonNullable<Config['fleet']>;
  const { repoURL, targetRevision, path } = fleet;
  return {
    name: 'fleet',
    replace: options.replaceFleet === true,
    source: { repoURL, path, ...(targetRevision === undefined ? {} : { targetRevision }), directory: { recurse: true } },
  };
}
