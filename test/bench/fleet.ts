// A composed engine over a repository made on the spot: what the benchmarks of the engine have in common.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Composed, type ComposeOptions, composeEngine } from '../../src/compose/engine.js';
import { type GlobalFlags, loadConfig } from '../../src/config.js';
import { toYaml } from '../../src/core/manifest/yaml.js';
import type { AppRow } from '../../src/domain/fleet.js';
import type { Engine } from '../../src/domain/ports.js';
import type { Manifest } from '../../src/domain/resource.js';
import { applicationOf, objectsOf } from './load.js';

export interface Repository {
  readonly url: string;
  /** Writes app `i` anew and commits. */
  commit(i: number, revision: number): void;
}

/** A folder that is gone when the process ends. */
export function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), 'argosy-bench-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A Git repository with a folder of ten objects for each of so many applications. */
export function repositoryIn(folder: string, apps: number): Repository {
  const work = join(folder, 'repo');
  const write = (i: number, revision: number): void => {
    mkdirSync(join(work, `app-${i}`), { recursive: true });
    writeFileSync(join(work, `app-${i}`, 'all.yaml'), objectsOf(i, revision).map(toYaml).join('---\n'));
  };
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=b', '-c', 'user.email=b@example.com', ...args], { cwd: work, stdio: 'ignore' });
  for (let i = 0; i < apps; i++) write(i, 0);
  git('init', '--quiet', '--initial-branch=main');
  git('add', '--all');
  git('commit', '--quiet', '--message', 'load');
  return {
    url: pathToFileURL(work).href,
    commit(i, revision) {
      write(i, revision);
      git('commit', '--quiet', '--all', '--message', `app-${i} ${revision}`);
    },
  };
}

export interface FleetOptions {
  readonly folder: string;
  readonly repository: Repository;
  readonly apps: number;
  /** Application `i` goes to cluster `i % clusters`. */
  readonly clusters: readonly string[];
  /** Namespace of application `i`; it is created by the sync. */
  namespaceOf(i: number): string;
  readonly flags: GlobalFlags;
  readonly compose?: Partial<ComposeOptions>;
}

/** An engine on a fleet of automated applications. It does nothing before `run`. */
export async function composeFleet(options: FleetOptions): Promise<Composed> {
  const { folder, repository, clusters } = options;
  mkdirSync(join(folder, 'fleet'), { recursive: true });
  const apps = Array.from({ length: options.apps }, (_, i) =>
    placed(applicationOf(i, { repoURL: repository.url, cluster: clusters[i % clusters.length] as string }), options.namespaceOf(i)),
  );
  writeFileSync(join(folder, 'fleet', 'apps.yaml'), apps.map(toYaml).join('---\n'));
  const flags = { ...options.flags, fleet: join(folder, 'fleet'), data: join(folder, 'data') };
  const config = { ...loadConfig(flags, { env: {}, cwd: folder }), dataGiven: false };
  return composeEngine(config, { serves: false, automation: 'all', ...options.compose });
}

function placed(app: Manifest, namespace: string): Manifest {
  const spec = app['spec'] as { destination: object; syncPolicy: object };
  const syncPolicy = { ...spec.syncPolicy, syncOptions: ['CreateNamespace=true'] };
  return { ...app, spec: { ...spec, destination: { ...spec.destination, namespace }, syncPolicy } };
}

/** Resolves when so many applications are Synced and none of them has an operation. */
export function allSynced(engine: Engine, apps: number): Promise<void> {
  const synced = new Set<string>();
  return new Promise((resolve) => {
    const take = (row: AppRow): void => {
      if (!row.name.startsWith('app-')) return;
      if (row.sync === 'Synced' && !row.running) synced.add(row.key);
      else synced.delete(row.key);
    };
    const stop = engine.subscribe((event) => {
      if (event.kind === 'snapshot') for (const row of event.apps) take(row);
      if (event.kind === 'app.changed') take(event.row);
      if (synced.size !== apps) return;
      queueMicrotask(() => stop());
      resolve();
    });
  });
}

/** Resolves when every application was compared after `sinceMs` and nothing is queued. */
export async function allCompared(engine: Engine, apps: number, sinceMs: number): Promise<void> {
  for (;;) {
    const { apps: rows } = await engine.inspect({ kind: 'rows' });
    if (rows.filter(({ name, comparedAtMs }) => name.startsWith('app-') && comparedAtMs >= sinceMs).length === apps) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
