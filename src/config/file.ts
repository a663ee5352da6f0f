// The keys of argosy.yaml and what they become. Nothing is guessed: an unknown key or a wrong type is an error with its place.
import type { Mode } from '../domain/fleet.js';
import { type ConfigNode, parseConfig } from './document.js';
import type { FleetText } from './fleet-source.js';
import { type ListenAddress, listenAddress } from './listen-address.js';

export interface ContextPattern {
  /** A kubeconfig context, or a pattern with * and ?. */
  readonly glob: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface ClusterSettings {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** Simulated in this process. */
  readonly sandbox: boolean;
  /** The kubeconfig context, where it is called differently. */
  readonly context?: string;
  /** The URL that Applications use for it, where it is not the kubeconfig's. */
  readonly server?: string;
  /** Writing from the screen needs the cluster's name to be typed. */
  readonly protected: boolean;
}

export type HubSettings =
  | { readonly kind: 'embedded'; readonly namespace: string }
  /** `force` names the context once more: write to it although an Argo CD controller is alive there. */
  | { readonly kind: 'cluster'; readonly context: string; readonly namespace: string; readonly force?: string };

/** All in milliseconds. */
export interface Timings {
  /** Self-heal waits this long after drift was seen; doubles as the first backoff. */
  readonly selfHealMs: number;
  readonly selfHealMaxMs: number;
  /** A verdict older than this is shown as stale. */
  readonly staleMs: number;
  /** One request to a cluster or a repository may take this long. */
  readonly requestMs: number;
}

export interface SandboxSettings {
  /** Sandboxes survive a restart: they are stored in the state folder. */
  readonly keep: boolean;
  /** Where sandboxes and the embedded hub listen for kubectl; port 0 takes a free one. */
  readonly host: string;
  readonly port: number;
}

export interface ConfigFile {
  readonly fleet: string | FleetText | undefined;
  readonly contexts: readonly ContextPattern[];
  readonly clusters: ReadonlyMap<string, ClusterSettings>;
  readonly hub: HubSettings;
  readonly inCluster: string | undefined;
  readonly mode: Mode | undefined;
  readonly data: string | undefined;
  readonly kubeconfig: string | undefined;
  readonly repositories: ReadonlyMap<string, string>;
  readonly timings: Timings;
  readonly lease: { readonly namespace: string };
  readonly sandbox: SandboxSettings;
  /** Files or folders of ConfigManagementPlugins that may be run on this machine. */
  readonly plugins: readonly string[];
  readonly webhook: ListenAddress | undefined;
}

/** Every key of the file, with dots; NAME stands for a name of the user's. */
export const CONFIG_KEYS = {
  '': [
    'fleet',
    'contexts',
    'clusters',
    'hub',
    'inCluster',
    'mode',
    'data',
    'kubeconfig',
    'repositories',
    'timings',
    'lease',
    'sandbox',
    'plugins',
    'webhook',
  ],
  fleet: ['repoURL', 'targetRevision', 'path'],
  'contexts[]': ['glob', 'labels'],
  'clusters.NAME': ['labels', 'annotations', 'sandbox', 'context', 'server', 'protected'],
  hub: ['context', 'namespace', 'force'],
  timings: ['selfHeal', 'selfHealMax', 'stale', 'request'],
  lease: ['namespace'],
  sandbox: ['keep', 'host', 'port'],
} as const satisfies Record<string, readonly string[]>;

/** Throws UserError with file:line:column. An empty text is a file without keys. */
export function readConfigText(text: string, file: string): ConfigFile {
  const root = parseConfig(text, file).keys(CONFIG_KEYS['']);
  return {
    fleet: root.get('fleet')?.either((node) => node.text(), fleetText),
    contexts: root.get('contexts')?.list(contextPattern) ?? [],
    clusters: root.get('clusters')?.named(clusterSettings) ?? new Map(),
    hub: root.get('hub')?.either(embeddedHub, hubSettings) ?? { kind: 'embedded', namespace: 'argocd' },
    inCluster: root.get('inCluster')?.text(),
    mode: root.get('mode')?.oneOf(['observe', 'act'] as const),
    data: root.get('data')?.text(),
    kubeconfig: root.get('kubeconfig')?.text(),
    repositories: root.get('repositories')?.named((node) => node.text()) ?? new Map(),
    timings: timings(root.get('timings')),
    lease: { namespace: root.get('lease')?.keys(CONFIG_KEYS.lease).get('namespace')?.text() ?? 'kube-system' },
    sandbox: sandbox(root.get('sandbox')),
    plugins: root.get('plugins')?.list((node) => node.text()) ?? [],
    webhook: webhook(root.get('webhook')),
  };
}

function fleetText(node: ConfigNode): FleetText {
  const keys = node.keys(CONFIG_KEYS.fleet);
  const [targetRevision, path] = [keys.get('targetRevision')?.text(), keys.get('path')?.text()];
  return {
    repoURL: node.require(keys, 'repoURL').text(),
    ...(targetRevision === undefined ? {} : { targetRevision }),
    ...(path === undefined ? {} : { path }),
  };
}

function contextPattern(node: ConfigNode): ContextPattern {
  return node.either(
    (text) => ({ glob: text.text(), labels: {} }),
    (map) => {
      const keys = map.keys(CONFIG_KEYS['contexts[]']);
      return { glob: map.require(keys, 'glob').text(), labels: texts(keys.get('labels')) };
    },
  );
}

function clusterSettings(node: ConfigNode): ClusterSettings {
  const keys = node.keys(CONFIG_KEYS['clusters.NAME']);
  const [context, server] = [keys.get('context')?.text(), keys.get('server')?.text()];
  return {
    labels: texts(keys.get('labels')),
    annotations: texts(keys.get('annotations')),
    sandbox: keys.get('sandbox')?.flag() ?? false,
    protected: keys.get('protected')?.flag() ?? false,
    ...(context === undefined ? {} : { context }),
    ...(server === undefined ? {} : { server }),
  };
}

function embeddedHub(node: ConfigNode): HubSettings {
  node.oneOf(['embedded'] as const);
  return { kind: 'embedded', namespace: 'argocd' };
}

function hubSettings(node: ConfigNode): HubSettings {
  const keys = node.keys(CONFIG_KEYS.hub);
  const namespace = keys.get('namespace')?.text() ?? 'argocd';
  const context = keys.get('context')?.text();
  if (context === undefined) return { kind: 'embedded', namespace };
  const force = keys.get('force');
  if (force && force.text() !== context) throw force.wrong(`it must repeat the context, "${context}", to say that writing there is meant`);
  return { kind: 'cluster', context, namespace, ...(force ? { force: context } : {}) };
}

function timings(node: ConfigNode | undefined): Timings {
  const keys = node?.keys(CONFIG_KEYS.timings);
  return {
    selfHealMs: keys?.get('selfHeal')?.duration() ?? 2_000,
    selfHealMaxMs: keys?.get('selfHealMax')?.duration() ?? 300_000,
    staleMs: keys?.get('stale')?.duration() ?? 300_000,
    requestMs: keys?.get('request')?.duration() ?? 30_000,
  };
}

function webhook(node: ConfigNode | undefined): ListenAddress | undefined {
  if (!node) return undefined;
  const found = listenAddress(node.text());
  if (typeof found === 'string') throw node.wrong(found);
  return found;
}

function sandbox(node: ConfigNode | undefined): SandboxSettings {
  const keys = node?.keys(CONFIG_KEYS.sandbox);
  return {
    keep: keys?.get('keep')?.flag() ?? false,
    host: keys?.get('host')?.text() ?? '127.0.0.1',
    port: keys?.get('port')?.integer(0, 65_535) ?? 0,
  };
}

function texts(node: ConfigNode | undefined): Readonly<Record<string, string>> {
  return node ? Object.fromEntries(node.named((value) => value.text())) : {};
}
