// May this application sync by itself now? The guards of behaviour 2.3 ("Auto-sync guard order"), in that order.
// Auto-sync has no private path: what comes out is an ordinary operation.
import { type Application, isAutomated, type Operation, type OperationState, type SyncRequest } from '../../domain/application.js';
import type { Comparison } from '../../domain/comparison.js';
import type { Problem } from '../../domain/problem.js';
import { contentHash } from '../hash.js';
import { AUTOMATED_RETRY_LIMIT } from './retry.js';

const HEAL_BACKOFF = { firstMs: 2_000, factor: 3, capMs: 300_000, cooldownMs: 330_000 };

export interface AutoSyncInput {
  readonly app: Application;
  readonly comparison: Comparison;
  /** The last operation that was started, whoever started it. */
  readonly last?: OperationState;
  /** Earlier revisions that are the same to this application: manifest-generate-paths names nothing that changed since. */
  readonly alike?: readonly (readonly string[])[];
  readonly running: boolean;
  readonly nowMs: number;
  /** Wait before the first heal of a revision; later attempts back off from it. */
  readonly selfHealDelayMs?: number;
  /** After this long without a heal the back-off starts again. */
  readonly selfHealCooldownMs?: number;
  /** When the present difference was first seen, so that a heal can be shown before it happens. */
  readonly driftSinceMs?: number;
}

export type AutoSync =
  | { readonly kind: 'sync'; readonly operation: Operation; readonly heal: boolean }
  | { readonly kind: 'wait'; readonly untilMs: number }
  | { readonly kind: 'no'; readonly reason: string }
  | { readonly kind: 'refuse'; readonly problem: Problem };

/** The decision for one application. Pure. */
export function autoSync(input: AutoSyncInput): AutoSync {
  const { app, comparison } = input;
  if (!isAutomated(app.spec)) return no('automated sync is off');
  if (input.running || app.operation) return no('an operation is in progress');
  if (app.metadata.deletionTimestamp) return no('the application is being deleted');
  if (comparison.sync !== 'OutOfSync') return no(`the sync status is ${comparison.sync}`);
  const prune = app.spec.syncPolicy?.automated?.prune === true;
  const different = comparison.resources.filter(({ sync }) => sync === 'OutOfSync');
  if (!prune && different.every(({ requiresPruning }) => requiresPruning)) return no('only pruning is left, and automated pruning is off');
  return attempted(input) ? again(input) : (wipesOut(input) ?? { kind: 'sync', heal: false, operation: operationFor(input, {}) });
}

/** Whether this very target has been tried: same revisions and same sources. */
function attempted({ comparison, last, alike = [] }: AutoSyncInput): boolean {
  if (!last) return false;
  const result = last.syncResult;
  if (!result) return last.phase !== 'Running' && last.phase !== 'Terminating';
  const revisions = result.revisions ?? (result.revision === undefined ? [] : [result.revision]);
  const sources = result.sources ?? (result.source ? [result.source] : []);
  if (contentHash(sources) !== contentHash(comparison.sources)) return false;
  return [comparison.revisions, ...alike].some((known) => contentHash(known) === contentHash(revisions));
}

function again(input: AutoSyncInput): AutoSync {
  const { app, comparison, last, nowMs } = input;
  const revision = comparison.revisions.join(', ');
  if (last?.phase !== 'Succeeded') return refuse(`Failed last sync attempt to ${shown(revision)}: ${last?.message ?? ''}`);
  if (app.spec.syncPolicy?.automated?.selfHeal !== true) return no('self-heal is off');
  const finishedAtMs = last.finishedAt ? Date.parse(last.finishedAt) : 0;
  const calm = (input.driftSinceMs ?? nowMs) - finishedAtMs >= (input.selfHealCooldownMs ?? HEAL_BACKOFF.cooldownMs);
  const attempts = calm ? 0 : (last.operation.sync?.autoHealAttemptsCount ?? 0);
  const firstMs = input.selfHealDelayMs ?? HEAL_BACKOFF.firstMs;
  const waitMs = Math.min(firstMs * HEAL_BACKOFF.factor ** attempts, HEAL_BACKOFF.capMs);
  // Every heal waits from the moment the drift was seen, so that it can be seen too; a fight is slowed down from the end of the last heal.
  const untilMs = Math.max((input.driftSinceMs ?? finishedAtMs) + firstMs, finishedAtMs + (attempts === 0 ? firstMs : waitMs));
  if (nowMs < untilMs) return { kind: 'wait', untilMs };
  const resources = comparison.resources
    .filter(({ sync }) => sync !== undefined && sync !== 'Synced')
    .map(({ key }) => ({ group: key.group, kind: key.kind, name: key.name, namespace: key.namespace }));
  return (
    wipesOut(input) ?? { kind: 'sync', heal: true, operation: operationFor(input, { resources, autoHealAttemptsCount: attempts + 1 }) }
  );
}

/** A target without anything in it must not empty the cluster (behaviour 2.3, wipe-out guard). */
function wipesOut({ app, comparison }: AutoSyncInput): AutoSync | undefined {
  const automated = app.spec.syncPolicy?.automated;
  if (!automated?.prune || automated.allowEmpty) return undefined;
  if (!comparison.resources.every(({ requiresPruning }) => requiresPruning)) return undefined;
  return refuse(`Skipping sync attempt to ${shown(comparison.revisions.join(', '))}: auto-sync will wipe out all resources`);
}

function operationFor({ app, comparison }: AutoSyncInput, extra: Partial<SyncRequest>): Operation {
  const policy = app.spec.syncPolicy;
  const many = (app.spec.sources?.length ?? 0) > 0;
  const revision = many ? { revisions: [...comparison.revisions] } : { revision: comparison.revisions[0] ?? '' };
  return {
    sync: {
      ...revision,
      prune: policy?.automated?.prune === true,
      ...(policy?.syncOptions ? { syncOptions: policy.syncOptions } : {}),
      ...extra,
    },
    initiatedBy: { automated: true },
    retry: policy?.retry ?? { limit: AUTOMATED_RETRY_LIMIT },
  };
}

function no(reason: string): AutoSync {
  return { kind: 'no', reason };
}

function refuse(message: string): AutoSync {
  return { kind: 'refuse', problem: { type: 'SyncError', message } };
}

function shown(revision: string): string {
  return `[${revision}]`;
}
