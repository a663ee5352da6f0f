// The contract against our own API server: as a function call, and over its HTTPS listener.

import { memoryStorage } from '../../src/adapters/apiserver/memory-storage.js';
import { createApiServer } from '../../src/adapters/apiserver/server.js';
import { systemClock } from '../../src/adapters/clock.js';
import { createCluster } from '../../src/adapters/kube/cluster.js';
import { createCredentials } from '../../src/adapters/kube/connection.js';
import { createHttpTransport } from '../../src/adapters/kube/http-transport.js';
import { manualClock } from '../support/clock.js';
import { clusterContract } from './cluster.js';

const INFO = { key: 'ours', kind: 'sandbox', labels: {}, annotations: {}, aliases: [] } as const;

clusterContract('our API server, called', async () => {
  const clock = manualClock();
  const server = createApiServer({ name: 'ours', storage: memoryStorage(), clock, random: Math.random, controllers: true });
  const transport = server.transport();
  const cluster = createCluster({ ...INFO, server: 'https://ours.sandbox' }, transport, { clock, random: Math.random });
  return {
    cluster,
    transport,
    real: false,
    forgotten: () => {
      server.compact();
      return '1';
    },
    pass: (ms) => clock.advance(ms),
    async stop() {
      await cluster.close();
      await server.close();
    },
  };
});

clusterContract('our API server, over HTTPS', async () => {
  const clock = systemClock();
  const server = createApiServer({ name: 'ours', storage: memoryStorage(), clock, random: Math.random, controllers: true });
  const { url, caPem, token } = await server.listen({ host: '127.0.0.1', port: 0 });
  const connection = { server: url, headers: { authorization: `Bearer ${token}` }, tls: { ca: caPem } };
  const transport = createHttpTransport({ credentials: createCredentials(async () => connection) });
  const cluster = createCluster({ ...INFO, server: url }, transport, { clock, random: Math.random });
  return {
    cluster,
    transport,
    real: false,
    forgotten: () => {
      server.compact();
      return '1';
    },
    pass: (ms) => clock.sleep(ms),
    async stop() {
      await cluster.close();
      await server.close();
    },
  };
});
