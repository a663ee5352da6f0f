// How long the fleet takes to answer: from a commit to the object on its cluster (told by notify-commit), and from somebody's edit to its
// heal. Two hundred applications on two sandboxes; one application at a time.
import { allSynced, composeFleet, repositoryIn, scratch } from './fleet.js';
import { quantile, report } from './report.js';

const APPS = Number(process.env['BENCH_APPS'] ?? 200);
const ROUNDS = 40;
const CLUSTERS = ['c0', 'c1'];

const folder = scratch();
const repository = repositoryIn(folder, APPS);
const composed = await composeFleet({
  folder,
  repository,
  apps: APPS,
  clusters: CLUSTERS,
  namespaceOf: () => 'bench',
  flags: { sandbox: CLUSTERS },
  compose: { selfHealMs: 0 },
});
const stop = new AbortController();
const running = composed.engine.run(stop.signal);
await allSynced(composed.engine, APPS);

const transports = new Map(composed.servers.map((server) => [server.name, server.transport()]));
const clusterOf = (i: number) => {
  const transport = transports.get(CLUSTERS[i % CLUSTERS.length] as string);
  if (!transport) throw new Error(`there is no cluster for application ${i}`);
  return transport;
};
const pathOf = (i: number) => `/api/v1/namespaces/bench/configmaps/app-${i}-config-0`;

/** Milliseconds until a field of the application's first ConfigMap has a value. */
async function until(i: number, key: string, value: string): Promise<number> {
  const startedMs = performance.now();
  for (;;) {
    const { body } = await clusterOf(i).request({ method: 'GET', path: pathOf(i) });
    if ((body as { data?: Record<string, string> }).data?.[key] === value) return performance.now() - startedMs;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

const commits: number[] = [];
for (let round = 1; round <= ROUNDS; round++) {
  repository.commit(round, round);
  await composed.engine.request({ kind: 'notify-commit', repo: repository.url });
  commits.push(await until(round, 'revision', String(round)));
}
const heals: number[] = [];
for (let round = ROUNDS + 1; round <= 2 * ROUNDS; round++) {
  await clusterOf(round).request({
    method: 'PATCH',
    path: pathOf(round),
    query: { fieldManager: 'somebody' },
    headers: { 'content-type': 'application/merge-patch+json' },
    body: { data: { revision: 'by hand' } },
  });
  heals.push(await until(round, 'revision', '0'));
}
const commitMs = quantile(commits, 0.95);
const healMs = quantile(heals, 0.99);
report({ what: 'commit to live p50, told by notify-commit', value: quantile(commits, 0.5), unit: 'ms' });
report({ what: 'commit to live p95', value: commitMs, unit: 'ms', goal: '<= 250 ms', met: commitMs <= 250 });
report({ what: 'drift to heal p50', value: quantile(heals, 0.5), unit: 'ms' });
report({ what: 'drift to heal p99', value: healMs, unit: 'ms', goal: '<= 500 ms', met: healMs <= 500 });
stop.abort();
await running;
await composed.close();
process.exit(0);
