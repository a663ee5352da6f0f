// The real clock. Everything above the adapters receives a Clock, so that tests can move time by hand.
import type { Clock } from '../domain/ports.js';

export function systemClock(): Clock {
  return {
    now: () => Date.now(),
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve();
        const done = () => {
          clearTimeout(timer);
          signal?.removeEventListener('abort', done);
          resolve();
        };
        const timer = setTimeout(done, Math.min(Math.max(0, ms), 2 ** 31 - 1));
        signal?.addEventListener('abort', done, { once: true });
      }),
  };
}
