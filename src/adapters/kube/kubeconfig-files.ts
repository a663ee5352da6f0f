// Reads kubeconfig files as kubectl does: the files of --kubeconfig or KUBECONFIG in order, else ~/.kube/config; of two
// entries with one name the first counts. The client library is loaded here only when there is a file to read.
import { existsSync } from 'node:fs';
import { delimiter, dirname, isAbsolute, join, resolve } from 'node:path';
import type { Problem } from '../../domain/problem.js';

type Library = typeof import('@kubernetes/client-node');
export type KubeConfig = InstanceType<Library['KubeConfig']>;
export type KubeCluster = KubeConfig['clusters'][number];
export type KubeUser = KubeConfig['users'][number];
export type KubeContext = KubeConfig['contexts'][number];
type Environment = Readonly<Record<string, string | undefined>>;

export interface Entries {
  readonly clusters: ReadonlyMap<string, KubeCluster>;
  readonly users: ReadonlyMap<string, KubeUser>;
  readonly contexts: ReadonlyMap<string, KubeContext>;
  readonly current: string;
  readonly files: readonly string[];
  readonly problems: readonly Problem[];
}

let library: Promise<Library> | undefined;

/** The client library; it takes a third of a second to load, so nothing loads it before it is needed. */
export function clientLibrary(): Promise<Library> {
  library ??= import('@kubernetes/client-node');
  return library;
}

/** The files that count, whether they exist or not. */
export function kubeconfigFiles(explicit: string | undefined, env: Environment): readonly string[] {
  if (explicit) return explicit.split(delimiter).filter((file) => file !== '');
  const fromEnv = (env['KUBECONFIG'] ?? '').split(delimiter).filter((file) => file !== '');
  if (fromEnv.length > 0) return fromEnv;
  return env['HOME'] ? [join(env['HOME'], '.kube', 'config')] : [];
}

/** Reads and joins the files. A file that is missing or broken is a problem; the others count. */
export async function readKubeconfigs(files: readonly string[], required: boolean): Promise<Entries> {
  const clusters = new Map<string, KubeCluster>();
  const users = new Map<string, KubeUser>();
  const contexts = new Map<string, KubeContext>();
  const problems: Problem[] = [];
  let current = '';
  for (const file of files) {
    if (!existsSync(file)) {
      if (required) problems.push(problemOf(file, 'the file does not exist; correct --kubeconfig or KUBECONFIG'));
      continue;
    }
    const config = await readOne(resolve(file), problems);
    if (!config) continue;
    current ||= config.currentContext ?? '';
    for (const cluster of config.clusters) if (!clusters.has(cluster.name)) clusters.set(cluster.name, cluster);
    for (const user of config.users) if (!users.has(user.name)) users.set(user.name, atHome(user, dirname(resolve(file))));
    for (const context of config.contexts) if (!contexts.has(context.name)) contexts.set(context.name, context);
  }
  return { clusters, users, contexts, current, files, problems };
}

async function readOne(file: string, problems: Problem[]): Promise<KubeConfig | undefined> {
  const { KubeConfig } = await clientLibrary();
  const strict = new KubeConfig();
  try {
    strict.loadFromFile(file);
    return strict;
  } catch (error) {
    problems.push(problemOf(file, firstLine(error)));
  }
  try {
    const lenient = new KubeConfig();
    lenient.loadFromFile(file, { onInvalidEntry: 'filter' });
    return lenient;
  } catch {
    // Not readable at all: the problem of the first attempt says why.
    return undefined;
  }
}

/** A plugin that is named by a relative path lies beside its kubeconfig. */
function atHome(user: KubeUser, folder: string): KubeUser {
  const command = user.exec?.command;
  if (typeof command !== 'string' || !command.includes('/') || isAbsolute(command)) return user;
  return { ...user, exec: { ...user.exec, command: join(folder, command) } };
}

function problemOf(file: string, message: string): Problem {
  return { type: 'InvalidSpecError', message: `Cannot read kubeconfig ${file}: ${message}`, place: { file } };
}

function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return (message.split('\n')[0] ?? message).replace(/\.$/, '');
}
