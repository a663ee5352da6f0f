// Old history goes by itself, every hour, a small batch at a time: no call holds the engine's thread for long.
import cron from 'node-cron';
import type { Database } from '../../store/database.js';
import { applyRetention } from '../../store/retention.js';
import type { Clock } from '../domain/ports.js';
import { IoError } from '../domain/problem.js';

const HOURLY = '17 * * * *';
const BATCH = 200;
const PAUSE_MS = 50;

/** Keeps the history within its limits until the signal. A database that cannot be written now is tried again in an hour. */
export function keepBounded(database: Database, { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal }): void {
  const task = cron.schedule(HOURLY, () => bound(database, { clock, signal }), { noOverlap: true });
  signal.addEventListener('abort', () => void task.destroy(), { once: true });
}

/** Applies the limits until nothing is over them. Returns how many operations went. */
export async function bound(
  database: Database,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<number> {
  let removed = 0;
  while (!signal.aborted) {
    try {
      const batch = applyRetention(database, { nowMs: clock.now(), batch: BATCH });
      removed += batch;
      if (batch < BATCH) break;
    } catch (error) {
      if (!(error instanceof IoError)) throw error;
      break;
    }
    await clock.sleep(PAUSE_MS, signal);
  }
  return removed;
}
