// Keeps history bounded. What somebody may still need stays: what is running, what is pinned, what a rollback names, and
// the newest successful syncs of each application.
import type { Database } from './database.js';

export interface RetentionOptions {
  readonly nowMs: number;
  /** Older operations go. */
  readonly maxAgeMs?: number;
  /** Of each application only so many stay. */
  readonly keepPerApp?: number;
  /** Successful syncs of each application that stay whatever their age: rollback needs them. */
  readonly keepSuccessful?: number;
  /** Operations deleted in one call, so that no call takes long. */
  readonly batch?: number;
}

const DAY_MS = 86_400_000;
const FREED_PAGES = 2000;

/** Deletes what is over the limits. Returns how many operations went; call again while it is a full batch. */
export function applyRetention(database: Database, options: RetentionOptions): number {
  const { nowMs, maxAgeMs = 180 * DAY_MS, keepPerApp = 1000, keepSuccessful = 10, batch = 500 } = options;
  const removed = database.transaction(() => {
    const { changes } = database.run(
      `DELETE FROM operations WHERE id IN (
         SELECT id FROM (
           SELECT id, started_ms, finished_ms,
             row_number() OVER (PARTITION BY app ORDER BY id DESC) AS place,
             row_number() OVER (PARTITION BY app, phase, dry_run ORDER BY id DESC) AS place_of_phase, phase, dry_run
           FROM operations)
         WHERE finished_ms IS NOT NULL AND (started_ms < ? OR place > ?)
           AND NOT (phase = 'Succeeded' AND dry_run = 0 AND place_of_phase <= ?)
           AND id NOT IN (SELECT operation FROM pins)
         ORDER BY id LIMIT ?)`,
      ...[nowMs - maxAgeMs, keepPerApp, keepSuccessful, batch],
    );
    if (changes > 0) database.run('DELETE FROM manifests WHERE hash NOT IN (SELECT hash FROM operation_manifests)');
    database.run('DELETE FROM approvals WHERE at_ms < ?', nowMs - maxAgeMs);
    database.run('DELETE FROM action_runs WHERE started_ms < ?', nowMs - maxAgeMs);
    // A controller that fights with Git makes many.
    database.run(
      `DELETE FROM drifts WHERE ended_ms IS NOT NULL AND (ended_ms < ? OR id IN (
         SELECT id FROM (SELECT id, row_number() OVER (PARTITION BY app ORDER BY id DESC) AS place FROM drifts) WHERE place > ?))`,
      ...[nowMs - maxAgeMs, keepPerApp],
    );
    return changes;
  });
  if (removed > 0) database.shrink(FREED_PAGES);
  return removed;
}
