import { describe, expect, it } from 'vitest';
import { afterPhase, deletionFinalizers, deletionHookPlan, deletionStage } from '../../../src/core/sync/deletion-hooks.js';
import type { Manifest } from '../../../src/domain/resource.js';

const PRE = 'pre-delete-finalizer.argocd.argoproj.io';
const POST = 'post-delete-finalizer.argocd.argoproj.io';
const RESOURCES = 'resources-finalizer.argocd.argoproj.io';
const job = (name: string, hook: string, wave = 0): Manifest => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name, namespace: 'shop', annotations: { 'argocd.argoproj.io/hook': hook, 'argocd.argoproj.io/sync-wave': String(wave) } },
});

describe('the stages of a deletion', () => {
  it.each([
    [['other'], undefined],
    [[], undefined],
    [[RESOURCES, PRE, POST], 'PreDelete'],
    [[`${PRE}/cleanup`], 'PreDelete'],
    [[`${RESOURCES}/background`, POST], 'resources'],
    [['other', `${POST}/cleanup`], 'PostDelete'],
  ])('%j: %s', (finalizers, stage) => expect(deletionStage(finalizers)).toBe(stage));

  it('leave the finalizers of others alone', () =>
    expect(afterPhase('PostDelete', ['other', POST, `${POST}/cleanup`, RESOURCES])).toEqual(['other', RESOURCES]));
});

describe('the finalizers of an application', () => {
  it('are those that its hooks need', () => {
    expect(deletionFinalizers([RESOURCES], [job('a', 'PostDelete')])).toEqual([RESOURCES, POST, `${POST}/cleanup`]);
    expect(deletionFinalizers([RESOURCES, POST, `${POST}/cleanup`], [job('a', 'PostDelete')])).toBeUndefined();
    expect(deletionFinalizers([POST, `${POST}/cleanup`, RESOURCES], [job('a', 'PreSync')])).toEqual([RESOURCES]);
    expect(deletionFinalizers([POST, `${POST}/cleanup`], [job('a', 'PreDelete')])).toEqual([PRE, `${PRE}/cleanup`]);
    expect(deletionFinalizers([RESOURCES], [])).toBeUndefined();
  });
});

describe('the plan', () => {
  const resource = (target: Manifest, live?: Manifest) => ({
    key: { group: 'batch', kind: 'Job', namespace: 'shop', name: target.metadata.name ?? '' },
    version: 'v1',
    target,
    change: 'none' as const,
    wave: Number(target.metadata.annotations?.['argocd.argoproj.io/sync-wave']),
    ...(live ? { live } : {}),
  });
  const plan = (hooks: ReturnType<typeof resource>[], refusal?: string) =>
    deletionHookPlan({
      app: 'argocd/web',
      phase: 'PostDelete',
      revisions: [],
      hooks,
      kindOf: () => ({ group: 'batch', version: 'v1', kind: 'Job', plural: 'jobs', namespaced: true, verbs: [] }) as never,
      refusal: () => refusal,
    });

  it('has the hooks of the phase only, wave by wave', () => {
    const { tasks, invalid, deletes } = plan([resource(job('late', 'PostDelete', 2)), resource(job('early', 'PostSync,PostDelete', -1))]);
    expect(tasks.map(({ ref, phase }) => `${ref.name} ${phase}`)).toEqual(['early PostDelete', 'late PostDelete']);
    expect([invalid, deletes]).toEqual([[], []]);
  });

  it('refuses what the project does not permit, and what is no hook', () => {
    expect(plan([resource(job('a', 'PostDelete'))], 'not permitted').invalid).toMatchObject([{ message: 'not permitted' }]);
    const live = { ...job('a', 'PostDelete'), metadata: { name: 'a', namespace: 'shop', uid: '1' } };
    expect(plan([resource(job('a', 'PostDelete'), live)]).invalid).toMatchObject([{ message: expect.stringContaining('is not a hook') }]);
  });
});
