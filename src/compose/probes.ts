// What doctor and init look at. Nothing here throws for a world that is wrong: what is wrong is the answer.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openDatabase } from '../../store/database.js';
import { createSources } from '../adapters/git/sources.js';
import type { ContextProbe, Probes } from '../cli/ports.js';
import type { Config } from '../config.js';
import { credentialsFromSecrets, secretTexts } from '../core/repository/credentials.js';
import type { Clock, Cluster } from '../domain/ports.js';
import type { Manifest } from '../domain/resource.js';
import { allSources } from './sources.js';
import { DATABASE } from './state.js';

const run = promisify(execFile);
const TRY_MS = 5_000;

export function probes(clock: Clock): Probes {
  return {
    program: async (name) =>
      name === 'git' ? firstLine(await output('git', ['--version'])) : firstLine(await output('kubectl', ['version', '--client'])),
    contexts: (kubeconfig, signal) => contexts(clock, kubeconfig, signal),
    fleet: (config, signal) => fleet(clock, config, signal),
    database: async (folder) => database(folder),
    reach: (config, secret, signal) => reach(clock, { config, secret }, signal),
    repository: async (folder) =>
      firstLine(await output('git', ['-C', folder, 'remote', 'get-url', 'origin'])) ??
      firstLine(await output('git', ['-C', folder, 'rev-parse', '--show-toplevel'])),
  };
}

async function output(program: string, args: readonly string[]): Promise<string | undefined> {
  try {
    return (await run(program, [...args], { timeout: TRY_MS })).stdout;
  } catch {
    return undefined; // not installed, or it has nothing to say: the caller says what that means
  }
}

function firstLine(text: string | undefined): string | undefined {
  const line = text?.split('\n')[0]?.trim();
  return line === '' ? undefined : line;
}

async function contexts(clock: Clock, kubeconfig: string | undefined, signal: AbortSignal): ReturnType<Probes['contexts']> {
  const { loadContexts } = await import('../adapters/kube/kubeconfig.js');
  const loaded = await loadContexts({
    patterns: ['*'],
    env: process.env,
    clock,
    random: Math.random,
    ...(kubeconfig === undefined ? {} : { kubeconfig }),
  });
  const tried = await Promise.all(
    loaded.contexts.map(async (context): Promise<ContextProbe> => {
      const cluster = context.cluster();
      const result = await tryCluster(cluster, signal);
      await cluster.close();
      return { name: context.name, server: context.server, ...result };
    }),
  );
  return { contexts: tried, ...(loaded.problems[0] && tried.length === 0 ? { problem: loaded.problems[0].message } : {}) };
}

async function tryCluster(cluster: Cluster, signal: AbortSignal): Promise<Pick<ContextProbe, 'reachable' | 'message' | 'version'>> {
  try {
    const { version } = await cluster.discover(AbortSignal.any([signal, AbortSignal.timeout(TRY_MS)]));
    return { reachable: true, version: version.gitVersion, message: version.gitVersion };
  } catch (error) {
    return { reachable: false, message: (error as Error).message };
  }
}

async function fleet(clock: Clock, config: Config, signal: AbortSignal): Promise<{ ok: boolean; message: string }> {
  if (!config.fleet) return { ok: true, message: 'no fleet source' };
  const cacheDir = mkdtempSync(join(tmpdir(), 'argosy-probe-'));
  const sources = createSources({ cacheDir, clock, map: config.repositories });
  try {
    const { repoURL, targetRevision } = config.fleet;
    const revision = await sources.resolve(
      { repoURL, ...(targetRevision === undefined ? {} : { targetRevision }) },
      { fresh: true },
      signal,
    );
    return { ok: true, message: `${repoURL} at ${revision.id.slice(0, 7)} (${revision.name})` };
  } catch (error) {
    return { ok: false, message: (error as Error).message };
  } finally {
    sources.close();
    rmSync(cacheDir, { recursive: true, force: true });
  }
}

interface Reach {
  readonly config: Config;
  readonly secret: Manifest;
}

/** The default branch of a repository, or the index of a chart repository. Registries are asked when something of theirs is wanted. */
async function reach(clock: Clock, { config, secret }: Reach, signal: AbortSignal): Promise<{ ok: boolean; message: string }> {
  const texts = secretTexts(secret);
  const repoURL = texts.get('url') ?? '';
  const type = texts.get('type');
  if (type === 'oci' || texts.get('enableOCI') === 'true') return { ok: true, message: 'not tried' };
  const cacheDir = mkdtempSync(join(tmpdir(), 'argosy-probe-'));
  const credentials = credentialsFromSecrets([secret]);
  const sources = allSources({ cacheDir, clock, map: config.repositories, credentials: () => credentials });
  try {
    const scoped = sources.inProject(texts.get('project') ?? '');
    if (type === 'helm') await scoped.charts?.(repoURL, signal);
    else await scoped.resolve({ repoURL }, { fresh: true }, signal);
    return { ok: true, message: '' };
  } catch (error) {
    return { ok: false, message: (error as Error).message };
  } finally {
    sources.close();
    rmSync(cacheDir, { recursive: true, force: true });
  }
}

function database(folder: string): { ok: boolean; message: string } {
  try {
    const opened = openDatabase(join(folder, DATABASE));
    opened.close();
    return { ok: true, message: folder };
  } catch (error) {
    return { ok: false, message: (error as Error).message };
  }
}
