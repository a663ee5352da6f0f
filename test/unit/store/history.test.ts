import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDatabase } from '../../../store/database.js';
import { createHistory } from '../../../store/history.js';
import { applyRetention } from '../../../store/retention.js';
import { beginOf, done, folder, manifest, vault } from './support.js';

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
const failed = (taskId: string) => ({
  taskId,
  outcome: { kind: 'failed', code: 'SyncFailed', message: 'denied', retry: 'never' } as const,
  startedAtMs: 1,
  finishedAtMs: 3,
});

function setup(file = ':memory:') {
  const database = openDatabase(file);
  return { database, history: createHistory(database, { vault }) };
}

describe('operations', () => {
  it('come back with everything that was said about them', () => {
    const { history } = setup();
    const commit = { id: 'abc', author: 'Ada', subject: 'More replicas', atMs: 5 };
    const id = history.begin(beginOf('argocd/web', [manifest('ConfigMap', 'a'), manifest('ConfigMap', 'b')], { commit }));
    history.outcome(id, [done('ConfigMap/a'), failed('ConfigMap/b')]);
    history.finish(id, 'Failed', 'one failed', 9000, 4);
    expect(history.find({})).toEqual([
      {
        ...{ id, app: 'argocd/web', cluster: 'staging', phase: 'Failed', message: 'one failed', trigger: 'manual', actor: 'ada' },
        ...{ dryRun: false, startedAtMs: 1000, finishedAtMs: 9000, revisions: ['abc'], fromRevisions: ['000'], historyId: 4 },
        commit: { author: 'Ada', subject: 'More replicas', atMs: 5 },
        counts: { total: 2, done: 1, failed: 1, pruned: 0 },
      },
    ]);
    const detail = history.detail(id);
    expect(detail?.options).toEqual(['Prune=true']);
    expect(detail?.results.map(({ code, message, durationMs }) => [code, message, durationMs])).toEqual([
      ['Synced', 'created', 50],
      ['SyncFailed', 'denied', 2],
    ]);
    expect(history.detail(999)).toBeUndefined();
  });

  it('that a crash cut short are found again, with what was meant and what was done', () => {
    const file = join(folder(), 'a.db');
    const before = setup(file);
    const targets = [manifest('ConfigMap', 'a', { data: { x: '1' } }), manifest('ConfigMap', 'b')];
    const id = before.history.begin(beginOf('argocd/web', targets));
    before.history.finish(before.history.begin(beginOf('argocd/other', targets)), 'Succeeded', '', 5);
    before.history.intend(id, ['ConfigMap/a'], 10);
    before.history.outcome(id, [done('ConfigMap/a')]);
    before.history.intend(id, ['ConfigMap/b'], 20);
    const { history } = setup(file);
    const [left, ...others] = history.unfinished();
    expect(others).toEqual([]);
    expect(left).toMatchObject({ id, app: 'argocd/web', intended: ['ConfigMap/a', 'ConfigMap/b'], results: [done('ConfigMap/a')] });
    expect(left?.plan).toEqual(beginOf('argocd/web', targets).plan);
    before.database.close();
  });

  it('give back the applied manifests byte for byte, and only those that were applied', () => {
    const { history } = setup();
    const odd = manifest('ConfigMap', 'a', { data: { z: 'first', a: 'second', ü: '\u2028\u0000' } });
    const id = history.begin(beginOf('argocd/web', [odd, manifest('ConfigMap', 'b')]));
    history.outcome(id, [done('ConfigMap/a'), failed('ConfigMap/b')]);
    expect(history.manifests(id).map((m) => JSON.stringify(m))).toEqual([JSON.stringify(odd)]);
  });

  it('store equal manifests once', () => {
    const { database, history } = setup();
    for (let i = 0; i < 5; i++) history.begin(beginOf('argocd/web', [manifest('ConfigMap', 'a')]));
    expect(database.get('SELECT count(*) AS n FROM manifests')).toEqual({ n: 1 });
  });

  it('are filtered, newest first, dry runs only on request', () => {
    const { history } = setup();
    const add = (app: string, more = {}) => history.begin(beginOf(app, [], more));
    const ids = [
      add('a/1'),
      add('a/2', { startedAtMs: 5000, actor: 'bob' }),
      add('a/1', { dryRun: true }),
      add('a/1', { cluster: 'prod' }),
    ];
    history.finish(ids[1] ?? 0, 'Succeeded', '', 6000);
    const found = (filter: Parameters<typeof history.find>[0]) => history.find(filter).map(({ id }) => id);
    expect(found({})).toEqual([4, 2, 1]);
    expect(found({ dryRuns: true })).toEqual([4, 3, 2, 1]);
    expect(found({ app: 'a/1' })).toEqual([4, 1]);
    expect(found({ cluster: 'prod' })).toEqual([4]);
    expect(found({ actor: 'bob' })).toEqual([2]);
    expect(found({ sinceMs: 5000 })).toEqual([2]);
    expect(found({ phases: ['Succeeded', 'Failed'] })).toEqual([2]);
    expect(found({ limit: 1 })).toEqual([4]);
    expect(found({ limit: 1, beforeId: 4 })).toEqual([2]);
  });

  it('remember what an app began to apply when a crash hid the outcome: it is no stranger to the app', () => {
    const file = join(folder(), 'a.db');
    const before = setup(file);
    const id = before.history.begin(beginOf('x/web', [manifest('ConfigMap', 'a'), manifest('ConfigMap', 'b')]));
    before.history.intend(id, ['ConfigMap/a'], 10);
    const { history } = setup(file);
    history.finish(id, 'Error', 'stopped', 20);
    expect([...history.applied('x/web')]).toEqual(['/ConfigMap/default/a']);
    before.database.close();
  });

  it('remember what an app has applied, not what it tried or only rehearsed', () => {
    const { history } = setup();
    const targets = [manifest('ConfigMap', 'a'), manifest('ConfigMap', 'b')];
    history.outcome(history.begin(beginOf('x/web', targets)), [done('ConfigMap/a'), failed('ConfigMap/b')]);
    history.outcome(history.begin(beginOf('x/dry', targets, { dryRun: true })), [done('ConfigMap/a')]);
    expect([...history.applied('x/web')]).toEqual(['/ConfigMap/default/a']);
    expect([...history.applied('x/dry')]).toEqual([]);
  });
});

describe('secrets', () => {
  const secret = manifest('Secret', 's', {
    metadata: {
      name: 's',
      namespace: 'default',
      annotations: { [LAST_APPLIED]: JSON.stringify(manifest('Secret', 's', { data: { password: 'aHVudGVyMg==' } })) },
    },
    data: { password: 'aHVudGVyMg==' },
    stringData: { plain: 'hunter2', broken: 12345678 },
  });

  it('never reach the file, in no form', () => {
    const file = join(folder(), 'a.db');
    const { database, history } = setup(file);
    const id = history.begin(beginOf('x/web', [secret]));
    history.outcome(id, [done('Secret/s')]);
    const text = JSON.stringify([history.manifests(id), history.unfinished()]);
    for (const value of ['hunter2', 'aHVudGVyMg', '12345678']) expect(text).not.toContain(value);
    database.close();
    const bytes = readFileSync(file);
    for (const value of ['hunter2', 'aHVudGVyMg']) expect(bytes.includes(value)).toBe(false);
  });

  it('become keyed hashes that say whether two are equal', () => {
    const { history } = setup();
    const id = history.begin(beginOf('x/web', [secret]));
    history.outcome(id, [done('Secret/s')]);
    const [stored] = history.manifests(id);
    const password = vault.mark('hunter2');
    expect(stored).toMatchObject({ data: { password }, stringData: { plain: password } });
    expect(JSON.parse(stored?.metadata.annotations?.[LAST_APPLIED] ?? '{}').data.password).toBe(password);
  });
});

describe('the small records', () => {
  it('keep pins, approvals, grants and facts over a restart', () => {
    const file = join(folder(), 'a.db');
    const first = setup(file);
    const operation = first.history.begin(beginOf('x/web', []));
    const pin = { app: 'x/web', operation, skipsTargetHash: 'h', skipsRevisions: ['r'], atMs: 3, actor: 'ada' };
    first.history.pin(pin);
    first.history.pin({ ...pin, app: 'x/other' });
    first.history.unpin('x/other');
    first.history.approve('plan', 'ada', 1);
    first.history.approve('plan', 'bob', 2);
    first.history.grant('prod', 'uid-1', 'ada', 5);
    first.history.grant('prod', 'uid-2', 'ada', 6);
    first.history.grant('staging', 'uid-3', 'ada', 7);
    first.history.revoke('staging');
    first.history.remember('fleet', 'one');
    first.history.remember('fleet', 'two');
    const { history } = setup(file);
    expect(history.pins()).toEqual([pin]);
    expect(history.find({})[0]?.pinned).toBe(true);
    expect(history.approvals()).toEqual([{ hash: 'plan', actor: 'ada', atMs: 1 }]);
    expect(history.grants()).toEqual([{ cluster: 'prod', uid: 'uid-2', actor: 'ada', atMs: 6 }]);
    expect([history.fact('fleet'), history.fact('other')]).toEqual(['two', undefined]);
  });
});

describe('retention', () => {
  it('keeps the newest, what runs, what is pinned, and the last good ones', () => {
    const { database, history } = setup();
    const run = (n: number, phase: string | undefined) => {
      const id = history.begin(beginOf('x/web', [manifest('ConfigMap', `m${n}`)], { startedAtMs: n }));
      if (phase) history.finish(id, phase, '', n);
      return id;
    };
    for (let n = 1; n <= 20; n++) run(n, n === 5 ? undefined : n <= 4 ? 'Succeeded' : 'Failed');
    history.pin({ app: 'x/web', operation: 7, skipsTargetHash: '', skipsRevisions: [], atMs: 0, actor: '' });
    const removed = applyRetention(database, { nowMs: 100, keepPerApp: 3, keepSuccessful: 2 });
    expect(history.find({}).map(({ id }) => id)).toEqual([20, 19, 18, 7, 5, 4, 3]);
    expect(removed).toBe(13);
    expect(database.get('SELECT count(*) AS n FROM manifests')).toEqual({ n: 7 });
    expect(applyRetention(database, { nowMs: 100, keepPerApp: 3, keepSuccessful: 2 })).toBe(0);
  });

  it('gives the freed pages back', () => {
    const { database, history } = setup(join(folder(), 'a.db'));
    const pages = () => database.get<{ page_count: number }>('PRAGMA page_count')?.page_count ?? 0;
    for (let n = 0; n < 100; n++) {
      const noise = Array.from({ length: 400 }, (_, i) => (i * 7919 * (n + 1)) ** 2 % 1_000_003).join(' ');
      history.finish(history.begin(beginOf('x/web', [manifest('ConfigMap', `m${n}`, { data: { noise } })])), 'Failed', '', n);
    }
    const before = pages();
    applyRetention(database, { nowMs: 1_000_000, maxAgeMs: 1 });
    expect(pages()).toBeLessThan(before / 2);
    database.close();
  });

  it('goes by age too, in batches', () => {
    const { database, history } = setup();
    for (let n = 0; n < 10; n++) history.finish(history.begin(beginOf('x/web', [], { startedAtMs: n })), 'Failed', '', n);
    const options = { nowMs: 1008, maxAgeMs: 1000, batch: 5 };
    expect([applyRetention(database, options), applyRetention(database, options), applyRetention(database, options)]).toEqual([5, 3, 0]);
  });
});
