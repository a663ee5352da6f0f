// `cluster add CONTEXT`: the cluster Secret that Argo CD would read, from a kubeconfig context.
import type { WantedCluster } from '../cli/ports.js';
import type { Config } from '../config.js';
import { nearest } from '../core/nearest.js';
import { UserError } from '../domain/problem.js';
import type { Manifest } from '../domain/resource.js';

type Env = Readonly<Record<string, string | undefined>>;

/** The Secret carries the credentials of the context as they are: a token, a client certificate, or its exec plugin. Throws UserError. */
export async function clusterSecret(config: Config, wanted: WantedCluster, env: Env): Promise<Manifest> {
  const { kubeconfigFiles, readKubeconfigs } = await import('../adapters/kube/kubeconfig-files.js');
  const entries = await readKubeconfigs(kubeconfigFiles(config.kubeconfig, env), true);
  const context = entries.contexts.get(wanted.context);
  const cluster = context && entries.clusters.get(context.cluster);
  if (!context || !cluster) {
    const near = nearest(wanted.context, [...entries.contexts.keys()]);
    throw new UserError(`cannot add ${wanted.context}: no kubeconfig context has this name${near ? `; did you mean "${near}"?` : ''}`);
  }
  const user = context.user ? entries.users.get(context.user) : undefined;
  const exec = user?.exec as
    | { command?: string; args?: string[]; apiVersion?: string; env?: { name: string; value: string }[] }
    | undefined;
  const access = {
    ...(user?.token ? { bearerToken: user.token } : {}),
    ...(user?.username ? { username: user.username, password: user.password ?? '' } : {}),
    ...(exec
      ? {
          execProviderConfig: {
            command: exec.command,
            args: exec.args ?? [],
            apiVersion: exec.apiVersion,
            env: Object.fromEntries((exec.env ?? []).map(({ name, value }) => [name, value])),
          },
        }
      : {}),
    tlsClientConfig: {
      insecure: cluster.skipTLSVerify === true,
      ...(cluster.tlsServerName ? { serverName: cluster.tlsServerName } : {}),
      ...(cluster.caData ? { caData: cluster.caData } : {}),
      ...(user?.certData ? { certData: user.certData } : {}),
      ...(user?.keyData ? { keyData: user.keyData } : {}),
    },
  };
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'Opaque',
    metadata: {
      name: `cluster-${wanted.name.replace(/[^a-z0-9-]+/gi, '-').toLowerCase()}`,
      namespace: config.hub.namespace,
      labels: { ...wanted.labels, 'argocd.argoproj.io/secret-type': 'cluster' },
      ...(Object.keys(wanted.annotations).length > 0 ? { annotations: { ...wanted.annotations } } : {}),
    },
    stringData: {
      name: wanted.name,
      server: cluster.server,
      config: JSON.stringify(access),
      ...(wanted.project ? { project: wanted.project } : {}),
    },
  };
}
