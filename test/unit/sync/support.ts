// Small values for the tests of planning and deciding.

import { type PlanInput, plan } from '../../../src/core/sync/plan.js';
import type { Application, SyncRequest } from '../../../src/domain/application.js';
import type { ComparedResource, Comparison } from '../../../src/domain/comparison.js';
import type { Observation, Plan, RunningOperation, TaskResult } from '../../../src/domain/operation.js';
import type { Manifest } from '../../../src/domain/resource.js';
import { refOf } from '../../../src/domain/resource.js';

export function application(spec: Partial<Application['spec']> = {}): Application {
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name: 'shop', namespace: 'argocd' },
    spec: {
      project: 'default',
      source: { repoURL: 'https://example.com/repo', path: 'shop' },
      destination: { name: 'prod', namespace: 'shop' },
      ...spec,
    },
  };
}

export function object(
  apiVersion: string,
  kind: string,
  name: string,
  annotations?: Record<string, string>,
  rest: Record<string, unknown> = {},
): Manifest {
  const clusterScoped = ['Namespace', 'CustomResourceDefinition', 'ClusterRole'].includes(kind);
  return {
    apiVersion,
    kind,
    metadata: { name, ...(clusterScoped ? {} : { namespace: 'shop' }), ...(annotations ? { annotations } : {}) },
    ...rest,
  };
}

export function resource(change: ComparedResource['change'], manifest: Manifest, wave = 0): ComparedResource {
  const { group, version, kind, namespace, name } = refOf(manifest);
  const live = { ...manifest, metadata: { ...manifest.metadata, uid: `uid-${name}` } };
  return {
    key: { group, kind, namespace, name },
    version,
    wave,
    change,
    sync: change === 'none' ? 'Synced' : 'OutOfSync',
    ...(change === 'prune' ? { live, requiresPruning: true } : { target: manifest }),
    ...(change === 'update' || change === 'none' ? { live } : {}),
  };
}

export function comparison(resources: readonly ComparedResource[], over: Partial<Comparison> = {}): Comparison {
  return {
    app: 'argocd/shop',
    revisions: ['a1b2c3d'],
    sources: [{ repoURL: 'https://example.com/repo', path: 'shop' }],
    sync: resources.some(({ change }) => change !== 'none') ? 'OutOfSync' : 'Synced',
    health: 'Healthy',
    resources,
    problems: [],
    comparedAtMs: 0,
    targetHash: 't',
    ...over,
  };
}

export function planOf(resources: readonly ComparedResource[], request: SyncRequest = {}, over: Partial<PlanInput> = {}): Plan {
  return plan({
    app: application(),
    comparison: comparison(resources),
    request,
    kindOf: ({ group, version, kind, namespace }) => ({
      group,
      version,
      kind,
      plural: `${kind.toLowerCase()}s`,
      namespaced: namespace !== '',
      verbs: ['get', 'list', 'watch', 'patch'],
    }),
    refusal: () => undefined,
    applied: new Set(resources.map(({ key }) => `${key.group}/${key.kind}/${key.namespace}/${key.name}`)),
    cascadeOf: () => [],
    namespaceExists: true,
    ...over,
  });
}

export function running(made: Plan, over: Partial<RunningOperation> = {}): RunningOperation {
  return {
    id: 1,
    app: made.app,
    request: { sync: {} },
    plan: made,
    startedAtMs: 0,
    validated: true,
    terminating: false,
    results: [],
    ...over,
  };
}

export function done(...ids: readonly string[]): TaskResult[] {
  return ids.map((taskId) => ({ taskId, startedAtMs: 0, finishedAtMs: 1, outcome: { kind: 'done', code: 'Synced', message: '' } }));
}

export function failedTask(taskId: string, message: string): TaskResult {
  return { taskId, startedAtMs: 0, finishedAtMs: 1, outcome: { kind: 'failed', code: 'SyncFailed', message, retry: 'backoff' } };
}

export function seen(tasks: Observation['tasks'] = {}): Observation {
  return { nowMs: 0, tasks };
}
