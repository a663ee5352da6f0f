// The clusters behind kubeconfig contexts. Two contexts that lead to one server are one cluster with an alias: whoever
// acts on a cluster has to be one engine, under one name.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { nearest } from '../../core/nearest.js';
import type { Clock, Cluster, ClusterInfo } from '../../domain/ports.js';
import type { Problem } from '../../domain/problem.js';
import { IoError } from '../../domain/problem.js';
import { createCluster } from './cluster.js';
import { type Connection, createCredentials } from './connection.js';
import { createHttpTransport } from './http-transport.js';
import { connectionOf } from './kubeconfig-credentials.js';
import { type Entries, kubeconfigFiles, readKubeconfigs } from './kubeconfig-files.js';

export interface LoadContextsOptions {
  /** Names or globs ('prod-*'); of contexts. */
  readonly patterns: readonly string[];
  /** --kubeconfig: one file, or several joined as in KUBECONFIG. */
  readonly kubeconfig?: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly random: () => number;
}

export interface LoadedContext {
  readonly name: string;
  readonly server: string;
  /** Other matched contexts that lead to the same server. */
  readonly aliases: readonly string[];
  /** The context's default namespace, '' where it has none. */
  readonly namespace: string;
  readonly current: boolean;
  /** Builds the cluster; connects when it is first used. */
  cluster(info?: Partial<ClusterInfo>): Cluster;
}

export interface LoadedContexts {
  readonly contexts: readonly LoadedContext[];
  readonly problems: readonly Problem[];
  /** What the user should know, without anything being wrong: contexts that are one cluster. */
  readonly notices: readonly string[];
  /** Every context of the files, for messages and for `init`. */
  readonly all: readonly string[];
}

/** Finds the contexts. Wrong files, unknown names and broken entries are problems; the rest is usable. */
export async function loadContexts(options: LoadContextsOptions): Promise<LoadedContexts> {
  const files = kubeconfigFiles(options.kubeconfig, options.env);
  const required = Boolean(options.kubeconfig) || Boolean(options.env['KUBECONFIG']) || options.patterns.length > 0;
  const entries = await readKubeconfigs(files, required);
  const problems = [...entries.problems];
  const names = matching(entries, options.patterns, problems);
  const byServer = new Map<string, string[]>();
  for (const name of names) {
    const identity = identityOf(entries, name, problems);
    if (identity !== undefined) byServer.set(identity, [...(byServer.get(identity) ?? []), name]);
  }
  const contexts = [...byServer.values()].map(([name = '', ...aliases]) => loaded(entries, { name, aliases, options, files }));
  const notices = contexts
    .filter(({ aliases }) => aliases.length > 0)
    .map(
      ({ name, aliases, server }) =>
        `Contexts ${[name, ...aliases].map((n) => `"${n}"`).join(', ')} lead to one server, ${server}: they are one cluster, "${name}"`,
    );
  return { contexts, problems, notices, all: [...entries.contexts.keys()] };
}

function matching(entries: Entries, patterns: readonly string[], problems: Problem[]): string[] {
  const all = [...entries.contexts.keys()];
  const found = new Set<string>();
  for (const pattern of patterns) {
    const matcher = globOf(pattern);
    const hits = all.filter((name) => name === pattern || matcher.test(name));
    for (const name of hits) found.add(name);
    if (hits.length > 0) continue;
    const near = nearest(pattern, all);
    const advice = near
      ? `did you mean "${near}"?`
      : all.length > 0
        ? `there are: ${all.slice(0, 20).join(', ')}`
        : 'there are no contexts';
    problems.push({
      type: 'InvalidSpecError',
      message: `No kubeconfig context is named "${pattern}": ${advice} (${entries.files.join(', ')})`,
    });
  }
  return [...found];
}

function globOf(pattern: string): RegExp {
  const escaped = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.');
  return new RegExp(`^${escaped}$`, 's');
}

/** Equal for contexts of one server: address, certificate authority, and the name that a proxy routes by. */
function identityOf(entries: Entries, name: string, problems: Problem[]): string | undefined {
  const context = entries.contexts.get(name);
  const cluster = context && entries.clusters.get(context.cluster);
  const missing = (what: string) =>
    void problems.push({ type: 'InvalidSpecError', message: `Context "${name}" cannot be used: ${what} (${entries.files.join(', ')})` });
  if (!context || !cluster) return missing(`its cluster "${context?.cluster}" is not defined`) as undefined;
  if (context.user && !entries.users.has(context.user)) return missing(`its user "${context.user}" is not defined`) as undefined;
  if (!URL.canParse(cluster.server)) return missing(`its server "${cluster.server}" is not an address`) as undefined;
  let ca = cluster.caData ?? '';
  if (cluster.caFile) {
    try {
      ca = readFileSync(cluster.caFile).toString('base64');
    } catch {
      return missing(`its certificate-authority ${cluster.caFile} cannot be read`) as undefined;
    }
  }
  const caHash = createHash('sha256').update(ca.replace(/\s/g, '')).digest('hex');
  return JSON.stringify([normalServer(cluster.server), caHash, cluster.tlsServerName ?? '', cluster.proxyUrl ?? '']);
}

/** One spelling for a server: lower-case host, default port dropped, no slash at the end. */
export function normalServer(server: string): string {
  const url = new URL(server);
  return `${url.protocol}//${url.host}${url.pathname.replace(/\/+$/, '')}`;
}

function loaded(
  entries: Entries,
  { name, aliases, options, files }: { name: string; aliases: readonly string[]; options: LoadContextsOptions; files: readonly string[] },
): LoadedContext {
  const context = entries.contexts.get(name);
  const server = normalServer(entries.clusters.get(context?.cluster ?? '')?.server ?? '');
  return {
    name,
    server,
    aliases,
    namespace: context?.namespace ?? '',
    current: entries.current === name,
    cluster(info = {}) {
      const credentials = createCredentials(() => connect(files, name));
      const transport = createHttpTransport({ credentials, env: options.env });
      const whole: ClusterInfo = { key: name, server, kind: 'real', labels: {}, annotations: {}, aliases, ...info };
      return createCluster(whole, transport, { clock: options.clock, random: options.random });
    },
  };
}

/** Reads the files again, because another program may have written newer credentials into them. */
async function connect(files: readonly string[], name: string): Promise<Connection> {
  const entries = await readKubeconfigs(files, false);
  const context = entries.contexts.get(name);
  const cluster = context && entries.clusters.get(context.cluster);
  if (!context || !cluster) throw new IoError(`context "${name}" is not in the kubeconfig any more`, { retry: 'backoff' });
  return connectionOf(cluster, entries.users.get(context.user) ?? { name: '' }, name);
}
