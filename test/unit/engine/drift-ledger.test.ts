// The ledger of drift, against API servers.
import { afterEach, describe, expect, it } from 'vitest';
import type { Drift } from '../../../src/domain/drift.js';
import { AUTOMATED, appOf, configMap, type TestFleet, testFleet } from '../../support/fleet.js';

let fleet: TestFleet;
afterEach(() => fleet.stop());

const MANUAL = { syncOptions: ['CreateNamespace=true'] };
const ledger = async (): Promise<readonly Drift[]> => fleet.engine.inspect({ kind: 'drifts', filter: {} });
const lines = async () =>
  (await ledger()).map(({ key, kind, fields, by, end, endedBy }) => [key.name, kind, fields.join(' '), by, end, endedBy]);
const quiet = () => fleet.row('shop', ({ running, sync }) => running === undefined && sync === 'Synced');
const edit = (name: string, value: string, manager = 'kubectl-edit') =>
  fleet.clusters
    .get('one')
    ?.patch(
      { group: '', version: 'v1', kind: 'ConfigMap', namespace: 'shop', name },
      { type: 'merge', body: { data: { key: value } }, fieldManager: manager },
    );
const sync = () =>
  fleet.engine.request({
    kind: 'sync',
    app: 'argocd/shop',
    operation: { initiatedBy: { username: 'ana' }, sync: {} },
    actor: 'ana',
  } as never);

async function begin(heals: boolean): Promise<void> {
  fleet = await testFleet();
  fleet.git.manifests = { shop: [configMap('a'), configMap('b')] };
  await fleet.put(appOf('shop', 'one', heals ? AUTOMATED : { ...AUTOMATED, automated: { ...AUTOMATED.automated, selfHeal: false } }));
  await quiet();
}

describe('the ledger of drift', () => {
  it('says what was healed, and who had done it', async () => {
    await begin(true);
    expect(await ledger()).toEqual([]);
    await edit('a', 'mine');
    await expect.poll(lines, { timeout: 4_000 }).toEqual([['a', 'changed', 'data.key', 'kubectl-edit', 'healed', 'argosy']]);
    const [{ sinceMs = 0, endedAtMs = 0, operation } = {}] = await ledger();
    expect(endedAtMs).toBeGreaterThanOrEqual(sinceMs);
    expect(operation).toBeTypeOf('number');
  });

  it('keeps it open while it lasts, over a restart, until somebody puts it back', async () => {
    await begin(false);
    await edit('a', 'mine');
    await expect.poll(lines, { timeout: 4_000 }).toEqual([['a', 'changed', 'data.key', 'kubectl-edit', undefined, undefined]]);
    fleet = await fleet.restarted();
    await fleet.row('shop', ({ sync: state }) => state === 'OutOfSync');
    await edit('a', 'v', 'kubectl-edit');
    await expect.poll(lines, { timeout: 4_000 }).toEqual([['a', 'changed', 'data.key', 'kubectl-edit', 'undone', undefined]]);
  });

  it('knows a sync that a person asked for', async () => {
    await begin(false);
    await edit('b', 'mine');
    await expect.poll(lines, { timeout: 4_000 }).toHaveLength(1);
    await sync();
    await expect.poll(lines, { timeout: 4_000 }).toEqual([['b', 'changed', 'data.key', 'kubectl-edit', 'synced', 'ana']]);
  });

  it('knows what Git adopted', async () => {
    await begin(false);
    await edit('a', 'mine');
    await expect.poll(lines, { timeout: 4_000 }).toHaveLength(1);
    fleet.git.manifests = { shop: [configMap('a', 'mine'), configMap('b')] };
    fleet.git.revision = 'b'.repeat(40);
    await fleet.refresh('shop');
    await expect.poll(lines, { timeout: 4_000 }).toEqual([['a', 'changed', 'data.key', 'kubectl-edit', 'adopted', undefined]]);
  });

  it('knows what is ignored from now on, and what was deleted', async () => {
    await begin(false);
    await edit('a', 'mine');
    const b = await fleet.live('one', 'ConfigMap', 'b');
    await fleet.clusters
      .get('one')
      ?.remove({ group: '', version: 'v1', kind: 'ConfigMap', namespace: 'shop', name: 'b' }, b?.metadata.uid ?? '', 'background');
    await expect
      .poll(async () => (await lines()).map(([name, kind]) => `${name} ${kind}`).sort(), { timeout: 4_000 })
      .toEqual(['a changed', 'b missing']);
    const app = appOf('shop', 'one', { ...AUTOMATED, automated: { ...AUTOMATED.automated, selfHeal: false } });
    const ignoreDifferences = [{ kind: 'ConfigMap', jsonPointers: ['/data/key'] }];
    await fleet.put({ ...app, spec: { ...(app['spec'] as object), ignoreDifferences } } as never);
    await expect.poll(async () => (await lines()).find(([name]) => name === 'a')?.[4], { timeout: 4_000 }).toBe('ignored');
    expect((await lines()).find(([name]) => name === 'b')?.[4]).toBeUndefined();
    const open = await fleet.engine.inspect({ kind: 'drifts', filter: { open: true } });
    expect(open.map(({ key }) => key.name)).toEqual(['b']);
  });

  it('does not take a new commit for drift, nor what was never applied', async () => {
    fleet = await testFleet();
    fleet.git.manifests = { shop: [configMap('a')] };
    await fleet.put(appOf('shop', 'one', MANUAL));
    await fleet.row('shop', ({ sync: state }) => state === 'OutOfSync');
    await sync();
    await quiet();
    fleet.git.manifests = { shop: [configMap('a', 'new'), configMap('b')] };
    fleet.git.revision = 'b'.repeat(40);
    await fleet.refresh('shop');
    await fleet.row('shop', ({ sync: state }) => state === 'OutOfSync');
    expect(await ledger()).toEqual([]);
  });
});
