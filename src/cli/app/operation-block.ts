// What an operation did, as a block of facts.
import { shortAge } from '../../core/duration.js';
import type { OperationState } from '../../domain/application.js';
import { fields } from '../output/table.js';

export interface OperationFacts {
  readonly dryRun: boolean;
  readonly revisions: readonly string[];
  readonly phase: string;
  readonly message: string;
  readonly startedAtMs: number;
  readonly finishedAtMs?: number | undefined;
}

/** `nowMs` counts for an operation that still runs. */
export function operationBlock(facts: OperationFacts, nowMs: number): string {
  return fields([
    ['Operation', facts.dryRun ? 'Sync (dry run)' : 'Sync'],
    ['Sync Revision', facts.revisions.join(', ')],
    ['Phase', facts.phase],
    ['Start', time(facts.startedAtMs)],
    ['Finished', facts.finishedAtMs === undefined ? '' : time(facts.finishedAtMs)],
    ['Duration', shortAge((facts.finishedAtMs ?? nowMs) - facts.startedAtMs)],
    ['Message', facts.message],
  ]);
}

/** The facts of status.operationState. */
export function factsOfState(state: OperationState): OperationFacts {
  return {
    dryRun: state.operation.sync?.dryRun === true,
    revisions: state.syncResult?.revisions ?? (state.syncResult?.revision ? [state.syncResult.revision] : []),
    phase: state.phase,
    message: state.message ?? '',
    startedAtMs: Date.parse(state.startedAt),
    finishedAtMs: state.finishedAt === undefined ? undefined : Date.parse(state.finishedAt),
  };
}

function time(ms: number): string {
  return Number.isFinite(ms) ? new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z') : '';
}
