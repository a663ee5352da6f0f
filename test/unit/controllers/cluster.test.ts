import { expect, test } from 'vitest';
import { DueQueue } from '../../../src/adapters/apiserver/controllers/due-queue.js';
import type { Manifest } from '../../../src/domain/resource.js';
import { condition, deployment, fakeServer, statusOf } from './fake-host.js';

function shop(apiVersion: string, kind: string, name: string, rest: object): Manifest {
  return { apiVersion, kind, metadata: { name, namespace: 'shop' }, ...rest };
}

test('a claim is bound to a volume of its own after a moment, may grow, and takes the volume with it', async () => {
  const server = fakeServer();
  const spec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };
  server.apply(shop('v1', 'PersistentVolumeClaim', 'files', { spec }));
  expect(statusOf(server.get('/PersistentVolumeClaim', 'files')).phase).toBe('Pending');
  await server.clock.advance(2000);
  const bound = server.get('/PersistentVolumeClaim', 'files');
  expect(statusOf(bound)).toMatchObject({ phase: 'Bound', capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'] });
  expect(server.list('/PersistentVolume')[0]).toMatchObject({
    metadata: { name: (bound.spec as { volumeName: string }).volumeName },
    status: { phase: 'Bound' },
  });
  server.apply({ ...bound, spec: { ...(bound.spec as object), resources: { requests: { storage: '2Gi' } } } });
  await server.clock.advance(1000);
  expect(statusOf(server.get('/PersistentVolumeClaim', 'files'))).toMatchObject({ capacity: { storage: '2Gi' } });
  server.remove('/PersistentVolumeClaim', 'files');
  await server.clock.advance(1000);
  expect(server.list('/PersistentVolume')).toHaveLength(0);
});

test('a claim of a class that does not exist stays pending and says why', async () => {
  const server = fakeServer();
  const spec = { storageClassName: 'gold', accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };
  server.apply(shop('v1', 'PersistentVolumeClaim', 'files', { spec }));
  await server.clock.advance(5000);
  expect(statusOf(server.get('/PersistentVolumeClaim', 'files')).phase).toBe('Pending');
  expect(server.events()).toContain('PersistentVolumeClaim ProvisioningFailed: storageclass.storage.k8s.io "gold" not found');
});

test('a load balancer gets its address after a while; cluster IPs and node ports are unique', async () => {
  const server = fakeServer();
  const spec = { type: 'LoadBalancer', ports: [{ port: 80 }] };
  for (let n = 0; n < 50; n++) server.apply(shop('v1', 'Service', `s${n}`, { spec }));
  await server.clock.advance(500);
  expect(statusOf(server.get('/Service', 's0'))).toEqual({ loadBalancer: {} });
  await server.clock.advance(5000);
  expect(statusOf(server.get('/Service', 's0')).loadBalancer).toMatchObject({ ingress: [{ ipMode: 'VIP' }] });
  const specs = server.list('/Service').map((service) => service.spec as { clusterIP: string; ports: { nodePort: number }[] });
  expect(new Set(specs.map((each) => each.clusterIP)).size).toBe(50);
  expect(new Set(specs.map((each) => each.ports[0]?.nodePort)).size).toBe(50);
});

test('an address can be withheld on request', async () => {
  const server = fakeServer();
  const annotations = { 'sandbox.argosy.dev/behaviour': 'never-ready' };
  const metadata = { name: 'edge', namespace: 'shop', annotations };
  server.apply({ apiVersion: 'v1', kind: 'Service', metadata, spec: { type: 'LoadBalancer', ports: [{ port: 80 }] } });
  await server.clock.advance(60_000);
  expect(statusOf(server.get('/Service', 'edge'))).toEqual({ loadBalancer: {} });
});

test('an Ingress gets an address', async () => {
  const server = fakeServer();
  const rules = [
    {
      host: 'shop.example',
      http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'web', port: { number: 80 } } } }] },
    },
  ];
  server.apply(shop('networking.k8s.io/v1', 'Ingress', 'web', { spec: { rules } }));
  await server.clock.advance(3000);
  expect(statusOf(server.get('networking.k8s.io/Ingress', 'web'))).toEqual({ loadBalancer: { ingress: [{ ip: '203.0.113.10' }] } });
});

test('a namespace has its account and certificate; a CRD is established; an APIService is available', async () => {
  const server = fakeServer();
  server.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } });
  const names = { plural: 'widgets', kind: 'Widget' };
  const versions = [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }];
  server.apply({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'widgets.example.com' },
    spec: { group: 'example.com', scope: 'Namespaced', names, versions },
  });
  await server.clock.advance(1000);
  expect(server.find('/ServiceAccount', 'default')).toBeDefined();
  expect(server.find('/ConfigMap', 'kube-root-ca.crt')).toBeDefined();
  const crd = server.get('apiextensions.k8s.io/CustomResourceDefinition', 'widgets.example.com', '');
  expect(condition(crd, 'Established')).toMatchObject({ status: 'True', reason: 'InitialNamesAccepted' });
  expect(statusOf(crd)).toMatchObject({
    storedVersions: ['v1'],
    acceptedNames: { kind: 'Widget', listKind: 'WidgetList', singular: 'widget' },
  });
});

test('an autoscaler keeps its target within its bounds', async () => {
  const server = fakeServer();
  server.apply(deployment({ replicas: 1 }));
  const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' };
  server.apply(shop('autoscaling/v2', 'HorizontalPodAutoscaler', 'web', { spec: { minReplicas: 2, maxReplicas: 4, scaleTargetRef } }));
  await server.clock.advance(5000);
  expect(statusOf(server.get('apps/Deployment', 'web')).availableReplicas).toBe(2);
  expect(condition(server.get('autoscaling/HorizontalPodAutoscaler', 'web'), 'ScalingActive').status).toBe('True');
});

test('a disruption budget follows its pods', async () => {
  const server = fakeServer();
  server.apply(shop('policy/v1', 'PodDisruptionBudget', 'web', { spec: { minAvailable: 2, selector: { matchLabels: { app: 'web' } } } }));
  server.apply(deployment({ replicas: 3 }));
  await server.clock.advance(6000);
  const budget = server.get('policy/PodDisruptionBudget', 'web');
  expect(statusOf(budget)).toMatchObject({ currentHealthy: 3, desiredHealthy: 2, disruptionsAllowed: 1, expectedPods: 3 });
  expect(condition(budget, 'DisruptionAllowed')).toMatchObject({ status: 'True', reason: 'SufficientPods' });
});

test('the due-queue hands out keys in order of their time, once, at the earliest', () => {
  const queue = new DueQueue();
  const times = Array.from({ length: 200 }, (_, n) => (n * 7919) % 1000);
  for (const [n, time] of times.entries()) queue.add(`k${n}`, time);
  expect(queue.add('k0', 5000)).toBe(false);
  expect(queue.add('k1', -1)).toBe(true);
  const taken: string[] = [];
  for (let key = queue.take(1000); key !== undefined; key = queue.take(1000)) taken.push(key);
  expect(taken).toHaveLength(200);
  expect(taken[0]).toBe('k1');
  const order = taken.slice(1).map((key) => times[Number(key.slice(1))] ?? -1);
  expect(order).toEqual([...order].sort((a, b) => a - b));
  expect(queue.size).toBe(0);
  expect(queue.nextMs()).toBeUndefined();
});
