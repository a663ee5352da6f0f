import { expect, test } from 'vitest';
import { condition, fakeServer, statusOf, workload } from './fake-host.js';

const claims = [{ metadata: { name: 'files' }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } }];

test('a StatefulSet makes its pods in order, each with its claim, and is updated from the last to the first', async () => {
  const server = fakeServer();
  const spec = { replicas: 3, serviceName: 'db', volumeClaimTemplates: claims };
  server.apply(workload('StatefulSet', { name: 'db', spec }));
  let ordered = true;
  for (let tick = 0; tick < 100; tick++) {
    await server.clock.advance(100);
    const pods = server.list('/Pod');
    const ready = pods.filter((pod) => condition(pod, 'Ready').status === 'True').length;
    ordered &&= pods.length <= ready + 1;
  }
  expect(ordered).toBe(true);
  const first = server.get('apps/StatefulSet', 'db');
  expect(statusOf(first)).toMatchObject({ replicas: 3, readyReplicas: 3, currentReplicas: 3, updatedReplicas: 3, availableReplicas: 3 });
  expect(statusOf(first).currentRevision).toBe(statusOf(first).updateRevision);
  expect(server.get('/PersistentVolumeClaim', 'files-db-2').status).toMatchObject({ phase: 'Bound', capacity: { storage: '1Gi' } });
  expect(JSON.stringify(server.get('/Pod', 'db-1').spec)).toContain('"claimName":"files-db-1"');

  server.apply(workload('StatefulSet', { name: 'db', image: 'registry.example/web:2', spec }));
  const gone: string[] = [];
  for (let tick = 0; tick < 150; tick++) {
    await server.clock.advance(100);
    for (const pod of server.list('/Pod'))
      if (pod.metadata.deletionTimestamp && !gone.includes(pod.metadata.name)) gone.push(pod.metadata.name);
  }
  expect(gone).toEqual(['db-2', 'db-1', 'db-0']);
  const second = server.get('apps/StatefulSet', 'db');
  expect(statusOf(second)).toMatchObject({ updatedReplicas: 3, readyReplicas: 3, observedGeneration: 2 });
  expect(statusOf(second).currentRevision).toBe(statusOf(second).updateRevision);
  expect(statusOf(second).updateRevision).not.toBe(statusOf(first).updateRevision);
  expect(server.list('apps/ControllerRevision').map((each) => each.revision)).toEqual([1, 2]);
});

test('a StatefulSet with a partition keeps the pods below it; scaled down it removes the last ones and keeps their claims', async () => {
  const server = fakeServer();
  const spec = (replicas: number, partition: number) => ({
    replicas,
    podManagementPolicy: 'Parallel',
    volumeClaimTemplates: claims,
    updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition } },
  });
  server.apply(workload('StatefulSet', { name: 'db', spec: spec(3, 2) }));
  await server.clock.advance(5000);
  server.apply(workload('StatefulSet', { name: 'db', image: 'web:2', spec: spec(3, 2) }));
  await server.clock.advance(10_000);
  expect(statusOf(server.get('apps/StatefulSet', 'db'))).toMatchObject({ updatedReplicas: 1, currentReplicas: 2, readyReplicas: 3 });
  server.apply(workload('StatefulSet', { name: 'db', image: 'web:2', spec: spec(1, 2) }));
  await server.clock.advance(10_000);
  expect(server.list('/Pod').map((pod) => pod.metadata.name)).toEqual(['db-0']);
  expect(server.list('/PersistentVolumeClaim')).toHaveLength(3);
});

test('a settled StatefulSet and a settled DaemonSet write nothing', async () => {
  const server = fakeServer();
  server.apply(workload('StatefulSet', { name: 'db', spec: { replicas: 2 } }));
  server.apply(workload('DaemonSet', { name: 'agent' }));
  await server.clock.advance(20_000);
  const before = server.writes();
  await server.clock.advance(3_600_000);
  expect(server.writes()).toBe(before);
});

test('a DaemonSet runs one pod on each node and replaces it on a new template', async () => {
  const server = fakeServer();
  server.apply(workload('DaemonSet', { name: 'agent' }));
  await server.clock.advance(5000);
  const full = {
    currentNumberScheduled: 1,
    desiredNumberScheduled: 1,
    numberReady: 1,
    numberAvailable: 1,
    updatedNumberScheduled: 1,
    numberMisscheduled: 0,
  };
  expect(statusOf(server.get('apps/DaemonSet', 'agent'))).toMatchObject(full);
  server.host.create({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'second' } }, { manager: 'test' });
  await server.clock.advance(5000);
  expect(statusOf(server.get('apps/DaemonSet', 'agent'))).toMatchObject({ desiredNumberScheduled: 2, numberAvailable: 2 });
  server.apply(workload('DaemonSet', { name: 'agent', image: 'registry.example/web:2' }));
  let fewest = 2;
  for (let tick = 0; tick < 100; tick++) {
    await server.clock.advance(100);
    fewest = Math.min(
      fewest,
      server.list('/Pod').filter((pod) => condition(pod, 'Ready').status === 'True' && !pod.metadata.deletionTimestamp).length,
    );
  }
  expect(fewest).toBe(1);
  expect(statusOf(server.get('apps/DaemonSet', 'agent'))).toMatchObject({
    updatedNumberScheduled: 2,
    numberAvailable: 2,
    observedGeneration: 2,
  });
});

test('a DaemonSet whose image is missing stays unavailable', async () => {
  const server = fakeServer();
  server.apply(workload('DaemonSet', { name: 'agent', image: 'registry.example/agent:missing' }));
  await server.clock.advance(20_000);
  expect(statusOf(server.get('apps/DaemonSet', 'agent'))).toMatchObject({ numberReady: 0, numberUnavailable: 1 });
});
