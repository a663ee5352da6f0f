// `argosy run`: the engine without a screen. With --once it ends when everything is steady.

import { listenAddress } from '../../config/listen-address.js';
import type { Config } from '../../config.js';
import type { EngineEvent } from '../../domain/events.js';
import type { EngineActivity } from '../../domain/fleet.js';
import { UserError } from '../../domain/problem.js';
import { appTable } from '../app/list.js';
import { RowMemory } from '../app/until.js';
import type { Session } from '../session.js';
import { type EventLine, EventLines, prettyLine } from './event-lines.js';

type End = 'steady' | 'timeout' | 'stopped';

export async function run(session: Session): Promise<number> {
  const { io, invocation, ports } = session;
  const [once, pretty] = [invocation.on('once'), invocation.on('pretty')];
  const open = await ports.own(withWebhook(session.config, invocation.text('webhook')));
  const stop = new AbortController();
  const abort = () => stop.abort();
  io.signal.addEventListener('abort', abort, { once: true });
  if (io.signal.aborted) abort();
  const print = (line: EventLine) => io.out(pretty ? `${prettyLine(line, io.colour)}\n` : `${JSON.stringify(line)}\n`);
  const watcher = new Watcher(print, once);
  const unsubscribe = open.engine.subscribe((event) => {
    watcher.take(event);
    if (once && watcher.steady) abort();
  });
  let timedOut = false;
  const timeoutMs = once ? (invocation.number('timeout') ?? 0) : 0;
  if (timeoutMs > 0)
    void ports.clock.sleep(timeoutMs, stop.signal).then(() => {
      timedOut = !stop.signal.aborted;
      abort();
    });
  try {
    await open.engine.run(stop.signal);
  } finally {
    unsubscribe();
    abort();
    io.signal.removeEventListener('abort', abort);
    await open.close();
  }
  if (!once) return 0;
  return finish(session, watcher, timedOut ? 'timeout' : watcher.steady ? 'steady' : 'stopped');
}

function withWebhook(config: Config, text: string | undefined): Config {
  if (text === undefined) return config;
  const webhook = listenAddress(text);
  if (typeof webhook === 'string') throw new UserError(`cannot use --webhook: ${webhook}`);
  return { ...config, webhook };
}

/** What the stream said so far. */
class Watcher {
  readonly rows = new RowMemory();
  readonly #lines = new EventLines();
  readonly #print: (line: EventLine) => void;
  readonly #once: boolean;
  activity: EngineActivity | undefined;
  /** With --once the end is decided as soon as it is steady: what comes while stopping does not count. */
  steady = false;

  constructor(print: (line: EventLine) => void, once: boolean) {
    this.#print = print;
    this.#once = once;
  }

  take(event: EngineEvent): void {
    if (this.#once && this.steady) return;
    this.rows.take(event);
    for (const line of this.#lines.take(event)) this.#print(line);
    if (event.kind === 'snapshot' || event.kind === 'activity') {
      this.activity = event.activity;
      this.steady = event.activity.steady;
    }
  }
}

/** 0 all Synced and Healthy, 1 not, 2 not steady in time or stopped before. */
function finish(session: Session, watcher: Watcher, end: End): number {
  const { io, invocation, ports } = session;
  const rows = watcher.rows.all();
  const good = rows.filter(({ sync, health, stale }) => sync === 'Synced' && health === 'Healthy' && stale === undefined);
  const waitsFor = watcher.activity?.waitsFor ?? [];
  if (invocation.on('pretty')) io.out(`\n${appTable(rows, { wide: true, nowMs: ports.clock.now(), colour: io.colour })}`);
  else {
    const time = new Date(ports.clock.now()).toISOString();
    io.out(
      `${JSON.stringify({ time, event: 'end', end, applications: rows.length, good: good.length, ...(end === 'steady' ? {} : { waitsFor }) })}\n`,
    );
  }
  if (end === 'steady') return good.length === rows.length ? 0 : 1;
  const still = waitsFor.length > 0 ? `; it still waits for ${waitsFor.slice(0, 5).join(', ')}${waitsFor.length > 5 ? ', ...' : ''}` : '';
  io.err(
    `argosy: ${end === 'timeout' ? `not steady after ${(invocation.number('timeout') ?? 0) / 1000}s` : 'stopped before everything was steady'}${still}\n`,
  );
  return 2;
}
