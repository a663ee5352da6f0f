import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/domain/problem.js';
import { openDatabase } from '../../../store/database.js';
import { lockHub, type Owner, ownerOf, SILENT_MS, thisProcess } from '../../../store/lock.js';
import { manualClock } from '../../support/clock.js';

const one: Owner = { host: 'here', pid: 100, started: 's1' };
const two: Owner = { host: 'here', pid: 200, started: 's2' };
const away: Owner = { host: 'there', pid: 100, started: 's3' };

describe('one engine for one hub', () => {
  it('refuses a second engine and says who the first is', () => {
    const clock = manualClock(Date.UTC(2026, 0, 1));
    const database = openDatabase(':memory:');
    lockHub(database, 'hub', { clock, self: one, alive: () => true });
    const second = () => lockHub(database, 'hub', { clock, self: two, alive: () => true });
    expect(second).toThrow(UserError);
    expect(second).toThrow(/another engine holds it \(host here, pid 100, since 2026-01-01T00:00:00.000Z\)/);
    expect(ownerOf(database, 'hub', { clock, self: two, alive: () => true })).toMatchObject({ host: 'here', pid: 100 });
    expect(lockHub(database, 'other hub', { clock, self: two }).fence).toBe(1);
  });

  it('replaces a dead owner with a higher fencing number', () => {
    const clock = manualClock();
    const database = openDatabase(':memory:');
    const first = lockHub(database, 'hub', { clock, self: one });
    const second = lockHub(database, 'hub', { clock, self: two, alive: () => false });
    expect([first.fence, second.fence]).toEqual([1, 2]);
    expect([first.beat(), second.beat()]).toEqual([false, true]);
    first.release();
    expect(() => lockHub(database, 'hub', { clock, self: one, alive: () => true })).toThrow(/pid 200/);
  });

  it('gives a released hub to the next, and still counts on', () => {
    const clock = manualClock();
    const database = openDatabase(':memory:');
    lockHub(database, 'hub', { clock, self: one }).release();
    expect(ownerOf(database, 'hub', { clock, self: two, alive: () => true })).toBeUndefined();
    expect(lockHub(database, 'hub', { clock, self: two, alive: () => true }).fence).toBe(2);
  });

  it('believes an owner on another host as long as it beats', async () => {
    const clock = manualClock();
    const database = openDatabase(':memory:');
    const stop = new AbortController();
    const first = lockHub(database, 'hub', { clock, self: away });
    const kept = first.keep(stop.signal);
    await clock.advance(SILENT_MS * 3);
    expect(() => lockHub(database, 'hub', { clock, self: one })).toThrow(/host there/);
    stop.abort();
    expect(await kept).toBe(true);
    await clock.advance(SILENT_MS);
    const second = lockHub(database, 'hub', { clock, self: one });
    expect(second.fence).toBe(2);
    expect(await first.keep(new AbortController().signal)).toBe(false);
  });

  it('knows this process as alive, and a reused pid as another process', () => {
    const clock = manualClock();
    const database = openDatabase(':memory:');
    const self = thisProcess();
    lockHub(database, 'a', { clock, self });
    expect(() => lockHub(database, 'a', { clock })).toThrow(new RegExp(`pid ${process.pid}`));
    lockHub(database, 'b', { clock, self: { ...self, started: 'another boot/1' } });
    const takes = () => lockHub(database, 'b', { clock });
    if (self.started === '') expect(takes).toThrow();
    else expect(takes().fence).toBe(2);
  });
});
