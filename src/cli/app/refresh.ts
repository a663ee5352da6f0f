// --refresh and --hard-refresh: ask the engine to look again, and wait until it has.
import type { AppRow } from '../../domain/fleet.js';
import type { Session } from '../session.js';
import { untilRow } from './until.js';

const REFRESH_MS = 60_000;

/** Resolves when the verdict is newer than the question; at the latest after a minute. */
export async function refreshIfAsked(session: Session, row: AppRow): Promise<void> {
  const hard = session.invocation.on('hard-refresh');
  if (!hard && !session.invocation.on('refresh')) return;
  const engine = await session.engine();
  const askedMs = session.ports.clock.now();
  const seen = await untilRow(session, row.key, {
    timeoutMs: REFRESH_MS,
    reached: (now) => now === undefined || now.comparedAtMs >= askedMs,
    start: async () => {
      await engine.request({ kind: 'refresh', app: row.key, hard });
    },
  });
  if (!seen) session.io.err(`argosy: ${row.name} was not compared again within a minute; what follows is the last verdict\n`);
}
