// The same first sync on one real kube-apiserver with its controllers: ten namespaces, ten objects for each application. The floor is a
// raw client with the same connections to the same server, in namespaces of its own, right before.
import { createCredentials } from '../../src/adapters/kube/connection.js';
import { createHttpTransport } from '../../src/adapters/kube/http-transport.js';
import type { Engine } from '../../src/domain/ports.js';
import { controlPlaneBinaries, startControlPlane } from '../real/control-plane.js';
import { allSynced, composeFleet, repositoryIn, scratch } from './fleet.js';
import { floorMs, makeNamespaces, reportSync } from './floor.js';
import { report, rssMb } from './report.js';

const APPS = Number(process.env['BENCH_APPS'] ?? 300);
const NAMESPACES = 10;

async function measure(): Promise<void> {
  const plane = await startControlPlane();
  const connection = { server: plane.server, headers: { authorization: `Bearer ${plane.token}` }, tls: { rejectUnauthorized: false } };
  const transport = createHttpTransport({ credentials: createCredentials(async () => connection) });
  const load = { transports: [transport], apps: APPS };
  const floor = { ...load, namespaceOf: (i: number) => `floor-${i % NAMESPACES}` };
  const namespaceOf = (i: number) => `bench-${i % NAMESPACES}`;
  await makeNamespaces(floor);
  await makeNamespaces({ ...load, namespaceOf });
  const dryRunMs = await floorMs({ ...floor, dryRun: true });
  const applyMs = await floorMs(floor);
  await transport.close();

  const folder = scratch();
  const repository = repositoryIn(folder, APPS);
  const flags = { kubeconfig: plane.kubeconfig, context: ['real'] };
  const composed = await composeFleet({ folder, repository, apps: APPS, clusters: ['real'], namespaceOf, flags });
  const stop = new AbortController();
  const running = composed.engine.run(stop.signal);
  await connected(composed.engine);
  const startedMs = performance.now();
  await composed.engine.request({ kind: 'mode', clusters: ['real'], mode: 'act', actor: 'bench' });
  await allSynced(composed.engine, APPS);
  const syncMs = performance.now() - startedMs;
  stop.abort();
  await running;
  await composed.close();
  await plane.stop();

  reportSync({ apps: APPS, applyMs, dryRunMs, syncMs, span: 'grant to Synced, real server' });
  report({ what: 'memory of the engine after it', value: rssMb(), unit: 'MB' });
}

/** Until the cluster was read once. */
async function connected(engine: Engine): Promise<void> {
  for (;;) {
    const { clusters } = await engine.inspect({ kind: 'rows' });
    if (clusters.some(({ key, connection }) => key === 'real' && connection === 'live')) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

const { skip } = controlPlaneBinaries();
if (skip === undefined) await measure();
else process.stderr.write(`first-sync-real is skipped: ${skip}\n`);
process.exit(0);
