import { expect, test } from 'vitest';
import { startControllers } from '../../../src/adapters/apiserver/controllers/start.js';
import { podStatus } from '../../../src/adapters/apiserver/schema/table-workloads.js';
import type { Manifest } from '../../../src/domain/resource.js';
import { condition, deployment, fakeServer, statusOf } from './fake-host.js';

function pod(options: { image?: string; behaviour?: string; restartPolicy?: string } = {}): Manifest {
  const { image = 'registry.example/job:1', behaviour, restartPolicy } = options;
  const annotations = behaviour ? { annotations: { 'sandbox.argosy.dev/behaviour': behaviour } } : {};
  const spec = { containers: [{ name: 'main', image }], ...(restartPolicy ? { restartPolicy } : {}) };
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'one', namespace: 'shop', ...annotations }, spec };
}

const container = (object: Manifest) => (statusOf(object).containerStatuses as Record<string, unknown>[])[0] ?? {};

test('a pod goes from Pending through ContainerCreating to Running and ready in a second or two', async () => {
  const server = fakeServer();
  server.apply(pod());
  const words: string[] = [];
  for (let tick = 0; tick < 40; tick++) {
    await server.clock.advance(50);
    const now = server.get('/Pod', 'one');
    const word = `${podStatus(now)} ${condition(now, 'Ready').status ?? '-'}`;
    if (words.at(-1) !== word) words.push(word);
  }
  expect(words).toEqual(['Pending -', 'ContainerCreating False', 'Running False', 'Running True']);
  const done = server.get('/Pod', 'one');
  expect(done.spec).toMatchObject({ nodeName: 'sandbox', restartPolicy: 'Always' });
  expect(statusOf(done)).toMatchObject({ phase: 'Running', hostIP: '10.0.0.10', qosClass: 'BestEffort' });
  expect(statusOf(done).podIP).toMatch(/^10\.244\./);
  expect(server.events().filter((event) => event.startsWith('Pod'))).toEqual([
    'Pod Scheduled: Successfully assigned shop/one to sandbox',
    'Pod Pulled: Successfully pulled image "registry.example/job:1"',
    'Pod Created: Created container: main',
    'Pod Started: Started container main',
  ]);
});

test('an image with the tag :missing ends in ImagePullBackOff and stays there', async () => {
  const server = fakeServer();
  server.apply(pod({ image: 'registry.example/web:missing' }));
  await server.clock.advance(1500);
  expect(podStatus(server.get('/Pod', 'one'))).toBe('ErrImagePull');
  await server.clock.advance(3000);
  expect(podStatus(server.get('/Pod', 'one'))).toBe('ImagePullBackOff');
  const before = server.writes();
  await server.clock.advance(3_600_000);
  expect(server.writes()).toBe(before);
});

test('a crash loop restarts with rising back-off up to five minutes, and writes rarely', async () => {
  const server = fakeServer();
  server.apply(pod({ behaviour: 'crash-loop=137' }));
  await server.clock.advance(5000);
  const early = server.get('/Pod', 'one');
  expect(podStatus(early)).toBe('CrashLoopBackOff');
  expect(container(early)).toMatchObject({
    ready: false,
    restartCount: 0,
    lastState: { terminated: { exitCode: 137, reason: 'OOMKilled' } },
  });
  await server.clock.advance(3_600_000);
  const later = Number(container(server.get('/Pod', 'one')).restartCount);
  expect(later).toBeGreaterThan(10);
  expect(later).toBeLessThan(18);
  const before = server.writes();
  await server.clock.advance(3_600_000);
  expect(server.writes() - before).toBeLessThan(100);
  expect(server.events()).toHaveLength(5);
});

test('slow-start becomes ready after its time; never-ready never does', async () => {
  const server = fakeServer();
  server.apply(deployment({ name: 'slow', replicas: 1, behaviour: 'slow-start=30s' }));
  server.apply(deployment({ name: 'never', replicas: 1, behaviour: 'never-ready' }));
  await server.clock.advance(25_000);
  expect(statusOf(server.get('apps/Deployment', 'slow')).readyReplicas).toBeUndefined();
  await server.clock.advance(10_000);
  expect(statusOf(server.get('apps/Deployment', 'slow')).readyReplicas).toBe(1);
  await server.clock.advance(700_000);
  expect(condition(server.get('apps/Deployment', 'never'), 'Progressing').reason).toBe('ProgressDeadlineExceeded');
});

test('a pod that is not restarted succeeds, or fails on request', async () => {
  const server = fakeServer();
  server.apply(pod({ restartPolicy: 'Never' }));
  await server.clock.advance(5000);
  expect(podStatus(server.get('/Pod', 'one'))).toBe('Completed');
  expect(statusOf(server.get('/Pod', 'one')).phase).toBe('Succeeded');
  const other = fakeServer();
  other.apply(pod({ restartPolicy: 'Never', behaviour: 'fail' }));
  await other.clock.advance(5000);
  expect(statusOf(other.get('/Pod', 'one')).phase).toBe('Failed');
  expect(podStatus(other.get('/Pod', 'one'))).toBe('Error');
});

test('a deleted pod stops after a moment', async () => {
  const server = fakeServer();
  server.apply(pod());
  await server.clock.advance(3000);
  server.remove('/Pod', 'one');
  expect(podStatus(server.get('/Pod', 'one'))).toBe('Terminating');
  await server.clock.advance(1000);
  expect(server.find('/Pod', 'one')).toBeUndefined();
});

test('controllers that start again on a settled cluster change nothing', async () => {
  const server = fakeServer();
  server.apply(deployment());
  server.apply(pod({ image: 'registry.example/web:missing' }));
  await server.clock.advance(10_000);
  server.controllers.close();
  await server.controllers.done;
  const before = server.writes();
  const again = startControllers(server.host);
  await server.clock.advance(1000);
  expect(server.writes()).toBe(before);
  expect(podStatus(server.get('/Pod', 'one'))).toBe('ImagePullBackOff');
  again.close();
});

test('objects without a controller put nothing into the queue', async () => {
  const server = fakeServer();
  await server.clock.advance(5000);
  for (let n = 0; n < 1000; n++) server.apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `c${n}`, namespace: 'shop' } });
  expect(server.controllers.waiting()).toBe(0);
});
