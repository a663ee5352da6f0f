import { describe, expect, it } from 'vitest';
import type { Expansion } from '../../../src/core/expand/expand.js';
import { planSet } from '../../../src/core/expand/set-plan.js';
import type { Manifest } from '../../../src/domain/resource.js';

function set(spec: Record<string, unknown> = {}): Manifest {
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'ApplicationSet',
    metadata: { name: 'team', namespace: 'argocd', uid: 'set-uid' },
    spec,
  };
}

function application(name: string, metadata: Record<string, unknown> = {}): Manifest {
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name, namespace: 'argocd', ...metadata },
    spec: { project: 'default' },
  };
}

function expansion(names: readonly string[], over: Partial<Expansion> = {}): Expansion {
  const generated = names.map((name, element) => ({ application: application(name), generator: 0, element, origin: '', params: {} }));
  return {
    applications: generated,
    generated,
    invalid: new Map(),
    problems: [],
    needs: [],
    dropped: [],
    complete: true,
    ...over,
  };
}

const names = (count: number) => Array.from({ length: count }, (_, i) => `a${i}`);
const owned = (count: number) => names(count).map((name) => application(name));

describe('planSet()', () => {
  it('creates with the set as controller', () => {
    const plan = planSet(set(), expansion(['b', 'a']), []);
    expect(plan.create.map(({ metadata }) => metadata.name)).toEqual(['a', 'b']);
    expect(plan.create[0]?.metadata.ownerReferences).toEqual([
      expect.objectContaining({ kind: 'ApplicationSet', name: 'team', uid: 'set-uid', controller: true }),
    ]);
  });

  it('plans nothing at all from an incomplete expansion', () => {
    expect(planSet(set(), expansion([], { complete: false }), owned(5))).toMatchObject({
      create: [],
      update: [],
      remove: [],
      unchanged: 5,
    });
  });

  it('overwrites labels and annotations but for what is preserved', () => {
    const before = application('a', {
      labels: { team: 'x', extra: 'y' },
      annotations: { 'argocd.argoproj.io/refresh': 'hard', own: 'z' },
      finalizers: ['post-delete-finalizer.argocd.argoproj.io/cleanup', 'other'],
    });
    const plan = planSet(set({ preservedFields: { labels: ['team'] } }), expansion(['a']), [before]);
    expect(plan.update[0]?.after.metadata).toMatchObject({
      labels: { team: 'x' },
      annotations: { 'argocd.argoproj.io/refresh': 'hard' },
      finalizers: ['post-delete-finalizer.argocd.argoproj.io/cleanup'],
    });
    expect(plan.update[0]?.after.metadata.annotations).not.toHaveProperty('own');
  });

  it.each([
    ['create-only', 1, 0, 0],
    ['create-update', 1, 1, 0],
    ['create-delete', 1, 0, 1],
    ['sync', 1, 1, 1],
  ])('honours the policy %s', (applicationsSync, creates, updates, removes) => {
    const before = [application('a', { labels: { old: 'x' } }), application('gone'), application('kept', { ownerReferences: [] })];
    const plan = planSet(
      set({ syncPolicy: { applicationsSync } }),
      expansion(['a', 'new'], { generated: expansion(['a', 'new', 'kept']).generated }),
      before,
    );
    expect([plan.create.length, plan.update.length, plan.remove.length]).toEqual([creates, updates, removes]);
  });

  it('asks a person before many, or all, applications go', () => {
    expect(planSet(set(), expansion(names(40)), owned(50)).approval).toBeUndefined();
    expect(planSet(set(), expansion(names(30)), owned(42)).approval).toContain('12 of 42');
    expect(planSet(set(), expansion([]), owned(1)).approval).toContain('all 1');
  });

  it('says which deletions cascade', () => {
    const before = [application('a'), application('b', { finalizers: ['resources-finalizer.argocd.argoproj.io'] }), application('c')];
    expect(planSet(set(), expansion(['c']), before).remove.map(({ cascades }) => cascades)).toEqual([false, true]);
  });
});
