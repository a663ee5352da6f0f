import { expect, test } from 'vitest';
import { canonicalQuantity, quantityNumber } from '../../../src/adapters/apiserver/schema/quantity.js';
import { defaulted, deployment, make, podSpec, SAMPLES } from './objects.js';

test.each(SAMPLES.map((sample) => [sample.kind, sample] as const))(
  'defaulting a %s twice changes nothing, and its argument never',
  (_, sample) => {
    const before = JSON.stringify(sample);
    const once = defaulted(sample);
    expect(defaulted(once)).toBe(once);
    expect(JSON.stringify(sample)).toBe(before);
  },
);

test('a Deployment is filled in as kubectl users see it', () => {
  expect(defaulted(deployment()).spec).toMatchObject({
    replicas: 1,
    revisionHistoryLimit: 10,
    progressDeadlineSeconds: 600,
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
    template: {
      spec: {
        restartPolicy: 'Always',
        dnsPolicy: 'ClusterFirst',
        schedulerName: 'default-scheduler',
        securityContext: {},
        terminationGracePeriodSeconds: 30,
        containers: [
          {
            imagePullPolicy: 'IfNotPresent',
            resources: {},
            terminationMessagePath: '/dev/termination-log',
            terminationMessagePolicy: 'File',
          },
        ],
      },
    },
  });
  expect(defaulted(deployment({ strategy: { type: 'Recreate' } })).spec).toMatchObject({ strategy: { type: 'Recreate' } });
  expect(JSON.stringify(defaulted(deployment({ strategy: { type: 'Recreate' } })).spec)).not.toContain('rollingUpdate');
});

test('what is set stays, zero and empty included', () => {
  const set = { replicas: 0, revisionHistoryLimit: 0, strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0 } } };
  expect(defaulted(deployment(set)).spec).toMatchObject({
    replicas: 0,
    revisionHistoryLimit: 0,
    strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: '25%' } },
  });
});

test.each([
  ['nginx', 'Always'],
  ['nginx:latest', 'Always'],
  ['nginx:1.25', 'IfNotPresent'],
  ['registry.example:5000/nginx', 'Always'],
  ['registry.example:5000/nginx:1', 'IfNotPresent'],
  ['nginx@sha256:abc', 'IfNotPresent'],
])('the image %s is pulled %s', (image, policy) => {
  const pod = defaulted(make('v1', 'Pod', { spec: { containers: [{ name: 'a', image }] } }));
  expect(pod.spec).toMatchObject({ containers: [{ imagePullPolicy: policy }] });
});

test('a Pod has its account, requests from limits, and volumes of some kind', () => {
  const containers = [{ name: 'a', image: 'b:1', resources: { limits: { cpu: '1' } }, ports: [{ containerPort: 80 }] }];
  const pod = defaulted(make('v1', 'Pod', { spec: { containers, volumes: [{ name: 'scratch' }] } }));
  expect(pod.spec).toMatchObject({
    serviceAccountName: 'default',
    enableServiceLinks: true,
    containers: [{ resources: { requests: { cpu: '1' } }, ports: [{ protocol: 'TCP' }] }],
    volumes: [{ name: 'scratch', emptyDir: {} }],
  });
});

test('a Service gets ports, affinity and policies by its type', () => {
  const service = (spec: object) => defaulted(make('v1', 'Service', { spec })).spec;
  expect(service({ ports: [{ port: 80 }] })).toEqual({
    type: 'ClusterIP',
    sessionAffinity: 'None',
    internalTrafficPolicy: 'Cluster',
    ports: [{ port: 80, targetPort: 80, protocol: 'TCP' }],
  });
  expect(service({ type: 'NodePort', ports: [{ port: 80, targetPort: 'http' }] })).toMatchObject({
    externalTrafficPolicy: 'Cluster',
    ports: [{ targetPort: 'http' }],
  });
  expect(service({ type: 'ExternalName', externalName: 'a.b' })).not.toHaveProperty('internalTrafficPolicy');
});

test('a Job is complete after one success unless parallelism alone is set', () => {
  const job = (spec: object) =>
    defaulted(make('batch/v1', 'Job', { spec: { template: { spec: podSpec({ restartPolicy: 'Never' }) }, ...spec } })).spec;
  expect(job({})).toMatchObject({ completions: 1, parallelism: 1, backoffLimit: 6, completionMode: 'NonIndexed', suspend: false });
  expect(job({ parallelism: 3 })).not.toHaveProperty('completions');
});

test('defaults of a custom kind fill objects that are there', () => {
  const stored = defaulted(make('v1', 'Namespace', {}, 'shop'));
  expect(stored).toMatchObject({
    metadata: { labels: { 'kubernetes.io/metadata.name': 'shop' } },
    spec: { finalizers: ['kubernetes'] },
    status: { phase: 'Active' },
  });
});

test.each([
  ['0.5', '500m'],
  [0.5, '500m'],
  ['1000m', '1'],
  ['1024Mi', '1Gi'],
  ['1.5Gi', '1536Mi'],
  ['1000', '1k'],
  ['1000000', '1M'],
  ['100m', '100m'],
  ['0', '0'],
  ['0.0005', '500u'],
  ['12', '12'],
  ['1e3', '1e3'],
  ['-1.5', '-1500m'],
  ['1500', '1500'],
  ['0.1Ki', '102400m'],
  ['lots', 'lots'],
])('the quantity %s is stored as %s', (given, stored) => {
  expect(canonicalQuantity(given)).toBe(stored);
  if (given !== 'lots') expect(quantityNumber(stored)).toBeCloseTo(quantityNumber(given) ?? Number.NaN, 9);
});
