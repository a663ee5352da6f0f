// CronJobs: a Job at each time of the schedule, as the concurrency policy allows, and a short history of them.
import { Cron } from 'croner';
import type { Manifest } from '../../../domain/resource.js';
import { isTrue } from './conditions.js';
import { isRefusal } from './refusal.js';
import { MANAGER, ownerReference, timestamp, type World } from './world.js';

const COMPONENT = 'cronjob-controller';

interface CronJobSpec {
  readonly schedule?: string;
  readonly timeZone?: string;
  readonly suspend?: boolean;
  readonly concurrencyPolicy?: 'Allow' | 'Forbid' | 'Replace';
  readonly successfulJobsHistoryLimit?: number;
  readonly failedJobsHistoryLimit?: number;
  readonly jobTemplate?: {
    readonly metadata?: { labels?: Record<string, string>; annotations?: Record<string, string> };
    readonly spec?: object;
  };
}

interface CronJobStatus {
  readonly lastScheduleTime?: string;
  readonly lastSuccessfulTime?: string;
}

export function reconcileCronJob(world: World, cronJob: Manifest): number | undefined {
  if (cronJob.metadata.deletionTimestamp) return undefined;
  const spec = cronJob.spec as CronJobSpec;
  const status = (cronJob.status ?? {}) as CronJobStatus;
  const jobs = world.owned(cronJob, 'batch/Job');
  trimHistory(world, jobs, spec);
  const since = status.lastScheduleTime ?? cronJob.metadata.creationTimestamp ?? world.now();
  const dueMs = spec.suspend ? undefined : nextRunMs(spec, Date.parse(since));
  let lastScheduleTime = status.lastScheduleTime;
  if (dueMs !== undefined && dueMs <= world.nowMs()) {
    const runMs = latestRunMs(spec, dueMs, world.nowMs());
    if (runJob(world, cronJob, runMs)) lastScheduleTime = timestamp(runMs);
  }
  writeStatus(world, cronJob, lastScheduleTime);
  if (spec.suspend) return undefined;
  const nextMs = nextRunMs(spec, world.nowMs());
  return nextMs === undefined ? undefined : Math.max(1, nextMs - world.nowMs());
}

/** The first time after `afterMs`; undefined when the schedule has none, or cannot be read. */
function nextRunMs(spec: CronJobSpec, afterMs: number): number | undefined {
  try {
    const cron = new Cron(spec.schedule ?? '', { paused: true, timezone: spec.timeZone ?? 'UTC' });
    return cron.nextRun(new Date(afterMs))?.getTime();
  } catch {
    return undefined;
  }
}

/** Of several missed times only the last one is run. */
function latestRunMs(spec: CronJobSpec, firstMs: number, nowMs: number): number {
  let latest = firstMs;
  for (let missed = 0; missed < 100; missed++) {
    const next = nextRunMs(spec, latest);
    if (next === undefined || next > nowMs) break;
    latest = next;
  }
  return latest;
}

function runJob(world: World, cronJob: Manifest, runMs: number): boolean {
  const spec = cronJob.spec as CronJobSpec;
  const active = world.owned(cronJob, 'batch/Job').filter(isActive);
  if (active.length > 0 && spec.concurrencyPolicy === 'Forbid') return false;
  if (spec.concurrencyPolicy === 'Replace') for (const job of active) world.host.remove(job);
  const name = `${cronJob.metadata.name}-${Math.floor(runMs / 60_000)}`;
  const { labels, annotations } = spec.jobTemplate?.metadata ?? {};
  const metadata = {
    name,
    ...(cronJob.metadata.namespace ? { namespace: cronJob.metadata.namespace } : {}),
    ...(labels ? { labels } : {}),
    annotations: { ...annotations, 'batch.kubernetes.io/cronjob-scheduled-timestamp': timestamp(runMs) },
    ownerReferences: [ownerReference(cronJob)],
  };
  if (world.host.get('batch/Job', cronJob.metadata.namespace ?? '', name)) return true;
  try {
    world.host.create(
      { apiVersion: 'batch/v1', kind: 'Job', metadata, spec: structuredClone(spec.jobTemplate?.spec ?? {}) },
      { manager: MANAGER },
    );
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const message = `Error creating job: ${error.message}`;
    world.events.record(cronJob, { type: 'Warning', reason: 'FailedCreate', message, component: COMPONENT });
    return true;
  }
  world.events.record(cronJob, { reason: 'SuccessfulCreate', message: `Created job ${name}`, component: COMPONENT });
  return true;
}

function isActive(job: Manifest): boolean {
  return !isTrue(job, 'Complete') && !isTrue(job, 'Failed') && !job.metadata.deletionTimestamp;
}

function writeStatus(world: World, cronJob: Manifest, lastScheduleTime: string | undefined): void {
  const jobs = world.owned(cronJob, 'batch/Job');
  const active = jobs.filter(isActive).map(({ apiVersion, kind, metadata }) => {
    const { name, namespace, uid } = metadata;
    return { apiVersion, kind, name, namespace, uid };
  });
  const ends = jobs
    .map((job) => (job.status as { completionTime?: string } | undefined)?.completionTime)
    .filter((time) => time !== undefined);
  const lastSuccessfulTime = ends.sort().at(-1) ?? (cronJob.status as CronJobStatus | undefined)?.lastSuccessfulTime;
  world.setStatus(cronJob, {
    ...(active.length > 0 ? { active } : {}),
    ...(lastScheduleTime ? { lastScheduleTime } : {}),
    ...(lastSuccessfulTime ? { lastSuccessfulTime } : {}),
  });
}

function trimHistory(world: World, jobs: readonly Manifest[], spec: CronJobSpec): void {
  const keep = [
    ['Complete', spec.successfulJobsHistoryLimit ?? 3],
    ['Failed', spec.failedJobsHistoryLimit ?? 1],
  ] as const;
  for (const [type, limit] of keep) {
    const ended = jobs.filter((job) => isTrue(job, type) && !job.metadata.deletionTimestamp);
    const oldest = [...ended].sort((a, b) => ((a.metadata.creationTimestamp ?? '') < (b.metadata.creationTimestamp ?? '') ? -1 : 1));
    for (const job of oldest.slice(0, Math.max(0, ended.length - limit))) world.host.remove(job);
  }
}
