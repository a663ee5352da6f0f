// Columns of workloads: pods and everything that makes pods.
import type { Manifest } from '../../../domain/resource.js';
import {
  age,
  at,
  containerImages,
  containerNames,
  duration,
  fields,
  listOf,
  numberAt,
  selectorText,
  since,
  type TableForm,
  textAt,
} from './table-cells.js';

const POD: TableForm = {
  columns: ['Name', 'Ready', 'Status', 'Restarts', 'Age', '+IP', '+Node', '+Nominated Node', '+Readiness Gates'],
  cells: (pod, nowMs) => {
    const statuses = listOf(at(pod, 'status', 'containerStatuses'));
    const total = listOf(at(pod, 'spec', 'containers')).length;
    return [
      pod.metadata.name,
      `${statuses.filter((status) => status.ready === true).length}/${total}`,
      podStatus(pod),
      restarts(pod, nowMs),
      age(pod, nowMs),
      textAt(pod, 'status', 'podIP'),
      textAt(pod, 'spec', 'nodeName'),
      textAt(pod, 'status', 'nominatedNodeName'),
      '<none>',
    ];
  },
};

/** The word of the STATUS column: the most telling reason among phase, init containers and containers. */
export function podStatus(pod: Manifest): string {
  const status = fields(pod.status);
  let word = String(status.reason ?? status.phase ?? 'Unknown');
  const initializing = initReason(pod);
  if (initializing !== undefined) word = initializing;
  else {
    const reasons = listOf(status.containerStatuses)
      .map((each) => containerReason(each))
      .filter((reason) => reason !== undefined);
    word = reasons[0] ?? word;
    const running = listOf(status.containerStatuses).some((each) => each.ready === true && at(each, 'state', 'running') !== undefined);
    if (word === 'Completed' && running) word = conditionTrue(pod, 'Ready') ? 'Running' : 'NotReady';
  }
  if (pod.metadata.deletionTimestamp) return status.reason === 'NodeLost' ? 'Unknown' : 'Terminating';
  return word;
}

function initReason(pod: Manifest): string | undefined {
  const statuses = listOf(at(pod, 'status', 'initContainerStatuses'));
  const total = listOf(at(pod, 'spec', 'initContainers')).length;
  for (const [index, status] of statuses.entries()) {
    const terminated = at(status, 'state', 'terminated');
    if (terminated !== undefined && numberAt(terminated, 'exitCode') === 0) continue;
    if (terminated !== undefined) return `Init:${at(terminated, 'reason') ?? `ExitCode:${numberAt(terminated, 'exitCode')}`}`;
    const waiting = at(status, 'state', 'waiting', 'reason');
    return typeof waiting === 'string' && waiting !== 'PodInitializing' ? `Init:${waiting}` : `Init:${index}/${total}`;
  }
  return undefined;
}

function containerReason(status: Record<string, unknown>): string | undefined {
  const waiting = at(status, 'state', 'waiting', 'reason');
  if (typeof waiting === 'string' && waiting !== '') return waiting;
  const terminated = at(status, 'state', 'terminated');
  if (terminated === undefined) return undefined;
  return String(at(terminated, 'reason') ?? `ExitCode:${numberAt(terminated, 'exitCode')}`);
}

function conditionTrue(object: Manifest, type: string): boolean {
  return listOf(at(object, 'status', 'conditions')).some((each) => each.type === type && each.status === 'True');
}

function restarts(pod: Manifest, nowMs: number): string {
  let count = 0;
  let last: string | undefined;
  for (const status of listOf(at(pod, 'status', 'containerStatuses'))) {
    count += numberAt(status, 'restartCount');
    const finished = at(status, 'lastState', 'terminated', 'finishedAt');
    if (typeof finished === 'string' && (last === undefined || finished > last)) last = finished;
  }
  return count > 0 && last !== undefined ? `${count} (${since(last, nowMs)} ago)` : String(count);
}

const DEPLOYMENT: TableForm = {
  columns: ['Name', 'Ready', 'Up-to-date', 'Available', 'Age', '+Containers', '+Images', '+Selector'],
  cells: (object, nowMs) => [
    object.metadata.name,
    `${numberAt(object, 'status', 'readyReplicas')}/${numberAt(object, 'spec', 'replicas')}`,
    numberAt(object, 'status', 'updatedReplicas'),
    numberAt(object, 'status', 'availableReplicas'),
    age(object, nowMs),
    ...templateCells(object),
  ],
};

const REPLICA_SET: TableForm = {
  columns: ['Name', 'Desired', 'Current', 'Ready', 'Age', '+Containers', '+Images', '+Selector'],
  cells: (object, nowMs) => [
    object.metadata.name,
    numberAt(object, 'spec', 'replicas'),
    numberAt(object, 'status', 'replicas'),
    numberAt(object, 'status', 'readyReplicas'),
    age(object, nowMs),
    ...templateCells(object),
  ],
};

const STATEFUL_SET: TableForm = {
  columns: ['Name', 'Ready', 'Age', '+Containers', '+Images'],
  cells: (object, nowMs) => [
    object.metadata.name,
    `${numberAt(object, 'status', 'readyReplicas')}/${numberAt(object, 'spec', 'replicas')}`,
    age(object, nowMs),
    containerNames(at(object, 'spec', 'template')),
    containerImages(at(object, 'spec', 'template')),
  ],
};

const DAEMON_SET: TableForm = {
  columns: [
    'Name',
    'Desired',
    'Current',
    'Ready',
    'Up-to-date',
    'Available',
    'Node Selector',
    'Age',
    '+Containers',
    '+Images',
    '+Selector',
  ],
  cells: (object, nowMs) => [
    object.metadata.name,
    numberAt(object, 'status', 'desiredNumberScheduled'),
    numberAt(object, 'status', 'currentNumberScheduled'),
    numberAt(object, 'status', 'numberReady'),
    numberAt(object, 'status', 'updatedNumberScheduled'),
    numberAt(object, 'status', 'numberAvailable'),
    selectorText(at(object, 'spec', 'template', 'spec', 'nodeSelector')),
    age(object, nowMs),
    ...templateCells(object),
  ],
};

const JOB: TableForm = {
  columns: ['Name', 'Status', 'Completions', 'Duration', 'Age', '+Containers', '+Images', '+Selector'],
  cells: (object, nowMs) => {
    const completions = at(object, 'spec', 'completions');
    const parallelism = numberAt(object, 'spec', 'parallelism');
    const wanted = typeof completions === 'number' ? String(completions) : parallelism > 1 ? `1 of ${parallelism}` : '1';
    return [
      object.metadata.name,
      jobStatus(object),
      `${numberAt(object, 'status', 'succeeded')}/${wanted}`,
      jobDuration(object, nowMs),
      age(object, nowMs),
      ...templateCells(object),
    ];
  },
};

function jobStatus(job: Manifest): string {
  if (conditionTrue(job, 'Complete')) return 'Complete';
  if (conditionTrue(job, 'Failed')) return 'Failed';
  if (job.metadata.deletionTimestamp) return 'Terminating';
  if (conditionTrue(job, 'Suspended')) return 'Suspended';
  return conditionTrue(job, 'FailureTarget') ? 'FailureTarget' : 'Running';
}

function jobDuration(job: Manifest, nowMs: number): string {
  const startMs = Date.parse(String(at(job, 'status', 'startTime')));
  if (Number.isNaN(startMs)) return '';
  const endMs = Date.parse(String(at(job, 'status', 'completionTime')));
  return duration((Number.isNaN(endMs) ? nowMs : endMs) - startMs);
}

const CRON_JOB: TableForm = {
  columns: ['Name', 'Schedule', 'Timezone', 'Suspend', 'Active', 'Last Schedule', 'Age', '+Containers', '+Images', '+Selector'],
  cells: (object, nowMs) => {
    const last = at(object, 'status', 'lastScheduleTime');
    const template = at(object, 'spec', 'jobTemplate', 'spec', 'template');
    return [
      object.metadata.name,
      textAt(object, 'spec', 'schedule'),
      textAt(object, 'spec', 'timeZone'),
      at(object, 'spec', 'suspend') === true ? 'True' : 'False',
      listOf(at(object, 'status', 'active')).length,
      last === undefined ? '<none>' : since(last, nowMs),
      age(object, nowMs),
      containerNames(template),
      containerImages(template),
      '<none>',
    ];
  },
};

function templateCells(object: Manifest): readonly string[] {
  const template = at(object, 'spec', 'template');
  return [containerNames(template), containerImages(template), selectorText(at(object, 'spec', 'selector'))];
}

/** By 'group/Kind'. */
export const WORKLOAD_TABLES: Readonly<Record<string, TableForm>> = {
  '/Pod': POD,
  'apps/Deployment': DEPLOYMENT,
  'apps/ReplicaSet': REPLICA_SET,
  '/ReplicationController': REPLICA_SET,
  'apps/StatefulSet': STATEFUL_SET,
  'apps/DaemonSet': DAEMON_SET,
  'batch/Job': JOB,
  'batch/CronJob': CRON_JOB,
};
