// Keys with the time at which they are due, earliest first. A key is in the queue once, at its earliest time.

interface Entry {
  readonly key: string;
  readonly atMs: number;
}

export class DueQueue {
  readonly #due = new Map<string, number>();
  readonly #heap: Entry[] = [];

  get size(): number {
    return this.#due.size;
  }

  /** Adds a key, or brings it forward. Returns whether the earliest time of the queue changed. */
  add(key: string, atMs: number): boolean {
    const known = this.#due.get(key);
    if (known !== undefined && known <= atMs) return false;
    const before = this.nextMs();
    this.#due.set(key, atMs);
    this.#push({ key, atMs });
    return before === undefined || atMs < before;
  }

  /** When the next key is due; undefined when nothing waits. */
  nextMs(): number | undefined {
    for (let top = this.#heap[0]; top !== undefined; top = this.#heap[0]) {
      // An entry that was brought forward, or taken, is left behind in the heap.
      if (this.#due.get(top.key) === top.atMs) return top.atMs;
      this.#pop();
    }
    return undefined;
  }

  /** The next key if it is due at `nowMs`, removed from the queue. */
  take(nowMs: number): string | undefined {
    const nextMs = this.nextMs();
    if (nextMs === undefined || nextMs > nowMs) return undefined;
    const key = this.#pop()?.key;
    if (key !== undefined) this.#due.delete(key);
    return key;
  }

  #push(entry: Entry): void {
    const heap = this.#heap;
    let at = heap.push(entry) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.#timeAt(parent) <= entry.atMs) break;
      heap[at] = heap[parent] as Entry;
      at = parent;
    }
    heap[at] = entry;
  }

  #pop(): Entry | undefined {
    const heap = this.#heap;
    const top = heap[0];
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return top;
    let at = 0;
    for (let child = 1; child < heap.length; child = 2 * at + 1) {
      if (child + 1 < heap.length && this.#timeAt(child + 1) < this.#timeAt(child)) child++;
      if (this.#timeAt(child) >= last.atMs) break;
      heap[at] = heap[child] as Entry;
      at = child;
    }
    heap[at] = last;
    return top;
  }

  #timeAt(index: number): number {
    return this.#heap[index]?.atMs ?? Number.POSITIVE_INFINITY;
  }
}
