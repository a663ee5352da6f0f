// Sandboxes as HTTPS servers, and the kubeconfig that leads to them: for kubectl and any other tool.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ApiServer } from '../adapters/apiserver/server.js';
import type { Config } from '../config.js';
import { toYaml } from '../core/manifest/yaml.js';

export interface ServedSandboxes {
  readonly file: string;
  readonly clusters: readonly { readonly name: string; readonly url: string }[];
}

/** Listens for every server; `port` counts up from the one that is configured, 0 takes free ones. */
export async function serveSandboxes(
  servers: readonly ApiServer[],
  config: Pick<Config, 'data' | 'sandbox'>,
  file = join(config.data, 'sandbox.kubeconfig'),
): Promise<ServedSandboxes> {
  const { host, port } = config.sandbox;
  const listening = [];
  for (const [i, server] of servers.entries())
    listening.push({ name: server.name, ...(await server.listen({ host, port: port === 0 ? 0 : port + i })) });
  writeFileSync(file, toYaml(kubeconfig(listening)), { mode: 0o600 });
  return { file, clusters: listening.map(({ name, url }) => ({ name, url })) };
}

function kubeconfig(
  listening: readonly { readonly name: string; readonly url: string; readonly caPem: string; readonly token: string }[],
): unknown {
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: listening.map(({ name, url, caPem }) => ({
      name,
      cluster: { server: url, 'certificate-authority-data': Buffer.from(caPem).toString('base64') },
    })),
    users: listening.map(({ name, token }) => ({ name, user: { token } })),
    contexts: listening.map(({ name }) => ({ name, context: { cluster: name, user: name } })),
    'current-context': (listening.find(({ name }) => name !== 'hub') ?? listening[0])?.name ?? '',
  };
}
