// How many writes one cluster takes at once: up by one while it answers quickly, halved when it says "too many" or fails; a pause when
// it names one. One slow cluster slows nobody else.
import type { Clock } from '../domain/ports.js';
import { IoError } from '../domain/problem.js';

const LEAST = 2;
const FIRST = 16;
const MOST = 32;
const ATTEMPTS = 5;
const LONGEST_PAUSE_MS = 30_000;

export class Limiter {
  readonly #clock: Clock;
  #limit = FIRST;
  #active = 0;
  #successes = 0;
  #pausedUntilMs = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get limit(): number {
    return this.#limit;
  }

  /** Runs the write in its turn. A 429 is waited out and repeated, because the server has not begun it. */
  async run<T>(write: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      await this.#enter();
      try {
        const result = await write();
        this.#succeeded();
        return result;
      } catch (error) {
        if (!(error instanceof IoError) || error.status !== 429 || attempt >= ATTEMPTS) throw error;
        this.#limit = Math.max(LEAST, Math.floor(this.#limit / 2));
        this.#pausedUntilMs = this.#clock.now() + Math.min(error.retryAfterMs ?? 1_000, LONGEST_PAUSE_MS);
      } finally {
        this.#leave();
      }
    }
  }

  async #enter(): Promise<void> {
    while (this.#active >= this.#limit) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#active++;
    const pauseMs = this.#pausedUntilMs - this.#clock.now();
    if (pauseMs > 0) await this.#clock.sleep(pauseMs);
  }

  #leave(): void {
    this.#active--;
    this.#waiting.shift()?.();
  }

  #succeeded(): void {
    this.#successes++;
    if (this.#successes < this.#limit) return;
    this.#successes = 0;
    if (this.#limit < MOST) {
      this.#limit++;
      this.#waiting.shift()?.();
    }
  }
}
