import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { History } from '../../../src/domain/history.js';
import type { Plan, Task } from '../../../src/domain/operation.js';
import { type Manifest, refOf } from '../../../src/domain/resource.js';
import { createVault } from '../../../store/vault.js';

export const vault = createVault(Buffer.alloc(32, 7), 'a test key');

/** A folder that is gone after the test. */
export function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'argosy-store-'));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

export function manifest(kind: string, name: string, rest: Record<string, unknown> = {}): Manifest {
  return { apiVersion: 'v1', kind, metadata: { name, namespace: 'default' }, ...rest };
}

export function planOf(app: string, targets: readonly Manifest[]): Plan {
  const tasks = targets.map((target): Task => {
    const ref = refOf(target);
    const how = { mode: 'server-side', fieldManager: 'argocd-controller', force: true } as const;
    return { kind: 'apply', id: `${ref.kind}/${ref.name}`, ref, phase: 'Sync', wave: 0, target, how, change: 'create' };
  });
  return { app, revisions: ['abc'], tasks, deletes: [], hash: 'plan', invalid: [] };
}

export function beginOf(app: string, targets: readonly Manifest[], more: Partial<Parameters<History['begin']>[0]> = {}) {
  return {
    app,
    cluster: 'staging',
    request: { sync: { revision: 'abc', syncOptions: ['Prune=true'] } },
    plan: planOf(app, targets),
    trigger: 'manual' as const,
    actor: 'ada',
    dryRun: false,
    fromRevisions: ['000'],
    sources: [{ repoURL: 'https://example.com/repo.git' }],
    startedAtMs: 1000,
    fence: 1,
    ...more,
  };
}

export function done(taskId: string, at = 2000) {
  return { taskId, outcome: { kind: 'done', code: 'Synced', message: 'created' } as const, startedAtMs: at - 50, finishedAtMs: at };
}
