// RollingSync as a state machine: one sentence each.
import { describe, expect, it } from 'vitest';
import {
  type ApplicationStatus,
  most,
  type RolloutApplication,
  type RolloutInput,
  rollOut,
  rolloutSteps,
} from '../../../src/core/expand/rolling-sync.js';

const NOW = '2026-11-24T12:00:00Z';
const step = (env: string, maxUpdate?: number | string) => ({
  matchExpressions: [{ key: 'env', operator: 'In', values: [env] }],
  ...(maxUpdate === undefined ? {} : { maxUpdate }),
});
const app = (name: string, env: string, over: Partial<RolloutApplication> = {}): RolloutApplication => ({
  ...{
    name,
    labels: { env },
    sync: 'OutOfSync',
    health: 'Healthy',
    targetRevisions: ['r1'],
    phase: '',
    startedAt: '',
    broken: false,
    changed: false,
  },
  ...over,
});
const known = (application: string, status: ApplicationStatus['status'], over: Partial<ApplicationStatus> = {}): ApplicationStatus => ({
  ...{ application, status, message: '', step: '1', targetRevisions: ['r1'], lastTransitionTime: '2026-11-24T11:00:00Z' },
  ...over,
});
const run = (over: Partial<RolloutInput>) =>
  rollOut({ steps: [step('dev'), step('prod')], applications: [], before: [], now: NOW, paused: false, promoted: 0, ...over });
const states = (over: Partial<RolloutInput>) =>
  Object.fromEntries(run(over).statuses.map(({ application, status, step: at }) => [application, `${status} ${at}`]));
const THROUGH = { sync: 'Synced', phase: 'Succeeded' };

describe('an application', () => {
  it('that is new waits, and its step begins it at once', () => {
    const first = run({ applications: [app('a', 'dev'), app('b', 'prod')] });
    expect(first.statuses.map(({ application, status, message }) => [application, status, message])).toEqual([
      ['a', 'Pending', 'Application moved to Pending status, watching for the Application resource to start Progressing.'],
      ['b', 'Waiting', 'No Application status found, defaulting status to Waiting.'],
    ]);
    expect(first).toMatchObject({ syncs: ['a'], progressing: true, step: 1, waitsFor: ['a'] });
  });

  it.each<[string, ApplicationStatus['status'], Partial<RolloutApplication>, string]>([
    ['that waits and is well already is through', 'Waiting', THROUGH, 'Healthy'],
    ['that waits and is synced, but not well, is watched', 'Waiting', { sync: 'Synced', health: 'Degraded' }, 'Progressing'],
    ['whose sync has begun is watched', 'Pending', { phase: 'Running', startedAt: NOW }, 'Progressing'],
    [
      'whose sync began before its turn still waits for its own',
      'Pending',
      { phase: 'Succeeded', startedAt: '2026-11-24T10:00:00Z' },
      'Pending',
    ],
    ['that cannot be compared is watched', 'Pending', { sync: 'Unknown', broken: true }, 'Progressing'],
    ['that is watched and became well is through', 'Progressing', THROUGH, 'Healthy'],
    ['that is watched and Healthy, but not Synced, is not through', 'Progressing', { health: 'Healthy', sync: 'OutOfSync' }, 'Progressing'],
    ['that is watched and Degraded stays', 'Progressing', { ...THROUGH, health: 'Degraded' }, 'Progressing'],
    ['that drifts after it was through stays through', 'Healthy', { sync: 'OutOfSync' }, 'Healthy'],
    ['with a new commit waits, and is begun again', 'Healthy', { targetRevisions: ['r2'] }, 'Pending'],
    ['whose spec is changed waits, and is begun again', 'Healthy', { ...THROUGH, changed: true }, 'Pending'],
  ])('%s', (_, before, now, after) => {
    expect(states({ applications: [app('a', 'dev', now)], before: [known('a', before)] })['a']).toBe(`${after} 1`);
  });

  it('in no step is never begun', () => {
    const out = run({ applications: [app('a', 'test')] });
    expect(out.statuses[0]).toMatchObject({ status: 'Waiting', step: '-1' });
    expect(out).toMatchObject({ syncs: [], progressing: false });
  });

  it('in two steps belongs to the first, and that is told', () => {
    const out = run({
      steps: [step('dev'), { matchExpressions: [{ key: 'env', operator: 'NotIn', values: ['prod'] }] }],
      applications: [app('a', 'dev')],
    });
    expect(out.statuses[0]?.step).toBe('1');
    expect(out.problems).toEqual(['a is selected by the steps 1 and 2; it belongs to the first of them']);
  });
});

describe('a step', () => {
  const dev = ['a', 'b', 'c'].map((name) => app(name, 'dev'));

  it('begins when all before it are through', () => {
    const through = known('a', 'Healthy');
    expect(
      states({ applications: [app('a', 'dev', THROUGH), app('z', 'prod')], before: [through, known('z', 'Waiting', { step: '2' })] }),
    ).toEqual({
      a: 'Healthy 1',
      z: 'Pending 2',
    });
    expect(
      states({
        applications: [app('a', 'dev', { ...THROUGH, health: 'Degraded' }), app('z', 'prod')],
        before: [known('a', 'Progressing')],
      })['z'],
    ).toBe('Waiting 2');
  });

  it.each([
    [1, ['a']],
    ['50%', ['a']],
    ['10%', ['a']],
    ['0%', []],
    [0, []],
    [undefined, ['a', 'b', 'c']],
    ['nonsense', ['a', 'b', 'c']],
  ])('with maxUpdate %s begins %j', (maxUpdate, begun) => {
    expect(run({ steps: [step('dev', maxUpdate)], applications: dev }).syncs).toEqual(begun);
  });

  it('counts those under way', () => {
    const before = [known('a', 'Progressing'), known('b', 'Waiting'), known('c', 'Waiting')];
    expect(states({ steps: [step('dev', 2)], applications: dev, before })).toEqual({ a: 'Progressing 1', b: 'Pending 1', c: 'Waiting 1' });
  });

  it('that was promoted counts as passed; a pause begins nothing', () => {
    const applications = [app('a', 'dev', { ...THROUGH, health: 'Degraded' }), app('z', 'prod')];
    const before = [known('a', 'Progressing'), known('z', 'Waiting', { step: '2' })];
    expect(states({ applications, before, promoted: 1 })['z']).toBe('Pending 2');
    expect(states({ applications, before, promoted: 1, paused: true })['z']).toBe('Waiting 2');
  });

  it('rounds a share down, but to one at least', () => {
    expect([most('25%', 12), most('1%', 12), most('0%', 12), most(5, 12), most('3', 12)]).toEqual([3, 1, 0, 5, 3]);
  });
});

describe('the steps of a set', () => {
  it('are there for RollingSync alone', () => {
    const set = (strategy: object) => ({
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'ApplicationSet',
      metadata: { name: 's' },
      spec: { strategy },
    });
    expect(rolloutSteps(set({ type: 'AllAtOnce', rollingSync: { steps: [step('dev')] } }))).toBeUndefined();
    expect(rolloutSteps(set({ type: 'RollingSync' }))).toBeUndefined();
    expect(rolloutSteps(set({ type: 'RollingSync', rollingSync: { steps: [step('dev', '10%')] } }))).toEqual([step('dev', '10%')]);
  });
});
