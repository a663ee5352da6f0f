import { afterEach, describe, expect, it } from 'vitest';
import { appOf, configMap, type TestFleet, testFleet } from '../../support/fleet.js';

let fleet: TestFleet | undefined;
afterEach(async () => {
  await fleet?.stop();
  fleet = undefined;
});

const broken = { ...configMap('a'), data: { key: { no: 'text' } } } as ReturnType<typeof configMap>;
const policy = (limit: number) => ({ automated: {}, retry: { limit, backoff: { duration: '100ms', factor: 1 } } });

describe('a failed operation', () => {
  it('is tried again after its pause, as often as its policy says', async () => {
    fleet = await testFleet();
    fleet.git.manifests = { shop: [broken] };
    await fleet.put(appOf('shop', 'one', policy(2)));
    const { history } = fleet;
    await fleet.row(
      'shop',
      ({ running, last }) => !running && last?.phase === 'Failed' && history.find({ app: 'argocd/shop' }).length === 3,
    );
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(history.find({ app: 'argocd/shop' }).map(({ phase }) => phase)).toEqual(['Failed', 'Failed', 'Failed']);
  });

  it('succeeds when what was wrong has been mended meanwhile', async () => {
    fleet = await testFleet();
    fleet.git.manifests = { shop: [broken] };
    await fleet.put(appOf('shop', 'one', policy(5)));
    await fleet.row('shop', ({ last }) => last?.phase === 'Failed');
    fleet.git.manifests = { shop: [configMap('a')] };
    fleet.git.revision = 'b'.repeat(40);
    await fleet.refresh('shop');
    await fleet.row('shop', ({ sync, running }) => sync === 'Synced' && !running);
    expect(await fleet.live('one', 'ConfigMap', 'a')).toBeDefined();
  });

  it('is in progress while its next attempt is awaited: another sync is refused until it is terminated', async () => {
    fleet = await testFleet();
    fleet.git.manifests = { shop: [broken] };
    await fleet.put(appOf('shop', 'one', { automated: {}, retry: { limit: 5, backoff: { duration: '1h' } } }));
    await fleet.row('shop', ({ last, running }) => last?.phase === 'Failed' && !running);
    const sync = { kind: 'sync' as const, app: 'argocd/shop', operation: { sync: {} }, actor: 'ana' };
    await expect(fleet.engine.request(sync)).rejects.toThrow('another operation is already in progress');
    await fleet.engine.request({ kind: 'terminate', app: 'argocd/shop', actor: 'ana' });
    expect(await fleet.engine.request(sync)).toBeDefined();
  });
});
