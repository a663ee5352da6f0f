// The contract against a real kube-apiserver with kube-controller-manager, over HTTPS.
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/adapters/clock.js';
import { createCluster } from '../../src/adapters/kube/cluster.js';
import { createCredentials } from '../../src/adapters/kube/connection.js';
import { createHttpTransport } from '../../src/adapters/kube/http-transport.js';
import { clusterContract } from '../contract/cluster.js';
import { controlPlaneBinaries, startControlPlane } from './control-plane.js';

const { skip } = controlPlaneBinaries();

if (skip === undefined) {
  clusterContract('a real kube-apiserver', async () => {
    const plane = await startControlPlane();
    const clock = systemClock();
    const connection = { server: plane.server, headers: { authorization: `Bearer ${plane.token}` }, tls: { rejectUnauthorized: false } };
    const transport = createHttpTransport({ credentials: createCredentials(async () => connection) });
    const info = { key: 'real', server: plane.server, kind: 'real', labels: {}, annotations: {}, aliases: [] } as const;
    const cluster = createCluster(info, transport, { clock, random: Math.random });
    return {
      cluster,
      transport,
      real: true,
      pass: (ms) => clock.sleep(ms),
      async stop() {
        await cluster.close();
        await plane.stop();
      },
    };
  });
} else {
  describe('a real kube-apiserver', () => {
    it.skip(`cannot be had: ${skip}`, () => expect(skip).toBeUndefined());
  });
}
