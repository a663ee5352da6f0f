// A fleet for the screen's tests and pictures: four clusters, some twenty applications, one red, one amber, one on its way.
import type { Answers } from '../../src/domain/events.js';
import type { AppRow, ClusterRow, EngineActivity, ResourceNode } from '../../src/domain/fleet.js';
import type { OperationSummary } from '../../src/domain/operation.js';
import type { Manifest } from '../../src/domain/resource.js';
import { FleetView } from '../../views/fleet-view.js';
import { appRow, clusterRow, NOW_MS, operation } from '../support/rows.js';

const CLUSTERS = ['production-eu', 'production-us', 'staging-eu', 'staging-us'];
const NAMES = [
  'cert-manager',
  'checkout',
  'grafana',
  'ingress-nginx',
  'inventory',
  'loki',
  'mailer',
  'my-app',
  'orders',
  'payments',
  'prometheus',
  'redis',
  'search',
  'users',
  'vault',
];
const HOUR = 3_600_000;

/** An operation that has no end yet. */
export function running(id: number, more: Partial<OperationSummary> = {}): OperationSummary {
  const { finishedAtMs: _, ...rest } = operation(id, { phase: 'Running', message: '', ...more });
  return rest;
}

const SPECIAL: Readonly<Record<string, Partial<AppRow>>> = {
  'payments-production-eu': {
    health: 'Degraded',
    healthMessage: 'Deployment payments has 3 of 4 replicas',
    why: 'Deployment payments: container api of payments-7c9d-x2x is in CrashLoopBackOff (exit 137), 14 restarts',
    project: 'pay',
  },
  'orders-staging-us': {
    sync: 'OutOfSync',
    changes: { create: 0, update: 1, prune: 0 },
    why: 'spec.replicas was set to 6 by kubectl-edit 40s ago; Git says 4; self-heal acts in 3s',
    syncPolicy: 'Auto-Prune',
    selfHeal: true,
    drift: { sinceMs: NOW_MS - 40_000, fields: ['Deployment/orders'], by: 'kubectl-edit' },
    healAtMs: NOW_MS + 3_000,
  },
  'users-staging-eu': {
    health: 'Progressing',
    running: running(4213, {
      app: 'argocd/users-staging-eu',
      phase: 'Running',
      counts: { total: 5, done: 2, failed: 0, pruned: 0 },
      startedAtMs: NOW_MS - 4_000,
      actor: 'auto',
    }),
    why: 'operation #4213 waits for Deployment users to become healthy',
  },
  'grafana-production-us': { sync: 'OutOfSync', changes: { create: 1, update: 2, prune: 1 }, why: 'behind Git by 3 commits; manual sync' },
  'search-production-us': { sync: 'OutOfSync', health: 'Missing', changes: { create: 9, update: 0, prune: 0 }, why: 'never synced' },
  'redis-staging-eu': { health: 'Suspended', why: 'CronJob backup is suspended' },
  'vault-production-eu': { pinned: { operation: 4190, skips: ['41d0e7711'] }, why: 'pinned to #4190' },
  'mailer-staging-us': {
    approval: { hash: 'deadbeefcafe0123', reason: 'it deletes all 12 objects' },
    sync: 'OutOfSync',
    changes: { create: 0, update: 0, prune: 12 },
    why: 'waits for an approval: it deletes all 12 objects',
  },
};

export function demoRows(): AppRow[] {
  const rows = NAMES.flatMap((name, n) =>
    CLUSTERS.map((cluster, c) => {
      const full = `${name}-${cluster}`;
      return appRow(full, {
        cluster,
        project: ['payments', 'checkout', 'orders'].includes(name) ? 'pay' : 'platform',
        destinationNamespace: name,
        labels: { environment: cluster.split('-')[0] as string },
        syncPolicy: cluster.startsWith('staging') ? 'Auto-Prune' : 'Manual',
        selfHeal: cluster.startsWith('staging'),
        comparedAtMs: NOW_MS - 1_000 * (n + c + 1),
        last: operation(4000 + n * 4 + c, {
          app: `argocd/${full}`,
          actor: n % 3 === 0 ? 'anna' : 'auto',
          startedAtMs: NOW_MS - (n + 1) * HOUR,
          finishedAtMs: NOW_MS - (n + 1) * HOUR + 9_000,
          commit: { author: 'Anna', subject: 'tune limits', atMs: NOW_MS - 26 * HOUR },
        }),
        ...SPECIAL[full],
      });
    }),
  );
  return [...rows, appRow('app-of-apps', { cluster: 'hub', destinationNamespace: 'argocd', syncPolicy: 'Auto-Prune', selfHeal: true })];
}

export function demoClusters(): ClusterRow[] {
  return [
    ...CLUSTERS.map((key, i) =>
      clusterRow(key, {
        apps: 15,
        latencyMs: 2 + i,
        objects: 340 + i,
        labels: { environment: key.split('-')[0] as string, region: key.split('-')[1] as string },
      }),
    ),
    clusterRow('hub', { kind: 'embedded', apps: 1 }),
  ];
}

export const ACTIVITY: EngineActivity = {
  queued: 3,
  reconciling: 2,
  operations: 1,
  due: 0,
  steady: false,
  waitsFor: ['operation #4213 on users-staging-eu'],
};

/** The demo fleet as the screen sees it, with two minutes of activity behind it. */
export function demoFleet(rows: readonly AppRow[] = demoRows(), clusters: readonly ClusterRow[] = demoClusters()): FleetView {
  const fleet = new FleetView();
  fleet.apply({ kind: 'snapshot', atMs: NOW_MS, apps: rows, clusters, activity: ACTIVITY, fleet: 'demo' });
  for (let back = 120; back >= 0; back--) {
    const atMs = NOW_MS - back * 1000;
    fleet.rates.changes.add(atMs, Math.round(6 + 5 * Math.sin(back / 7)));
    if (back % 9 === 0) fleet.rates.operations.add(atMs);
    if (back % 41 === 0) fleet.rates.failures.add(atMs);
  }
  return fleet;
}

/** 10,000 applications over ten clusters. */
export function bigRows(count = 10_000): AppRow[] {
  return Array.from({ length: count }, (_, i) => {
    const cluster = `${i % 3 === 0 ? 'prod' : 'stage'}-${i % 10}`;
    return appRow(`service-${String(Math.floor(i / 10)).padStart(4, '0')}-${cluster}`, {
      cluster,
      health: i % 97 === 0 ? 'Degraded' : i % 53 === 0 ? 'Progressing' : 'Healthy',
      sync: i % 31 === 0 ? 'OutOfSync' : 'Synced',
      why: i % 97 === 0 ? 'container api is in CrashLoopBackOff' : '',
    });
  });
}

const node = (kind: string, name: string, more: Partial<ResourceNode> = {}): ResourceNode => ({
  id: `${kind}/${name}`,
  group: kind === 'Deployment' || kind === 'ReplicaSet' ? 'apps' : '',
  version: 'v1',
  kind,
  namespace: 'payments',
  name,
  sync: 'Synced',
  change: 'none',
  health: { status: 'Healthy' },
  createdAtMs: NOW_MS - 50 * HOUR,
  notes: [],
  ...more,
});

export const TREE: readonly ResourceNode[] = [
  node('ServiceAccount', 'payments'),
  node('ConfigMap', 'payments-config', { sync: 'OutOfSync', change: 'update' }),
  node('Service', 'payments'),
  node('Deployment', 'payments', {
    health: { status: 'Degraded', message: 'container api of payments-7c9d-x2x is in CrashLoopBackOff' },
    notes: ['3/4 ready'],
    images: ['registry.example.org/payments:2.8'],
    wave: 1,
  }),
  node('ReplicaSet', 'payments-7c9d', { parent: 'Deployment/payments', health: { status: 'Degraded' }, notes: ['3/4 ready'] }),
  ...['b1k', 'm4q', 'p8z'].map((id) => node('Pod', `payments-7c9d-${id}`, { parent: 'ReplicaSet/payments-7c9d', notes: ['1/1 ready'] })),
  node('Pod', 'payments-7c9d-x2x', {
    parent: 'ReplicaSet/payments-7c9d',
    health: { status: 'Degraded', message: 'CrashLoopBackOff' },
    notes: ['0/1 ready', 'CrashLoopBackOff', 'restarts 14', 'exit 137'],
  }),
  node('ReplicaSet', 'payments-55f1', { parent: 'Deployment/payments', notes: ['0/0 ready'] }),
  node('Ingress', 'payments', { group: 'networking.k8s.io' }),
  node('NetworkPolicy', 'payments', { group: 'networking.k8s.io', sync: 'OutOfSync', change: 'create', health: { status: 'Missing' } }),
];

const deployment = (replicas: number, image: string, more: Record<string, unknown> = {}): Manifest => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'payments', namespace: 'payments', labels: { app: 'payments' } },
  spec: {
    replicas,
    revisionHistoryLimit: 5,
    selector: { matchLabels: { app: 'payments' } },
    template: {
      metadata: { labels: { app: 'payments' } },
      spec: { containers: [{ name: 'api', image, ports: [{ containerPort: 8080 }], ...more }] },
    },
  },
});

const policy: Manifest = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: 'payments', namespace: 'payments' },
  spec: { podSelector: {}, policyTypes: ['Ingress'] },
};

export const DIFFS: Answers['diff'] = [
  {
    key: { group: 'apps', kind: 'Deployment', namespace: 'payments', name: 'payments' },
    version: 'v1',
    change: 'update',
    live: deployment(6, 'registry.example.org/payments:2.8'),
    target: deployment(4, 'registry.example.org/payments:2.9', { resources: { limits: { memory: '512Mi' } } }),
    fields: [
      {
        path: 'spec.replicas',
        live: 6,
        target: 4,
        by: { manager: 'kubectl-edit', at: new Date(NOW_MS - 40_000).toISOString(), operation: 'Update' },
      },
      {
        path: 'spec.template.spec.containers[name=api].image',
        live: 'registry.example.org/payments:2.8',
        target: 'registry.example.org/payments:2.9',
        by: { manager: 'argocd-controller' },
      },
      { path: 'spec.template.spec.containers[name=api].resources.limits.memory', target: '512Mi' },
    ],
  },
  {
    key: { group: 'networking.k8s.io', kind: 'NetworkPolicy', namespace: 'payments', name: 'payments' },
    version: 'v1',
    change: 'create',
    target: policy,
    fields: [],
  },
  {
    key: { group: '', kind: 'Secret', namespace: 'payments', name: 'payments-db' },
    version: 'v1',
    change: 'update',
    live: { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'payments-db', namespace: 'payments' }, data: { password: '++++++++' } },
    target: {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'payments-db', namespace: 'payments' },
      data: { password: '++++++++++++' },
    },
    fields: [{ path: 'data.password', live: '++++++++', target: '++++++++++++' }],
  },
];
