// A queue of keys. A key waits at most once and runs at most once at a time: whoever adds it while it runs makes it run again.
// Only the key is kept, never the event, so that every run recomputes from state.
import type { Clock } from '../domain/ports.js';

export interface QueueOptions {
  readonly concurrency: number;
  readonly clock: Clock;
  /** Must not throw. */
  readonly work: (key: string) => Promise<void>;
  /** Called when the numbers of `busy` change. */
  readonly onChange?: () => void;
}

/** A reason spares the runtime an exception with its stack for every wait that ends early. */
const OVER = 'over';

export class Queue {
  readonly #options: QueueOptions;
  readonly #waiting = new Set<string>();
  readonly #running = new Set<string>();
  readonly #again = new Set<string>();
  /** Keys with the time at which they are due, and what ends the wait. */
  readonly #due = new Map<string, { atMs: number; cancel: AbortController }>();
  readonly #idle: (() => void)[] = [];
  #closed = false;

  constructor(options: QueueOptions) {
    this.#options = options;
  }

  /** Now, or as soon as it has stopped running. */
  add(key: string): void {
    if (this.#closed) return;
    this.cancelDue(key);
    if (this.#running.has(key)) this.#again.add(key);
    else this.#waiting.add(key);
    this.#options.onChange?.();
    queueMicrotask(() => this.#fill());
  }

  /** At a time; of several times the earliest counts. */
  addAt(key: string, atMs: number): void {
    const known = this.#due.get(key);
    if (this.#closed || (known && known.atMs <= atMs)) return;
    known?.cancel.abort(OVER);
    const cancel = new AbortController();
    this.#due.set(key, { atMs, cancel });
    void this.#options.clock.sleep(atMs - this.#options.clock.now(), cancel.signal).then(() => {
      if (cancel.signal.aborted) return;
      this.#due.delete(key);
      this.add(key);
    });
  }

  cancelDue(key: string): void {
    this.#due.get(key)?.cancel.abort(OVER);
    this.#due.delete(key);
  }

  /** Numbers of keys that wait and that run. */
  busy(): { readonly waiting: number; readonly running: number } {
    return { waiting: this.#waiting.size + this.#again.size, running: this.#running.size };
  }

  has(key: string): boolean {
    return this.#waiting.has(key) || this.#running.has(key);
  }

  dueAtMs(key: string): number | undefined {
    return this.#due.get(key)?.atMs;
  }

  forget(key: string): void {
    this.cancelDue(key);
    this.#waiting.delete(key);
    this.#again.delete(key);
  }

  /** Resolves when nothing waits and nothing runs; what is due later is not waited for. */
  async drained(): Promise<void> {
    while (this.#waiting.size + this.#running.size > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  /** Takes nothing more, drops what waits, and resolves when what runs has ended. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const key of [...this.#due.keys()]) this.cancelDue(key);
    this.#waiting.clear();
    this.#again.clear();
    if (this.#running.size > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  #fill(): void {
    for (const key of this.#waiting) {
      if (this.#closed || this.#running.size >= this.#options.concurrency) return;
      this.#waiting.delete(key);
      this.#running.add(key);
      void this.#run(key);
    }
  }

  async #run(key: string): Promise<void> {
    await this.#options.work(key);
    this.#running.delete(key);
    if (this.#again.delete(key) && !this.#closed) this.#waiting.add(key);
    this.#options.onChange?.();
    if (this.#running.size === 0) for (const resolve of this.#idle.splice(0)) resolve();
    this.#fill();
  }
}
