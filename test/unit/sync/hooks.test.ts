import { describe, expect, it } from 'vitest';
import { decide } from '../../../src/core/sync/decide.js';
import { withHookNames } from '../../../src/core/sync/hook-tasks.js';
import type { Observation, Step, TaskResult } from '../../../src/domain/operation.js';
import { done, failedTask, object, planOf, resource, running, seen } from './support.js';

const HOOK = 'argocd.argoproj.io/hook';
const POLICY = 'argocd.argoproj.io/hook-delete-policy';
const configMap = (name: string) => resource('create', object('v1', 'ConfigMap', name));
const job = (name: string, annotations: Record<string, string>) => resource('create', object('batch/v1', 'Job', name, annotations));
const id = (phase: string, name: string) => `hook:${phase}:batch/Job/shop/${name}`;
const hooked = (taskId: string, phase: 'Running' | 'Succeeded' | 'Failed', cleared = false): TaskResult => ({
  taskId,
  startedAtMs: 0,
  finishedAtMs: 1,
  outcome:
    phase === 'Failed'
      ? { kind: 'failed', code: 'Synced', message: 'Job failed', retry: 'never' }
      : { kind: 'done', code: 'Synced', message: '' },
  hook: { phase, uid: 'u1', ...(cleared ? { cleared } : {}) },
});
const at = (taskId: string, status?: string): Observation['tasks'] => ({
  [taskId]: { exists: true, deleting: false, uid: 'u1', ...(status ? { health: { status } } : {}) },
});
const names = (step: Step) => (step.kind === 'write' ? step.groups.flat().map(({ ref }) => ref.name) : step.kind);

describe('hooks of a plan', () => {
  it('are a task per phase, with the finalizer, around the objects of the Sync phase', () => {
    const made = planOf([configMap('a'), job('migrate', { [HOOK]: 'PreSync,PostSync' }), job('broken', { [HOOK]: 'SyncFail' })]);
    expect(made.tasks.map(({ id: each }) => each)).toEqual([
      id('PreSync', 'migrate'),
      'apply:/ConfigMap/shop/a',
      id('PostSync', 'migrate'),
      id('SyncFail', 'broken'),
    ]);
    expect(made.tasks[0]).toMatchObject({ target: { metadata: { finalizers: ['argocd.argoproj.io/hook-finalizer'] } } });
  });

  it('do not run in a selective sync, nor with the strategy apply', () => {
    const all = [configMap('a'), job('migrate', { [HOOK]: 'PreSync' })];
    expect(planOf(all, { resources: [{ kind: 'ConfigMap', name: 'a' }] }).tasks).toHaveLength(1);
    expect(planOf(all, { syncStrategy: { apply: {} } }).tasks).toHaveLength(1);
  });

  it('with generateName get prefix, revision, phase and time', () => {
    const hook = object('batch/v1', 'Job', '', { [HOOK]: 'PreSync' });
    (hook.metadata as { generateName?: string }).generateName = 'migrate-';
    const made = withHookNames(planOf([resource('create', hook)]), 1_700_000_000_000);
    expect(made.tasks[0]?.ref.name).toBe('migrate-a1b2c3d-presync-1700000000');
  });

  it('never take the place of an object that is no hook', () => {
    const theirs = object('batch/v1', 'Job', 'migrate');
    const made = planOf([{ ...job('migrate', { [HOOK]: 'PreSync' }), live: { ...theirs, metadata: { ...theirs.metadata, uid: 'x' } } }]);
    expect(made.invalid[0]?.message).toContain('is not a hook');
  });
});

describe('decide() with hooks', () => {
  const made = planOf([
    configMap('a'),
    job('migrate', { [HOOK]: 'PreSync', [POLICY]: 'HookSucceeded' }),
    job('report', { [HOOK]: 'SyncFail' }),
  ]);
  const pre = id('PreSync', 'migrate');

  it('runs PreSync hooks first and waits for their end', () => {
    expect(names(decide(running(made), seen()))).toEqual(['migrate']);
    const begun = running(made, { results: [hooked(pre, 'Running')] });
    expect(decide(begun, seen(at(pre, 'Progressing')))).toMatchObject({
      kind: 'wait',
      reason: 'waiting for completion of hook batch/Job/migrate',
    });
    expect(decide(begun, seen(at(pre, 'Healthy')))).toMatchObject({ kind: 'settle', hooks: [{ phase: 'Succeeded' }] });
    expect(decide(begun, seen(at(pre)))).toMatchObject({ kind: 'settle', hooks: [{ phase: 'Succeeded' }] });
    expect(['Degraded', 'Unknown'].map((status) => decide(begun, seen(at(pre, status))))).toMatchObject([
      { kind: 'settle', hooks: [{ phase: 'Failed' }] },
      { kind: 'settle', hooks: [{ phase: 'Failed' }] },
    ]);
    expect(names(decide(running(made, { results: [hooked(pre, 'Succeeded')] }), seen()))).toEqual(['a']);
  });

  it('deletes what HookSucceeded names when all has succeeded, and never runs SyncFail then', () => {
    const results = [hooked(pre, 'Succeeded'), ...done('apply:/ConfigMap/shop/a')];
    expect(decide(running(made, { results }), seen())).toMatchObject({ kind: 'clear', hooks: [{ uid: 'u1' }] });
    const cleared = [hooked(pre, 'Succeeded', true), ...done('apply:/ConfigMap/shop/a')];
    expect(decide(running(made, { results: cleared }), seen())).toMatchObject({ kind: 'finish', phase: 'Succeeded' });
  });

  it('runs SyncFail hooks after a failure, of a hook or of an object, and then has failed', () => {
    const broken = [hooked(pre, 'Failed')];
    expect(names(decide(running(made, { results: broken }), seen()))).toEqual(['report']);
    const reported = [...broken, hooked(id('SyncFail', 'report'), 'Succeeded')];
    expect(decide(running(made, { results: reported }), seen())).toMatchObject({
      kind: 'finish',
      phase: 'Failed',
      message: 'one or more synchronization tasks completed unsuccessfully, reason: batch/Job/shop/migrate: Job failed',
    });
    const refused = [hooked(pre, 'Succeeded'), failedTask('apply:/ConfigMap/shop/a', 'denied')];
    expect(names(decide(running(made, { results: refused }), seen()))).toEqual(['report']);
  });

  it('deletes the hook of an earlier run, that very one, and waits until it is gone', () => {
    const live = { ...object('batch/v1', 'Job', 'migrate', { [HOOK]: 'PreSync' }) };
    const again = planOf([{ ...job('migrate', { [HOOK]: 'PreSync' }), live: { ...live, metadata: { ...live.metadata, uid: 'old' } } }]);
    const there = (deleting: boolean, uid: string) => seen({ [pre]: { exists: true, deleting, uid } });
    expect(decide(running(again), there(false, 'old'))).toMatchObject({ kind: 'clear', hooks: [{ uid: 'old' }] });
    expect(decide(running(again), there(true, 'old'))).toMatchObject({
      kind: 'wait',
      reason: 'waiting for deletion of hook batch/Job/migrate',
    });
    expect(names(decide(running(again), seen({ [pre]: { exists: false, deleting: false } })))).toEqual(['migrate']);
    expect(names(decide(running(again), there(false, 'somebody else')))).toEqual(['migrate']);
  });

  it('deletes running hooks when it is terminated', () => {
    const begun = running(made, { results: [hooked(pre, 'Running')], terminating: true });
    expect(decide(begun, seen(at(pre, 'Progressing')))).toMatchObject({ kind: 'clear', hooks: [{ uid: 'u1' }] });
    expect(decide(running(made, { results: [hooked(pre, 'Failed', true)], terminating: true }), seen())).toMatchObject({
      message: 'Operation terminated',
    });
  });
});
