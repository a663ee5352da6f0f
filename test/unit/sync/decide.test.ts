import { describe, expect, it } from 'vitest';
import { decide } from '../../../src/core/sync/decide.js';
import { nextRetryAtMs } from '../../../src/core/sync/retry.js';
import { done, failedTask, object, planOf, resource, running, seen } from './support.js';

const configMap = (name: string, wave = 0) => resource('create', object('v1', 'ConfigMap', name), wave);
const deployment = (name: string, wave = 0) => resource('create', object('apps/v1', 'Deployment', name), wave);
const id = (kind: string, name: string) => `apply:${kind === 'Deployment' ? 'apps' : ''}/${kind}/shop/${name}`;

describe('decide()', () => {
  it('tries everything on the server before the first write', () => {
    const made = planOf([configMap('a'), deployment('web')]);
    expect(decide(running(made, { validated: false }), seen())).toMatchObject({
      kind: 'dry-run',
      tasks: [{ ref: { name: 'a' } }, { ref: { name: 'web' } }],
    });
  });

  it('applies nothing when the dry run fails', () => {
    const made = planOf([configMap('a'), deployment('web')]);
    const step = decide(running(made, { validated: false, results: [failedTask(id('ConfigMap', 'a'), 'denied')] }), seen());
    expect(step).toMatchObject({
      kind: 'finish',
      phase: 'Failed',
      message: expect.stringMatching(/^one or more objects failed to apply \(dry run\).*denied/),
    });
  });

  it('creates the namespace even before the dry run', () => {
    const made = planOf([configMap('a')], { syncOptions: ['CreateNamespace=true'] }, { namespaceExists: false });
    expect(decide(running(made, { validated: false }), seen())).toMatchObject({ kind: 'write', groups: [[{ kind: 'namespace' }]] });
  });

  it('groups a wave by kind, prunes first', () => {
    const made = planOf([configMap('a'), configMap('b'), deployment('web'), resource('prune', object('v1', 'Service', 'old'))], {
      prune: true,
    });
    const step = decide(running(made), seen());
    expect(step.kind === 'write' && step.groups.map((group) => group.map(({ ref }) => ref.name))).toEqual([['old'], ['a', 'b'], ['web']]);
  });

  it('never starts wave n+1 before wave n is healthy', () => {
    const made = planOf([deployment('first', 0), deployment('second', 1)]);
    const op = running(made, { results: done(id('Deployment', 'first')) });
    const at = (status: string | undefined) =>
      decide(op, seen({ [id('Deployment', 'first')]: { exists: true, deleting: false, ...(status ? { health: { status } } : {}) } })).kind;
    expect(['Progressing', 'Suspended', 'Missing', 'Unknown'].map(at)).toEqual(['wait', 'wait', 'wait', 'wait']);
    expect([undefined, 'Healthy'].map(at)).toEqual(['write', 'write']);
  });

  it('fails when an applied object of an earlier wave is Degraded, and says why', () => {
    const made = planOf([deployment('first', 0), deployment('second', 1)]);
    const health = { status: 'Degraded', message: 'exceeded its progress deadline' };
    const step = decide(
      running(made, { results: done(id('Deployment', 'first')) }),
      seen({ [id('Deployment', 'first')]: { exists: true, deleting: false, health } }),
    );
    expect(step).toMatchObject({ kind: 'finish', phase: 'Failed', message: expect.stringContaining('exceeded its progress deadline') });
  });

  it('waits for pruned objects to be gone before the next wave, unless another object has taken the name', () => {
    const made = planOf([resource('prune', object('v1', 'Service', 'old'), 0), configMap('late', 1)], { prune: true });
    const op = running(made, { results: done('prune:/Service/shop/old') });
    const gate = (uid: string) => decide(op, seen({ 'prune:/Service/shop/old': { exists: true, uid, deleting: true } })).kind;
    expect(gate('uid-old')).toBe('wait');
    expect(gate('another')).toBe('write');
  });

  it('does not wait for the health of the last wave', () => {
    const made = planOf([deployment('web')]);
    const step = decide(
      running(made, { results: done(id('Deployment', 'web')) }),
      seen({ [id('Deployment', 'web')]: { exists: true, deleting: false, health: { status: 'Progressing' } } }),
    );
    expect(step).toEqual({ kind: 'finish', phase: 'Succeeded', message: 'successfully synced (all tasks run)' });
  });

  it('carries a wave with a failure to its end, and starts no further one', () => {
    const made = planOf([configMap('a', 0), deployment('web', 0), configMap('late', 1)]);
    const failure = failedTask(id('ConfigMap', 'a'), 'quota exceeded');
    expect(decide(running(made, { results: [failure] }), seen())).toMatchObject({ kind: 'write', groups: [[{ ref: { name: 'web' } }]] });
    expect(decide(running(made, { results: [failure, ...done(id('Deployment', 'web'))] }), seen())).toMatchObject({
      kind: 'finish',
      phase: 'Failed',
      message: expect.stringContaining('quota exceeded'),
    });
  });

  it('ends a terminated operation, a dry run and an invalid plan without a write', () => {
    const made = planOf([configMap('a')]);
    expect(decide(running(made, { terminating: true }), seen())).toEqual({
      kind: 'finish',
      phase: 'Failed',
      message: 'Operation terminated',
    });
    expect(decide(running(made, { request: { sync: { dryRun: true } } }), seen())).toMatchObject({ kind: 'finish', phase: 'Succeeded' });
    const invalid = planOf([configMap('a')], {}, { refusal: () => "namespace shop is not permitted in project 'pay'" });
    expect(decide(running(invalid, { validated: false }), seen())).toMatchObject({
      kind: 'finish',
      phase: 'Failed',
      message: expect.stringContaining('not permitted'),
    });
  });
});

describe('nextRetryAtMs()', () => {
  it('doubles from 5 s to 3 m, and counts attempts', () => {
    const at = (retries: number) => nextRetryAtMs({ limit: 8 }, retries, 0);
    expect([0, 1, 2, 5, 6].map(at)).toEqual([5_000, 10_000, 20_000, 160_000, 180_000]);
    expect(at(8)).toBeUndefined();
  });
  it('has no retry without a limit, endless retries below zero, and takes bare seconds', () => {
    expect(nextRetryAtMs(undefined, 0, 0)).toBeUndefined();
    expect(nextRetryAtMs({ limit: 0 }, 0, 0)).toBeUndefined();
    expect(nextRetryAtMs({ limit: -1, backoff: { duration: '7', factor: 1 } }, 1000, 0)).toBe(7_000);
  });
});
