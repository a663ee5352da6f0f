// A whole engine of a configuration: state, clusters, sources, renderer, joined. The owner of the data folder.
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { ApiServer } from '../adapters/apiserver/server.js';
import { systemClock } from '../adapters/clock.js';
import { createSources } from '../adapters/git/sources.js';
import { createRenderer } from '../adapters/render/renderer.js';
import { createScriptCore } from '../adapters/wasm/core.js';
import type { Config } from '../config.js';
import { credentialsFromSecrets, type RepositoryCredential } from '../core/repository/credentials.js';
import type { Engine } from '../domain/ports.js';
import type { ScriptCore } from '../domain/wasm.js';
import { createLocalEngine } from '../engine/local.js';
import { DEFAULT_TIMINGS, type FleetSource } from '../engine/options.js';
import { clusterOfSecret, openClusters } from './clusters.js';
import { serveSandboxes } from './sandbox-listeners.js';
import { setSettings } from './set-settings.js';
import { serveSocket, socketPath } from './socket.js';
import { openState } from './state.js';
import { VERSION } from './version.js';

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
  let credentials: readonly RepositoryCredential[] = [];
  try {
    const sources = createSources({
      cacheDir: join(config.data, 'repositories'),
      clock,
      map: config.repositories,
      credentials: () => credentials,
    });
    const core = createScriptCore();
    const clusters = await openClusters(config, state, means);
    const kubeconfig = options.serves && clusters.servers.length > 0 ? await serveSandboxes(clusters.servers, config) : undefined;
    const socket = socketPath(config.data);
    const engine = createLocalEngine({
      hub: clusters.hub,
      controlNamespace: config.hub.namespace,
      clusters: clusters.clusters,
      clusterOfSecret: (secret) => clusterOfSecret(secret, means),
      sources,
      ...scripted(core),
      history: state.history,
      ...means,
      hubForced: config.hub.kind === 'cluster' && config.hub.force === config.hub.context,
      ceiling: config.mode,
      leaseNamespace: config.lease.namespace,
      automation: options.automation,
      timings: { ...DEFAULT_TIMINGS, selfHealMs: options.selfHealMs ?? config.timings.selfHealMs },
      instance: {
        fleet: config.fleetName,
        version: VERSION,
        host: hostname(),
        pid: process.pid,
        startedAtMs: clock.now(),
        data: config.data,
        socket,
        ...(kubeconfig ? { sandboxKubeconfig: kubeconfig.file } : {}),
      },
      fence: state.lock.fence,
      onRepositories: (secrets) => {
        credentials = credentialsFromSecrets(secrets);
      },
      ...(config.inCluster === undefined ? {} : { inCluster: config.inCluster }),
      ...(config.fleet ? { fleet: fleetSource(config, options) } : {}),
    });
    const listening = options.serves ? await serveSocket(engine, socket) : undefined;
    void state.lock.keep(closing.signal);
    return {
      engine,
      servers: clusters.servers,
      notices: [...clusters.notices, ...clusters.problems.map(({ message }) => message)],
      async close() {
        closing.abort();
        await listening?.close();
        await Promise.all(clusters.servers.map((server) => server.close()));
        await Promise.all([clusters.hub, ...clusters.clusters].map((cluster) => cluster.close()));
        await core.close();
        sources.close();
        state.close();
      },
    };
  } catch (error) {
    closing.abort();
    state.close();
    throw error;
  }
}

/** What the WebAssembly core is for. */
function scripted(core: ScriptCore) {
  return { core, renderer: createRenderer({ core }), setSettings: setSettings(process.env) };
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
