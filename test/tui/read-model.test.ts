import { describe, expect, it } from 'vitest';
import type { AppRow, ClusterRow } from '../../src/domain/fleet.js';
import { FleetView } from '../../views/fleet-view.js';
import { lineLabel, Matrix } from '../../views/matrix.js';
import { Rates } from '../../views/rates.js';
import { type ListSpec, RowList } from '../../views/row-list.js';
import { appState, isProduction } from '../../views/state.js';
import { treeLines } from '../../views/tree-model.js';
import { appRow, clusterRow, NOW_MS, operation } from '../support/rows.js';
import { ACTIVITY, TREE } from './fleet.js';

/** The same numbers in every run. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

const HEALTHS = ['Healthy', 'Degraded', 'Progressing', 'Suspended', 'Unknown', 'Missing'] as const;

function randomRow(next: () => number): AppRow {
  const cluster = `c-${Math.floor(next() * 4)}`;
  return appRow(`app-${Math.floor(next() * 40)}`, {
    cluster,
    project: next() < 0.5 ? 'a' : 'b',
    health: HEALTHS[Math.floor(next() * HEALTHS.length)] ?? 'Healthy',
    sync: next() < 0.3 ? 'OutOfSync' : 'Synced',
    changes: { create: 0, update: Math.floor(next() * 3), prune: 0 },
  });
}

describe('the read model', () => {
  it('is after any events what a snapshot of the same rows would make it', () => {
    const next = random(7);
    const fleet = new FleetView();
    const specs: ListSpec[] = [
      { query: '', invert: false, sort: 'name', descending: false, group: 'none' },
      { query: 'health:degraded,progressing', invert: false, sort: 'state', descending: true, group: 'none' },
      { query: 'app-1', invert: true, sort: 'changes', descending: false, group: 'cluster' },
    ];
    fleet.apply({ kind: 'snapshot', atMs: NOW_MS, apps: [], clusters: [], activity: ACTIVITY, fleet: 'x' });
    for (let i = 0; i < 2_000; i++) {
      const row = randomRow(next);
      if (next() < 0.2) fleet.apply({ kind: 'app.removed', atMs: NOW_MS, app: row.key });
      else fleet.apply({ kind: 'app.changed', atMs: NOW_MS, row });
      if (i % 50 !== 0) continue;
      const fresh = new FleetView();
      fresh.apply({ kind: 'snapshot', atMs: NOW_MS, apps: [...fleet.apps.values()], clusters: [], activity: ACTIVITY, fleet: 'x' });
      for (const spec of specs) expect(fleet.list(spec).keys(NOW_MS)).toEqual(fresh.list(spec).keys(NOW_MS));
      expect(fleet.counts).toEqual(fresh.counts);
      for (const key of fresh.columns()) expect(fleet.countsOf(key)).toEqual(fresh.countsOf(key));
      expect(fleet.matrix.lines().map(({ label, cells }) => [label, [...cells.keys()].sort()])).toEqual(
        fresh.matrix.lines().map(({ label, cells }) => [label, [...cells.keys()].sort()]),
      );
      expect(fleet.columns()).toEqual(fresh.columns());
    }
  });

  it('keeps lists right that were made from one that is kept no longer', () => {
    const fleet = new FleetView();
    const list = (query: string, sort: ListSpec['sort']): ListSpec => ({ query, invert: false, sort, descending: false, group: 'none' });
    fleet.apply({ kind: 'snapshot', atMs: NOW_MS, apps: [appRow('b'), appRow('c')], clusters: [], activity: ACTIVITY, fleet: 'x' });
    const kept = fleet.list(list('', 'state'));
    expect(kept.keys(NOW_MS)).toHaveLength(2);
    for (let i = 0; i < 20; i++) fleet.list(list(`q${i}`, 'name')).keys(NOW_MS);
    fleet.apply({ kind: 'app.changed', atMs: NOW_MS, row: appRow('a') });
    expect(kept.keys(NOW_MS)).toEqual(['argocd/a', 'argocd/b', 'argocd/c']);
    expect(fleet.list(list('', 'state')).keys(NOW_MS)).toEqual(['argocd/a', 'argocd/b', 'argocd/c']);
  });

  it('follows time in queries about time', () => {
    const rows = new Map([['argocd/a', appRow('a', { createdAtMs: NOW_MS })]]);
    const list = new RowList(rows, { query: 'age<10s', invert: false, sort: 'name', descending: false, group: 'none' });
    expect(list.keys(NOW_MS + 1_000)).toHaveLength(1);
    expect(list.keys(NOW_MS + 11_000)).toHaveLength(0);
  });

  it('forgets the oldest operations', () => {
    const fleet = new FleetView();
    for (let id = 1; id <= 700; id++) fleet.apply({ kind: 'operation.finished', atMs: NOW_MS, operation: operation(id) });
    expect(fleet.operations.size).toBe(500);
    expect(fleet.operations.has(700)).toBe(true);
  });

  it('puts production first and the hub last', () => {
    const fleet = new FleetView();
    const clusters: ClusterRow[] = [
      clusterRow('hub', { kind: 'embedded' }),
      clusterRow('a-stage'),
      clusterRow('z', { labels: { environment: 'production' } }),
    ];
    fleet.apply({ kind: 'snapshot', atMs: NOW_MS, apps: [appRow('x', { cluster: 'hub' })], clusters, activity: ACTIVITY, fleet: 'x' });
    expect(fleet.columns()).toEqual(['z', 'a-stage', 'hub']);
  });
});

describe('lines of the heat map', () => {
  it.each([
    ['payments-prod-eu', 'prod-eu', 'payments'],
    ['prod-eu-payments', 'prod-eu', 'payments'],
    ['payments', 'prod-eu', 'payments'],
    ['prod-eu', 'prod-eu', 'prod-eu'],
    ['paymentsprod-eu', 'prod-eu', 'paymentsprod-eu'],
    ['x', '', 'x'],
  ])('%s on %s is %s', (name, cluster, label) => expect(lineLabel({ name, cluster, labels: {} })).toBe(label));

  it('moves an application whose destination changed', () => {
    const matrix = new Matrix();
    matrix.put(appRow('a', { cluster: 'one' }));
    matrix.put(appRow('a', { cluster: 'two' }));
    expect(matrix.lines().map(({ cells }) => [...cells.keys()])).toEqual([['two']]);
    matrix.remove('argocd/a');
    expect(matrix.lines()).toEqual([]);
  });
});

describe('states', () => {
  it.each<[string, Partial<AppRow>, string]>([
    ['well', {}, 'ok'],
    ['degraded, although it is running', { health: 'Degraded', running: operation(1) }, 'bad'],
    ['running', { sync: 'OutOfSync', running: operation(1) }, 'prog'],
    ['stale, whatever it was', { health: 'Degraded', stale: 'the cluster is gone' }, 'unk'],
    ['out of sync', { sync: 'OutOfSync' }, 'warn'],
    ['out of sync after a sync that failed', { sync: 'OutOfSync', last: operation(1, { phase: 'Failed' }) }, 'bad'],
    ['synced after a dry run that failed', { last: operation(1, { phase: 'Failed', dryRun: true }) }, 'ok'],
    ['missing', { health: 'Missing' }, 'warn'],
  ])('%s', (_, more, state) => expect(appState(appRow('a', more))).toBe(state));

  it.each([
    ['production-eu', true],
    ['prod', true],
    ['eu.prod-1', true],
    ['product-catalog', false],
    ['staging', false],
  ])('%s is production: %s', (key, expected) => expect(isProduction(key, undefined)).toBe(expected));

  it('believes the label more than the name', () =>
    expect(isProduction('production-like', clusterRow('x', { labels: { environment: 'test' } }))).toBe(false));
});

describe('rates', () => {
  it('keep the seconds apart and forget what is long ago', () => {
    const rates = new Rates();
    rates.add(10_000, 2);
    rates.add(11_500);
    rates.add(11_900);
    expect(rates.values(12_000, 4)).toEqual([0, 2, 2, 0]);
    expect(rates.values(12_000, 2, 2)).toEqual([2, 2]);
    expect(rates.values(12_000 + 3_600_000, 3)).toEqual([0, 0, 0]);
  });
});

describe('the tree', () => {
  const all = { closed: new Set<string>(), onlyTrouble: false, flat: false };

  it('survives parents that are missing or go round', () => {
    const [first] = TREE;
    if (!first) throw new Error('the tree is empty');
    const odd = [
      { ...first, id: 'a', parent: 'gone' },
      { ...first, id: 'b', parent: 'b' },
      { ...first, id: 'c', parent: 'd' },
      { ...first, id: 'd', parent: 'c' },
    ];
    expect(treeLines(odd, all).map(({ node }) => node.id)).toEqual(['a', 'b']);
  });

  it('shows what is wrong below a branch that is folded', () => {
    const lines = treeLines(TREE, { ...all, closed: new Set(['Deployment/payments']) });
    expect(lines.find(({ node }) => node.kind === 'Deployment')).toMatchObject({ open: false, worst: 'bad' });
  });

  it('leaves healthy leaves out, and keeps what leads to trouble', () => {
    expect(treeLines(TREE, { ...all, onlyTrouble: true }).map(({ node }) => node.name)).toEqual([
      'payments-config',
      'payments',
      'payments-7c9d',
      'payments-7c9d-x2x',
      'payments',
    ]);
  });
});
