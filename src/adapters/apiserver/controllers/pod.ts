// Pods: scheduled on the one node, pulled, started, ready within a second or two; they end, crash or never start on request
// (behaviour.ts). What a pod does next is kept here in memory; its status carries all that anyone else may see.
import type { Manifest } from '../../../domain/resource.js';
import { type Behaviour, isMissing, podBehaviour } from './behaviour.js';
import { isTrue } from './conditions.js';
import { type ContainerEnd, type ContainerState, podStatusOf, pullMessage } from './pod-status.js';
import { hasEnded, phaseOf } from './template.js';
import { timestamp, type World } from './world.js';

export const NODE_NAME = 'sandbox';
const SCHEDULE_MS = 50;
const PULL_MS = 300;
const PULL_SPREAD_MS = 500;
const STOP_MS = 300;
const CRASH_AFTER_MS = 1000;
const BACK_OFF_MIN_MS = 10_000;
const BACK_OFF_MAX_MS = 300_000;

type Step = 'new' | 'pulling' | 'pull-failed' | 'running' | 'back-off' | 'settled';

interface Life {
  step: Step;
  /** When the next step is due. */
  atMs: number;
  images: string;
  restarts: number;
  startedAtMs: number;
  startTime: string;
  podIp: string;
  last?: ContainerEnd;
  stopAtMs?: number;
}

export interface PodController {
  /** Takes the pod one step further; returns when to look again, in ms from now. */
  reconcile(world: World, pod: Manifest): number | undefined;
  forget(uid: string): void;
}

export function createPodController(): PodController {
  const lives = new Map<string, Life>();
  let addresses = 0;
  const nextIp = () => {
    addresses = (addresses % 65_000) + 1;
    return `10.244.${addresses >> 8}.${addresses & 255}`;
  };
  return {
    forget: (uid) => void lives.delete(uid),
    reconcile(world, pod) {
      const uid = pod.metadata.uid ?? '';
      const life = lives.get(uid) ?? beginLife(world, pod, nextIp());
      lives.set(uid, life);
      if (pod.metadata.deletionTimestamp) return stop(world, pod, life);
      if (hasEnded(pod)) return undefined;
      const images = imageText(pod);
      if (images !== life.images) Object.assign(life, { images, step: 'pulling', atMs: world.nowMs() + PULL_MS });
      if (life.step === 'settled') return undefined;
      const waitMs = life.atMs - world.nowMs();
      if (waitMs > 0) return waitMs;
      const after = advance(world, pod, life);
      if (after === undefined) life.step = 'settled';
      else life.atMs = world.nowMs() + after;
      return after;
    },
  };
}

/** A pod that was there before (after a restart of the server) goes on from what its status says. */
function beginLife(world: World, pod: Manifest, podIp: string): Life {
  const status = (pod.status ?? {}) as KnownStatus;
  return {
    step: stepOf(pod, status),
    atMs: world.nowMs() + SCHEDULE_MS,
    images: imageText(pod),
    restarts: status.containerStatuses?.[0]?.restartCount ?? 0,
    startedAtMs: world.nowMs(),
    startTime: status.startTime ?? world.now(),
    podIp: status.podIP ?? podIp,
  };
}

interface KnownStatus {
  readonly podIP?: string;
  readonly startTime?: string;
  readonly containerStatuses?: readonly {
    readonly restartCount?: number;
    readonly state?: { readonly waiting?: { readonly reason?: string } };
  }[];
}

function stepOf(pod: Manifest, status: KnownStatus): Step {
  const endless = podBehaviour(pod).ends === 'never';
  if (phaseOf(pod) === 'Running') return isTrue(pod, 'Ready') && endless ? 'settled' : 'running';
  if (status.containerStatuses?.some((each) => each.state?.waiting?.reason === 'ImagePullBackOff')) return 'settled';
  const scheduled = (pod.spec as { nodeName?: string } | undefined)?.nodeName !== undefined && status.startTime !== undefined;
  return scheduled ? 'pulling' : 'new';
}

/** Performs the step that is due; returns the wait before the next one, or undefined when nothing more will happen. */
function advance(world: World, pod: Manifest, life: Life): number | undefined {
  const behaviour = podBehaviour(pod);
  switch (life.step) {
    case 'new':
      return schedule(world, pod, life);
    case 'pulling':
      return behaviour.image === 'missing' ? pullFails(world, pod, life) : start(world, pod, life);
    case 'pull-failed':
      write(world, pod, life, { kind: 'pull-error', reason: 'ImagePullBackOff' });
      for (const image of missingImages(pod)) {
        world.events.record(pod, {
          type: 'Warning',
          reason: 'BackOff',
          message: pullMessage(image, 'ImagePullBackOff'),
          component: 'kubelet',
        });
      }
      return undefined;
    case 'running':
      return run(world, pod, life, behaviour);
    case 'back-off':
      life.restarts++;
      return start(world, pod, life);
    case 'settled':
      return undefined;
    default:
      return life.step satisfies never;
  }
}

function schedule(world: World, pod: Manifest, life: Life): number {
  life.step = 'pulling';
  life.startTime = world.now();
  const spec = pod.spec as Record<string, unknown>;
  const bound = spec.nodeName ? pod : world.host.update({ ...pod, spec: { ...spec, nodeName: NODE_NAME } }, { manager: 'kube-scheduler' });
  const message = `Successfully assigned ${pod.metadata.namespace ?? ''}/${pod.metadata.name} to ${NODE_NAME}`;
  world.events.record(pod, { reason: 'Scheduled', message, component: 'default-scheduler' });
  write(world, bound, life, { kind: 'creating' });
  return PULL_MS + Math.round(world.host.random() * PULL_SPREAD_MS);
}

function pullFails(world: World, pod: Manifest, life: Life): number {
  life.step = 'pull-failed';
  write(world, pod, life, { kind: 'pull-error', reason: 'ErrImagePull' });
  for (const image of missingImages(pod)) {
    const message = `Failed to pull image "${image}": ${pullMessage(image, 'ErrImagePull')}`;
    world.events.record(pod, { type: 'Warning', reason: 'Failed', message, component: 'kubelet' });
  }
  return 1500;
}

function start(world: World, pod: Manifest, life: Life): number {
  life.step = 'running';
  life.startedAtMs = world.nowMs();
  for (const { name, image } of containersOf(pod)) {
    if (life.restarts === 0)
      world.events.record(pod, { reason: 'Pulled', message: `Successfully pulled image "${image}"`, component: 'kubelet' });
    world.events.record(pod, { reason: 'Created', message: `Created container: ${name}`, component: 'kubelet' });
    world.events.record(pod, { reason: 'Started', message: `Started container ${name}`, component: 'kubelet' });
  }
  write(world, pod, life, { kind: 'running', ready: false, startedAt: world.now() });
  const behaviour = podBehaviour(pod);
  if (behaviour.ends !== 'never') return CRASH_AFTER_MS;
  if (restartPolicy(pod) !== 'Always') return behaviour.runsMs;
  return behaviour.readyAfterMs === 'never' ? 1000 : behaviour.readyAfterMs;
}

function run(world: World, pod: Manifest, life: Life, behaviour: Behaviour): number | undefined {
  const policy = restartPolicy(pod);
  const meantToEnd = policy !== 'Always';
  if (behaviour.ends === 'never' && !meantToEnd) {
    if (behaviour.readyAfterMs === 'never') {
      const message = 'Readiness probe failed: the sandbox was asked to keep this pod unready';
      world.events.record(pod, { type: 'Warning', reason: 'Unhealthy', message, component: 'kubelet' });
      return undefined;
    }
    // A pod found running after a restart of the server may have been ready before it is due again.
    write(world, pod, life, { kind: 'running', ready: true, startedAt: timestamp(life.startedAtMs) });
    return undefined;
  }
  const exitCode = behaviour.ends === 'never' ? 0 : behaviour.exitCode;
  const end: ContainerEnd = { exitCode, startedAt: timestamp(life.startedAtMs), finishedAt: world.now() };
  if (meantToEnd && (exitCode === 0 || policy === 'Never')) {
    write(world, pod, life, { kind: 'ended', end });
    return undefined;
  }
  return backOff(world, pod, life, end);
}

function backOff(world: World, pod: Manifest, life: Life, end: ContainerEnd): number {
  const delayMs = Math.min(BACK_OFF_MIN_MS * 2 ** Math.min(life.restarts, 10), BACK_OFF_MAX_MS);
  life.step = 'back-off';
  life.last = end;
  write(world, pod, life, { kind: 'back-off', last: end, delayMs });
  for (const { name } of containersOf(pod)) {
    const message = `Back-off restarting failed container ${name} in pod ${pod.metadata.name}_${pod.metadata.namespace ?? ''}(${pod.metadata.uid})`;
    world.events.record(pod, { type: 'Warning', reason: 'BackOff', message, component: 'kubelet' });
  }
  return delayMs;
}

function stop(world: World, pod: Manifest, life: Life): number | undefined {
  life.stopAtMs ??= world.nowMs() + STOP_MS;
  const waitMs = life.stopAtMs - world.nowMs();
  if (waitMs > 0) return waitMs;
  world.host.remove(pod, { grace: 'now' });
  return undefined;
}

function write(world: World, pod: Manifest, life: Life, containers: ContainerState): void {
  const { restarts, last, podIp, startTime } = life;
  const status = podStatusOf(pod, { containers, restarts, podIp, startTime, ...(last ? { last } : {}) }, world.now());
  world.setStatus(pod, status, 'kubelet');
}

function restartPolicy(pod: Manifest): string {
  return String((pod.spec as { restartPolicy?: string } | undefined)?.restartPolicy ?? 'Always');
}

function containersOf(pod: Manifest): readonly { name: string; image: string }[] {
  const spec = pod.spec as { containers?: { name?: string; image?: string }[] } | undefined;
  return (spec?.containers ?? []).map(({ name, image }) => ({ name: name ?? '', image: image ?? '' }));
}

function imageText(pod: Manifest): string {
  return containersOf(pod)
    .map(({ image }) => image)
    .join(' ');
}

function missingImages(pod: Manifest): readonly string[] {
  return containersOf(pod)
    .map(({ image }) => image)
    .filter(isMissing);
}
