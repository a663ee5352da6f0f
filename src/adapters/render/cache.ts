// Remembers renderings by content; the limit is the number of bytes they were made of. The manifests are shared: nobody changes them.
import type { Rendered } from '../../domain/ports.js';

interface Entry {
  readonly promise: Promise<Rendered>;
  cost: number;
}

/** Every remembered rendering costs something, also one of an empty directory. */
const ENTRY_COST = 2048;

export interface RenderCache {
  /** What is remembered, or what `render` gives; `anew`: in place of what is remembered. */
  of(key: string, anew: boolean, render: () => Promise<{ readonly rendered: Rendered; readonly bytes: number }>): Promise<Rendered>;
}

export function renderCache(maxBytes: number): RenderCache {
  const entries = new Map<string, Entry>();
  let total = 0;
  const forget = (key: string): void => {
    total -= entries.get(key)?.cost ?? 0;
    entries.delete(key);
  };
  const trim = (): void => {
    for (const key of entries.keys()) {
      if (total <= maxBytes || entries.size <= 1) return;
      forget(key);
    }
  };
  return {
    of(key, anew, render) {
      const known = entries.get(key);
      if (known && anew) forget(key);
      else if (known) {
        entries.delete(key);
        entries.set(key, known);
        return known.promise;
      }
      const work = render();
      const entry: Entry = { promise: work.then(({ rendered }) => rendered), cost: ENTRY_COST };
      entries.set(key, entry);
      total += ENTRY_COST;
      work.then(
        ({ bytes }) => {
          if (entries.get(key) !== entry) return;
          entry.cost += bytes;
          total += bytes;
          trim();
        },
        () => {
          if (entries.get(key) === entry) forget(key);
        },
      );
      return entry.promise;
    },
  };
}
