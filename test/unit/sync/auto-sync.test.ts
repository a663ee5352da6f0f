import { describe, expect, it } from 'vitest';
import { type AutoSyncInput, autoSync } from '../../../src/core/sync/auto-sync.js';
import type { OperationState } from '../../../src/domain/application.js';
import { application, comparison, object, resource } from './support.js';

const configMap = (name: string) => object('v1', 'ConfigMap', name);
const different = comparison([resource('update', configMap('a')), resource('none', configMap('b'))]);
const automated = (over: object = {}) => application({ syncPolicy: { automated: { ...over } } });
const ask = (over: Partial<AutoSyncInput> = {}) =>
  autoSync({ app: automated(), comparison: different, running: false, nowMs: 100_000, ...over });

function last(over: Partial<OperationState> = {}): OperationState {
  return {
    operation: { sync: {} },
    phase: 'Succeeded',
    startedAt: '1970-01-01T00:00:00Z',
    finishedAt: '1970-01-01T00:00:10Z',
    syncResult: { revision: 'a1b2c3d', source: { repoURL: 'https://example.com/repo', path: 'shop' } },
    ...over,
  };
}

describe('autoSync()', () => {
  it('starts an ordinary operation on the resolved revision, with retries', () => {
    expect(ask()).toEqual({
      kind: 'sync',
      heal: false,
      operation: { sync: { revision: 'a1b2c3d', prune: false }, initiatedBy: { automated: true }, retry: { limit: 5 } },
    });
  });

  it.each([
    ['automation is off', { app: application() }],
    ['enabled is false', { app: automated({ enabled: false }) }],
    ['an operation runs', { running: true }],
    ['the app is synced', { comparison: comparison([resource('none', configMap('a'))]) }],
    ['the state is unknown', { comparison: comparison([resource('update', configMap('a'))], { sync: 'Unknown' as const }) }],
    [
      'only pruning is left and prune is off',
      { comparison: comparison([resource('prune', configMap('a')), resource('none', configMap('b'))]) },
    ],
  ])('does nothing when %s', (_, over) => {
    expect(ask(over as Partial<AutoSyncInput>).kind).toBe('no');
  });

  it('does nothing while the app is being deleted', () => {
    const app = automated();
    app.metadata.deletionTimestamp = '2026-01-01T00:00:00Z';
    expect(ask({ app }).kind).toBe('no');
  });

  it('never wipes out everything by itself', () => {
    const app = automated({ prune: true });
    const onlyPrunes = comparison([resource('prune', configMap('a'))]);
    expect(ask({ app, comparison: onlyPrunes })).toMatchObject({
      kind: 'refuse',
      problem: { message: 'Skipping sync attempt to [a1b2c3d]: auto-sync will wipe out all resources' },
    });
    expect(ask({ app: automated({ prune: true, allowEmpty: true }), comparison: onlyPrunes }).kind).toBe('sync');
  });

  it('does not repeat what failed at this revision', () => {
    const failure = last({ phase: 'Failed', message: 'quota exceeded' });
    expect(ask({ last: failure })).toEqual({
      kind: 'refuse',
      problem: { type: 'SyncError', message: 'Failed last sync attempt to [a1b2c3d]: quota exceeded' },
    });
    expect(ask({ last: failure, comparison: { ...different, revisions: ['fffffff'] } }).kind).toBe('sync');
  });

  it('heals only when asked to, after a wait, and only what differs', () => {
    expect(ask({ last: last() }).kind).toBe('no');
    const app = automated({ selfHeal: true });
    expect(ask({ app, last: last(), nowMs: 11_000 })).toEqual({ kind: 'wait', untilMs: 12_000 });
    const healing = ask({ app, last: last(), nowMs: 12_000 });
    expect(healing).toMatchObject({
      kind: 'sync',
      heal: true,
      operation: { sync: { autoHealAttemptsCount: 1, resources: [{ kind: 'ConfigMap', name: 'a' }] } },
    });
  });

  it('shows the drift for the delay before it heals, and slows down in a fight', () => {
    const app = automated({ selfHeal: true });
    expect(ask({ app, last: last(), selfHealDelayMs: 3_000, driftSinceMs: 99_000 })).toEqual({ kind: 'wait', untilMs: 102_000 });
    const third = last({ operation: { sync: { autoHealAttemptsCount: 3 } }, finishedAt: '1970-01-01T00:01:39Z' });
    expect(ask({ app, last: third, driftSinceMs: 99_500 })).toEqual({ kind: 'wait', untilMs: 99_000 + 54_000 });
    const calm = { ...third, finishedAt: '1970-01-01T00:00:10Z' };
    expect(ask({ app, last: calm, driftSinceMs: 99_500, selfHealCooldownMs: 60_000 })).toEqual({ kind: 'wait', untilMs: 101_500 });
  });
});
