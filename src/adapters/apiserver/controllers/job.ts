// Jobs: pods until enough have succeeded, or too many have failed, or the deadline has passed.
import type { Manifest } from '../../../domain/resource.js';
import { conditionsOf, isTrue, type StatusCondition, withConditions } from './conditions.js';
import { isRefusal } from './refusal.js';
import { isReady, phaseOf, podFrom, templateOf } from './template.js';
import { MANAGER, type World } from './world.js';

const COMPONENT = 'job-controller';

interface JobSpec {
  readonly parallelism?: number;
  readonly completions?: number;
  readonly backoffLimit?: number;
  readonly activeDeadlineSeconds?: number;
  readonly ttlSecondsAfterFinished?: number;
  readonly suspend?: boolean;
}

interface JobStatus {
  readonly startTime?: string;
  readonly completionTime?: string;
  readonly succeeded?: number;
  readonly failed?: number;
  readonly [field: string]: unknown;
}

interface Tally {
  readonly active: readonly Manifest[];
  readonly succeeded: number;
  readonly failed: number;
  readonly restarts: number;
}

export function reconcileJob(world: World, job: Manifest): number | undefined {
  if (job.metadata.deletionTimestamp) return undefined;
  const spec = job.spec as JobSpec;
  if (isTrue(job, 'Complete') || isTrue(job, 'Failed')) return expire(world, job, spec);
  const status = (job.status ?? {}) as JobStatus;
  if (spec.suspend) return suspend(world, job, status);
  const startTime = status.startTime ?? world.now();
  const tally = count(world, job);
  const deadlineInMs =
    spec.activeDeadlineSeconds === undefined ? undefined : Date.parse(startTime) + spec.activeDeadlineSeconds * 1000 - world.nowMs();
  const end = ending(spec, tally, deadlineInMs);
  if (end) return finish(world, job, { end, tally, startTime });
  createPods(world, job, spec, tally);
  const now = count(world, job);
  const resumed: StatusCondition[] = isTrue(job, 'Suspended')
    ? [{ type: 'Suspended', status: 'False', reason: 'JobResumed', message: 'Job resumed' }]
    : [];
  world.setStatus(job, { ...statusOf(now, startTime), ...conditions(world, job, resumed) });
  return deadlineInMs;
}

function count(world: World, job: Manifest): Tally {
  const pods = world.owned(job, '/Pod');
  return {
    active: pods.filter((pod) => !pod.metadata.deletionTimestamp && !['Succeeded', 'Failed'].includes(phaseOf(pod))),
    succeeded: pods.filter((pod) => phaseOf(pod) === 'Succeeded').length,
    failed: pods.filter((pod) => phaseOf(pod) === 'Failed').length,
    restarts: pods.reduce((sum, pod) => sum + restartsOf(pod), 0),
  };
}

function restartsOf(pod: Manifest): number {
  const status = pod.status as { containerStatuses?: { restartCount?: number }[] } | undefined;
  return (status?.containerStatuses ?? []).reduce((sum, each) => sum + (each.restartCount ?? 0), 0);
}

type Ending = { readonly kind: 'complete' } | { readonly kind: 'failed'; readonly reason: string; readonly message: string };

function ending(spec: JobSpec, tally: Tally, deadlineInMs: number | undefined): Ending | undefined {
  const enough = spec.completions === undefined ? tally.succeeded > 0 && tally.active.length === 0 : tally.succeeded >= spec.completions;
  if (enough) return { kind: 'complete' };
  if (tally.failed + tally.restarts > (spec.backoffLimit ?? 6)) {
    return { kind: 'failed', reason: 'BackoffLimitExceeded', message: 'Job has reached the specified backoff limit' };
  }
  if (deadlineInMs !== undefined && deadlineInMs <= 0) {
    return { kind: 'failed', reason: 'DeadlineExceeded', message: 'Job was active longer than specified deadline' };
  }
  return undefined;
}

function createPods(world: World, job: Manifest, spec: JobSpec, tally: Tally): void {
  const left = spec.completions === undefined ? (tally.succeeded > 0 ? 0 : Number.POSITIVE_INFINITY) : spec.completions - tally.succeeded;
  const wanted = Math.min(spec.parallelism ?? 1, left);
  for (let missing = wanted - tally.active.length; missing > 0; missing--) {
    const name = `${job.metadata.name}-${world.suffix(5)}`;
    try {
      world.host.create(podFrom(job, templateOf(job), { name }), { manager: MANAGER });
      world.events.record(job, { reason: 'SuccessfulCreate', message: `Created pod: ${name}`, component: COMPONENT });
    } catch (error) {
      if (!isRefusal(error)) throw error;
      const message = `Error creating: ${error.message}`;
      world.events.record(job, { type: 'Warning', reason: 'FailedCreate', message, component: COMPONENT });
      return;
    }
  }
}

function finish(
  world: World,
  job: Manifest,
  { end, tally, startTime }: { end: Ending; tally: Tally; startTime: string },
): number | undefined {
  for (const pod of tally.active) world.host.remove(pod);
  const rest: Tally = { ...tally, active: [] };
  const change = (type: string, reason: string, message: string): StatusCondition => ({ type, status: 'True', reason, message });
  if (end.kind === 'complete') {
    const text = 'Reached expected number of succeeded pods';
    const changes = [change('SuccessCriteriaMet', 'CompletionsReached', text), change('Complete', 'CompletionsReached', text)];
    world.setStatus(job, { ...statusOf(rest, startTime), completionTime: world.now(), ...conditions(world, job, changes) });
    world.events.record(job, { reason: 'Completed', message: 'Job completed', component: COMPONENT });
  } else {
    const changes = [change('FailureTarget', end.reason, end.message), change('Failed', end.reason, end.message)];
    world.setStatus(job, { ...statusOf(rest, startTime), ...conditions(world, job, changes) });
    world.events.record(job, { type: 'Warning', reason: end.reason, message: end.message, component: COMPONENT });
  }
  const { ttlSecondsAfterFinished } = job.spec as JobSpec;
  return ttlSecondsAfterFinished === undefined ? undefined : ttlSecondsAfterFinished * 1000;
}

function suspend(world: World, job: Manifest, status: JobStatus): undefined {
  const tally = count(world, job);
  for (const pod of tally.active) world.host.remove(pod);
  const changes: StatusCondition[] = [{ type: 'Suspended', status: 'True', reason: 'JobSuspended', message: 'Job suspended' }];
  const { startTime: _, ...kept } = statusOf({ ...tally, active: [] }, status.startTime ?? '');
  world.setStatus(job, { ...kept, ...conditions(world, job, changes) });
}

function conditions(world: World, job: Manifest, changes: readonly StatusCondition[]): { conditions?: readonly StatusCondition[] } {
  const now = world.now();
  const all = withConditions(
    conditionsOf(job),
    changes.map((change) => ({ lastProbeTime: now, ...change })),
    now,
  );
  return all.length > 0 ? { conditions: all } : {};
}

function statusOf(tally: Tally, startTime: string): JobStatus {
  const ready = tally.active.filter(isReady).length;
  return {
    startTime,
    ready,
    terminating: 0,
    uncountedTerminatedPods: {},
    ...(tally.active.length > 0 ? { active: tally.active.length } : {}),
    ...(tally.succeeded > 0 ? { succeeded: tally.succeeded } : {}),
    ...(tally.failed > 0 ? { failed: tally.failed } : {}),
  };
}

/** A finished Job goes after its time to live. */
function expire(world: World, job: Manifest, spec: JobSpec): number | undefined {
  if (spec.ttlSecondsAfterFinished === undefined) return undefined;
  const ended = conditionsOf(job).find((each) => (each.type === 'Complete' || each.type === 'Failed') && each.status === 'True');
  const leftMs = Date.parse(ended?.lastTransitionTime ?? '') + spec.ttlSecondsAfterFinished * 1000 - world.nowMs();
  if (leftMs > 0) return leftMs;
  world.host.remove(job);
  return undefined;
}
