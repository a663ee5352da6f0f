// The status of a pod as its kubelet would write it, for each state that the pod controller can be in.
import type { Manifest } from '../../../domain/resource.js';
import { isMissing } from './behaviour.js';
import { conditionsOf, type StatusCondition, withConditions } from './conditions.js';

export const HOST_IP = '10.0.0.10';

export interface ContainerEnd {
  readonly exitCode: number;
  readonly startedAt: string;
  readonly finishedAt: string;
}

/** What the containers are doing. All containers of a pod share one fate. */
export type ContainerState =
  | { readonly kind: 'creating' }
  | { readonly kind: 'pull-error'; readonly reason: 'ErrImagePull' | 'ImagePullBackOff' }
  | { readonly kind: 'running'; readonly ready: boolean; readonly startedAt: string }
  | { readonly kind: 'back-off'; readonly last: ContainerEnd; readonly delayMs: number }
  | { readonly kind: 'ended'; readonly end: ContainerEnd };

export interface PodState {
  readonly containers: ContainerState;
  readonly restarts: number;
  readonly last?: ContainerEnd;
  readonly podIp: string;
  readonly startTime: string;
}

interface ContainerSpec {
  readonly name: string;
  readonly image?: string;
  readonly resources?: { readonly limits?: Record<string, unknown>; readonly requests?: Record<string, unknown> };
}

/** The whole status. Conditions keep the times of their last change. */
export function podStatusOf(pod: Manifest, state: PodState, now: string): Record<string, unknown> {
  const spec = (pod.spec ?? {}) as { containers?: ContainerSpec[]; initContainers?: ContainerSpec[] };
  const { containers } = state;
  const started = containers.kind !== 'creating' && containers.kind !== 'pull-error';
  return {
    phase: phaseFor(containers),
    conditions: withConditions(conditionsOf(pod), podConditions(pod, containers, started), now),
    hostIP: HOST_IP,
    hostIPs: [{ ip: HOST_IP }],
    ...(started ? { podIP: state.podIp, podIPs: [{ ip: state.podIp }] } : {}),
    startTime: state.startTime,
    ...(spec.initContainers?.length ? { initContainerStatuses: spec.initContainers.map((c) => initStatus(pod, c, started, state)) } : {}),
    containerStatuses: (spec.containers ?? []).map((container) => containerStatus(pod, container, state)),
    qosClass: qosClass(spec.containers ?? []),
  };
}

function phaseFor(state: ContainerState): string {
  if (state.kind === 'creating' || state.kind === 'pull-error') return 'Pending';
  if (state.kind !== 'ended') return 'Running';
  return state.end.exitCode === 0 ? 'Succeeded' : 'Failed';
}

function podConditions(pod: Manifest, state: ContainerState, started: boolean): StatusCondition[] {
  const ready = state.kind === 'running' && state.ready;
  const names = ((pod.spec as { containers?: ContainerSpec[] } | undefined)?.containers ?? []).map((c) => c.name).join(' ');
  const completed = state.kind === 'ended' && state.end.exitCode === 0;
  const not: Partial<StatusCondition> = ready
    ? {}
    : completed
      ? { reason: 'PodCompleted' }
      : state.kind === 'ended'
        ? { reason: 'PodFailed' }
        : { reason: 'ContainersNotReady', message: `containers with unready status: [${names}]` };
  const flag = (value: boolean) => (value ? 'True' : 'False');
  return [
    { type: 'PodReadyToStartContainers', status: flag(started && state.kind !== 'ended') },
    { type: 'Initialized', status: 'True', ...(completed ? { reason: 'PodCompleted' } : {}) },
    { type: 'Ready', status: flag(ready), ...not },
    { type: 'ContainersReady', status: flag(ready), ...not },
    { type: 'PodScheduled', status: 'True' },
  ];
}

function containerStatus(pod: Manifest, container: ContainerSpec, state: PodState): Record<string, unknown> {
  const { containers } = state;
  const running = containers.kind === 'running';
  const id = `sandbox://${pod.metadata.uid}/${container.name}/${state.restarts}`;
  const image = container.image ?? '';
  return {
    name: container.name,
    state: stateOf(pod, container, containers),
    lastState: state.last ? { terminated: terminated(state.last) } : {},
    ready: running && containers.ready,
    started: running,
    restartCount: state.restarts,
    image,
    imageID: containers.kind === 'creating' || containers.kind === 'pull-error' ? '' : image,
    ...(running || containers.kind === 'back-off' || containers.kind === 'ended' ? { containerID: id } : {}),
  };
}

function stateOf(pod: Manifest, container: ContainerSpec, state: ContainerState): Record<string, unknown> {
  const image = container.image ?? '';
  switch (state.kind) {
    case 'creating':
      return { waiting: { reason: 'ContainerCreating' } };
    case 'pull-error':
      if (!isMissing(image)) return { waiting: { reason: 'ContainerCreating' } };
      return { waiting: { reason: state.reason, message: pullMessage(image, state.reason) } };
    case 'running':
      return { running: { startedAt: state.startedAt } };
    case 'back-off': {
      const { name, namespace, uid } = pod.metadata;
      const message = `back-off ${goDuration(state.delayMs)} restarting failed container=${container.name} pod=${name}_${namespace ?? ''}(${uid})`;
      return { waiting: { reason: 'CrashLoopBackOff', message } };
    }
    case 'ended':
      return { terminated: terminated(state.end) };
    default:
      return state satisfies never;
  }
}

function initStatus(pod: Manifest, container: ContainerSpec, done: boolean, state: PodState): Record<string, unknown> {
  const image = container.image ?? '';
  const ended = { exitCode: 0, startedAt: state.startTime, finishedAt: state.startTime };
  const waiting = stateOf(pod, container, state.containers.kind === 'pull-error' ? state.containers : { kind: 'creating' });
  return {
    name: container.name,
    state: done ? { terminated: terminated(ended) } : waiting,
    lastState: {},
    ready: done,
    restartCount: 0,
    image,
    imageID: done ? image : '',
  };
}

function terminated(end: ContainerEnd): Record<string, unknown> {
  const reason = end.exitCode === 0 ? 'Completed' : end.exitCode === 137 ? 'OOMKilled' : 'Error';
  return { exitCode: end.exitCode, reason, startedAt: end.startedAt, finishedAt: end.finishedAt };
}

export function pullMessage(image: string, reason: 'ErrImagePull' | 'ImagePullBackOff'): string {
  if (reason === 'ImagePullBackOff') return `Back-off pulling image "${image}"`;
  return `failed to pull and unpack image "${image}": not found`;
}

/** '10s', '2m40s', '5m0s', as the kubelet prints a delay. */
export function goDuration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}

function qosClass(containers: readonly ContainerSpec[]): 'Guaranteed' | 'Burstable' | 'BestEffort' {
  const sets = containers.map(({ resources }) => ({ limits: resources?.limits ?? {}, requests: resources?.requests ?? {} }));
  if (sets.every(({ limits, requests }) => Object.keys(limits).length + Object.keys(requests).length === 0)) return 'BestEffort';
  const exact = sets.every(({ limits, requests }) =>
    ['cpu', 'memory'].every((name) => limits[name] !== undefined && (requests[name] ?? limits[name]) === limits[name]),
  );
  return exact ? 'Guaranteed' : 'Burstable';
}
