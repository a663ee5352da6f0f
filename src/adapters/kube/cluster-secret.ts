// A cluster as Argo CD declares it: a Secret with a name, a server, and a JSON text of credentials.
import type { Problem } from '../../domain/problem.js';
import type { Manifest } from '../../domain/resource.js';
import type { Connection } from './connection.js';
import { connectionOf } from './kubeconfig-credentials.js';

export interface SecretCluster {
  readonly name: string;
  readonly server: string;
  /** Namespaced mode: the only namespaces that may be touched; empty = all. */
  readonly namespaces: readonly string[];
  readonly clusterResources: boolean;
  /** Project-scoped cluster, '' where it is not. */
  readonly project: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** Gets credentials; runs the exec plugin where there is one. Throws IoError. */
  connect(): Promise<Connection>;
}

interface SecretConfig {
  username?: string;
  password?: string;
  bearerToken?: string;
  tlsClientConfig?: { insecure?: boolean; serverName?: string; caData?: string; certData?: string; keyData?: string };
  execProviderConfig?: { command?: string; args?: string[]; env?: Record<string, string>; apiVersion?: string; installHint?: string };
  awsAuthConfig?: unknown;
  proxyUrl?: string;
}

const NOT_LABELS = new Set(['argocd.argoproj.io/secret-type']);
const NOT_ANNOTATIONS = new Set(['kubectl.kubernetes.io/last-applied-configuration', 'managed-by']);

/** Reads the Secret. Its values never appear in a problem. */
export function readClusterSecret(secret: Manifest): { cluster?: SecretCluster; problem?: Problem } {
  const text = (field: string) => secretText(secret, field);
  const object = `Secret ${secret.metadata.namespace ?? ''}/${secret.metadata.name}`;
  const problem = (message: string): { problem: Problem } => ({
    problem: { type: 'InvalidSpecError', message: `Cannot use the cluster of ${object}: ${message}`, place: { object } },
  });
  const server = (text('server') ?? '').trim().replace(/\/+$/, '');
  if (!URL.canParse(server)) return problem('its key "server" is not an address such as https://host:6443');
  const config = parseConfig(text('config'));
  if (config === undefined) return problem('its key "config" is not a JSON object');
  if (config.awsAuthConfig) {
    return problem(
      'awsAuthConfig is not supported; use execProviderConfig with the command "aws" and the arguments "eks get-token --cluster-name NAME"',
    );
  }
  if (config.execProviderConfig && !config.execProviderConfig.command) return problem('execProviderConfig has no command');
  const name = text('name') || server;
  return {
    cluster: {
      name,
      server,
      namespaces: (text('namespaces') ?? '')
        .split(',')
        .map((entry) => entry.trim())
        .filter((entry) => entry !== ''),
      clusterResources: text('clusterResources') === 'true',
      project: text('project') ?? '',
      labels: without(secret.metadata.labels, NOT_LABELS),
      annotations: without(secret.metadata.annotations, NOT_ANNOTATIONS),
      connect: () => connectSecret(name, server, config),
    },
  };
}

function connectSecret(name: string, server: string, config: SecretConfig): Promise<Connection> {
  const { tlsClientConfig: tls = {}, execProviderConfig: exec } = config;
  const env = Object.entries(exec?.env ?? {}).map(([key, value]) => ({ name: key, value }));
  return connectionOf(
    {
      name,
      server,
      skipTLSVerify: tls.insecure === true,
      ...(tls.caData ? { caData: tls.caData } : {}),
      ...(tls.serverName ? { tlsServerName: tls.serverName } : {}),
      ...(config.proxyUrl ? { proxyUrl: config.proxyUrl } : {}),
    },
    {
      name,
      ...(tls.certData ? { certData: tls.certData } : {}),
      ...(tls.keyData ? { keyData: tls.keyData } : {}),
      ...(config.bearerToken ? { token: config.bearerToken } : {}),
      ...(config.username ? { username: config.username, password: config.password ?? '' } : {}),
      ...(exec ? { exec: { ...exec, args: exec.args ?? [], env } } : {}),
    },
    name,
  );
}

function parseConfig(text: string | undefined): SecretConfig | undefined {
  if (text === undefined || text.trim() === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as SecretConfig) : undefined;
  } catch {
    // The text holds credentials: no part of it, and so not the parser's message, may be shown.
    return undefined;
  }
}

function secretText(secret: Manifest, field: string): string | undefined {
  const plain = (secret['stringData'] as Record<string, string> | undefined)?.[field];
  const encoded = (secret['data'] as Record<string, string> | undefined)?.[field];
  return plain ?? (encoded === undefined ? undefined : Buffer.from(encoded, 'base64').toString('utf8'));
}

function without(entries: Record<string, string> | undefined, names: ReadonlySet<string>): Record<string, string> {
  return Object.fromEntries(Object.entries(entries ?? {}).filter(([name]) => !names.has(name)));
}
