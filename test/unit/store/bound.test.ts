import { describe, expect, it } from 'vitest';
import { bound } from '../../../src/compose/retention.js';
import { openDatabase } from '../../../store/database.js';
import { manualClock } from '../../support/clock.js';

describe('history that is over its limits', () => {
  it('goes batch by batch, with pauses, and the newest successes stay', async () => {
    const clock = manualClock(Date.UTC(2026, 0, 1));
    const database = openDatabase(':memory:');
    const columns =
      'app, cluster, phase, message, trigger_kind, actor, dry_run, started_ms, finished_ms, revisions, from_revisions, sources, request, plan, total, fence';
    for (let i = 0; i < 450; i++)
      database.run(
        `INSERT INTO operations (${columns}) VALUES ('a', 'c', 'Succeeded', '', 'manual', 'x', 0, 0, 1, '[]', '[]', '[]', '{}', x'', 0, 1)`,
      );
    const work = bound(database, { clock, signal: new AbortController().signal });
    await clock.advance(1_000);
    expect(await work).toBe(440);
    expect(database.get<{ n: number }>('SELECT count(*) n FROM operations')?.n).toBe(10);
  });
});
