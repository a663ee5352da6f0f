// 1,000 applications of ten objects over ten clusters, from Git to Synced; then a refresh of all of them. The floor is a raw client that
// server-side-applies every object once, 16 at a time for each server, on servers of the same kind in the same run.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { memoryStorage } from '../../src/adapters/apiserver/memory-storage.js';
import { createApiServer } from '../../src/adapters/apiserver/server.js';
import { systemClock } from '../../src/adapters/clock.js';
import { composeEngine } from '../../src/compose/engine.js';
import { loadConfig } from '../../src/config.js';
import { toYaml } from '../../src/core/manifest/yaml.js';
import type { Engine } from '../../src/domain/ports.js';
import { applicationOf, concurrently, OBJECTS_PER_APP, objectsOf } from './load.js';
import { report, rssMb } from './report.js';

const APPS = Number(process.env['BENCH_APPS'] ?? 1000);
const CLUSTERS = Array.from({ length: 10 }, (_, i) => `c${i}`);
const PATHS: Readonly<Record<string, string>> = {
  ConfigMap: 'api/v1',
  Service: 'api/v1',
  ServiceAccount: 'api/v1',
  Deployment: 'apis/apps/v1',
  Role: 'apis/rbac.authorization.k8s.io/v1',
  RoleBinding: 'apis/rbac.authorization.k8s.io/v1',
};

const folder = mkdtempSync(join(tmpdir(), 'argosy-bench-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

async function floor(): Promise<number> {
  const means = { clock: systemClock(), random: Math.random, controllers: true };
  const servers = CLUSTERS.map((name) => createApiServer({ name, storage: memoryStorage(), ...means }));
  const transports = servers.map((server) => server.transport());
  for (const transport of transports)
    await transport.request({
      method: 'POST',
      path: '/api/v1/namespaces',
      body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'bench' } },
    });
  const writes = Array.from({ length: APPS }, (_, i) => objectsOf(i).map((object) => ({ object, cluster: i % CLUSTERS.length }))).flat();
  const startedMs = performance.now();
  await concurrently(writes, 16 * CLUSTERS.length, async ({ object, cluster }) => {
    const path = `/${PATHS[object.kind]}/namespaces/bench/${object.kind.toLowerCase()}s/${object.metadata.name}`;
    const answer = await transports[cluster]?.request({
      method: 'PATCH',
      path,
      query: { fieldManager: 'floor', force: 'true' },
      headers: { 'content-type': 'application/apply-patch+yaml' },
      body: object,
    });
    if ((answer?.status ?? 500) >= 300) throw new Error(`${path}: ${JSON.stringify(answer?.body)}`);
  });
  const ms = performance.now() - startedMs;
  await Promise.all(servers.map((server) => server.close()));
  return ms;
}

function repository(): string {
  const work = join(folder, 'repo');
  for (let i = 0; i < APPS; i++) {
    mkdirSync(join(work, `app-${i}`), { recursive: true });
    writeFileSync(join(work, `app-${i}`, 'all.yaml'), objectsOf(i).map(toYaml).join('---\n'));
  }
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=b', '-c', 'user.email=b@example.com', ...args], { cwd: work, stdio: 'ignore' });
  git('init', '--quiet', '--initial-branch=main');
  git('add', '--all');
  git('commit', '--quiet', '--message', 'load');
  return pathToFileURL(work).href;
}

function until(engine: Engine, holds: (synced: number, steady: boolean) => boolean): Promise<void> {
  const synced = new Set<string>();
  return new Promise((resolve) => {
    engine.subscribe((event) => {
      if (event.kind === 'app.changed' && event.row.name.startsWith('app-')) {
        if (event.row.sync === 'Synced' && !event.row.running) synced.add(event.row.key);
        else synced.delete(event.row.key);
      }
      if (holds(synced.size, event.kind === 'activity' && event.activity.steady)) resolve();
    });
  });
}

const floorMs = await floor();
const repoURL = repository();
mkdirSync(join(folder, 'fleet'));
writeFileSync(
  join(folder, 'fleet', 'apps.yaml'),
  Array.from({ length: APPS }, (_, i) =>
    toYaml(withNamespace(applicationOf(i, { repoURL, cluster: CLUSTERS[i % CLUSTERS.length] as string }))),
  ).join('---\n'),
);
const config = {
  ...loadConfig({ sandbox: CLUSTERS, fleet: join(folder, 'fleet'), data: join(folder, 'data') }, { env: {}, cwd: folder }),
  dataGiven: false,
};
const composed = await composeEngine(config, { serves: false, automation: 'all' });
const stop = new AbortController();
const startedMs = performance.now();
const running = composed.engine.run(stop.signal);
await until(composed.engine, (synced) => synced === APPS);
const syncMs = performance.now() - startedMs;
report({ what: `raw server-side apply of ${APPS * OBJECTS_PER_APP} objects`, value: floorMs / 1000, unit: 's' });
report({
  what: `first sync of ${APPS} applications, Git to Synced`,
  value: syncMs / 1000,
  unit: 's',
  ratio: syncMs / floorMs,
  goal: '<= 1.3x',
  met: syncMs / floorMs <= 1.3,
});
report({ what: 'memory after it, servers included', value: rssMb(), unit: 'MB' });
await until(composed.engine, (_, steady) => steady);
const refreshMs = performance.now();
await composed.engine.request({ kind: 'refresh', hard: false });
await until(composed.engine, (_, steady) => steady);
const tookMs = performance.now() - refreshMs;
report({ what: `refresh of ${APPS} unchanged applications`, value: tookMs, unit: 'ms', goal: '<= 1000 ms', met: tookMs <= 1000 });
stop.abort();
await running;
await composed.close();

function withNamespace(app: ReturnType<typeof applicationOf>): ReturnType<typeof applicationOf> {
  const spec = app['spec'] as { syncPolicy: Record<string, unknown> };
  return { ...app, spec: { ...spec, syncPolicy: { ...spec.syncPolicy, syncOptions: ['CreateNamespace=true'] } } };
}
