// Two controllers on the same Applications would fight: a real hub where Argo CD's own controller lives, or may live, is only observed.
import { afterEach, expect, it } from 'vitest';
import { systemClock } from '../../../src/adapters/clock.js';
import { DEFAULT_TRACKING } from '../../../src/core/manifest/tracking.js';
import type { Cluster } from '../../../src/domain/ports.js';
import { ClusterLive } from '../../../src/engine/live.js';
import { Modes } from '../../../src/engine/modes.js';
import type { World } from '../../../src/engine/world.js';
import { AUTOMATED, appOf, configMap, type TestFleet, testFleet } from '../../support/fleet.js';

let fleet: TestFleet | undefined;
afterEach(async () => {
  await fleet?.stop();
  fleet = undefined;
});

const CONTROLLER = {
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: {
    name: 'argocd-application-controller',
    namespace: 'argocd',
    labels: { 'app.kubernetes.io/name': 'argocd-application-controller' },
  },
  spec: {
    serviceName: 'x',
    selector: { matchLabels: { a: 'b' } },
    template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } },
  },
};
const REF = { group: 'apps', version: 'v1', kind: 'StatefulSet', namespace: 'argocd', name: 'argocd-application-controller' };

async function realHub(): Promise<TestFleet> {
  const made = await testFleet({ hubKind: 'real' });
  made.git.manifests = { shop: [configMap('c')] };
  await made.put(appOf('shop', 'one', AUTOMATED));
  return made;
}

it('is seen by its ready replicas, and nothing is written for its Applications', async () => {
  fleet = await realHub();
  await fleet.row('shop', ({ sync }) => sync === 'Synced');
  await fleet.put(CONTROLLER);
  await fleet.hub.patch(REF, {
    type: 'merge',
    body: { status: { replicas: 1, readyReplicas: 1 } },
    subresource: 'status',
    fieldManager: 'test',
  });
  fleet.git.revision = 'b'.repeat(40);
  fleet.git.manifests = { shop: [configMap('c', 'new')] };
  await fleet.refresh('shop');
  await fleet.row('shop', ({ sync, why }) => sync === 'OutOfSync' && why.includes('an Argo CD controller is alive'));
  expect((await fleet.live('one', 'ConfigMap', 'c'))?.['data']).toEqual({ key: 'v' });
  await expect(fleet.engine.request({ kind: 'sync', app: 'argocd/shop', operation: { sync: {} }, actor: 'ana' })).rejects.toThrow(
    'an Argo CD controller is alive',
  );
});

it('counts as possible where the workloads are not followed: what is not known is no permission', async () => {
  fleet = await testFleet();
  const stop = new AbortController();
  const options = { hub: { info: { ...fleet.hub.info, kind: 'real' } }, hubForced: false, controlNamespace: 'argocd' };
  const refusal = async (excluded: string): Promise<string | undefined> => {
    const live: ClusterLive = await new Promise((resolve) => {
      const made: ClusterLive = new ClusterLive(fleet?.hub as Cluster, {
        clock: systemClock(),
        tracking: DEFAULT_TRACKING,
        excluded: ({ kind }) => kind === excluded,
        onChanges: () => undefined,
        onState: () => made.trouble === undefined && resolve(made),
      });
      void made.run(stop.signal);
    });
    return new Modes({ options, lives: new Map([['hub', live]]) } as unknown as World, () => {
      throw new Error('no lease is asked for');
    }).foreignController();
  };
  expect(await refusal('StatefulSet')).toContain('nobody can tell whether an Argo CD controller is alive');
  expect(await refusal('Nothing')).toBeUndefined();
  stop.abort();
});
