import { describe, expect, it } from 'vitest';
import { isOlder, WATCH_TIMES } from '../../../src/adapters/kube/watch.js';
import type { LiveChange } from '../../../src/domain/ports.js';
import { IoError } from '../../../src/domain/problem.js';
import { CONFIG_MAP, failed, listOf, object, type Script, scripted } from './support.js';

function text(change: LiveChange): string {
  switch (change.kind) {
    case 'listed':
      return `listed ${change.objects.map(({ metadata }) => metadata.name).join(',')} @${change.resourceVersion}`;
    case 'changed':
    case 'removed':
      return `${change.kind} ${change.object.metadata.name}`;
    case 'current':
      return `current @${change.resourceVersion}`;
    case 'stale':
      return `stale ${change.message}`;
    default:
      return change satisfies never;
  }
}

/** Starts a watch, and collects what it says until `stop`. */
function follow(script: Script) {
  const seen: string[] = [];
  const stop = new AbortController();
  const ended = (async () => {
    for await (const change of script.cluster.watch(CONFIG_MAP, stop.signal)) seen.push(text(change));
  })();
  return {
    seen,
    settle: () => script.clock.advance(0),
    stop: async () => {
      stop.abort();
      await ended;
    },
  };
}

const gone = () => new IoError('the connection was reset', { retry: 'backoff' });

describe('a watch', () => {
  it('lists, then follows from the revision of the list with bookmarks', async () => {
    const script = scripted(() => listOf(['a'], '10'));
    const watch = follow(script);
    await watch.settle();
    script.connections[0]?.push('ADDED', object('b', '11'));
    script.connections[0]?.push('DELETED', object('a', '12'));
    script.connections[0]?.push('BOOKMARK', object('', '20'));
    await watch.settle();
    expect(watch.seen).toEqual(['listed a @10', 'changed b', 'removed a', 'current @20']);
    expect(script.connections[0]?.request).toMatchObject({
      path: '/api/v1/configmaps',
      query: { watch: 'true', allowWatchBookmarks: 'true', resourceVersion: '10', timeoutSeconds: '450' },
    });
    await watch.stop();
    expect(script.connections[0]?.aborted()).toBe(true);
    expect(script.clock.sleeping()).toBe(0);
  });

  it('says stale at once when the connection breaks, and goes on from the last revision', async () => {
    const script = scripted(() => listOf([], '10'));
    const watch = follow(script);
    await watch.settle();
    script.connections[0]?.push('ADDED', object('b', '11'));
    script.connections[0]?.end(gone());
    await watch.settle();
    expect(watch.seen.at(-1)).toBe('stale Cannot watch ConfigMap on cluster "test": the connection was reset');
    expect(script.connections).toHaveLength(1);
    await script.clock.advance(250);
    expect(script.connections[1]?.request.query?.['resourceVersion']).toBe('11');
    script.connections[1]?.push('BOOKMARK', object('', '11'));
    await watch.settle();
    expect(watch.seen.at(-1)).toBe('current @11');
    expect(script.requests).toHaveLength(1);
    await watch.stop();
  });

  it('opens a watch again without a word when the server ends it in order', async () => {
    const script = scripted(() => listOf([], '10'));
    const watch = follow(script);
    await watch.settle();
    script.connections[0]?.push('BOOKMARK', object('', '30'));
    await script.clock.advance(60_000);
    script.connections[0]?.end();
    await watch.settle();
    expect(script.connections[1]?.request.query?.['resourceVersion']).toBe('30');
    expect(watch.seen).toEqual(['listed  @10', 'current @30']);
    await watch.stop();
  });

  it('slows down when every attempt fails, up to a limit, and says each reason once', async () => {
    const script = scripted(() => listOf([], '10'), { random: 1 });
    const watch = follow(script);
    await watch.settle();
    const startMs = script.clock.now();
    const pauses: number[] = [];
    for (let n = 0; n < 10; n++) {
      const fromMs = script.clock.now();
      script.connections[n]?.end(gone());
      await watch.settle();
      while (script.connections.length === n + 1) await script.clock.advance(50);
      pauses.push(script.clock.now() - fromMs);
    }
    expect(pauses).toEqual([250, 500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
    expect(script.clock.now() - startMs).toBe(121_750);
    expect(watch.seen.filter((line) => line.startsWith('stale'))).toHaveLength(1);
    await watch.stop();
  });

  it('counts a watch that ends after its first bookmark as a failure, and pauses before the next', async () => {
    const script = scripted(() => listOf([], '10'));
    const watch = follow(script);
    await watch.settle();
    script.connections[0]?.push('BOOKMARK', object('', '10'));
    script.connections[0]?.end();
    await watch.settle();
    expect(watch.seen.at(-1)).toContain('the server ended the watch at once');
    expect(script.connections).toHaveLength(1);
    await script.clock.advance(250);
    expect(script.connections).toHaveLength(2);
    await watch.stop();
  });

  it('counts a watch that ends at once as a failure', async () => {
    const script = scripted(() => listOf([], '10'));
    const watch = follow(script);
    await watch.settle();
    script.connections[0]?.end();
    await watch.settle();
    expect(watch.seen.at(-1)).toContain('the server ended the watch at once');
    expect(script.connections).toHaveLength(1);
    await watch.stop();
  });

  it.each([
    [
      'an event',
      (script: Script) => script.connections[0]?.push('ERROR', failed(410, 'Expired', 'too old resource version: 10 (99)').body as never),
    ],
    [
      'an answer',
      (script: Script) => script.connections[0]?.end(new IoError('gone', { retry: 'backoff', status: 410, reason: 'Expired' })),
    ],
    [
      'a revision of the future',
      (script: Script) =>
        script.connections[0]?.end(new IoError('Too large resource version: 10, current: 4', { retry: 'backoff', status: 504 })),
    ],
  ])('lists anew, after a random pause, when its revision is forgotten: %s', async (_, expire) => {
    let lists = 0;
    const script = scripted(() => listOf([`n${++lists}`], String(lists * 100)), { random: 0.9 });
    const watch = follow(script);
    await watch.settle();
    expire(script);
    await watch.settle();
    expect(watch.seen.at(-1)).toMatch(/^stale /);
    await script.clock.advance(899);
    expect(lists).toBe(1);
    await script.clock.advance(1);
    expect(watch.seen.at(-1)).toBe('listed n2 @200');
    expect(script.connections[1]?.request.query?.['resourceVersion']).toBe('200');
    await watch.stop();
  });

  it('lists anew when revisions go back: the server was restored from a backup', async () => {
    const script = scripted((_, n) => listOf([`n${n}`], n === 1 ? '1000' : '500'));
    const watch = follow(script);
    await watch.settle();
    script.connections[0]?.push('BOOKMARK', object('', '490'));
    await watch.settle();
    expect(watch.seen.at(-1)).toContain('went back from 1000 to 490');
    await script.clock.advance(1000);
    expect(watch.seen.at(-1)).toBe('listed n2 @500');
    await watch.stop();
  });

  it('gives a connection up that is silent for too long, but not one whose reader is slow', async () => {
    const script = scripted(() => listOf([], '10'));
    const watch = follow(script);
    await watch.settle();
    await script.clock.advance(WATCH_TIMES.idleMs - 1);
    script.connections[0]?.push('BOOKMARK', object('', '11'));
    await script.clock.advance(WATCH_TIMES.idleMs - 1);
    expect(script.connections[0]?.aborted()).toBe(false);
    await script.clock.advance(1);
    expect(script.connections[0]?.aborted()).toBe(true);
    expect(watch.seen.at(-1)).toContain('nothing was heard for 90 s');
    await script.clock.advance(250);
    expect(script.connections[1]?.request.query?.['resourceVersion']).toBe('11');
    await watch.stop();
  });

  it('stays stale, and keeps trying, when the list is refused', async () => {
    const script = scripted((_, n) =>
      n < 4 ? failed(403, 'Forbidden', 'configmaps is forbidden: User "x" cannot list') : listOf(['a'], '5'),
    );
    const watch = follow(script);
    await watch.settle();
    expect(watch.seen).toEqual(['stale Cannot list ConfigMap on cluster "test": configmaps is forbidden: User "x" cannot list']);
    await script.clock.advance(10_000);
    expect(watch.seen.at(-1)).toBe('listed a @5');
    await watch.stop();
  });

  it('waits as long as a busy server asks', async () => {
    const script = scripted(() => listOf([], '10'));
    const watch = follow(script);
    await watch.settle();
    script.connections[0]?.end(new IoError('busy', { retry: 'backoff', status: 429, retryAfterMs: 7000 }));
    await script.clock.advance(6999);
    expect(script.connections).toHaveLength(1);
    await script.clock.advance(1);
    expect(script.connections).toHaveLength(2);
    await watch.stop();
  });

  it('ends when the cluster is closed', async () => {
    const script = scripted(() => listOf([], '10'));
    const seen: string[] = [];
    const ended = (async () => {
      for await (const change of script.cluster.watch(CONFIG_MAP, new AbortController().signal)) seen.push(text(change));
    })();
    await script.clock.advance(0);
    await script.cluster.close();
    await ended;
    expect(seen).toEqual(['listed  @10']);
  });
});

describe('a list', () => {
  it('is read in pages, and gets kind and apiVersion', async () => {
    const script = scripted(({ query }) => (query?.['continue'] ? listOf(['b'], '10') : listOf(['a'], '10', 'next')));
    const objects = await script.cluster.list(CONFIG_MAP, { namespace: 'x y', labelSelector: 'a=b' });
    expect(objects.map(({ apiVersion, kind, metadata }) => [apiVersion, kind, metadata.name])).toEqual([
      ['v1', 'ConfigMap', 'a'],
      ['v1', 'ConfigMap', 'b'],
    ]);
    expect(script.requests.map(({ path, query }) => [path, query])).toEqual([
      ['/api/v1/namespaces/x%20y/configmaps', { labelSelector: 'a=b', limit: '1000' }],
      ['/api/v1/namespaces/x%20y/configmaps', { labelSelector: 'a=b', limit: '1000', continue: 'next' }],
    ]);
  });

  it('begins again without pages when the server forgot the rest', async () => {
    const script = scripted(({ query }) => {
      if (query?.['continue']) return failed(410, 'Expired', 'The provided continue parameter is too old');
      return query?.['limit'] ? listOf(['a'], '10', 'next') : listOf(['a', 'b'], '12');
    });
    expect((await script.cluster.list(CONFIG_MAP, {})).map(({ metadata }) => metadata.name)).toEqual(['a', 'b']);
  });
});

describe('revisions', () => {
  it('are compared as numbers of any length', () => {
    expect([isOlder('9', '10'), isOlder('10', '9'), isOlder('10', '10')]).toEqual([true, false, false]);
    expect([isOlder('99999999999999999998', '99999999999999999999'), isOlder('', '5'), isOlder('abc', '5')]).toEqual([true, false, false]);
  });
});
