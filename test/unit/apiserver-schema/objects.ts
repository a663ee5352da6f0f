// Sample objects and short calls for the schema tests.
import { builtinTypes } from '../../../src/adapters/apiserver/schema/builtin-types.js';
import { applyDefaults } from '../../../src/adapters/apiserver/schema/defaults.js';
import { describeFieldError } from '../../../src/adapters/apiserver/schema/field-error.js';
import { pruneUnknown } from '../../../src/adapters/apiserver/schema/prune.js';
import { validateObject } from '../../../src/adapters/apiserver/schema/validate-object.js';
import { groupVersion, type Manifest } from '../../../src/domain/resource.js';
import { type TypeNode, typeOfKind } from '../../../src/domain/schema.js';

export function typeOf(object: Manifest): TypeNode {
  const { group, version } = groupVersion(object.apiVersion);
  const type = typeOfKind(builtinTypes(), group, version, object.kind);
  if (!type) throw new Error(`no type for ${object.apiVersion} ${object.kind}`);
  return type;
}

export const defaulted = (object: Manifest): Manifest => applyDefaults(builtinTypes(), typeOf(object), object);
export const pruned = (object: Manifest): Manifest => pruneUnknown(builtinTypes(), typeOf(object), object);
export const problems = (object: Manifest, strict = true): string[] =>
  validateObject(builtinTypes(), typeOf(object), object, { strict }).map(describeFieldError);
/** As a server does it: defaults first, then validation. */
export const refusals = (object: Manifest): string[] => problems(defaulted(object));

export function make(apiVersion: string, kind: string, rest: object = {}, name = 'one'): Manifest {
  return { apiVersion, kind, metadata: { name, namespace: 'shop' }, ...rest };
}

export const podSpec = (more: object = {}) => ({ containers: [{ name: 'main', image: 'web:1' }], ...more });

export function deployment(spec: object = {}, template: object = {}): Manifest {
  const labels = { app: 'web' };
  const base = { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: podSpec(), ...template } };
  return make('apps/v1', 'Deployment', { spec: { ...base, ...spec } });
}

export const SAMPLES: readonly Manifest[] = [
  deployment(),
  deployment({ strategy: { type: 'Recreate' } }),
  make('v1', 'Pod', {
    spec: podSpec({
      hostNetwork: true,
      initContainers: [{ name: 'init', image: 'a@sha256:00', resources: { limits: { cpu: 1, memory: '1024Mi' } } }],
      volumes: [{ name: 'a' }, { name: 'b', configMap: { name: 'x' } }, { name: 'c', secret: { secretName: 'x' } }],
    }),
  }),
  make('apps/v1', 'StatefulSet', {
    spec: {
      selector: { matchLabels: { a: 'b' } },
      template: { metadata: { labels: { a: 'b' } }, spec: podSpec() },
      volumeClaimTemplates: [
        { metadata: { name: 'files' }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } },
      ],
    },
  }),
  make('apps/v1', 'DaemonSet', {
    spec: { selector: { matchLabels: { a: 'b' } }, template: { metadata: { labels: { a: 'b' } }, spec: podSpec() } },
  }),
  make('batch/v1', 'Job', { spec: { template: { metadata: { labels: { a: 'b' } }, spec: podSpec({ restartPolicy: 'Never' }) } } }),
  make('batch/v1', 'CronJob', {
    spec: { schedule: '* * * * *', jobTemplate: { spec: { template: { spec: podSpec({ restartPolicy: 'Never' }) } } } },
  }),
  make('v1', 'Service', { spec: { type: 'LoadBalancer', sessionAffinity: 'ClientIP', ports: [{ port: 80 }] } }),
  make('v1', 'PersistentVolumeClaim', { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '0.5Gi' } } } }),
  make('v1', 'Secret', { data: { a: 'Yg==' } }),
  make('v1', 'ConfigMap', { data: { a: 'b' } }),
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } },
  make('networking.k8s.io/v1', 'NetworkPolicy', { spec: { podSelector: {}, egress: [{ ports: [{ port: 53 }] }] } }),
  make('rbac.authorization.k8s.io/v1', 'RoleBinding', {
    subjects: [{ kind: 'User', name: 'me' }],
    roleRef: { kind: 'Role', name: 'reader', apiGroup: 'rbac.authorization.k8s.io' },
  }),
  make('autoscaling/v2', 'HorizontalPodAutoscaler', { spec: { maxReplicas: 3, scaleTargetRef: { kind: 'Deployment', name: 'web' } } }),
  make('argoproj.io/v1alpha1', 'Application', {
    spec: {
      project: 'default',
      source: { repoURL: 'https://git.example/a.git', path: 'a' },
      destination: { name: 'in-cluster', namespace: 'shop' },
    },
  }),
];
