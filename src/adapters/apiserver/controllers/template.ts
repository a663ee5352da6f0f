// Pod templates: their hash, the pods made from them, and what the status of such a pod says.
import { createHash } from 'node:crypto';
import type { Manifest, ObjectMeta } from '../../../domain/resource.js';
import { conditionOf, isTrue } from './conditions.js';
import { ownerReference, type World } from './world.js';

export interface PodTemplate {
  readonly metadata?: Partial<ObjectMeta>;
  readonly spec?: Record<string, unknown>;
}

const HASH_LETTERS = 'bcdf2456789ghjklmnpqrstvwxz';

export function templateOf(object: Manifest): PodTemplate {
  return ((object.spec as { template?: PodTemplate } | undefined)?.template ?? {}) as PodTemplate;
}

/** A short hash of a template, made of letters that form no words. Equal templates have equal hashes. */
export function templateHash(template: PodTemplate): string {
  const digest = createHash('sha256').update(canonical(template)).digest();
  return [...digest.subarray(0, 10)].map((byte) => HASH_LETTERS[byte % HASH_LETTERS.length]).join('');
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value).filter(([, field]) => field !== undefined && field !== null);
  return `{${entries
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, field]) => `${JSON.stringify(name)}:${canonical(field)}`)
    .join(',')}}`;
}

/** A pod of a template, controlled by `owner`. */
export function podFrom(
  owner: Manifest,
  template: PodTemplate,
  extra: { name: string; labels?: Record<string, string>; spec?: object },
): Manifest {
  const { labels, annotations, finalizers } = template.metadata ?? {};
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: extra.name,
      ...(owner.metadata.namespace ? { namespace: owner.metadata.namespace } : {}),
      labels: { ...labels, ...extra.labels },
      ...(annotations ? { annotations: { ...annotations } } : {}),
      ...(finalizers ? { finalizers: [...finalizers] } : {}),
      ownerReferences: [ownerReference(owner)],
    },
    spec: { ...structuredClone(template.spec ?? {}), ...extra.spec },
  };
}

/** Pods of an owner that count: not being deleted and not ended. */
export function activePods(world: World, owner: Manifest): readonly Manifest[] {
  return world.owned(owner, '/Pod').filter((pod) => !pod.metadata.deletionTimestamp && !hasEnded(pod));
}

export function phaseOf(pod: Manifest): string {
  return String((pod.status as { phase?: string } | undefined)?.phase ?? 'Pending');
}

export function hasEnded(pod: Manifest): boolean {
  return phaseOf(pod) === 'Succeeded' || phaseOf(pod) === 'Failed';
}

export function isReady(pod: Manifest): boolean {
  return isTrue(pod, 'Ready');
}

/** When a ready pod counts as available: milliseconds from now, 0 when it does, undefined when it is not ready. */
export function availableInMs(pod: Manifest, minReadySeconds: number, nowMs: number): number | undefined {
  if (!isReady(pod)) return undefined;
  const readyMs = Date.parse(conditionOf(pod, 'Ready')?.lastTransitionTime ?? '');
  return Math.max(0, (Number.isNaN(readyMs) ? 0 : readyMs) + minReadySeconds * 1000 - nowMs);
}

export interface PodCount {
  readonly ready: number;
  readonly available: number;
  /** Until the next ready pod becomes available. */
  readonly lookAgainInMs: number | undefined;
}

export function countPods(pods: readonly Manifest[], minReadySeconds: number, nowMs: number): PodCount {
  const waits = pods.map((pod) => availableInMs(pod, minReadySeconds, nowMs)).filter((wait) => wait !== undefined);
  const pending = waits.filter((wait) => wait > 0);
  return {
    ready: waits.length,
    available: waits.length - pending.length,
    lookAgainInMs: pending.length > 0 ? Math.min(...pending) : undefined,
  };
}

/** Pods in the order in which to delete them: unscheduled and not ready first, then the youngest. */
export function deletionOrder(pods: readonly Manifest[]): readonly Manifest[] {
  const rank = (pod: Manifest) => (phaseOf(pod) === 'Pending' ? 0 : isReady(pod) ? 2 : 1);
  const born = (pod: Manifest) => pod.metadata.creationTimestamp ?? '';
  return [...pods].sort((a, b) => rank(a) - rank(b) || (born(a) > born(b) ? -1 : born(a) < born(b) ? 1 : 0));
}

/** 'maxSurge' and its like: a number, or a share of the replicas, rounded up or down. */
export function resolveCount(value: unknown, total: number, rounding: 'up' | 'down'): number {
  if (typeof value === 'number') return value;
  const percent = typeof value === 'string' ? /^(\d+)%$/.exec(value)?.[1] : undefined;
  if (percent === undefined) return 0;
  const share = (Number(percent) * total) / 100;
  return rounding === 'up' ? Math.ceil(share) : Math.floor(share);
}
