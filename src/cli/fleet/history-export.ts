// `argosy history export`: recorded operations for other programs, from the data folder, also beside a running engine.
import { createWriteStream } from 'node:fs';
import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { age } from '../../core/fleet/query-fields.js';
import type { HistoryFilter } from '../../domain/events.js';
import { UserError } from '../../domain/problem.js';
import type { Session } from '../session.js';

export async function historyExport(session: Session): Promise<number> {
  const { invocation, io, ports } = session;
  const config = await session.world();
  const format = invocation.text('format') ?? 'json';
  const output = invocation.text('output');
  const filter = filterOf(session);
  if (format === 'sqlite') {
    if (output === undefined) throw new UserError('--format sqlite writes a file: name it by --output FILE');
    await ports.exportSqlite(config, resolve(io.cwd, output), filter);
    return 0;
  }
  const pieces = ports.exportHistory(config, format as 'json' | 'ndjson' | 'csv', filter);
  if (output === undefined) for await (const piece of pieces) io.out(piece);
  else await writeTo(resolve(io.cwd, output), pieces);
  return 0;
}

function filterOf({ invocation, ports, config }: Session): HistoryFilter {
  const [since, app] = [invocation.text('since'), invocation.text('app')];
  return {
    ...(since === undefined ? {} : { sinceMs: sinceMs(since, ports.clock.now()) }),
    ...(app === undefined ? {} : { app: app.includes('/') ? app : `${config.hub.namespace}/${app}` }),
  };
}

/** '7d', '12h', '2026-01-31' or a full time. */
export function sinceMs(text: string, nowMs: number): number {
  const ago = age(text);
  if (ago !== undefined) return nowMs - ago;
  const atMs = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(atMs))
    throw new UserError(`cannot use --since ${text}: write 7d, 12h, 2026-01-31 or a time such as 2026-01-31T10:00:00Z`);
  return atMs;
}

/** The file holds history: only its owner reads it. */
export async function writeTo(path: string, pieces: AsyncIterable<string>): Promise<void> {
  try {
    await pipeline(Readable.from(pieces), createWriteStream(path, { mode: 0o600 }));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === undefined) throw error;
    throw new UserError(`cannot write ${path}: ${code === 'ENOENT' ? 'its folder does not exist' : (error as Error).message}`, {
      file: path,
    });
  }
}
