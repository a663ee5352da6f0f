// StatefulSets: pods with numbers, made in order, each with its claims; updated from the highest number down to the partition.
import type { Manifest } from '../../../domain/resource.js';
import { isRefusal } from './refusal.js';
import { currentRevision, REVISION_LABEL } from './revision.js';
import { availableInMs, hasEnded, isReady, podFrom, templateOf } from './template.js';
import { MANAGER, type World } from './world.js';

const COMPONENT = 'statefulset-controller';

interface StatefulSetSpec {
  readonly replicas?: number;
  readonly minReadySeconds?: number;
  readonly podManagementPolicy?: string;
  readonly ordinals?: { readonly start?: number };
  readonly serviceName?: string;
  readonly updateStrategy?: { readonly type?: string; readonly rollingUpdate?: { readonly partition?: number } };
  readonly volumeClaimTemplates?: readonly Manifest[];
  readonly persistentVolumeClaimRetentionPolicy?: { readonly whenScaled?: string };
}

interface Turn {
  readonly world: World;
  readonly set: Manifest;
  readonly spec: StatefulSetSpec;
  readonly revision: { readonly name: string; readonly hash: string };
  /** By ordinal; pods that are being deleted still hold their number. */
  readonly pods: ReadonlyMap<number, Manifest>;
}

export function reconcileStatefulSet(world: World, set: Manifest): number | undefined {
  if (set.metadata.deletionTimestamp) return undefined;
  const spec = set.spec as StatefulSetSpec;
  const revision = currentRevision(world, set);
  act({ world, set, spec, revision, pods: byOrdinal(world, set) });
  return writeStatus({ world, set, spec, revision, pods: byOrdinal(world, set) });
}

function byOrdinal(world: World, set: Manifest): Map<number, Manifest> {
  const found = new Map<number, Manifest>();
  for (const pod of world.owned(set, '/Pod')) {
    const ordinal = Number(pod.metadata.name.slice(set.metadata.name.length + 1));
    if (Number.isInteger(ordinal)) found.set(ordinal, pod);
  }
  return found;
}

/** One action at a time when ordered: the lowest missing or unready pod holds up everything after it. */
function act(turn: Turn): void {
  const { world, set, spec, pods } = turn;
  const [first, count] = [spec.ordinals?.start ?? 0, spec.replicas ?? 1];
  const ordered = spec.podManagementPolicy !== 'Parallel';
  for (let ordinal = first; ordinal < first + count; ordinal++) {
    const pod = pods.get(ordinal);
    if (pod && hasEnded(pod) && !pod.metadata.deletionTimestamp) {
      world.host.remove(pod, { grace: 'now' });
      createPod(turn, ordinal);
    } else if (!pod) createPod(turn, ordinal);
    if (ordered && !(pod && isReady(pod) && !pod.metadata.deletionTimestamp)) return;
  }
  const surplus = [...pods.keys()].filter((ordinal) => ordinal < first || ordinal >= first + count).sort((a, b) => b - a);
  for (const ordinal of ordered ? surplus.slice(0, 1) : surplus) {
    const pod = pods.get(ordinal);
    if (!pod || pod.metadata.deletionTimestamp) continue;
    world.host.remove(pod);
    const message = `delete Pod ${pod.metadata.name} in StatefulSet ${set.metadata.name} successful`;
    world.events.record(set, { reason: 'SuccessfulDelete', message, component: COMPONENT });
  }
  if (surplus.length === 0) update(turn, first, count);
}

function update({ world, spec, revision, pods }: Turn, first: number, count: number): void {
  if (spec.updateStrategy?.type === 'OnDelete') return;
  const partition = Math.max(first, spec.updateStrategy?.rollingUpdate?.partition ?? 0);
  for (let ordinal = first + count - 1; ordinal >= partition; ordinal--) {
    const pod = pods.get(ordinal);
    if (!pod || pod.metadata.deletionTimestamp) return;
    if (pod.metadata.labels?.[REVISION_LABEL] !== revision.name) {
      world.host.remove(pod);
      return;
    }
    if (!isReady(pod)) return;
  }
}

function createPod({ world, set, spec, revision }: Turn, ordinal: number): void {
  const name = `${set.metadata.name}-${ordinal}`;
  const volumes = createClaims(world, set, name);
  const template = templateOf(set);
  const own = (template.spec?.volumes ?? []) as { name: string }[];
  const labels = {
    'statefulset.kubernetes.io/pod-name': name,
    'apps.kubernetes.io/pod-index': String(ordinal),
    [REVISION_LABEL]: revision.name,
  };
  const all = [...own.filter((volume) => !volumes.some((each) => each.name === volume.name)), ...volumes];
  const identity = {
    hostname: name,
    ...(spec.serviceName ? { subdomain: spec.serviceName } : {}),
    ...(all.length ? { volumes: all } : {}),
  };
  try {
    world.host.create(podFrom(set, template, { name, labels, spec: identity }), { manager: MANAGER });
    const message = `create Pod ${name} in StatefulSet ${set.metadata.name} successful`;
    world.events.record(set, { reason: 'SuccessfulCreate', message, component: COMPONENT });
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const detail = error.message;
    const message = `create Pod ${name} in StatefulSet ${set.metadata.name} failed error: ${detail}`;
    world.events.record(set, { type: 'Warning', reason: 'FailedCreate', message, component: COMPONENT });
  }
}

function createClaims(world: World, set: Manifest, podName: string): { name: string; persistentVolumeClaim: { claimName: string } }[] {
  const templates = (set.spec as StatefulSetSpec).volumeClaimTemplates ?? [];
  const labels = (set.spec as { selector?: { matchLabels?: Record<string, string> } }).selector?.matchLabels ?? {};
  return templates.map((template) => {
    const claimName = `${template.metadata.name}-${podName}`;
    const namespace = set.metadata.namespace ?? '';
    if (!world.host.get('/PersistentVolumeClaim', namespace, claimName)) {
      const { annotations } = template.metadata;
      const metadata = {
        name: claimName,
        namespace,
        labels: { ...labels, ...template.metadata.labels },
        ...(annotations ? { annotations } : {}),
      };
      world.host.create(
        { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata, spec: structuredClone(template.spec) },
        { manager: MANAGER },
      );
    }
    return { name: template.metadata.name, persistentVolumeClaim: { claimName } };
  });
}

function writeStatus({ world, set, spec, revision, pods }: Turn): number | undefined {
  const live = [...pods.values()].filter((pod) => !pod.metadata.deletionTimestamp);
  const waits = live.map((pod) => availableInMs(pod, spec.minReadySeconds ?? 0, world.nowMs())).filter((wait) => wait !== undefined);
  const updated = live.filter((pod) => pod.metadata.labels?.[REVISION_LABEL] === revision.name);
  const before = (set.status ?? {}) as { currentRevision?: string };
  const done = updated.length === (spec.replicas ?? 1) && live.length === updated.length && waits.length === live.length;
  const currentName = done ? revision.name : (before.currentRevision ?? revision.name);
  const current = live.filter((pod) => pod.metadata.labels?.[REVISION_LABEL] === currentName).length;
  world.setStatus(set, {
    observedGeneration: set.metadata.generation,
    replicas: live.length,
    ...(waits.length > 0 ? { readyReplicas: waits.length } : {}),
    ...(current > 0 ? { currentReplicas: current } : {}),
    ...(updated.length > 0 ? { updatedReplicas: updated.length } : {}),
    currentRevision: currentName,
    updateRevision: revision.name,
    collisionCount: 0,
    availableReplicas: waits.filter((wait) => wait === 0).length,
  });
  const pending = waits.filter((wait) => wait > 0);
  return pending.length > 0 ? Math.min(...pending) : undefined;
}
