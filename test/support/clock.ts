// A clock that stands still until a test moves it. Sleepers wake in order of their time.
import type { Clock } from '../../src/domain/ports.js';

export interface ManualClock extends Clock {
  /** Moves time forward, waking every sleeper whose time has come, letting promises settle in between. */
  advance(ms: number): Promise<void>;
  /** Number of sleepers, to see that nothing leaks. */
  sleeping(): number;
}

export function manualClock(startMs = Date.UTC(2026, 0, 1)): ManualClock {
  let nowMs = startMs;
  const sleepers = new Set<{ atMs: number; wake: () => void }>();
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
  return {
    now: () => nowMs,
    sleeping: () => sleepers.size,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve();
        const sleeper = {
          // Whole milliseconds, as a real clock has them.
          atMs: nowMs + Math.ceil(ms),
          wake: () => {
            sleepers.delete(sleeper);
            signal?.removeEventListener('abort', sleeper.wake);
            resolve();
          },
        };
        sleepers.add(sleeper);
        signal?.addEventListener('abort', sleeper.wake, { once: true });
      }),
    async advance(ms) {
      const untilMs = nowMs + ms;
      await settle();
      for (;;) {
        const next = [...sleepers].filter((s) => s.atMs <= untilMs).sort((a, b) => a.atMs - b.atMs)[0];
        if (!next) break;
        nowMs = Math.max(nowMs, next.atMs);
        next.wake();
        await settle();
      }
      nowMs = untilMs;
      await settle();
    },
  };
}
