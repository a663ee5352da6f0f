// argosy.yaml, then the environment, then flags: what the program is told before it does anything. Later ones win.
// Reading it changes nothing and reaches nobody; that the things it names exist is found out when they are used.
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { type ConfigFile, readConfigText } from './config/file.js';
import { type FleetSource, fleetName, fleetOf } from './config/fleet-source.js';
import { repositoryMap } from './config/repository-map.js';
import type { Mode } from './domain/fleet.js';
import { UserError } from './domain/problem.js';

export type { ClusterSettings, ContextPattern, HubSettings, SandboxSettings, Timings } from './config/file.js';
export type { FleetSource } from './config/fleet-source.js';

export interface Config extends Pick<ConfigFile, 'contexts' | 'clusters' | 'hub' | 'timings' | 'lease' | 'sandbox' | 'webhook'> {
  /** The file that was read; undefined where there is none. */
  readonly file: string | undefined;
  /** Where the control objects come from; undefined: the hub holds them already. */
  readonly fleet: FleetSource | undefined;
  /** A short name for the fleet: it names the state folder and stands in the screen's header. */
  readonly fleetName: string;
  /** The cluster that https://kubernetes.default.svc means; undefined: no cluster does. */
  readonly inCluster: string | undefined;
  /** A ceiling over all grants: with 'observe' no real cluster is ever written to. */
  readonly mode: Mode;
  /** Absolute path of the state folder. */
  readonly data: string;
  /** Somebody named the state folder: sandboxes are kept in it. */
  readonly dataGiven: boolean;
  /** Repository URL -> absolute local path. */
  readonly repositories: ReadonlyMap<string, string>;
  /** undefined: $KUBECONFIG, then ~/.kube/config. */
  readonly kubeconfig: string | undefined;
  /** Absolute paths of ConfigManagementPlugin files, or folders of them. */
  readonly plugins: readonly string[];
}

/** The flags that every command takes, as the command line read them. */
export interface GlobalFlags {
  readonly config?: string;
  readonly fleet?: string;
  readonly sandbox?: readonly string[];
  readonly data?: string;
  readonly repo?: readonly string[];
  readonly kubeconfig?: string;
  readonly context?: readonly string[];
  readonly mode?: Mode;
  readonly inCluster?: string;
  readonly plugin?: readonly string[];
}

export interface ConfigSurroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}

/** Throws UserError with file:line:column where something cannot be used, and where a named file does not exist. */
export function loadConfig(flags: GlobalFlags, surroundings: ConfigSurroundings): Config {
  const { env, cwd } = surroundings;
  const at = findConfigFile(flags, surroundings);
  const text = at === undefined ? '' : readText(at);
  const file = readConfigText(text, at ?? 'argosy.yaml');
  const base = at === undefined ? cwd : resolve(at, '..');
  const fleetText = flags.fleet ?? (given(env['ARGOSY_FLEET']) || undefined);
  const fleet = fleetText === undefined ? configured(file, base) : fleetOf(fleetText, cwd);
  const sandboxed = flags.sandbox !== undefined && flags.sandbox.length > 0;
  const name = `${fleet ? fleetName(fleet) : 'default'}${sandboxed ? '-sandbox' : ''}`;
  const dataGiven = flags.data ?? given(env['ARGOSY_DATA']) ?? (file.data === undefined ? undefined : resolve(base, home(file.data)));
  const kubeconfig = flags.kubeconfig ?? (file.kubeconfig === undefined ? undefined : resolve(base, home(file.kubeconfig)));
  return {
    file: at,
    fleet,
    fleetName: name,
    ...clustersOf(file, flags),
    mode: file.mode === 'observe' ? 'observe' : (flags.mode ?? modeOf(env['ARGOSY_MODE']) ?? 'act'),
    data: dataGiven === undefined ? join(stateHome(env), 'argosy', name) : resolve(cwd, home(dataGiven)),
    dataGiven: dataGiven !== undefined,
    repositories: new Map([...repositoryMap(file.repositories, base), ...repositoryMap(pairs(flags.repo ?? []), cwd)]),
    kubeconfig: kubeconfig === undefined ? undefined : resolve(cwd, home(kubeconfig)),
    timings: file.timings,
    lease: file.lease,
    sandbox: file.sandbox,
    plugins: [...file.plugins.map((path) => resolve(base, home(path))), ...(flags.plugin ?? []).map((path) => resolve(cwd, home(path)))],
    webhook: file.webhook,
  };
}

function configured(file: ConfigFile, base: string): FleetSource | undefined {
  return file.fleet === undefined ? undefined : fleetOf(file.fleet, base);
}

/** `--sandbox` means that no real cluster takes part, whatever the file says; labels, and the URL that Applications use, are kept. */
function clustersOf(file: ConfigFile, flags: GlobalFlags): Pick<Config, 'contexts' | 'clusters' | 'hub' | 'inCluster'> {
  const contexts = flags.context?.map((glob) => ({ glob, labels: {} }));
  if (!flags.sandbox?.length)
    return { contexts: contexts ?? file.contexts, clusters: file.clusters, hub: file.hub, inCluster: flags.inCluster ?? file.inCluster };
  const clusters = new Map(flags.sandbox.map((name) => [name, sandboxOf(file, name)]));
  const inCluster = flags.inCluster ?? (clusters.has('in-cluster') ? 'in-cluster' : undefined);
  return {
    contexts: contexts ?? [],
    clusters,
    hub: { kind: 'embedded', namespace: file.hub.namespace },
    inCluster: inCluster ?? (file.inCluster !== undefined && clusters.has(file.inCluster) ? file.inCluster : undefined),
  };
}

function sandboxOf(file: ConfigFile, name: string) {
  const known = file.clusters.get(name);
  const server = known?.server;
  return {
    ...(server === undefined ? {} : { server }),
    labels: known?.labels ?? {},
    annotations: known?.annotations ?? {},
    sandbox: true,
    protected: known?.protected ?? false,
  };
}

/** --config, ARGOSY_CONFIG, ./argosy.yaml, $XDG_CONFIG_HOME/argosy/argosy.yaml: the first that is named or exists. */
export function findConfigFile(flags: GlobalFlags, { env, cwd }: ConfigSurroundings): string | undefined {
  const named = flags.config ?? given(env['ARGOSY_CONFIG']);
  if (named !== undefined) return resolve(cwd, home(named));
  const configHome = given(env['XDG_CONFIG_HOME']) ?? join(homeOf(env), '.config');
  return [join(cwd, 'argosy.yaml'), join(configHome, 'argosy', 'argosy.yaml')].find((path) => existsSync(path));
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const reason = code === 'ENOENT' ? 'there is no such file; `argosy init` writes one' : (error as Error).message;
    throw new UserError(`cannot read the configuration ${path}: ${reason}`, { file: path });
  }
}

function modeOf(text: string | undefined): Mode | undefined {
  if (!given(text)) return undefined;
  if (text === 'observe' || text === 'act') return text;
  throw new UserError(`cannot use ARGOSY_MODE=${text}: it is observe or act`);
}

function pairs(flags: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    flags.map((text) => {
      const at = text.lastIndexOf('=');
      if (at <= 0 || at === text.length - 1) throw new UserError(`cannot use --repo ${text}: write it as URL=PATH`);
      return [text.slice(0, at), text.slice(at + 1)] as const;
    }),
  );
}

function stateHome(env: ConfigSurroundings['env']): string {
  const named = given(env['XDG_STATE_HOME']);
  return named !== undefined && isAbsolute(named) ? named : join(homeOf(env), '.local', 'state');
}

function homeOf(env: ConfigSurroundings['env']): string {
  return given(env['HOME']) ?? homedir();
}

function home(path: string): string {
  return path === '~' || path.startsWith('~/') ? join(homedir(), path.slice(1)) : path;
}

function given(text: string | undefined): string | undefined {
  return text === undefined || text === '' ? undefined : text;
}
