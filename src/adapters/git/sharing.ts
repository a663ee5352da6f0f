// Many applications ask the same repository at the same time: one look answers all who asked before it began.
import type { Freshness } from '../../domain/ports.js';
import { IoError } from '../../domain/problem.js';

/**
 * Runs `work` at most once at a time. Who calls while it runs gets the next run, which begins after his call; so an answer is
 * never older than the question, and any number of waiting callers share one run.
 */
export function sharedRuns<T>(work: () => Promise<T>): () => Promise<T> {
  let current: Promise<T> | undefined;
  let next: Promise<T> | undefined;
  const start = (): Promise<T> => {
    const run = work().finally(() => {
      if (current === run) current = undefined;
    });
    current = run;
    return run;
  };
  return () => {
    if (next) return next;
    if (!current) return start();
    next = current
      .catch(() => undefined)
      .then(() => {
        next = undefined;
        return start();
      });
    return next;
  };
}

/** At most `limit` of the given works run at once; the others wait in order. */
export function gate(limit: number): <T>(work: () => Promise<T>) => Promise<T> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (running >= limit) await new Promise<void>((resolve) => waiting.push(resolve));
    else running++;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  };
}

/** Waits for shared work; leaving early (the signal) does not stop the work for the others. */
export function whileWanted<T>(work: Promise<T>, signal: AbortSignal | undefined, what: string): Promise<T> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const leave = () => reject(new IoError(`${what} was cancelled`, { retry: 'backoff' }));
    work.catch(() => undefined); // Others may wait for it, or nobody: then its failure concerns nobody.
    if (signal.aborted) return leave();
    signal.addEventListener('abort', leave, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
  });
}

/** Whether an answer that was asked for at `atMs` will do. Of the same millisecond nobody knows which came first. */
export function isFreshEnough(
  atMs: number,
  { fresh, sinceMs = Number.POSITIVE_INFINITY }: Freshness,
  { nowMs, maxAgeMs }: { readonly nowMs: number; readonly maxAgeMs: number },
): boolean {
  return fresh ? atMs > sinceMs : nowMs - atMs < maxAgeMs;
}
