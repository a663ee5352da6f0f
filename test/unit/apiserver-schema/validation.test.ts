import { expect, test } from 'vitest';
import { rejectionOf } from '../../../src/adapters/apiserver/schema/field-error.js';
import { validateObject } from '../../../src/adapters/apiserver/schema/validate-object.js';
import { validateUpdate } from '../../../src/adapters/apiserver/schema/validate-update.js';
import type { Manifest } from '../../../src/domain/resource.js';
import type { TypeTable } from '../../../src/domain/schema.js';
import { defaulted, deployment, make, podSpec, problems, pruned, refusals, SAMPLES } from './objects.js';

test.each(SAMPLES.map((sample) => [`${sample.kind}`, sample] as const))('a sound %s is accepted', (_, sample) => {
  expect(refusals(sample)).toEqual([]);
});

test('unknown fields are named with their path, in strict mode only, and pruned otherwise', () => {
  const wrong = deployment({ replica: 2 }, { spec: { containers: [{ name: 'main', image: 'a', imagePullpolicy: 'Always' }] } });
  expect(problems(wrong)).toEqual(
    ['unknown field "spec.template.spec.containers[0].imagePullpolicy"', 'unknown field "spec.replica"'].sort().reverse(),
  );
  expect(problems(defaulted(wrong), false)).toEqual([]);
  expect(JSON.stringify(pruned(wrong))).not.toMatch(/replica|imagePullpolicy/);
  const rejection = rejectionOf([{ field: 'spec.replica', reason: 'UnknownField', message: 'unknown field "spec.replica"' }], {
    group: 'apps',
    version: 'v1',
    kind: 'Deployment',
    name: 'one',
  });
  expect(rejection).toMatchObject({
    code: 400,
    reason: 'BadRequest',
    message: 'Deployment in version "v1" cannot be handled as a Deployment: strict decoding error: unknown field "spec.replica"',
  });
});

test('a wrong type is a bad request that names the field', () => {
  const errors = validateObject(
    { types: {}, kinds: {} },
    { is: 'map', fields: { data: { is: 'map', rest: { is: 'scalar', type: 'string' } } } },
    make('v1', 'ConfigMap', { data: { a: 1 } }),
    { strict: false },
  );
  expect(errors).toMatchObject([{ reason: 'WrongType', field: 'data.a' }]);
  const rejection = rejectionOf(errors, { group: '', version: 'v1', kind: 'ConfigMap', name: 'one' });
  expect(rejection?.code).toBe(400);
  expect(rejection?.message).toContain('json: cannot unmarshal number into Go struct field');
});

test('null means not set in built-in kinds', () => {
  const object = deployment({ paused: null, template: { metadata: { creationTimestamp: null, labels: { app: 'web' } }, spec: podSpec() } });
  expect(refusals(object)).toEqual([]);
  expect(pruned(object).spec).not.toHaveProperty('paused');
});

const REFUSED: readonly (readonly [string, Manifest, string])[] = [
  ['no selector', deployment({ selector: undefined }), 'spec.selector: Required value'],
  ['labels that do not match', deployment({ selector: { matchLabels: { app: 'other' } } }), '`selector` does not match template `labels`'],
  ['negative replicas', deployment({ replicas: -1 }), 'spec.replicas: Invalid value: -1: must be greater than or equal to 0'],
  ['no containers', deployment({}, { spec: { containers: [] } }), 'spec.template.spec.containers: Required value'],
  [
    'a container without image',
    deployment({}, { spec: { containers: [{ name: 'a' }] } }),
    'spec.template.spec.containers[0].image: Required value',
  ],
  [
    'two containers of one name',
    deployment({}, { spec: { containers: [1, 2].map(() => ({ name: 'a', image: 'b' })) } }),
    'spec.template.spec.containers[1].name: Duplicate value: "a"',
  ],
  [
    'a restart policy that a Deployment cannot have',
    deployment({}, { spec: podSpec({ restartPolicy: 'Never' }) }),
    'restartPolicy: Unsupported value: "Never": supported values: "Always"',
  ],
  [
    'a mount of no volume',
    deployment({}, { spec: { containers: [{ name: 'a', image: 'b', volumeMounts: [{ name: 'x', mountPath: '/x' }] }] } }),
    'volumeMounts[0].name: Not found: "x"',
  ],
  [
    'a request above its limit',
    make('v1', 'Pod', {
      spec: { containers: [{ name: 'a', image: 'b', resources: { requests: { cpu: '2' }, limits: { cpu: '1500m' } } }] },
    }),
    'must be less than or equal to cpu limit of 1500m',
  ],
  [
    'a Job without restart policy',
    make('batch/v1', 'Job', { spec: { template: { spec: podSpec() } } }),
    'spec.template.spec.restartPolicy: Unsupported value: "Always": supported values: "OnFailure", "Never"',
  ],
  [
    'a schedule of four fields',
    make('batch/v1', 'CronJob', {
      spec: { schedule: '* * * *', jobTemplate: { spec: { template: { spec: podSpec({ restartPolicy: 'Never' }) } } } },
    }),
    'spec.schedule: Invalid value: "* * * *": expected exactly 5 fields, found 4',
  ],
  ['a Service without ports', make('v1', 'Service', { spec: {} }), 'spec.ports: Required value'],
  [
    'a port out of range',
    make('v1', 'Service', { spec: { ports: [{ port: 70_000 }] } }),
    'spec.ports[0].port: Invalid value: 70000: must be between 1 and 65535, inclusive',
  ],
  [
    'an unknown Service type',
    make('v1', 'Service', { spec: { type: 'Cloud', ports: [{ port: 80 }] } }),
    'spec.type: Unsupported value: "Cloud": supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"',
  ],
  ['a Secret that is not base64', make('v1', 'Secret', { data: { a: 'not base64!' } }), 'must be base64 encoded'],
  [
    'a claim without storage',
    make('v1', 'PersistentVolumeClaim', { spec: { accessModes: ['ReadWriteOnce'], resources: {} } }),
    'spec.resources[storage]: Required value',
  ],
  [
    'an Ingress without rules',
    make('networking.k8s.io/v1', 'Ingress', { spec: {} }),
    'either `defaultBackend` or `rules` must be specified',
  ],
  [
    'a quantity that is none',
    make('v1', 'PersistentVolumeClaim', { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: 'lots' } } } }),
    'spec.resources.requests.storage',
  ],
  ['a name in capitals', make('v1', 'ConfigMap', {}, 'Upper'), 'metadata.name: Invalid value: "Upper": a lowercase RFC 1123 subdomain'],
  [
    'a Service name that starts with a digit',
    make('v1', 'Service', { spec: { ports: [{ port: 80 }] } }, '1st'),
    'a DNS-1035 label must consist of',
  ],
  ['no name', make('v1', 'ConfigMap', {}, ''), 'metadata.name: Required value: name or generateName is required'],
  [
    'a label value with a space',
    { ...make('v1', 'ConfigMap'), metadata: { name: 'a', labels: { a: 'b c' } } },
    'metadata.labels: Invalid value: "b c": a valid label',
  ],
  [
    'a label key with two slashes',
    { ...make('v1', 'ConfigMap'), metadata: { name: 'a', labels: { 'a/b/c': 'd' } } },
    'metadata.labels: Invalid value: "a/b/c"',
  ],
  [
    'two controllers',
    {
      ...make('v1', 'ConfigMap'),
      metadata: {
        name: 'a',
        ownerReferences: ['x', 'y'].map((name) => ({ apiVersion: 'v1', kind: 'Pod', name, uid: name, controller: true })),
      },
    },
    'Only one reference can have Controller set to true',
  ],
  [
    'an Application without destination',
    make('argoproj.io/v1alpha1', 'Application', { spec: { project: 'default' } }),
    'spec.destination: Required value',
  ],
];

test.each(REFUSED)('%s is refused', (_, object, message) => {
  expect(refusals(object).join('\n')).toContain(message);
});

const spec = (object: Manifest, change: object): Manifest => ({ ...object, spec: { ...(object.spec as object), ...change } });
const job = make('batch/v1', 'Job', { spec: { template: { spec: podSpec({ restartPolicy: 'Never' }) } } });
const claim = make('v1', 'PersistentVolumeClaim', {
  spec: { accessModes: ['ReadWriteOnce'], volumeName: 'v', resources: { requests: { storage: '1Gi' } } },
});
const service = make('v1', 'Service', { spec: { clusterIP: '10.96.0.7', ports: [{ port: 80 }] } });
const sts = make('apps/v1', 'StatefulSet', { spec: { serviceName: 'a', replicas: 1 } });
const frozen = make('v1', 'ConfigMap', { immutable: true, data: { a: 'b' } });

test.each<readonly [string, Manifest, Manifest, string]>([
  ['the selector of a Deployment', deployment(), deployment({ selector: { matchLabels: { app: 'x' } } }), 'spec.selector'],
  ['the template of a Job', job, spec(job, { template: { spec: podSpec({ restartPolicy: 'OnFailure' }) } }), 'spec.template'],
  ['the access modes of a claim', claim, spec(claim, { accessModes: ['ReadWriteMany'] }), 'spec'],
  ['the address of a Service', service, spec(service, { clusterIP: '10.96.0.8' }), 'spec.clusterIPs[0]'],
  ['the service name of a StatefulSet', sts, spec(sts, { serviceName: 'b' }), 'spec'],
  ['the data of an immutable ConfigMap', frozen, { ...frozen, data: { a: 'c' } }, 'data'],
  ['the name', frozen, { ...frozen, metadata: { ...frozen.metadata, name: 'two' } }, 'metadata.name'],
])('%s cannot be changed', (_, before, after, field) => {
  expect(validateUpdate(before, after).map((error) => error.field)).toEqual([field]);
  expect(validateUpdate(before, before)).toEqual([]);
});

test.each<readonly [string, Manifest, Manifest]>([
  ['the replicas of a Deployment', deployment(), deployment({ replicas: 9 })],
  ['the storage of a claim', claim, spec(claim, { resources: { requests: { storage: '2Gi' } } })],
  ['the replicas of a StatefulSet', sts, spec(sts, { replicas: 3 })],
  ['an address that the writer leaves out', service, spec(service, { clusterIP: undefined })],
  ['the template of a Job that is suspended and never ran', spec(job, { suspend: true }), spec(job, { suspend: true, template: {} })],
])('%s can be changed', (_, before, after) => {
  expect(validateUpdate(before, after)).toEqual([]);
});

test('a finalizer cannot be added to an object that is being deleted', () => {
  const dying = { ...frozen, metadata: { ...frozen.metadata, deletionTimestamp: '2026-01-01T00:00:00Z', finalizers: ['a.example/b'] } };
  const more = { ...dying, metadata: { ...dying.metadata, finalizers: ['a.example/b', 'a.example/c'] } };
  expect(validateUpdate(dying, more)[0]?.message).toContain('no new finalizers can be added if the object is being deleted');
  expect(validateUpdate(dying, { ...dying, metadata: { ...dying.metadata, finalizers: [] } })).toEqual([]);
});

test('custom kinds: limits, patterns, duplicates in keyed lists, and null as a value', () => {
  const table: TypeTable = { types: {}, kinds: {} };
  const type = {
    is: 'map',
    fields: {
      metadata: { is: 'any' },
      spec: {
        is: 'map',
        required: ['size'],
        fields: {
          size: { is: 'scalar', type: 'integer', minimum: 1, maximum: 9 },
          name: { is: 'scalar', type: 'string', pattern: '^[a-z]+$', maxLength: 5 },
          parts: {
            is: 'list',
            listType: 'map',
            keys: ['id'],
            maxItems: 2,
            items: { is: 'map', fields: { id: { is: 'scalar', type: 'string' } } },
          },
        },
      },
    },
  } as const;
  const check = (body: object) =>
    validateObject(table, type, { ...make('example.com/v1', 'Widget'), spec: body } as Manifest, { strict: false }).map(
      (e) => `${e.field}: ${e.message}`,
    );
  expect(check({ size: 3, name: 'abc', parts: [{ id: 'a' }, { id: 'b' }] })).toEqual([]);
  expect(check({})).toEqual(['spec.size: Required value']);
  expect(check({ size: 0 })[0]).toContain('should be greater than or equal to 1');
  expect(check({ size: 1, name: 'ABC' })[0]).toContain("should match '^[a-z]+$'");
  expect(check({ size: 1, parts: [{ id: 'a' }, { id: 'a' }] })).toEqual(['spec.parts[1]: Duplicate value: {"id":"a"}']);
  expect(check({ size: null })[0]).toContain('must be of type integer: "null"');
});
