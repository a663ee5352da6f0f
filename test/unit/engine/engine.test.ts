import { afterEach, describe, expect, it } from 'vitest';
import { AUTOMATED, appOf, configMap, type FleetOptions, type TestFleet, testFleet } from '../../support/fleet.js';

let fleet: TestFleet | undefined;
afterEach(async () => {
  await fleet?.stop();
  fleet = undefined;
});

const many = (count: number, from = 0) => Array.from({ length: count }, (_, i) => configMap(`c${i + from}`));
const synced = ({ sync, running }: { sync: string; running?: unknown }) => sync === 'Synced' && running === undefined;

async function withApp(manifests = many(3), options: FleetOptions = {}): Promise<TestFleet> {
  fleet = await testFleet(options);
  fleet.git.manifests = { shop: manifests };
  await fleet.put(appOf('shop', 'one', AUTOMATED));
  await fleet.row('shop', synced);
  return fleet;
}

async function commit(to: TestFleet, manifests: ReturnType<typeof many>): Promise<void> {
  to.git.revision = `${'b'.repeat(39)}${Object.keys(manifests).length % 10}`;
  to.git.manifests = { shop: manifests };
  await to.refresh('shop');
}

describe('an automated application', () => {
  it('is synced, and every write was recorded before it was made', async () => {
    const intended: string[] = [];
    const { live, history } = await withApp(many(2), { onIntend: (ids) => intended.push(...ids) });
    expect((await live('one', 'ConfigMap', 'c0'))?.['data']).toEqual({ key: 'v' });
    expect(intended).toEqual(['namespace:shop', 'apply:/ConfigMap/shop/c0', 'apply:/ConfigMap/shop/c1']);
    expect(history.find({ app: 'argocd/shop' })[0]).toMatchObject({ phase: 'Succeeded', trigger: 'auto-sync' });
  });

  it('heals what was changed and what was deleted', async () => {
    const { clusters, live, row, history } = await withApp();
    const ref = { group: '', version: 'v1', kind: 'ConfigMap', namespace: 'shop', name: 'c0' };
    await clusters.get('one')?.patch(ref, { type: 'merge', body: { data: { key: 'x' } }, fieldManager: 'somebody' });
    await row('shop', (each) => each.last?.trigger === 'self-heal' && synced(each));
    expect((await live('one', 'ConfigMap', 'c0'))?.['data']).toEqual({ key: 'v' });
    const other = await live('one', 'ConfigMap', 'c1');
    await clusters.get('one')?.remove({ ...ref, name: 'c1' }, other?.metadata.uid ?? '', 'background');
    await row('shop', (each) => history.find({ app: 'argocd/shop' }).length >= 3 && synced(each));
    expect(await live('one', 'ConfigMap', 'c1')).toBeDefined();
  }, 20_000);

  it('prunes what Git drops, within the budget', async () => {
    const it_ = await withApp(many(4));
    await commit(it_, many(3));
    await it_.row('shop', (each) => synced(each) && each.resources === 3);
    expect(await it_.live('one', 'ConfigMap', 'c3')).toBeUndefined();
  });
});

describe('nothing is deleted', () => {
  it('when Git cannot be read: the verdict becomes Unknown and the objects stay', async () => {
    const it_ = await withApp();
    it_.git.broken = true;
    await it_.refresh('shop');
    const row = await it_.row('shop', ({ sync }) => sync === 'Unknown');
    expect(row.conditions[0]?.message).toContain('does not answer');
    expect(row.changes.prune).toBe(0);
    expect(await it_.live('one', 'ConfigMap', 'c0')).toBeDefined();
  });

  it('when Git is suddenly empty: the wipe-out is refused', async () => {
    const it_ = await withApp();
    await commit(it_, []);
    const row = await it_.row('shop', ({ conditions }) => conditions.some(({ message }) => message.includes('wipe out all resources')));
    expect(row.running).toBeUndefined();
    expect(await it_.live('one', 'ConfigMap', 'c2')).toBeDefined();
  });

  it('over the budget without an approval, and then exactly the plan that was approved', async () => {
    const it_ = await withApp(many(30));
    await commit(it_, many(15));
    const { approval } = await it_.row('shop', (each) => each.approval !== undefined);
    expect(approval?.reason).toContain('15 of 30');
    expect(await it_.live('one', 'ConfigMap', 'c29')).toBeDefined();
    await it_.engine.request({ kind: 'approve', hash: approval?.hash ?? '', actor: 'ana' });
    await it_.row('shop', (each) => synced(each) && each.resources === 15);
    expect(await it_.live('one', 'ConfigMap', 'c29')).toBeUndefined();
    expect(await it_.live('one', 'ConfigMap', 'c0')).toBeDefined();
  });

  it('when somebody else has taken the name: the delete carries the uid that was observed', async () => {
    const it_ = await withApp(many(1));
    const before = await it_.live('one', 'ConfigMap', 'c0');
    const cluster = it_.clusters.get('one');
    await it_.stop();
    const ref = { group: '', version: 'v1', kind: 'ConfigMap', namespace: 'shop', name: 'c0' };
    await cluster?.remove(ref, before?.metadata.uid ?? '', 'background');
    await cluster?.apply(
      { ...configMap('c0', 'theirs'), metadata: { name: 'c0', namespace: 'shop' } },
      { mode: 'create', fieldManager: 'them' },
    );
    await cluster?.remove(ref, before?.metadata.uid ?? '', 'background');
    expect((await it_.live('one', 'ConfigMap', 'c0'))?.['data']).toEqual({ key: 'theirs' });
  });
});

describe('a cluster that is only observed', () => {
  it('gets no write until it is granted, and then under a Lease', async () => {
    const writes: string[] = [];
    const faults = {
      before({ method, path }: { method: string; path: string }): undefined {
        if (method !== 'GET') writes.push(`${method} ${path}`);
      },
    };
    fleet = await testFleet({ kinds: { one: 'real' }, faults: { one: faults } });
    fleet.git.manifests = { shop: many(2) };
    await fleet.put(appOf('shop', 'one', AUTOMATED));
    const row = await fleet.row('shop', ({ sync }) => sync === 'OutOfSync');
    expect(row.why).toContain('argosy act one');
    await expect(fleet.engine.request({ kind: 'sync', app: 'argocd/shop', operation: { sync: {} }, actor: 'ana' })).rejects.toThrow(
      'only observed',
    );
    expect(writes).toEqual([]);
    await fleet.engine.request({ kind: 'mode', clusters: ['one'], mode: 'act', actor: 'ana' });
    await fleet.row('shop', synced);
    expect(writes[0]).toContain('/leases');
  }, 20_000);
});

describe('a stop', () => {
  it('leaves nothing half-done: the next engine ends what was begun and reaches the same state', async () => {
    const it_ = await withApp(many(5));
    it_.git.revision = 'c'.repeat(40);
    it_.git.manifests = { shop: many(8) };
    const next = await it_.restarted();
    fleet = next;
    await next.refresh('shop');
    await next.row('shop', (each) => synced(each) && each.resources === 8);
    expect(next.history.unfinished()).toEqual([]);
  });
});

describe('rollback', () => {
  it('is refused while auto-sync is on, holds with a pin, and ends when Git renders something else', async () => {
    const it_ = await withApp([configMap('c', 'one')]);
    await commit(it_, [configMap('c', 'two')]);
    await it_.row('shop', (each) => synced(each) && each.revision.startsWith('b'));
    const back = { kind: 'rollback' as const, app: 'argocd/shop', prune: false, dryRun: false, actor: 'ana' };
    await expect(it_.engine.request({ ...back, pin: false })).rejects.toThrow('rollback cannot be initiated when auto-sync is enabled');
    await it_.engine.request({ ...back, pin: true });
    await it_.row('shop', (each) => each.pinned !== undefined && synced(each));
    expect((await it_.live('one', 'ConfigMap', 'c'))?.['data']).toEqual({ key: 'one' });
    it_.git.revision = 'd'.repeat(40);
    it_.git.manifests = { shop: [configMap('c', 'three')] };
    await it_.refresh('shop');
    await it_.row('shop', (each) => each.pinned === undefined && synced(each) && each.revision.startsWith('d'));
    expect((await it_.live('one', 'ConfigMap', 'c'))?.['data']).toEqual({ key: 'three' });
  }, 20_000);
});

describe('deletion', () => {
  it('with the resources finalizer takes the objects first, without it takes none', async () => {
    fleet = await testFleet();
    fleet.git.manifests = { shop: many(3), kept: [configMap('kept')] };
    await fleet.put(appOf('shop', 'one', AUTOMATED, ['resources-finalizer.argocd.argoproj.io']));
    await fleet.put(appOf('kept', 'one', AUTOMATED));
    await fleet.row('shop', synced);
    await fleet.row('kept', synced);
    await fleet.engine.request({ kind: 'delete', app: 'argocd/shop', cascade: 'foreground', actor: 'ana' });
    await fleet.engine.request({ kind: 'delete', app: 'argocd/kept', cascade: 'none', actor: 'ana' });
    await gone(fleet, 'shop');
    expect(await fleet.live('one', 'ConfigMap', 'c0')).toBeUndefined();
    expect(await fleet.live('one', 'ConfigMap', 'kept')).toBeDefined();
  });
});

function gone({ engine }: TestFleet, name: string): Promise<void> {
  return new Promise((resolve) => {
    engine.subscribe((event) => {
      if (event.kind === 'app.removed' && event.app.endsWith(`/${name}`)) resolve();
      if (event.kind === 'snapshot' && !event.apps.some((row) => row.name === name)) resolve();
    });
  });
}

describe('a refresh of what has not changed', () => {
  it('sends no request to any cluster', async () => {
    const it_ = await withApp(many(10));
    const before = it_.clusters.get('one')?.requests();
    await it_.engine.request({ kind: 'refresh', hard: false });
    await it_.row('shop', synced);
    expect(it_.clusters.get('one')?.requests()).toBe(before);
  });
});

describe('trouble of one cluster', () => {
  it('leaves the applications of the others alone', async () => {
    const dead = { before: () => ({ kind: 'refuse' as const, code: 503, message: 'down' }) };
    fleet = await testFleet({ kinds: { one: 'sandbox', two: 'sandbox' }, faults: { two: dead } });
    fleet.git.manifests = { shop: many(2), lost: many(2) };
    await fleet.put(appOf('shop', 'one', AUTOMATED));
    await fleet.put(appOf('lost', 'two', AUTOMATED));
    await fleet.row('shop', synced);
    const row = await fleet.row('lost', ({ stale }) => stale !== undefined);
    expect(row.sync).toBe('Unknown');
  }, 20_000);
});

describe('a project', () => {
  it("that does not permit the repository, or does not exist, stops everything with Argo CD's words", async () => {
    fleet = await testFleet();
    fleet.git.manifests = { shop: many(1), lost: many(1) };
    const project = {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'AppProject',
      metadata: { name: 'pay', namespace: 'argocd' },
      spec: { sourceRepos: ['https://other.example.com/*'], destinations: [{ server: '*', namespace: '*' }] },
    };
    await fleet.put(project);
    const inProject = (name: string, of: string) => {
      const app = appOf(name, 'one', AUTOMATED);
      return { ...app, spec: { ...(app['spec'] as object), project: of } };
    };
    await fleet.put(inProject('shop', 'pay'));
    await fleet.put(inProject('lost', 'nowhere'));
    const row = await fleet.row('shop', ({ conditions }) =>
      conditions.some(({ message }) => message.includes("is not permitted in project 'pay'")),
    );
    expect(row.sync).toBe('Unknown');
    await fleet.row('lost', ({ conditions }) => conditions.some(({ message }) => message.includes('nowhere which does not exist')));
    expect(await fleet.live('one', 'ConfigMap', 'c0')).toBeUndefined();
  });
});
