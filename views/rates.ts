// Events per second over the last minutes, for the sparklines.

const SECONDS = 300;

export class Rates {
  readonly #counts = new Float64Array(SECONDS);
  #second = 0;

  add(atMs: number, count = 1): void {
    this.#advance(atMs);
    const at = this.#second % SECONDS;
    this.#counts[at] = (this.#counts[at] as number) + count;
  }

  /** The last `points` values, each a sum over `secondsEach`, the newest last and including the second that runs. */
  values(nowMs: number, points: number, secondsEach = 1): number[] {
    this.#advance(nowMs);
    const out: number[] = [];
    for (let i = points - 1; i >= 0; i--) {
      let sum = 0;
      for (let j = 0; j < secondsEach; j++) {
        const back = i * secondsEach + j;
        if (back < SECONDS && back <= this.#second) sum += this.#counts[(this.#second - back) % SECONDS] as number;
      }
      out.push(sum);
    }
    return out;
  }

  #advance(atMs: number): void {
    const second = Math.floor(atMs / 1000);
    if (second <= this.#second) return;
    if (second - this.#second >= SECONDS) this.#counts.fill(0);
    else for (let each = this.#second + 1; each <= second; each++) this.#counts[each % SECONDS] = 0;
    this.#second = second;
  }
}
