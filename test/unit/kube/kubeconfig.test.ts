import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readClusterSecret } from '../../../src/adapters/kube/cluster-secret.js';
import { loadContexts } from '../../../src/adapters/kube/kubeconfig.js';
import { connectionOf } from '../../../src/adapters/kube/kubeconfig-credentials.js';
import type { Manifest } from '../../../src/domain/resource.js';
import { manualClock } from '../../support/clock.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'argosy-kube-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const CA = Buffer.from('ca').toString('base64');

function config(
  contexts: Record<string, { server: string; ca?: string; user?: Record<string, unknown>; cluster?: Record<string, unknown> }>,
  current?: string,
): string {
  const entries = Object.entries(contexts);
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: entries.map(([name, { server, ca, cluster }]) => ({
      name: `c-${name}`,
      cluster: { server, ...(ca ? { 'certificate-authority-data': ca } : {}), ...cluster },
    })),
    users: entries.map(([name, { user }]) => ({ name: `u-${name}`, user: user ?? { token: `token-${name}` } })),
    contexts: entries.map(([name]) => ({ name, context: { cluster: `c-${name}`, user: `u-${name}`, namespace: `ns-${name}` } })),
    ...(current ? { 'current-context': current } : {}),
  });
}

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

function load(patterns: string[], options: { kubeconfig?: string; env?: Record<string, string> } = {}) {
  return loadContexts({ patterns, env: {}, clock: manualClock(), random: () => 0.5, ...options });
}

describe('contexts', () => {
  it('are found by name and by glob, over several files, the first definition winning', async () => {
    const one = file(
      'one',
      config({ 'prod-eu': { server: 'https://eu.example:6443' }, shared: { server: 'https://first.example' } }, 'shared'),
    );
    const two = file(
      'two',
      config({ 'prod-us': { server: 'https://us.example:443/' }, shared: { server: 'https://second.example' } }, 'prod-us'),
    );
    const { contexts, problems, all } = await load(['prod-*', 'shared'], { env: { KUBECONFIG: `${one}:${two}` } });
    expect(problems).toEqual([]);
    expect(contexts.map(({ name, server, namespace, current }) => [name, server, namespace, current])).toEqual([
      ['prod-eu', 'https://eu.example:6443', 'ns-prod-eu', false],
      ['prod-us', 'https://us.example', 'ns-prod-us', false],
      ['shared', 'https://first.example', 'ns-shared', true],
    ]);
    expect(all).toEqual(['prod-eu', 'shared', 'prod-us']);
    expect(contexts[0]?.cluster({ labels: { tier: 'prod' } }).info).toMatchObject({
      key: 'prod-eu',
      kind: 'real',
      labels: { tier: 'prod' },
    });
  });

  it('that lead to one server are one cluster, and the user is told', async () => {
    const kubeconfig = file(
      'config',
      config({
        admin: { server: 'https://API.example:443', ca: CA },
        viewer: { server: 'https://api.example/', ca: CA },
        otherCa: { server: 'https://api.example', ca: Buffer.from('other').toString('base64') },
        routed: { server: 'https://api.example', ca: CA, cluster: { 'tls-server-name': 'b.example' } },
      }),
    );
    const { contexts, notices } = await load(['*'], { kubeconfig });
    expect(contexts.map(({ name, aliases }) => [name, aliases])).toEqual([
      ['admin', ['viewer']],
      ['otherCa', []],
      ['routed', []],
    ]);
    expect(notices).toEqual(['Contexts "admin", "viewer" lead to one server, https://api.example: they are one cluster, "admin"']);
  });

  it('that do not exist are answered with the nearest name, and the file', async () => {
    const kubeconfig = file('config', config({ production: { server: 'https://a' }, staging: { server: 'https://b' } }));
    const { contexts, problems } = await load(['prodution', 'x-*', 'staging'], { kubeconfig });
    expect(contexts.map(({ name }) => name)).toEqual(['staging']);
    expect(problems.map(({ message }) => message)).toEqual([
      `No kubeconfig context is named "prodution": did you mean "production"? (${kubeconfig})`,
      `No kubeconfig context is named "x-*": there are: production, staging (${kubeconfig})`,
    ]);
  });

  it('of a file that is missing or broken are a problem that names the file; other files count', async () => {
    const good = file('good', config({ a: { server: 'https://a' } }));
    const broken = file('broken', 'clusters: [\n  - name: x');
    const partial = file(
      'partial',
      JSON.stringify({
        clusters: [
          { name: 'x', cluster: {} },
          { name: 'y', cluster: { server: 'https://y' } },
        ],
        contexts: [{ name: 'y', context: { cluster: 'y' } }],
      }),
    );
    const dangling = file('dangling', JSON.stringify({ contexts: [{ name: 'd', context: { cluster: 'nowhere' } }] }));
    const { contexts, problems } = await load(['a', 'y', 'd'], {
      kubeconfig: [good, broken, partial, dangling, join(folder, 'absent')].join(':'),
    });
    expect(contexts.map(({ name }) => name)).toEqual(['a', 'y']);
    const messages = problems.map(({ message }) => message);
    expect(messages[0]).toMatch(new RegExp(`^Cannot read kubeconfig ${broken}: `));
    expect(messages[1]).toBe(`Cannot read kubeconfig ${partial}: clusters[0].cluster.server is missing`);
    expect(messages[2]).toBe(
      `Cannot read kubeconfig ${join(folder, 'absent')}: the file does not exist; correct --kubeconfig or KUBECONFIG`,
    );
    expect(messages[3]).toContain('Context "d" cannot be used: its cluster "nowhere" is not defined');
  });

  it('need no file when nobody asks for one', async () => {
    expect(await load([], { env: { HOME: folder } })).toEqual({ contexts: [], problems: [], notices: [], all: [] });
  });

  it('get newer credentials from the file when the old ones are refused', async () => {
    const server = createServer((request, response) => {
      const good = request.headers['authorization'] === 'Bearer new';
      response
        .writeHead(good ? 200 : 401, { 'content-type': 'application/json' })
        .end('{"major":"1","minor":"30","gitVersion":"v1.30.0","kind":"APIGroupDiscoveryList"}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const kubeconfig = file('config', config({ a: { server: address, user: { token: 'old' } } }));
    const { contexts } = await load(['a'], { kubeconfig });
    const cluster = contexts[0]?.cluster();
    await expect(cluster?.discover()).rejects.toMatchObject({ status: 401 });
    file('config', config({ a: { server: address, user: { token: 'new' } } }));
    expect((await cluster?.discover())?.version.gitVersion).toBe('v1.30.0');
    await cluster?.close();
    server.close();
  });
});

describe('credentials', () => {
  const cluster = { name: 'c', server: 'https://a.example/', skipTLSVerify: false, caData: CA };
  const connect = (user: Record<string, unknown>, more = {}) => connectionOf({ ...cluster, ...more }, { name: 'u', ...user }, 'ctx');

  it('are tokens, certificates, passwords, impersonation', async () => {
    expect(await connect({ token: 'abc\n', impersonateUser: 'bob' })).toEqual({
      server: 'https://a.example',
      headers: { authorization: 'Bearer abc', 'impersonate-user': 'bob' },
      tls: { ca: Buffer.from('ca') },
    });
    expect((await connect({ username: 'u', password: 'p' })).headers).toEqual({
      authorization: `Basic ${Buffer.from('u:p').toString('base64')}`,
    });
    const withCertificate = await connect({ certData: CA, keyData: CA }, { tlsServerName: 'b', proxyUrl: 'http://p:1' });
    expect(withCertificate).toMatchObject({
      tls: { cert: Buffer.from('ca'), key: Buffer.from('ca'), servername: 'b' },
      proxyUrl: 'http://p:1',
    });
    expect((await connect({}, { skipTLSVerify: true, caData: undefined })).tls).toEqual({ rejectUnauthorized: false });
    expect((await connect({ token: 't' }, { server: 'http://a.example' })).tls).toEqual({});
  });

  it('come from a plugin, which is told what is asked of it', async () => {
    const script = join(folder, 'plugin.sh');
    writeFileSync(
      script,
      '#!/bin/sh\nprintf \'{"kind":"ExecCredential","status":{"token":"%s-%s"}}\' "$EXTRA" "$(printf %s "$KUBERNETES_EXEC_INFO" | grep -c a.example)"\n',
    );
    chmodSync(script, 0o755);
    const exec = {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: script,
      provideClusterInfo: true,
      env: [{ name: 'EXTRA', value: 'x' }],
    };
    expect((await connect({ exec })).headers).toEqual({ authorization: 'Bearer x-1' });
  });

  it('of a plugin that is not there, fails or babbles give a sentence without a secret', async () => {
    await expect(connect({ exec: { command: 'no-such-plugin', installHint: 'get it there' } })).rejects.toThrow(
      'Cannot get credentials for context "ctx": the plugin "no-such-plugin" is not installed; get it there',
    );
    await expect(connect({ exec: { command: 'sh', args: ['-c', 'echo expired >&2; exit 3'] } })).rejects.toThrow(
      'the plugin "sh" failed: expired',
    );
    const babble = connect({ exec: { command: 'sh', args: ['-c', 'echo secret-token'] } });
    await expect(babble).rejects.toThrow('it did not print an ExecCredential');
    await expect(babble).rejects.not.toThrow('secret-token');
  });
});

describe('cluster Secrets', () => {
  const encode = (data: Record<string, string>) =>
    Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString('base64')]));
  const secret = (data: Record<string, string>): Manifest => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name: 's',
      namespace: 'argocd',
      labels: { 'argocd.argoproj.io/secret-type': 'cluster', env: 'prod' },
      annotations: { 'managed-by': 'x', note: 'y' },
    },
    data: encode(data),
  });

  it('give name, server, restrictions, labels, and credentials', async () => {
    const settings = { bearerToken: 't', tlsClientConfig: { caData: CA, serverName: 'n' } };
    const { cluster } = readClusterSecret(
      secret({
        name: 'prod',
        server: 'https://p.example/',
        config: JSON.stringify(settings),
        namespaces: 'a, b',
        clusterResources: 'true',
        project: 'team',
      }),
    );
    expect(cluster).toMatchObject({
      name: 'prod',
      server: 'https://p.example',
      namespaces: ['a', 'b'],
      clusterResources: true,
      project: 'team',
      labels: { env: 'prod' },
      annotations: { note: 'y' },
    });
    expect(await cluster?.connect()).toEqual({
      server: 'https://p.example',
      headers: { authorization: 'Bearer t' },
      tls: { ca: Buffer.from('ca'), servername: 'n' },
    });
  });

  it('may run a plugin, with its environment as a map', async () => {
    const execProviderConfig = { command: 'sh', args: ['-c', 'printf \'{"status":{"token":"%s"}}\' $T'], env: { T: 'from-env' } };
    const { cluster } = readClusterSecret(secret({ server: 'https://p', config: JSON.stringify({ execProviderConfig }) }));
    expect(cluster?.name).toBe('https://p');
    expect((await cluster?.connect())?.headers).toEqual({ authorization: 'Bearer from-env' });
  });

  it('that cannot be used say why, and repeat nothing of what they hold', () => {
    const message = (data: Record<string, string>) => readClusterSecret(secret(data)).problem?.message ?? '';
    expect(message({ server: 'nowhere' })).toBe(
      'Cannot use the cluster of Secret argocd/s: its key "server" is not an address such as https://host:6443',
    );
    expect(message({ server: 'https://a', config: '{"bearerToken":"hunter2"' })).toBe(
      'Cannot use the cluster of Secret argocd/s: its key "config" is not a JSON object',
    );
    expect(message({ server: 'https://a', config: '{"awsAuthConfig":{"clusterName":"x"}}' })).toContain('use execProviderConfig');
    expect(message({ server: 'https://a', config: '{"execProviderConfig":{}}' })).toContain('has no command');
  });
});
