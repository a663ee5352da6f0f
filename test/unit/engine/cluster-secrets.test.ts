// Cluster Secrets in a running engine: what they make, what they only describe, and that generators see their labels at once.
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Manifest } from '../../../src/domain/resource.js';
import { type TestFleet, testFleet } from '../../support/fleet.js';

let fleet: TestFleet;
afterEach(() => fleet.stop());

const secret = (name: string, server: string, labels: Record<string, string>, annotations = {}): Manifest => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: {
    name: `cluster-${name}`,
    namespace: 'argocd',
    labels: { ...labels, 'argocd.argoproj.io/secret-type': 'cluster' },
    annotations,
  },
  stringData: { name, server },
});
const SET: Manifest = {
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'ApplicationSet',
  metadata: { name: 'team', namespace: 'argocd' },
  spec: {
    generators: [{ clusters: { selector: { matchLabels: { env: 'prod' } } } }],
    template: {
      metadata: { name: 'web-{{name}}' },
      spec: {
        project: 'default',
        source: { repoURL: 'https://git.example.org/r', path: 'app' },
        destination: { name: '{{name}}', namespace: 'd' },
      },
    },
  },
};

const put = (manifest: Manifest, how: 'create' | 'upsert' | 'merge' = 'upsert') =>
  fleet.engine.request({ kind: 'put', manifest, how, actor: 'ana' });
const rows = () => fleet.engine.inspect({ kind: 'rows' });
const apps = async () => (await rows()).apps.map(({ name }) => name).filter((name) => name !== 'fleet');
const clusters = async () => (await rows()).clusters.map(({ key, labels, aliases }) => ({ key, labels, aliases }));

describe('a Secret for a cluster that is configured already', () => {
  it('says more of it: generators see its labels, and those that it takes away', async () => {
    fleet = await testFleet({ kinds: { one: 'sandbox', two: 'sandbox' } });
    await put(SET);
    await put(secret('one', 'https://one', { env: 'prod' }));
    await put(secret('second', 'https://two', { env: 'prod' }));
    await vi.waitFor(async () => expect((await apps()).sort()).toEqual(['web-one', 'web-two']), { timeout: 10_000 });
    expect(await clusters()).toEqual(
      expect.arrayContaining([
        { key: 'one', labels: { env: 'prod' }, aliases: [] },
        { key: 'two', labels: { env: 'prod' }, aliases: ['second'] },
      ]),
    );
    expect((await clusters()).length).toBe(3);
    const gone = { name: 'cluster-second', namespace: 'argocd', labels: { env: null } };
    await put({ apiVersion: 'v1', kind: 'Secret', metadata: gone as never }, 'merge');
    await vi.waitFor(async () => expect(await apps()).toEqual(['web-one']), { timeout: 10_000 });
  });
});

describe('a Secret that only describes', () => {
  it('makes no cluster', async () => {
    fleet = await testFleet({});
    await put(secret('elsewhere', 'https://elsewhere.invalid', {}, { 'argosy.dev/describes-only': 'true' }));
    await put(secret('one', 'https://one', { env: 'dev' }));
    await vi.waitFor(async () => expect((await clusters()).find(({ key }) => key === 'one')?.labels).toEqual({ env: 'dev' }), {
      timeout: 10_000,
    });
    expect((await clusters()).map(({ key }) => key).sort()).toEqual(['hub', 'one']);
  });
});

describe('a replacement', () => {
  it('is a whole one: what it does not say is gone, but for marks and status', async () => {
    fleet = await testFleet({});
    await put({
      ...secret('one', 'https://one', { env: 'dev', team: 'a' }),
      stringData: { name: 'one', server: 'https://one', project: 'old' },
    });
    await put(secret('one', 'https://one', { env: 'prod' }));
    const ref = { group: '', version: 'v1', kind: 'Secret', namespace: 'argocd', name: 'cluster-one' };
    const found = await fleet.hub.get(ref);
    expect(Object.keys(found?.['data'] as object).sort()).toEqual(['name', 'server']);
    expect(found?.metadata.labels).toMatchObject({ env: 'prod', team: 'a' });
  });
});
