// Rows for tests: what is not said is healthy and in sync.
import type { AppRow, ClusterRow } from '../../src/domain/fleet.js';
import type { OperationSummary } from '../../src/domain/operation.js';

export const NOW_MS = Date.UTC(2026, 0, 2, 12);

export function appRow(name: string, more: Partial<AppRow> = {}): AppRow {
  const namespace = more.namespace ?? 'argocd';
  return {
    key: `${namespace}/${name}`,
    name,
    namespace,
    project: 'default',
    cluster: 'staging-eu',
    server: 'https://staging-eu.example.org',
    destinationNamespace: name,
    labels: {},
    sync: 'Synced',
    health: 'Healthy',
    healthMessage: '',
    repo: 'https://git.example.org/org/apps.git',
    path: `apps/${name}`,
    targetRevision: 'HEAD',
    revision: 'a1b2c3d4e5f60718293a4b5c6d7e8f9001122334',
    syncPolicy: 'Manual',
    selfHeal: false,
    conditions: [],
    changes: { create: 0, update: 0, prune: 0 },
    resources: 3,
    why: '',
    comparedAtMs: NOW_MS - 5_000,
    createdAtMs: NOW_MS - 86_400_000,
    ...more,
  };
}

export function clusterRow(key: string, more: Partial<ClusterRow> = {}): ClusterRow {
  return {
    key,
    server: `https://${key}.example.org`,
    kind: 'sandbox',
    labels: {},
    annotations: {},
    mode: 'act',
    aliases: [],
    connection: 'live',
    message: '',
    version: '1.32',
    objects: 120,
    apps: 3,
    latencyMs: 4,
    seenAtMs: NOW_MS - 1_000,
    ...more,
  };
}

export function operation(id: number, more: Partial<OperationSummary> = {}): OperationSummary {
  return {
    id,
    app: 'argocd/my-app',
    cluster: 'staging-eu',
    phase: 'Succeeded',
    message: 'successfully synced (all tasks run)',
    trigger: 'manual',
    actor: 'ana',
    dryRun: false,
    startedAtMs: NOW_MS - 60_000,
    finishedAtMs: NOW_MS - 56_000,
    revisions: ['a1b2c3d4e5f60718293a4b5c6d7e8f9001122334'],
    fromRevisions: [],
    counts: { total: 3, done: 3, failed: 0, pruned: 0 },
    ...more,
  };
}
