// Lua health and jq rules of argocd-cm and of Applications, in the engine, by the real core.
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { createScriptCore } from '../../../src/adapters/wasm/core.js';
import type { Manifest } from '../../../src/domain/resource.js';
import { AUTOMATED, appOf, configMap, type TestFleet, testFleet } from '../../support/fleet.js';

const core = createScriptCore({ lightWorkers: 1 });
let fleet: TestFleet | undefined;
afterEach(async () => {
  await fleet?.stop();
  fleet = undefined;
});
afterAll(() => core.close());

const settings = (data: Record<string, string>): Manifest => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'argocd-cm', namespace: 'argocd' },
  data,
});
const HEALTH = `
hs = {status = "Healthy", message = "key is " .. obj.data.key}
if obj.data.key == "bad" then hs.status = "Degraded" end
return hs`;
const REF = { group: '', version: 'v1', kind: 'ConfigMap', namespace: 'shop', name: 'c' };

describe('a health script', () => {
  it('judges the objects of its kind, again when they change', async () => {
    fleet = await testFleet({ core });
    await fleet.put(settings({ 'resource.customizations.health.ConfigMap': HEALTH }));
    fleet.git.manifests = { shop: [configMap('c', 'bad')] };
    await fleet.put(appOf('shop', 'one', AUTOMATED));
    await fleet.row(
      'shop',
      ({ health, healthMessage, sync }) => sync === 'Synced' && health === 'Degraded' && healthMessage.includes('ConfigMap'),
    );
    fleet.git.manifests = { shop: [configMap('c', 'good')] };
    fleet.git.revision = 'b'.repeat(40);
    await fleet.refresh('shop');
    await fleet.row('shop', ({ health, sync }) => sync === 'Synced' && health === 'Healthy');
  });

  it('that fails makes its objects Unknown with its message, and leaves the others alone', async () => {
    fleet = await testFleet({ core });
    await fleet.put(settings({ 'resource.customizations.health.ConfigMap': 'while true do end' }));
    fleet.git.manifests = { shop: [configMap('c')], other: [{ ...configMap('s'), kind: 'ServiceAccount', data: undefined }] };
    await fleet.put(appOf('shop', 'one', AUTOMATED));
    await fleet.put(appOf('other', 'one', AUTOMATED));
    await fleet.row('other', ({ health, sync }) => sync === 'Synced' && health === 'Healthy');
    await fleet.row('shop', ({ health }) => health === 'Unknown');
    const [node] = await fleet.engine.inspect({ kind: 'tree', app: 'argocd/shop' });
    expect(node?.health?.message).toMatch(/deadline/);
  });
});

describe('a jq rule that is more than a path', () => {
  it('is followed; one that fails is skipped and said', async () => {
    fleet = await testFleet({ core });
    fleet.git.manifests = { shop: [configMap('c')] };
    const app = appOf('shop', 'one');
    const ignoreDifferences = [{ kind: 'ConfigMap', jqPathExpressions: ['.data | to_entries[] | .value', '.data | getpath(["key"])'] }];
    await fleet.put({ ...app, spec: { ...(app['spec'] as object), ignoreDifferences } });
    await fleet.row('shop', ({ sync }) => sync === 'OutOfSync');
    await fleet.engine.request({ kind: 'sync', app: 'argocd/shop', operation: { sync: {} }, actor: 'ana' });
    await fleet.row('shop', ({ sync, running }) => sync === 'Synced' && !running);
    await fleet.clusters.get('one')?.patch(REF, { type: 'merge', body: { data: { key: 'edited' } }, fieldManager: 'them' });
    await fleet.row('shop', ({ conditions }) => conditions.some(({ message }) => message.includes('rule ignored')));
    await fleet.refresh('shop');
    const row = await fleet.row('shop', ({ sync }) => sync === 'Synced');
    expect((await fleet.live('one', 'ConfigMap', 'c'))?.['data']).toEqual({ key: 'edited' });
    expect(row.changes.update).toBe(0);
  });
});

describe('RespectIgnoreDifferences', () => {
  it('leaves ignored fields as they are live when the application is synced', async () => {
    fleet = await testFleet({ core });
    fleet.git.manifests = { shop: [configMap('c')] };
    const app = appOf('shop', 'one', { syncOptions: ['CreateNamespace=true', 'RespectIgnoreDifferences=true'] });
    const ignoreDifferences = [{ kind: 'ConfigMap', jqPathExpressions: ['.data | getpath(["key"])'], jsonPointers: ['/data/other'] }];
    await fleet.put({ ...app, spec: { ...(app['spec'] as object), ignoreDifferences } });
    await fleet.row('shop', ({ sync }) => sync === 'OutOfSync');
    const sync = { kind: 'sync' as const, app: 'argocd/shop', operation: { sync: {} }, actor: 'ana' };
    await fleet.engine.request(sync);
    await fleet.row('shop', (row) => row.sync === 'Synced' && !row.running);
    await fleet.clusters.get('one')?.patch(REF, { type: 'merge', body: { data: { key: 'edited' } }, fieldManager: 'them' });
    fleet.git.manifests = { shop: [{ ...configMap('c'), data: { key: 'v', more: 'x' } }] };
    fleet.git.revision = 'b'.repeat(40);
    await fleet.refresh('shop');
    await fleet.row('shop', (row) => row.sync === 'OutOfSync' && row.revision.startsWith('b'));
    await fleet.engine.request(sync);
    await fleet.row('shop', (row) => row.sync === 'Synced' && !row.running);
    expect((await fleet.live('one', 'ConfigMap', 'c'))?.['data']).toEqual({ key: 'edited', more: 'x' });
  });
});
