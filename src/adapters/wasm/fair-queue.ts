// Who waits: each key in its own order, the keys in turns, so that one application with a hundred sources delays nobody for long.

export interface FairQueue<T> {
  readonly size: number;
  add(key: string, item: T): void;
  /** The first item of the key whose turn it is. */
  take(): T | undefined;
}

export function fairQueue<T>(): FairQueue<T> {
  const lines = new Map<string, T[]>();
  let size = 0;
  return {
    get size() {
      return size;
    },
    add(key, item) {
      const line = lines.get(key);
      if (line) line.push(item);
      else lines.set(key, [item]);
      size++;
    },
    take() {
      const [first] = lines;
      if (!first) return undefined;
      const [key, line] = first;
      const item = line.shift();
      lines.delete(key);
      // A key that still waits goes behind the others.
      if (line.length > 0) lines.set(key, line);
      size--;
      return item;
    },
  };
}
