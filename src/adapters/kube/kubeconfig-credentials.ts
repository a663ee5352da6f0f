// From a cluster and a user of a kubeconfig to a connection: certificates, tokens, exec plugins, impersonation.
import type { RequestOptions } from 'node:https';
import { IoError } from '../../domain/problem.js';
import type { Connection, TlsOptions } from './connection.js';
import { clientLibrary, type KubeCluster, type KubeUser } from './kubeconfig-files.js';

const PLUGIN_DEADLINE_MS = 60_000;
const EXEC_API = 'client.authentication.k8s.io/v1';

/** Runs what has to be run. Throws IoError; its message never holds a token. */
export async function connectionOf(cluster: KubeCluster, user: KubeUser, context: string): Promise<Connection> {
  const { KubeConfig } = await clientLibrary();
  const config = new KubeConfig();
  const insecure = cluster.server.startsWith('http:');
  // The library refuses plain http unless certificates are switched off, which mean nothing there.
  config.loadFromClusterAndUser({ ...cluster, skipTLSVerify: insecure || cluster.skipTLSVerify }, withExecInfo(user, cluster));
  const options: RequestOptions & { servername?: string } = {};
  try {
    await withDeadline(config.applyToHTTPSOptions(options), user);
  } catch (error) {
    if (error instanceof IoError) throw error;
    throw credentialError(error, user, context);
  }
  return {
    server: cluster.server.replace(/\/+$/, ''),
    headers: headersOf(options),
    tls: insecure ? {} : tlsOf(options),
    ...(cluster.proxyUrl ? { proxyUrl: cluster.proxyUrl } : {}),
  };
}

function headersOf(options: RequestOptions): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(options.headers ?? {})) headers[name.toLowerCase()] = String(value).trim();
  if (options.auth) headers['authorization'] = `Basic ${Buffer.from(options.auth).toString('base64')}`;
  return headers;
}

function tlsOf(options: RequestOptions & { servername?: string }): TlsOptions {
  const { ca, cert, key, rejectUnauthorized, servername } = options;
  return {
    ...(ca ? { ca: ca as Buffer } : {}),
    ...(cert ? { cert: cert as Buffer } : {}),
    ...(key ? { key: key as Buffer } : {}),
    ...(rejectUnauthorized === undefined ? {} : { rejectUnauthorized }),
    ...(servername ? { servername } : {}),
  };
}

/** Plugins learn from KUBERNETES_EXEC_INFO what is asked of them, as from kubectl. */
function withExecInfo(user: KubeUser, cluster: KubeCluster): KubeUser {
  if (!user.exec) return user;
  const info = {
    apiVersion: user.exec.apiVersion ?? EXEC_API,
    kind: 'ExecCredential',
    spec: {
      interactive: false,
      ...(user.exec.provideClusterInfo
        ? {
            cluster: {
              server: cluster.server,
              ...(cluster.caData ? { 'certificate-authority-data': cluster.caData } : {}),
              ...(cluster.tlsServerName ? { 'tls-server-name': cluster.tlsServerName } : {}),
              ...(cluster.skipTLSVerify ? { 'insecure-skip-tls-verify': true } : {}),
            },
          }
        : {}),
    },
  };
  const env = [...(user.exec.env ?? []), { name: 'KUBERNETES_EXEC_INFO', value: JSON.stringify(info) }];
  return { ...user, exec: { ...user.exec, env } };
}

/** A plugin that waits for a person would wait for ever. */
async function withDeadline(work: Promise<void>, user: KubeUser): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const what = user.exec?.command ? `the credential plugin "${user.exec.command}"` : 'the credential provider';
      reject(new IoError(`${what} gave no credentials within ${PLUGIN_DEADLINE_MS / 1000} s; run it once by hand`, { retry: 'backoff' }));
    }, PLUGIN_DEADLINE_MS);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function credentialError(error: unknown, user: KubeUser, context: string): IoError {
  const { code, message = String(error) } = error as { code?: string; message?: string };
  const command = user.exec?.command;
  if (command && code === 'ENOENT') {
    const hint = typeof user.exec.installHint === 'string' ? `; ${user.exec.installHint.trim().slice(0, 500)}` : '';
    return new IoError(`Cannot get credentials for context "${context}": the plugin "${command}" is not installed${hint}`, {
      retry: 'backoff',
      cause: error,
    });
  }
  const what = command ? `the plugin "${command}" failed: ` : '';
  // A plugin's standard output holds the token, its error output does not; a JSON error would quote the output.
  const words = error instanceof SyntaxError ? 'it did not print an ExecCredential' : message.trim().slice(0, 500);
  return new IoError(`Cannot get credentials for context "${context}": ${what}${words}`, { retry: 'backoff', cause: error });
}
