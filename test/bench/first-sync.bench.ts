// 1,000 applications of ten objects over ten sandboxes, from Git to Synced; then a refresh of all of them. The floor is a raw client on
// servers of the same kind in the same run; the server dry run that precedes a sync is measured beside it.
import { memoryStorage } from '../../src/adapters/apiserver/memory-storage.js';
import { createApiServer } from '../../src/adapters/apiserver/server.js';
import { systemClock } from '../../src/adapters/clock.js';
import { allCompared, allSynced, composeFleet, repositoryIn, scratch } from './fleet.js';
import { floorMs, makeNamespaces, reportSync } from './floor.js';
import { report, rssMb } from './report.js';

const APPS = Number(process.env['BENCH_APPS'] ?? 1000);
const CLUSTERS = Array.from({ length: 10 }, (_, i) => `c${i}`);
const namespaceOf = () => 'bench';

async function floor(): Promise<{ applyMs: number; dryRunMs: number }> {
  const means = { clock: systemClock(), random: Math.random, controllers: true };
  const servers = CLUSTERS.map((name) => createApiServer({ name, storage: memoryStorage(), ...means }));
  const options = { transports: servers.map((server) => server.transport()), apps: APPS, namespaceOf };
  await makeNamespaces(options);
  const dryRunMs = await floorMs({ ...options, dryRun: true });
  const applyMs = await floorMs(options);
  await Promise.all(servers.map((server) => server.close()));
  return { applyMs, dryRunMs };
}

const { applyMs, dryRunMs } = await floor();
const folder = scratch();
const repository = repositoryIn(folder, APPS);
const composed = await composeFleet({ folder, repository, apps: APPS, clusters: CLUSTERS, namespaceOf, flags: { sandbox: CLUSTERS } });
const stop = new AbortController();
const startedMs = performance.now();
const running = composed.engine.run(stop.signal);
await allSynced(composed.engine, APPS);
const syncMs = performance.now() - startedMs;
reportSync({ apps: APPS, applyMs, dryRunMs, syncMs, span: 'start of the engine to Synced' });
report({ what: 'memory after it, servers included', value: rssMb(), unit: 'MB' });

await settled();
const sinceMs = Date.now();
await composed.engine.request({ kind: 'refresh', hard: false });
await allCompared(composed.engine, APPS, sinceMs);
const refreshMs = Date.now() - sinceMs;
report({ what: `refresh of ${APPS} unchanged applications`, value: refreshMs, unit: 'ms', goal: '<= 1000 ms', met: refreshMs <= 1000 });
stop.abort();
await running;
await composed.close();

/** Until nothing is queued or running any more. */
async function settled(): Promise<void> {
  for (;;) {
    const { activity } = await composed.engine.inspect({ kind: 'rows' });
    if (activity.steady) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
