import { describe, expect, it } from 'vitest';
import { gate, isFreshEnough, sharedRuns, whileWanted } from '../../../src/adapters/git/sharing.js';

/** Work that ends when it is told to. */
function controlled() {
  const runs: { finish(value: number): void; fail(error: Error): void }[] = [];
  const work = () => new Promise<number>((finish, fail) => runs.push({ finish, fail }));
  return { runs, work };
}
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('sharedRuns()', () => {
  it('lets all who come during a run share the next one, because that one began after they asked', async () => {
    const { runs, work } = controlled();
    const look = sharedRuns(work);
    const first = look();
    const second = look();
    const third = look();
    expect(runs).toHaveLength(1);
    runs[0]?.finish(1);
    await settle();
    expect(runs).toHaveLength(2);
    runs[1]?.finish(2);
    expect(await Promise.all([first, second, third])).toEqual([1, 2, 2]);
    const fourth = look();
    expect(runs).toHaveLength(3);
    runs[2]?.finish(3);
    expect(await fourth).toBe(3);
  });

  it('tells a failure only to those of that run', async () => {
    const { runs, work } = controlled();
    const look = sharedRuns(work);
    const first = look();
    const second = look();
    runs[0]?.fail(new Error('no'));
    await expect(first).rejects.toThrow('no');
    await settle();
    runs[1]?.finish(2);
    expect(await second).toBe(2);
  });
});

describe('gate()', () => {
  it('runs at most so many at once, in order', async () => {
    const { runs, work } = controlled();
    const enter = gate(2);
    const all = [1, 2, 3].map(() => enter(work));
    await settle();
    expect(runs).toHaveLength(2);
    runs[0]?.fail(new Error('no'));
    await expect(all[0]).rejects.toThrow('no');
    await settle();
    expect(runs).toHaveLength(3);
    runs[1]?.finish(1);
    runs[2]?.finish(2);
    expect(await Promise.all(all.slice(1))).toEqual([1, 2]);
  });
});

describe('whileWanted()', () => {
  it('leaves without stopping the work for others', async () => {
    const { runs, work } = controlled();
    const shared = work();
    const leaving = new AbortController();
    const left = whileWanted(shared, leaving.signal, 'fetching x');
    const stayed = whileWanted(shared, new AbortController().signal, 'fetching x');
    leaving.abort();
    await expect(left).rejects.toMatchObject({ name: 'IoError', message: 'fetching x was cancelled', retry: 'backoff' });
    runs[0]?.finish(1);
    expect(await stayed).toBe(1);
  });
});

describe('isFreshEnough()', () => {
  const age = { nowMs: 1_000, maxAgeMs: 100 };

  it('takes an old answer for a while, unless a new one is asked for', () => {
    expect([901, 900].map((atMs) => isFreshEnough(atMs, { fresh: false }, age))).toEqual([true, false]);
    expect(isFreshEnough(1_000, { fresh: true }, age)).toBe(false);
  });

  it('takes an answer that was asked for after the question, and not one of the same moment', () => {
    expect([949, 950, 951].map((atMs) => isFreshEnough(atMs, { fresh: true, sinceMs: 950 }, age))).toEqual([false, false, true]);
  });
});
