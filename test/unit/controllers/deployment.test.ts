import { expect, test } from 'vitest';
import { condition, deployment, fakeServer, statusOf } from './fake-host.js';

test('a Deployment becomes available through a ReplicaSet and its pods within seconds', async () => {
  const server = fakeServer();
  server.apply(deployment());
  await server.clock.advance(100);
  const early = server.get('apps/Deployment', 'web');
  expect(condition(early, 'Available')).toMatchObject({ status: 'False', reason: 'MinimumReplicasUnavailable' });
  expect(condition(early, 'Progressing').status).toBe('True');
  await server.clock.advance(4000);
  const done = server.get('apps/Deployment', 'web');
  expect(statusOf(done)).toMatchObject({ observedGeneration: 1, replicas: 3, updatedReplicas: 3, readyReplicas: 3, availableReplicas: 3 });
  expect(statusOf(done)).not.toHaveProperty('unavailableReplicas');
  expect(condition(done, 'Available')).toMatchObject({ status: 'True', reason: 'MinimumReplicasAvailable' });
  const [set] = server.list('apps/ReplicaSet');
  expect(condition(done, 'Progressing')).toMatchObject({
    reason: 'NewReplicaSetAvailable',
    message: `ReplicaSet "${set?.metadata.name}" has successfully progressed.`,
  });
  expect(done.metadata.annotations?.['deployment.kubernetes.io/revision']).toBe('1');
  expect(
    server.list('/Pod').every((pod) => pod.metadata.labels?.['pod-template-hash'] === set?.metadata.labels?.['pod-template-hash']),
  ).toBe(true);
  expect(server.events()).toContain(`Deployment ScalingReplicaSet: Scaled up replica set ${set?.metadata.name} from 0 to 3`);
});

test('once settled, nothing is written any more', async () => {
  const server = fakeServer();
  server.apply(deployment());
  await server.clock.advance(10_000);
  const before = server.writes();
  await server.clock.advance(24 * 3_600_000);
  expect(server.writes()).toBe(before);
  expect(server.controllers.waiting()).toBe(0);
});

test('a new image rolls out within maxSurge and maxUnavailable and ends with one set', async () => {
  const server = fakeServer();
  server.apply(deployment({ replicas: 4 }));
  await server.clock.advance(10_000);
  server.apply(deployment({ replicas: 4, image: 'registry.example/web:2' }));
  let [most, least] = [0, 99];
  for (let tick = 0; tick < 100; tick++) {
    await server.clock.advance(100);
    const pods = server.list('/Pod').filter((pod) => !pod.metadata.deletionTimestamp);
    most = Math.max(most, pods.length);
    least = Math.min(least, pods.filter((pod) => condition(pod, 'Ready').status === 'True').length);
  }
  expect(most).toBe(5);
  expect(least).toBe(3);
  const done = server.get('apps/Deployment', 'web');
  expect(statusOf(done)).toMatchObject({ observedGeneration: 2, replicas: 4, updatedReplicas: 4, availableReplicas: 4 });
  expect(done.metadata.annotations?.['deployment.kubernetes.io/revision']).toBe('2');
  expect(
    server
      .list('apps/ReplicaSet')
      .map((set) => (set.spec as { replicas: number }).replicas)
      .sort(),
  ).toEqual([0, 4]);
});

test('an image that does not exist stops the rollout: the old pods stay, and the deadline passes', async () => {
  const server = fakeServer();
  server.apply(deployment({ replicas: 2, spec: { progressDeadlineSeconds: 60 } }));
  await server.clock.advance(10_000);
  server.apply(deployment({ replicas: 2, image: 'registry.example/does-not-exist:1', spec: { progressDeadlineSeconds: 60 } }));
  await server.clock.advance(30_000);
  expect(condition(server.get('apps/Deployment', 'web'), 'Progressing')).toMatchObject({ status: 'True', reason: 'ReplicaSetUpdated' });
  await server.clock.advance(60_000);
  const stuck = server.get('apps/Deployment', 'web');
  expect(condition(stuck, 'Progressing')).toMatchObject({ status: 'False', reason: 'ProgressDeadlineExceeded' });
  expect(condition(stuck, 'Available')).toMatchObject({ status: 'True' });
  const broken = server.list('/Pod').find((pod) => JSON.stringify(pod.spec).includes('does-not-exist'));
  expect(JSON.stringify(broken?.status)).toContain('ImagePullBackOff');
  const before = server.writes();
  await server.clock.advance(3_600_000);
  expect(server.writes()).toBe(before);
});

test('going back to an earlier template brings its set back with a new revision', async () => {
  const server = fakeServer();
  for (const image of ['web:1', 'web:2', 'web:1']) {
    server.apply(deployment({ image }));
    await server.clock.advance(15_000);
  }
  expect(server.list('apps/ReplicaSet')).toHaveLength(2);
  expect(server.get('apps/Deployment', 'web').metadata.annotations?.['deployment.kubernetes.io/revision']).toBe('3');
});

test('a paused Deployment does not roll out, and says so; resumed, it does', async () => {
  const server = fakeServer();
  server.apply(deployment());
  await server.clock.advance(10_000);
  server.apply(deployment({ image: 'web:2', spec: { paused: true } }));
  await server.clock.advance(10_000);
  expect(server.list('apps/ReplicaSet')).toHaveLength(1);
  expect(condition(server.get('apps/Deployment', 'web'), 'Progressing')).toMatchObject({ status: 'Unknown', reason: 'DeploymentPaused' });
  server.apply(deployment({ image: 'web:2', spec: { paused: false } }));
  await server.clock.advance(15_000);
  expect(condition(server.get('apps/Deployment', 'web'), 'Progressing')).toMatchObject({ reason: 'NewReplicaSetAvailable' });
});

test('Recreate ends all old pods before the first new one starts', async () => {
  const server = fakeServer();
  const spec = { strategy: { type: 'Recreate' } };
  server.apply(deployment({ spec }));
  await server.clock.advance(10_000);
  server.apply(deployment({ image: 'web:2', spec }));
  let together = false;
  for (let tick = 0; tick < 60; tick++) {
    await server.clock.advance(100);
    together ||= new Set(server.list('/Pod').map((pod) => pod.metadata.labels?.['pod-template-hash'])).size > 1;
  }
  expect(together).toBe(false);
  expect(statusOf(server.get('apps/Deployment', 'web'))).toMatchObject({ updatedReplicas: 3, availableReplicas: 3 });
});

test('scaling does not restart the rollout; revisionHistoryLimit removes the oldest sets', async () => {
  const server = fakeServer();
  for (const image of ['web:1', 'web:2', 'web:3', 'web:4']) {
    server.apply(deployment({ image, spec: { revisionHistoryLimit: 1 } }));
    await server.clock.advance(15_000);
  }
  expect(server.list('apps/ReplicaSet')).toHaveLength(2);
  server.apply(deployment({ image: 'web:4', replicas: 5, spec: { revisionHistoryLimit: 1 } }));
  await server.clock.advance(500);
  expect(condition(server.get('apps/Deployment', 'web'), 'Progressing').reason).toBe('NewReplicaSetAvailable');
  await server.clock.advance(5000);
  expect(statusOf(server.get('apps/Deployment', 'web')).availableReplicas).toBe(5);
});

test('a refused pod shows as ReplicaFailure, and is tried again', async () => {
  const server = fakeServer();
  server.refuse((object) => (object.kind === 'Pod' ? 'exceeded quota: pods' : undefined));
  server.apply(deployment());
  await server.clock.advance(5000);
  expect(condition(server.get('apps/Deployment', 'web'), 'ReplicaFailure')).toMatchObject({
    status: 'True',
    reason: 'FailedCreate',
    message: 'exceeded quota: pods',
  });
  server.refuse(() => undefined);
  await server.clock.advance(30_000);
  const done = server.get('apps/Deployment', 'web');
  expect(condition(done, 'ReplicaFailure')).toEqual({});
  expect(statusOf(done).availableReplicas).toBe(3);
});

test('minReadySeconds delays availability', async () => {
  const server = fakeServer();
  server.apply(deployment({ replicas: 1, spec: { minReadySeconds: 20 } }));
  await server.clock.advance(5000);
  expect(statusOf(server.get('apps/Deployment', 'web'))).toMatchObject({ readyReplicas: 1, unavailableReplicas: 1 });
  await server.clock.advance(20_000);
  expect(statusOf(server.get('apps/Deployment', 'web'))).toMatchObject({ availableReplicas: 1 });
});
