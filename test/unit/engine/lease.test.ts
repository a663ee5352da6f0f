import { expect, it } from 'vitest';
import { memoryStorage } from '../../../src/adapters/apiserver/memory-storage.js';
import { createApiServer, type Faults } from '../../../src/adapters/apiserver/server.js';
import { systemClock } from '../../../src/adapters/clock.js';
import { createCluster } from '../../../src/adapters/kube/cluster.js';
import type { Cluster } from '../../../src/domain/ports.js';
import { Lease } from '../../../src/engine/lease.js';

const means = { clock: systemClock(), random: Math.random };
const REF = { group: 'coordination.k8s.io', version: 'v1', kind: 'Lease', namespace: 'kube-system', name: 'argosy-engine' };

function cluster(faults?: Faults): Cluster {
  const server = createApiServer({ name: 'one', storage: memoryStorage(), ...means, ...(faults ? { faults } : {}) });
  return createCluster(
    { key: 'one', server: 'https://one', kind: 'real', labels: {}, annotations: {}, aliases: [] },
    server.transport(),
    means,
  );
}

/** A Lease after its first round, whatever came of it. */
function taken(of: Cluster, holder: string, identity = holder): Promise<Lease> {
  return new Promise((resolve) => {
    const lease: Lease = new Lease({
      cluster: of,
      namespace: 'kube-system',
      holder,
      identity,
      clock: means.clock,
      onChange: () => resolve(lease),
    });
  });
}

const holderOf = async (of: Cluster) => ((await of.get(REF))?.['spec'] as { holderIdentity?: string } | undefined)?.holderIdentity;

it('is given back at a clean stop, so that the next engine may write at once', async () => {
  const one = cluster();
  const first = await taken(one, 'a/1');
  expect(first.refusal()).toBeUndefined();
  await first.release();
  expect(await holderOf(one)).toBe('');
  const second = await taken(one, 'b/2');
  expect(second.refusal()).toBeUndefined();
  await second.release();
});

it('that somebody else holds is neither taken nor given back', async () => {
  const one = cluster();
  const first = await taken(one, 'a/1');
  const second = await taken(one, 'b/2');
  expect(second.refusal()).toContain('held by a/1');
  await second.release();
  expect(await holderOf(one)).toBe('a/1');
  await first.release();
});

it('that RBAC forbids says what to allow, and forbids every write', async () => {
  const forbidden = cluster({
    before: ({ path }) => (path.includes('/leases') ? { kind: 'refuse', code: 403, message: 'leases is forbidden' } : undefined),
  });
  const lease = await taken(forbidden, 'a/1');
  expect(lease.refusal()).toContain('RBAC forbids the Lease kube-system/argosy-engine');
  await lease.release();
});

it('of a killed process of the same data folder is taken over at once', async () => {
  const one = cluster();
  await taken(one, 'a/1', 'folder');
  const next = await taken(one, 'a/2', 'folder');
  expect(next.refusal()).toBeUndefined();
  expect(await holderOf(one)).toBe('a/2');
  const stranger = await taken(one, 'b/1', 'another');
  expect(stranger.refusal()).toContain('held by a/2');
});
