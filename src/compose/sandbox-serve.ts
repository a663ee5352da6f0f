// `argosy sandbox serve NAME...`: sandboxes by themselves, without an engine, for kubectl and other tools.
import { memoryStorage } from '../adapters/apiserver/memory-storage.js';
import { createApiServer } from '../adapters/apiserver/server.js';
import { systemClock } from '../adapters/clock.js';
import type { ServedSandboxes } from '../cli/ports.js';
import type { Config } from '../config.js';
import { serveSandboxes } from './sandbox-listeners.js';

export async function serveNamed(config: Config, names: readonly string[], kubeconfig: string): Promise<ServedSandboxes> {
  const servers = names.map((name) =>
    createApiServer({ name, storage: memoryStorage(), clock: systemClock(), random: Math.random, controllers: true }),
  );
  const served = await serveSandboxes(servers, config, kubeconfig);
  return {
    kubeconfig: served.file,
    clusters: served.clusters,
    close: async () => void (await Promise.all(servers.map((server) => server.close()))),
  };
}
