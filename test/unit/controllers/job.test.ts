import { expect, test } from 'vitest';
import type { Manifest } from '../../../src/domain/resource.js';
import { condition, fakeServer, statusOf } from './fake-host.js';

function job(spec: object = {}, behaviour?: string, restartPolicy = 'Never'): Manifest {
  const annotations = behaviour ? { metadata: { annotations: { 'sandbox.argosy.dev/behaviour': behaviour } } } : {};
  const template = { ...annotations, spec: { restartPolicy, containers: [{ name: 'main', image: 'busybox:1' }] } };
  return { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'migrate', namespace: 'shop' }, spec: { template, ...spec } };
}

test('a Job completes after its pods have succeeded', async () => {
  const server = fakeServer();
  server.apply(job({ completions: 4, parallelism: 2 }));
  await server.clock.advance(1000);
  expect(statusOf(server.get('batch/Job', 'migrate'))).toMatchObject({ active: 2 });
  await server.clock.advance(15_000);
  const done = server.get('batch/Job', 'migrate');
  expect(statusOf(done)).toMatchObject({ succeeded: 4, ready: 0 });
  expect(statusOf(done)).not.toHaveProperty('active');
  expect(statusOf(done).completionTime).toBeTypeOf('string');
  expect(condition(done, 'Complete')).toMatchObject({ status: 'True', reason: 'CompletionsReached' });
  expect(condition(done, 'SuccessCriteriaMet').status).toBe('True');
  expect(server.list('/Pod')).toHaveLength(4);
  expect(server.list('/Pod')[0]?.metadata.labels).toMatchObject({ 'batch.kubernetes.io/job-name': 'migrate' });
});

test('a Job that fails too often reaches its back-off limit', async () => {
  const server = fakeServer();
  server.apply(job({ backoffLimit: 1 }, 'fail'));
  await server.clock.advance(20_000);
  const failed = server.get('batch/Job', 'migrate');
  expect(condition(failed, 'Failed')).toMatchObject({
    status: 'True',
    reason: 'BackoffLimitExceeded',
    message: 'Job has reached the specified backoff limit',
  });
  expect(statusOf(failed).failed).toBe(2);
  const before = server.writes();
  await server.clock.advance(3_600_000);
  expect(server.writes()).toBe(before);
});

test('a Job whose pods are restarted in place counts the restarts', async () => {
  const server = fakeServer();
  server.apply(job({ backoffLimit: 2 }, 'fail', 'OnFailure'));
  await server.clock.advance(200_000);
  expect(condition(server.get('batch/Job', 'migrate'), 'Failed')).toMatchObject({ reason: 'BackoffLimitExceeded' });
  expect(server.list('/Pod')).toHaveLength(0);
});

test('a deadline ends a Job that runs too long; its time to live removes it', async () => {
  const server = fakeServer();
  server.apply(job({ activeDeadlineSeconds: 5, ttlSecondsAfterFinished: 30 }, 'runs=1h'));
  await server.clock.advance(10_000);
  expect(condition(server.get('batch/Job', 'migrate'), 'Failed')).toMatchObject({ reason: 'DeadlineExceeded' });
  await server.clock.advance(40_000);
  expect(server.find('batch/Job', 'migrate')).toBeUndefined();
  expect(server.list('/Pod')).toHaveLength(0);
});

test('a suspended Job waits until it is resumed', async () => {
  const server = fakeServer();
  server.apply(job({ suspend: true }));
  await server.clock.advance(5000);
  expect(condition(server.get('batch/Job', 'migrate'), 'Suspended')).toMatchObject({ status: 'True', reason: 'JobSuspended' });
  expect(server.list('/Pod')).toHaveLength(0);
  const held = server.get('batch/Job', 'migrate');
  server.apply({ ...held, spec: { ...(held.spec as object), suspend: false } });
  await server.clock.advance(10_000);
  expect(condition(server.get('batch/Job', 'migrate'), 'Suspended')).toMatchObject({ status: 'False', reason: 'JobResumed' });
  expect(condition(server.get('batch/Job', 'migrate'), 'Complete').status).toBe('True');
});

test('a CronJob runs on its schedule and keeps a short history', async () => {
  const server = fakeServer();
  const jobTemplate = { spec: job().spec };
  server.apply({
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: 'tick', namespace: 'shop' },
    spec: { schedule: '*/5 * * * *', jobTemplate, successfulJobsHistoryLimit: 2 },
  });
  await server.clock.advance(60_000);
  expect(server.list('batch/Job')).toHaveLength(0);
  await server.clock.advance(5 * 60_000);
  expect(server.list('batch/Job').map((each) => each.metadata.name)).toEqual([`tick-${Math.floor(Date.UTC(2026, 0, 1, 0, 5) / 60_000)}`]);
  expect(statusOf(server.get('batch/CronJob', 'tick')).lastScheduleTime).toBe('2026-01-01T00:05:00Z');
  await server.clock.advance(30 * 60_000);
  expect(server.list('batch/Job')).toHaveLength(2);
  expect(statusOf(server.get('batch/CronJob', 'tick')).lastScheduleTime).toBe('2026-01-01T00:35:00Z');
});

test('a suspended CronJob does nothing', async () => {
  const server = fakeServer();
  const spec = { schedule: '* * * * *', suspend: true, jobTemplate: { spec: job().spec } };
  server.apply({ apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name: 'tick', namespace: 'shop' }, spec });
  await server.clock.advance(600_000);
  expect(server.list('batch/Job')).toHaveLength(0);
  expect(server.controllers.waiting()).toBe(0);
});
