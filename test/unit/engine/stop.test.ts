import { expect, it } from 'vitest';
import { AUTOMATED, appOf, configMap, testFleet } from '../../support/fleet.js';

it('an engine has ended when its Leases are given back, not before: its connections are closed next', async () => {
  const fleet = await testFleet({ kinds: { one: 'real' } });
  fleet.git.manifests = { shop: [configMap('a')] };
  await fleet.put(appOf('shop', 'one', AUTOMATED));
  await fleet.row('shop', ({ why }) => why.includes('only observed'));
  await fleet.engine.request({ kind: 'mode', clusters: ['one'], mode: 'act', actor: 'ana' });
  await fleet.row('shop', ({ sync, running }) => sync === 'Synced' && !running);
  const ref = { group: 'coordination.k8s.io', version: 'v1', kind: 'Lease', namespace: 'kube-system', name: 'argosy-engine' };
  const holder = async () =>
    ((await fleet.clusters.get('one')?.get(ref))?.['spec'] as { holderIdentity?: string } | undefined)?.holderIdentity;
  expect(await holder()).toBe(`test/${process.pid}`);
  await fleet.stop();
  expect(await holder()).toBe('');
});
