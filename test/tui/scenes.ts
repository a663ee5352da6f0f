// Every page and box of the screen in a state worth looking at: for snapshots and for pictures.
import type { Plan } from '../../src/domain/operation.js';
import type { PlanDialog } from '../../views/dialogs.js';
import { lineOf } from '../../views/editor.js';
import type { FleetView } from '../../views/fleet-view.js';
import { type Loadable, NOTHING } from '../../views/loadable.js';
import { type AppPage, AT_TOP, type ListPage, type OverviewPage, type Page, startUi, type Ui } from '../../views/model.js';
import type { View } from '../../views/screens/view.js';
import type { Size } from '../../views/surface.js';
import { clusterRow, NOW_MS, operation } from '../support/rows.js';
import { bigRows, DIFFS, demoClusters, demoFleet, running, TREE } from './fleet.js';

export function ready<T>(value: T): Loadable<T> {
  return { value, serial: 1, loading: false, sinceMs: NOW_MS };
}

export function ui(size: Size, more: Partial<Ui> = {}): Ui {
  return { ...startUi({ size, nowMs: NOW_MS, actor: 'anna' }), ...more };
}

function on(size: Size, page: Page, more: Partial<Ui> = {}): Ui {
  return ui(size, { ...more, stack: [page] });
}

const ref = (kind: string, name: string) => ({
  group: kind === 'Deployment' ? 'apps' : '',
  version: 'v1',
  kind,
  namespace: 'payments',
  name,
});
const how = { mode: 'server-side', fieldManager: 'argocd-controller', force: true } as const;
const manifest = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' } };

export const PLAN: Plan = {
  app: 'argocd/payments-production-eu',
  revisions: ['41d0e7711'],
  hash: 'c0ffee00c0ffee00',
  invalid: [],
  tasks: [
    { kind: 'apply', id: '1', ref: ref('ConfigMap', 'payments-config'), phase: 'Sync', wave: 0, target: manifest, how, change: 'update' },
    { kind: 'apply', id: '2', ref: ref('Deployment', 'payments'), phase: 'Sync', wave: 1, target: manifest, how, change: 'update' },
    { kind: 'apply', id: '3', ref: ref('NetworkPolicy', 'payments'), phase: 'Sync', wave: 1, target: manifest, how, change: 'create' },
    { kind: 'apply', id: '4', ref: ref('Service', 'payments'), phase: 'Sync', wave: 1, target: manifest, how, change: 'none' },
    { kind: 'prune', id: '5', ref: ref('Deployment', 'payments-old'), phase: 'Sync', wave: 1, uid: 'u1', propagation: 'foreground' },
  ],
  deletes: [
    { ref: ref('Deployment', 'payments-old'), uid: 'u1', cascade: [ref('ReplicaSet', 'payments-old-1'), ref('Pod', 'payments-old-1-a')] },
  ],
};

export function planDialog(more: Partial<PlanDialog> = {}): PlanDialog {
  return {
    kind: 'plan',
    id: 7,
    app: 'argocd/payments-production-eu',
    purpose: { kind: 'sync', prune: true, force: false, dryRun: false, revision: lineOf('') },
    plan: ready(PLAN),
    typed: lineOf('pru'),
    top: 0,
    focus: 'typed',
    phase: 'plan',
    detail: NOTHING,
    ...more,
  };
}

const overview: OverviewPage = {
  kind: 'overview',
  id: 1,
  line: 'payments',
  cluster: 'production-eu',
  top: 0,
  left: 0,
  focus: 'matrix',
  attention: 0,
};
const list: ListPage = { kind: 'list', id: 2, cursor: 'argocd/orders-staging-us', index: 35, top: 20 };
const app: AppPage = {
  kind: 'app',
  id: 3,
  app: 'argocd/payments-production-eu',
  tree: ready(TREE),
  closed: new Set(),
  onlyTrouble: false,
  flat: false,
  node: 'Pod/payments-7c9d-x2x',
  top: 0,
  focus: 'tree',
  tab: 'summary',
  lensTop: 0,
  diff: ready(DIFFS),
  object: NOTHING,
};
const diff: Page = {
  kind: 'diff',
  id: 4,
  app: 'argocd/payments-production-eu',
  diffs: ready(DIFFS),
  file: 0,
  top: 0,
  focus: 'text',
  context: 3,
  unfolded: false,
};

const OPERATIONS = [
  operation(4211, {
    phase: 'Failed',
    actor: 'anna',
    message: 'one or more objects failed to apply: Deployment payments: admission webhook denied the request',
    startedAtMs: NOW_MS - 180_000,
    finishedAtMs: NOW_MS - 166_000,
    counts: { total: 14, done: 2, failed: 1, pruned: 0 },
    fromRevisions: ['9f3c1ab000'],
    revisions: ['41d0e77111'],
  }),
  operation(4198, {
    actor: 'auto',
    trigger: 'auto-sync',
    startedAtMs: NOW_MS - 7_300_000,
    finishedAtMs: NOW_MS - 7_291_000,
    commit: { author: 'Ana', subject: 'tune limits', atMs: NOW_MS - 9_000_000 },
    revisions: ['9f3c1ab000'],
  }),
  operation(4190, {
    actor: 'bob',
    trigger: 'rollback',
    rollbackTo: 4102,
    pinned: true,
    startedAtMs: NOW_MS - 90_000_000,
    finishedAtMs: NOW_MS - 89_989_000,
    revisions: ['77aa102222'],
  }),
  operation(4180, { actor: 'anna', dryRun: true, startedAtMs: NOW_MS - 95_000_000, finishedAtMs: NOW_MS - 94_999_000 }),
];

const DETAIL = {
  ...OPERATIONS[0]!,
  request: { sync: {} },
  sources: [],
  options: [],
  results: [
    { ref: ref('ConfigMap', 'payments-config'), phase: 'Sync' as const, wave: 0, code: 'Synced' as const, message: 'configured' },
    {
      ref: ref('Deployment', 'payments'),
      phase: 'Sync' as const,
      wave: 1,
      code: 'SyncFailed' as const,
      message: 'admission webhook denied the request: image is not signed',
    },
    { ref: ref('NetworkPolicy', 'payments'), phase: 'Sync' as const, wave: 1, code: 'Pending' as const, message: '' },
  ],
};

const { finishedAtMs: _, ...unfinished } = DETAIL;
const UNFINISHED = { ...unfinished, id: 4214, phase: 'Running' as const };

const history: Page = {
  kind: 'history',
  id: 5,
  app: 'argocd/payments-production-eu',
  operations: ready(OPERATIONS),
  scroll: AT_TOP,
  detail: { ...ready(DETAIL), of: 4211 },
};
const why: Page = {
  kind: 'text',
  id: 6,
  title: 'Why orders @ staging-us is OutOfSync',
  app: 'argocd/orders-staging-us',
  what: 'why',
  lines: ready([
    'Deployment orders: spec.replicas is 6 (kubectl-edit, 40s ago); Git says 4.',
    'Self-heal is on and acts in 3s.',
    'Text from outside is inert: \u001b[31mred\u202e evil 日本語 ✅ 👩‍👩‍👧 e\u0301',
  ]),
  scroll: AT_TOP,
};

/** More clusters than there is room for, one of them lost, one only observed. */
function wideFleet(): FleetView {
  const clusters = Array.from({ length: 24 }, (_, i) =>
    clusterRow(
      `${i < 8 ? 'prod' : i < 16 ? 'stage' : 'edge'}-${String(i).padStart(2, '0')}`,
      i === 5
        ? { connection: 'unreachable', message: 'connect ECONNREFUSED', seenAtMs: NOW_MS - 240_000 }
        : i === 7
          ? { mode: 'observe' }
          : {},
    ),
  );
  const rows = bigRows(24 * 60).map((row, i) => {
    const cluster = clusters[i % 24]?.key ?? '';
    const name = `service-${String(Math.floor(i / 24)).padStart(3, '0')}-${cluster}`;
    return { ...row, key: `argocd/${name}`, name, cluster, ...(cluster === 'prod-05' ? { stale: 'prod-05 is unreachable' } : {}) };
  });
  return demoFleet(rows, clusters);
}

/** The pages and boxes, by name. */
export function scenes(size: Size): Readonly<Record<string, View>> {
  const fleet = demoFleet();
  const progress = running(4214, {
    app: 'argocd/payments-production-eu',
    phase: 'Running',
    counts: { total: 5, done: 2, failed: 0, pruned: 0 },
    startedAtMs: NOW_MS - 3_000,
    wave: 1,
  });
  fleet.apply({ kind: 'operation.progress', atMs: NOW_MS, operation: progress, waitsFor: 'Deployment payments to become healthy' });
  const view = (model: Ui): View => ({ ui: model, fleet });
  return {
    overview: view(on(size, overview)),
    attention: view(on(size, { ...overview, focus: 'attention', attention: 2 }, { tour: 1 })),
    wide: { ui: on(size, { ...overview, line: 'service-010', cluster: 'stage-12' }), fleet: wideFleet() },
    list: view(
      on(size, list, {
        marks: new Set(['argocd/orders-staging-us', 'argocd/orders-staging-eu']),
        toast: {
          level: 'error',
          text: 'sync of payments-production-eu failed: Deployment payments: admission webhook denied the request',
          untilMs: NOW_MS + 1,
        },
      }),
    ),
    filtered: view(
      on(
        size,
        { ...list, cursor: '', index: 0, top: 0 },
        { filter: 'health:!healthy clster:x', filtering: lineOf('health:!healthy clster:x') },
      ),
    ),
    app: view(on(size, app)),
    'app-yaml': view(
      on(size, { ...app, node: 'Deployment/payments', focus: 'lens', tab: 'yaml', object: ready({ live: DIFFS[0]!.live! }) }),
    ),
    'app-diff': view(on(size, { ...app, node: 'Deployment/payments', tab: 'diff' })),
    diff: view(on(size, diff)),
    history: view(on(size, history)),
    clusters: view(on(size, { kind: 'clusters', id: 8, scroll: AT_TOP })),
    why: view(on(size, why)),
    inbox: view(
      on(
        size,
        { kind: 'inbox', id: 9, scroll: AT_TOP },
        {
          inbox: [
            { atMs: NOW_MS - 60_000, level: 'error', message: 'the connection to prod-eu was lost', cluster: 'production-eu' },
            { atMs: NOW_MS - 9_000, level: 'info', message: 'synced to 41d0e77', app: 'argocd/payments-production-eu' },
          ],
        },
      ),
    ),
    sync: view(on(size, overview, { dialog: planDialog() })),
    progress: view(on(size, overview, { dialog: planDialog({ phase: 'running', operation: 4214, detail: ready(UNFINISHED) }) })),
    confirm: view(
      on(size, overview, {
        dialog: {
          kind: 'confirm',
          title: 'Pause auto-sync of orders @ staging-us',
          lines: ['Automated sync and self-heal stop for orders-staging-us until they are resumed.'],
          verb: 'pause',
          intents: [],
          danger: false,
        },
      }),
    ),
    palette: view(on(size, overview, { dialog: { kind: 'palette', mode: 'command', line: lineOf('sync pay'), cursor: 0 } })),
    help: view(on(size, overview, { dialog: { kind: 'help', line: lineOf(''), cursor: 3 } })),
    empty: { ui: on(size, overview), fleet: demoFleet([], demoClusters()) },
  };
}
