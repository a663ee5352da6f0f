// Comparison by the server's dry run: where an application asks for it, and only where our own merge finds a difference.
import { afterEach, describe, expect, it } from 'vitest';
import type { KubeRequest } from '../../../src/domain/ports.js';
import type { Manifest } from '../../../src/domain/resource.js';
import { appOf, configMap, type TestFleet, testFleet } from '../../support/fleet.js';

let fleet: TestFleet;
let refuses = false;
const dryRuns: string[] = [];
afterEach(async () => {
  await fleet.stop();
  dryRuns.splice(0);
  refuses = false;
});

const faults = {
  one: {
    before: ({ method, path, query }: KubeRequest) => {
      if (method !== 'PATCH' || query?.['dryRun'] !== 'All') return undefined;
      dryRuns.push(path);
      return refuses ? ({ kind: 'refuse', code: 403, message: 'the webhook says no' } as const) : undefined;
    },
  },
};

const asking = (options: string): Manifest => {
  const app = appOf('shop', 'one');
  return { ...app, metadata: { ...app.metadata, annotations: { 'argocd.argoproj.io/compare-options': options } } };
};

async function differing(options: string): Promise<void> {
  fleet = await testFleet({ faults });
  fleet.git.manifests = { shop: [configMap('a'), configMap('b')] };
  await fleet.put(asking(options));
  await fleet.row('shop', ({ sync }) => sync === 'OutOfSync');
  await fleet.engine.request({ kind: 'sync', app: 'argocd/shop', operation: { sync: {} }, actor: 'ana' });
  await fleet.row('shop', ({ sync, running }) => sync === 'Synced' && running === undefined);
  dryRuns.splice(0);
  const ref = { group: '', version: 'v1', kind: 'ConfigMap', namespace: 'shop', name: 'a' };
  await fleet.clusters.get('one')?.patch(ref, { type: 'merge', body: { data: { key: 'x' } }, fieldManager: 'somebody' });
}

describe('ServerSideDiff=true', () => {
  it('asks the server about what differs, and about nothing else', async () => {
    await differing('ServerSideDiff=true');
    await fleet.row('shop', ({ sync }) => sync === 'OutOfSync');
    expect(new Set(dryRuns)).toEqual(new Set(['/api/v1/namespaces/shop/configmaps/a']));
    const asked = dryRuns.length;
    await fleet.refresh('shop');
    expect(dryRuns.length).toBe(asked);
  });

  it('is an error of the application where the server refuses', async () => {
    await differing('');
    await fleet.row('shop', ({ sync }) => sync === 'OutOfSync');
    refuses = true;
    await fleet.put(asking('ServerSideDiff=true'));
    const { conditions } = await fleet.row('shop', ({ sync }) => sync === 'Unknown');
    expect(conditions).toMatchObject([
      { type: 'ComparisonError', message: expect.stringContaining('the server-side diff of ConfigMap a failed') },
    ]);
  });
});

describe('--server-side-diff', () => {
  it('asks the server although the application does not', async () => {
    await differing('');
    await fleet.row('shop', ({ sync }) => sync === 'OutOfSync');
    expect(dryRuns).toEqual([]);
    const diffs = await fleet.engine.inspect({ kind: 'diff', app: 'argocd/shop', serverSide: true });
    expect(diffs.map(({ key }) => key.name)).toEqual(['a']);
    expect(dryRuns.length).toBeGreaterThan(0);
  });
});
