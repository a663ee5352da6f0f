// DaemonSets: one pod on each node, replaced one after the other when the template changes.
import type { Manifest } from '../../../domain/resource.js';
import { isRefusal } from './refusal.js';
import { currentRevision, REVISION_LABEL } from './revision.js';
import { countPods, hasEnded, isReady, podFrom, resolveCount, templateOf } from './template.js';
import { MANAGER, type World } from './world.js';

const COMPONENT = 'daemonset-controller';

interface DaemonSetSpec {
  readonly minReadySeconds?: number;
  readonly updateStrategy?: { readonly type?: string; readonly rollingUpdate?: { readonly maxUnavailable?: unknown } };
}

export function reconcileDaemonSet(world: World, set: Manifest): number | undefined {
  if (set.metadata.deletionTimestamp) return undefined;
  const { hash } = currentRevision(world, set);
  const nodes = world.host.list('/Node').filter((node) => fits(set, node));
  const podsOn = podsByNode(world, set);
  for (const node of nodes) {
    const pod = podsOn.get(node.metadata.name);
    if (!pod) createPod(world, set, node, hash);
    else if (hasEnded(pod) && !pod.metadata.deletionTimestamp) world.host.remove(pod, { grace: 'now' });
  }
  for (const [name, pod] of podsOn) {
    if (!nodes.some((node) => node.metadata.name === name) && !pod.metadata.deletionTimestamp) world.host.remove(pod);
  }
  update(world, set, { hash, nodes });
  return writeStatus(world, set, { hash, nodes });
}

function fits(set: Manifest, node: Manifest): boolean {
  const selector = (templateOf(set).spec?.nodeSelector ?? {}) as Record<string, string>;
  return Object.entries(selector).every(([key, value]) => node.metadata.labels?.[key] === value);
}

function podsByNode(world: World, set: Manifest): Map<string, Manifest> {
  const found = new Map<string, Manifest>();
  for (const pod of world.owned(set, '/Pod')) found.set(String((pod.spec as { nodeName?: string }).nodeName ?? ''), pod);
  return found;
}

function createPod(world: World, set: Manifest, node: Manifest, hash: string): void {
  const name = `${set.metadata.name}-${world.suffix(5)}`;
  const labels = { [REVISION_LABEL]: hash, 'pod-template-generation': String(set.metadata.generation ?? 1) };
  try {
    world.host.create(podFrom(set, templateOf(set), { name, labels, spec: { nodeName: node.metadata.name } }), { manager: MANAGER });
    world.events.record(set, { reason: 'SuccessfulCreate', message: `Created pod: ${name}`, component: COMPONENT });
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const message = `Error creating: ${error.message}`;
    world.events.record(set, { type: 'Warning', reason: 'FailedCreate', message, component: COMPONENT });
  }
}

function update(world: World, set: Manifest, { hash, nodes }: { hash: string; nodes: readonly Manifest[] }): void {
  const { updateStrategy } = set.spec as DaemonSetSpec;
  if (updateStrategy?.type === 'OnDelete') return;
  const pods = world.owned(set, '/Pod');
  const stale = pods.filter((pod) => pod.metadata.labels?.[REVISION_LABEL] !== hash && !pod.metadata.deletionTimestamp);
  const working = pods.filter((pod) => isReady(pod) && !pod.metadata.deletionTimestamp);
  const allowed = Math.max(1, resolveCount(updateStrategy?.rollingUpdate?.maxUnavailable ?? 1, nodes.length, 'up'));
  const room = Math.max(0, allowed - Math.max(0, nodes.length - working.length));
  const broken = stale.filter((pod) => !isReady(pod));
  for (const pod of [...broken, ...stale.filter(isReady).slice(0, room)]) {
    world.host.remove(pod);
    world.events.record(set, { reason: 'SuccessfulDelete', message: `Deleted pod: ${pod.metadata.name}`, component: COMPONENT });
  }
}

function writeStatus(world: World, set: Manifest, { hash, nodes }: { hash: string; nodes: readonly Manifest[] }): number | undefined {
  const pods = world.owned(set, '/Pod').filter((pod) => !pod.metadata.deletionTimestamp);
  const count = countPods(pods, (set.spec as DaemonSetSpec).minReadySeconds ?? 0, world.nowMs());
  const updated = pods.filter((pod) => pod.metadata.labels?.[REVISION_LABEL] === hash).length;
  const unavailable = Math.max(0, nodes.length - count.available);
  world.setStatus(set, {
    currentNumberScheduled: Math.min(pods.length, nodes.length),
    numberMisscheduled: 0,
    desiredNumberScheduled: nodes.length,
    numberReady: count.ready,
    observedGeneration: set.metadata.generation,
    ...(updated > 0 ? { updatedNumberScheduled: updated } : {}),
    ...(count.available > 0 ? { numberAvailable: count.available } : {}),
    ...(unavailable > 0 ? { numberUnavailable: unavailable } : {}),
  });
  return count.lookAgainInMs;
}
