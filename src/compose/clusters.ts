// The clusters of a configuration: the hub, sandboxes, kubeconfig contexts, and those of cluster Secrets.

import { createObjectStorage } from '../../store/object-storage.js';
import { memoryStorage } from '../adapters/apiserver/memory-storage.js';
import { type ApiServer, createApiServer } from '../adapters/apiserver/server.js';
import { createCluster } from '../adapters/kube/cluster.js';
import { readClusterSecret } from '../adapters/kube/cluster-secret.js';
import { createCredentials } from '../adapters/kube/connection.js';
import { createHttpTransport } from '../adapters/kube/http-transport.js';
import type { Config } from '../config.js';
import { globMatch } from '../core/fleet/text-match.js';
import { HUB, IN_CLUSTER_SERVER } from '../domain/fleet.js';
import type { Clock, Cluster, ClusterInfo } from '../domain/ports.js';
import { type Problem, UserError } from '../domain/problem.js';
import type { Manifest } from '../domain/resource.js';
import type { State } from './state.js';

export interface Clusters {
  readonly hub: Cluster;
  readonly clusters: readonly Cluster[];
  /** The servers of this process, the embedded hub among them. */
  readonly servers: readonly ApiServer[];
  readonly problems: readonly Problem[];
  readonly notices: readonly string[];
}

interface Means {
  readonly clock: Clock;
  readonly random: () => number;
}

export async function openClusters(config: Config, state: State, means: Means): Promise<Clusters> {
  const sandboxes = [...config.clusters].filter(([, settings]) => settings.sandbox);
  const servers = sandboxes.map(([name]) => sandbox(config, state, { ...means, name }));
  const contexts = await realClusters(config, means);
  const local = servers.map((server, i) => {
    const [, settings] = sandboxes[i] as (typeof sandboxes)[number];
    return createCluster(
      {
        ...settings,
        key: server.name,
        server: settings.server ?? sandboxUrl(server.name),
        kind: 'sandbox',
        aliases: [],
      } satisfies ClusterInfo & object,
      server.transport(),
      means,
    );
  });
  const hub = config.hub.kind === 'embedded' ? embeddedHub(config, state, means) : undefined;
  const real = hub
    ? undefined
    : contexts.clusters.find(
        ({ info }) => config.hub.kind === 'cluster' && (info.key === config.hub.context || info.aliases.includes(config.hub.context)),
      );
  if (!hub && !real)
    throw new UserError(
      `cannot use the hub ${config.hub.kind === 'cluster' ? config.hub.context : ''}: ${contexts.problems[0]?.message ?? 'there is no such kubeconfig context'}`,
    );
  return {
    hub: hub?.cluster ?? (real as Cluster),
    clusters: [...local, ...contexts.clusters.filter((cluster) => cluster !== real)],
    servers: hub ? [hub.server, ...servers] : servers,
    problems: contexts.problems,
    notices: contexts.notices,
  };
}

/** The address that Applications may use for a sandbox; nothing is reached by it. */
export function sandboxUrl(name: string): string {
  return name === 'in-cluster' ? IN_CLUSTER_SERVER : `https://${name}.sandbox`;
}

function sandbox(config: Config, state: State, { name, ...means }: Means & { readonly name: string }): ApiServer {
  const kept = config.dataGiven || config.sandbox.keep;
  return createApiServer({
    name,
    storage: kept ? createObjectStorage(state.database, `sandbox/${name}`, state.vault) : memoryStorage(),
    controllers: true,
    ...means,
  });
}

function embeddedHub(_config: Config, state: State, means: Means): { readonly server: ApiServer; readonly cluster: Cluster } {
  const server = createApiServer({ name: HUB, storage: createObjectStorage(state.database, 'hub', state.vault), seed: 'hub', ...means });
  const info: ClusterInfo = { key: HUB, server: 'https://hub.embedded', kind: 'embedded', labels: {}, annotations: {}, aliases: [] };
  return { server, cluster: createCluster(info, server.transport(), means) };
}

/** Contexts that the configuration names. client-node is loaded only when there are any. */
async function realClusters(
  config: Config,
  means: Means,
): Promise<{ clusters: Cluster[]; problems: readonly Problem[]; notices: readonly string[] }> {
  const named = [...config.clusters].flatMap(([name, settings]) => (settings.sandbox ? [] : [settings.context ?? name]));
  const patterns = [
    ...new Set([...config.contexts.map(({ glob }) => glob), ...named, ...(config.hub.kind === 'cluster' ? [config.hub.context] : [])]),
  ];
  if (patterns.length === 0) return { clusters: [], problems: [], notices: [] };
  const { loadContexts } = await import('../adapters/kube/kubeconfig.js');
  const loaded = await loadContexts({
    patterns,
    env: process.env,
    ...means,
    ...(config.kubeconfig === undefined ? {} : { kubeconfig: config.kubeconfig }),
  });
  const clusters = loaded.contexts.map((context) => {
    const settings = [...config.clusters].find(([name, each]) => (each.context ?? name) === context.name);
    const labels = Object.assign(
      {},
      ...config.contexts.filter(({ glob }) => globMatch(glob, context.name)).map((each) => each.labels),
      settings?.[1].labels,
    );
    return context.cluster({
      key: settings?.[0] ?? context.name,
      labels,
      annotations: settings?.[1].annotations ?? {},
      ...(settings?.[1].server ? { server: settings[1].server } : {}),
    });
  });
  return { clusters, problems: loaded.problems, notices: loaded.notices };
}

/** A cluster of a cluster Secret in the hub. */
export function clusterOfSecret(secret: Manifest, means: Means): { readonly cluster?: Cluster; readonly problem?: Problem } {
  const { cluster, problem } = readClusterSecret(secret);
  if (!cluster) return problem ? { problem } : {};
  const info: ClusterInfo = {
    key: cluster.name,
    server: cluster.server,
    kind: 'real',
    labels: cluster.labels,
    annotations: cluster.annotations,
    aliases: [],
    ...(cluster.project ? { project: cluster.project } : {}),
  };
  const transport = createHttpTransport({ credentials: createCredentials(() => cluster.connect()), env: process.env });
  return { cluster: createCluster(info, transport, means) };
}
