// A real server that is restarted, frozen, or not whom it claims to be.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/adapters/clock.js';
import { createCluster } from '../../src/adapters/kube/cluster.js';
import { createCredentials } from '../../src/adapters/kube/connection.js';
import { createHttpTransport } from '../../src/adapters/kube/http-transport.js';
import { loadContexts } from '../../src/adapters/kube/kubeconfig.js';
import { WATCH_TIMES } from '../../src/adapters/kube/watch.js';
import type { Cluster } from '../../src/domain/ports.js';
import type { ApiKind, Manifest } from '../../src/domain/resource.js';
import { type ControlPlane, controlPlaneBinaries, startControlPlane } from './control-plane.js';

const { skip } = controlPlaneBinaries();
const HOW = { mode: 'server-side', fieldManager: 'argocd-controller', force: true } as const;
const CONFIG_MAP: ApiKind = { group: '', version: 'v1', kind: 'ConfigMap', plural: 'configmaps', namespaced: true, verbs: [] };

function configMap(name: string): Manifest {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default' } };
}

describe.skipIf(skip !== undefined)(`the connection to a real server${skip ? ` (${skip})` : ''}`, () => {
  let plane: ControlPlane;
  const opened: Cluster[] = [];
  beforeAll(async () => {
    plane = await startControlPlane({ controllers: false });
  });
  afterAll(async () => {
    for (const cluster of opened) await cluster.close();
    await plane?.stop();
  });

  function connect(idleMs: number): Cluster {
    const connection = { server: plane.server, headers: { authorization: `Bearer ${plane.token}` }, tls: { ca: plane.ca } };
    const transport = createHttpTransport({ credentials: createCredentials(async () => connection) });
    const info = { key: 'real', server: plane.server, kind: 'real', labels: {}, annotations: {}, aliases: [] } as const;
    const cluster = createCluster(info, transport, { clock: systemClock(), random: Math.random, watchTimes: { ...WATCH_TIMES, idleMs } });
    opened.push(cluster);
    return cluster;
  }

  /** Follows ConfigMaps; `until` waits for a line that contains the text, from the last one that was found on. */
  function follow(cluster: Cluster) {
    const seen: string[] = [];
    const stop = new AbortController();
    const ended = (async () => {
      for await (const change of cluster.watch(CONFIG_MAP, stop.signal)) {
        if (change.kind === 'listed') seen.push(`listed ${change.objects.map(({ metadata }) => metadata.name).join(' ')}`);
        else if (change.kind === 'changed' || change.kind === 'removed') seen.push(`${change.kind} ${change.object.metadata.name}`);
        else seen.push(change.kind === 'stale' ? `stale ${change.message}` : change.kind);
      }
    })();
    let at = 0;
    return {
      seen,
      async until(text: string) {
        const untilMs = Date.now() + 40_000;
        for (;;) {
          const found = seen.findIndex((line, i) => i >= at && line.includes(text));
          if (found >= 0) {
            at = found + 1;
            return;
          }
          if (Date.now() > untilMs) throw new Error(`never "${text}" after ${at} of:\n${seen.join('\n')}`);
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
      },
      async stop() {
        stop.abort();
        await ended;
      },
    };
  }

  it('survives a restart of the server: stale at once, then on from where it was, nothing lost and nothing listed anew', async () => {
    const cluster = connect(30_000);
    const watch = follow(cluster);
    await watch.until('listed');
    await cluster.apply(configMap('before'), HOW);
    await watch.until('changed before');
    await plane.killServer();
    await watch.until('stale');
    await expect(cluster.apply(configMap('during'), HOW)).rejects.toMatchObject({
      retry: 'backoff',
      message: expect.stringContaining('cannot be reached'),
    });
    await plane.startServer();
    await watch.until('current');
    await cluster.apply(configMap('after'), HOW);
    await watch.until('changed after');
    expect(watch.seen.filter((line) => line.startsWith('listed'))).toHaveLength(1);
    await watch.stop();
  });

  it('finds out that a connection is dead although nobody closed it', async () => {
    const cluster = connect(2000);
    const watch = follow(cluster);
    await watch.until('listed');
    plane.freezeServer(true);
    await watch.until('nothing was heard for 2 s');
    plane.freezeServer(false);
    await watch.until('current');
    await cluster.apply(configMap('thawed'), HOW);
    await watch.until('changed thawed');
    await watch.stop();
  });

  it('is told, by a server that was restarted, that a revision is too old', async () => {
    const connection = { server: plane.server, headers: { authorization: `Bearer ${plane.token}` }, tls: { ca: plane.ca } };
    const transport = createHttpTransport({ credentials: createCredentials(async () => connection) });
    const read = async () => {
      const query = { watch: 'true', resourceVersion: '1' };
      for await (const { type, object } of transport.stream(
        { method: 'GET', path: '/api/v1/namespaces', query },
        new AbortController().signal,
      )) {
        if (type !== 'BOOKMARK') return (object as unknown as { code?: number }).code;
      }
      return 'ended';
    };
    expect(await read().catch((error: { status?: number }) => error.status)).toBe(410);
    await transport.close();
  });

  it('works from a kubeconfig with a certificate authority, and says what is wrong with a wrong one', async () => {
    const given = JSON.parse(readFileSync(plane.kubeconfig, 'utf8'));
    const variant = (name: string, cluster: Record<string, unknown>, user: Record<string, unknown>) => {
      const file = join(plane.folder, name);
      const users = [{ name: 'admin', user }];
      writeFileSync(file, JSON.stringify({ ...given, clusters: [{ name: 'real', cluster: { server: plane.server, ...cluster } }], users }));
      return file;
    };
    const open = async (kubeconfig: string) => {
      const { contexts, problems } = await loadContexts({
        patterns: ['real'],
        kubeconfig,
        env: {},
        clock: systemClock(),
        random: Math.random,
      });
      expect(problems).toEqual([]);
      const cluster = contexts[0]?.cluster();
      if (!cluster) throw new Error('no context');
      opened.push(cluster);
      return cluster;
    };
    const encoded = (text: string) => Buffer.from(text).toString('base64');
    const user = { token: plane.token };
    const right = await open(variant('right', { 'certificate-authority-data': encoded(plane.ca) }, user));
    expect((await right.discover()).version.gitVersion).toMatch(/^v1\./);
    const none = await open(variant('none', {}, user));
    await expect(none.discover()).rejects.toThrow(/certificate chain is not trusted|self-signed|not signed by/);
    const stranger = await open(variant('stranger', { 'insecure-skip-tls-verify': true }, { token: 'wrong' }));
    await expect(stranger.discover()).rejects.toMatchObject({ status: 401, retry: 'never' });
  });
});
