// What the engine does when its record fails it: a full disk, another owner of its hub.
import { afterEach, describe, expect, it } from 'vitest';
import { IoError } from '../../../src/domain/problem.js';
import { openDatabase } from '../../../store/database.js';
import { createHistory } from '../../../store/history.js';
import { lockHub } from '../../../store/lock.js';
import { ownedHistory } from '../../../store/owned-history.js';
import { createVault } from '../../../store/vault.js';
import { manualClock } from '../../support/clock.js';
import { AUTOMATED, appOf, configMap, type TestFleet, testFleet } from '../../support/fleet.js';

let fleet: TestFleet | undefined;
afterEach(async () => {
  await fleet?.stop().catch(() => undefined);
  fleet = undefined;
});

describe('a record that cannot be written', () => {
  it('keeps the cluster as it is: the operation ends with the reason, and goes on when there is room again', async () => {
    let isFull = true;
    fleet = await testFleet({
      onIntend: () => {
        if (isFull) throw new IoError('Cannot write to the database argosy.db: the disk is full', { retry: 'backoff' });
      },
    });
    fleet.git.manifests = { shop: [configMap('c')] };
    await fleet.put(appOf('shop', 'one', { ...AUTOMATED, retry: { limit: -1, backoff: { duration: '200ms', factor: 1 } } }));
    const row = await fleet.row('shop', ({ last }) => last?.phase === 'Error');
    expect(row.last?.message).toContain('the disk is full');
    expect(await fleet.live('one', 'ConfigMap', 'c')).toBeUndefined();
    isFull = false;
    await fleet.row('shop', ({ sync }) => sync === 'Synced');
    expect(await fleet.live('one', 'ConfigMap', 'c')).toBeDefined();
  });
});

describe('an engine whose hub was taken over', () => {
  it('ends with a sentence', async () => {
    let take: () => void = () => undefined;
    const lost = new Promise<void>((resolve) => {
      take = resolve;
    });
    fleet = await testFleet({ lost });
    take();
    await expect(fleet.ended).rejects.toThrow('another engine has taken this hub over');
  });

  it('records no intent any more, so nothing is written', () => {
    const clock = manualClock();
    const database = openDatabase(':memory:');
    const first = lockHub(database, 'hub', { clock, self: { host: 'a', pid: 1, started: '' } });
    const history = ownedHistory(createHistory(database, { vault: createVault(Buffer.alloc(32, 7), 'test'), clock }), first.held);
    history.intend(1, [], 0);
    lockHub(database, 'hub', { clock, self: { host: 'a', pid: 2, started: '' }, alive: () => false });
    expect(() => history.intend(1, ['apply:x'], 0)).toThrow('another engine has taken this hub over');
  });
});
