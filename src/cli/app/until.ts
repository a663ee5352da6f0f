// Waiting for the engine's stream to say something. `take` remembers what is needed, `done` decides, as often as events come;
// several events between two decisions count as one.
import type { AppKey } from '../../domain/application.js';
import type { EngineEvent } from '../../domain/events.js';
import type { AppRow } from '../../domain/fleet.js';
import { UserError } from '../../domain/problem.js';
import type { Session } from '../session.js';

export interface Watching<T> {
  /** 0 waits for ever. */
  readonly timeoutMs: number;
  take(event: EngineEvent): void;
  /** The result, or undefined while it is not there yet. Decided a last time at the timeout. */
  done(): T | undefined | Promise<T | undefined>;
  /** Done once, after the subscription stands: what is asked here cannot be answered unseen. */
  start?(): Promise<void>;
}

/** The result of `done`, or undefined at the timeout. Throws UserError when the user interrupts. */
export async function watching<T>(session: Session, options: Watching<T>): Promise<T | undefined> {
  const { io, ports } = session;
  const engine = await session.engine();
  const stop = new AbortController();
  const bell = new Bell();
  const ring = () => bell.ring();
  io.signal.addEventListener('abort', ring, { once: true });
  let timedOut = false;
  if (options.timeoutMs > 0)
    void ports.clock.sleep(options.timeoutMs, stop.signal).then(() => {
      timedOut = true;
      ring();
    });
  const unsubscribe = engine.subscribe((event) => {
    options.take(event);
    ring();
  });
  try {
    await options.start?.();
    for (;;) {
      const last = timedOut;
      const result = await options.done();
      if (result !== undefined || last) return result;
      if (io.signal.aborted) throw new UserError('interrupted; what runs in the engine goes on');
      await bell.rung();
    }
  } finally {
    unsubscribe();
    stop.abort();
    io.signal.removeEventListener('abort', ring);
  }
}

/** Rings are remembered until somebody waits; many count as one. */
class Bell {
  #rung = false;
  #wake: (() => void) | undefined;

  ring(): void {
    this.#rung = true;
    this.#wake?.();
  }

  async rung(): Promise<void> {
    if (!this.#rung)
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    this.#wake = undefined;
    this.#rung = false;
  }
}

/** Resolves with true as soon as `reached` holds for the row (undefined: it is not there), with false at the timeout; 0 is for ever. */
export async function untilRow(
  session: Session,
  app: AppKey,
  options: { readonly timeoutMs: number; reached(row: AppRow | undefined): boolean; start?(): Promise<void> },
): Promise<boolean> {
  const rows = new RowMemory();
  const result = await watching<true>(session, {
    timeoutMs: options.timeoutMs,
    take: (event) => rows.take(event),
    done: () => (rows.known && options.reached(rows.get(app)) ? true : undefined),
    ...(options.start ? { start: options.start } : {}),
  });
  return result === true;
}

/** The newest row of each application. */
export class RowMemory {
  readonly #rows = new Map<AppKey, AppRow>();
  /** A snapshot has come: what is not there does not exist. */
  known = false;

  take(event: EngineEvent): void {
    if (event.kind === 'snapshot') {
      this.known = true;
      this.#rows.clear();
      for (const row of event.apps) this.#rows.set(row.key, row);
    } else if (event.kind === 'app.changed') this.#rows.set(event.row.key, event.row);
    else if (event.kind === 'app.removed') this.#rows.delete(event.app);
  }

  /** All of them, by name. */
  all(): readonly AppRow[] {
    return [...this.#rows.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  get(app: AppKey): AppRow | undefined {
    return this.#rows.get(app);
  }
}
