// What every controller works with: the host, the children of each owner, and small writes that do nothing when nothing changed.
import { groupVersion, type Manifest, type OwnerReference } from '../../../domain/resource.js';
import { createEvents, type Events } from './event-record.js';
import type { ControllerHost, KindName, StoredChange } from './host.js';

export const MANAGER = 'kube-controller-manager';

/** Kinds whose objects are found by their owner. */
const OWNED: ReadonlySet<KindName> = new Set(['/Pod', 'apps/ReplicaSet', 'batch/Job', 'apps/ControllerRevision']);
const NAME_LETTERS = 'bcdfghjklmnpqrstvwxz2456789';

export interface World {
  readonly host: ControllerHost;
  readonly events: Events;
  nowMs(): number;
  /** The time as objects carry it: RFC 3339 in whole seconds. */
  now(): string;
  /** Objects of a kind that this object controls, oldest first, those being deleted included. */
  owned(owner: Manifest, kind: KindName): readonly Manifest[];
  /** Keeps the index of children; called with every change. */
  observe(change: StoredChange): void;
  /** Random letters for a generated name. */
  suffix(length: number): string;
  /** Writes the status if it differs from what is stored; undefined fields are left out. */
  setStatus(object: Manifest, status: Record<string, unknown>, manager?: string): void;
}

export function kindName(object: Manifest): KindName {
  return `${groupVersion(object.apiVersion).group}/${object.kind}`;
}

export function controllerOf(object: Manifest): OwnerReference | undefined {
  return object.metadata.ownerReferences?.find((owner) => owner.controller === true);
}

export function ownerReference(owner: Manifest): OwnerReference {
  const { apiVersion, kind } = owner;
  return { apiVersion, kind, name: owner.metadata.name, uid: owner.metadata.uid ?? '', controller: true, blockOwnerDeletion: true };
}

export function createWorld(host: ControllerHost): World {
  const children = new Map<string, Map<string, Manifest>>();
  const nowMs = () => host.clock.now();
  const now = () => timestamp(nowMs());
  return {
    host,
    events: createEvents(host),
    nowMs,
    now,
    owned(owner, kind) {
      const mine = children.get(owner.metadata.uid ?? '');
      if (!mine) return [];
      return [...mine.values()].filter((child) => kindName(child) === kind);
    },
    observe({ type, object }) {
      const owner = OWNED.has(kindName(object)) ? controllerOf(object)?.uid : undefined;
      const uid = object.metadata.uid;
      if (owner === undefined || uid === undefined) return;
      const mine = children.get(owner) ?? new Map<string, Manifest>();
      if (type === 'DELETED') mine.delete(uid);
      else mine.set(uid, object);
      if (mine.size === 0) children.delete(owner);
      else children.set(owner, mine);
    },
    suffix: (length) => Array.from({ length }, () => NAME_LETTERS[Math.floor(host.random() * NAME_LETTERS.length)]).join(''),
    setStatus(object, status, manager = MANAGER) {
      const next = withoutUndefined(status) as Record<string, unknown>;
      if (sameValue(next, object.status)) return;
      host.update({ ...object, status: next }, { manager, subresource: 'status' });
    },
  };
}

export function timestamp(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
}

function withoutUndefined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutUndefined);
  if (value === null || typeof value !== 'object') return value;
  const set = Object.entries(value).filter(([, field]) => field !== undefined);
  return Object.fromEntries(set.map(([name, field]) => [name, withoutUndefined(field)]));
}

/** Deep equality of JSON values; the order of keys does not matter. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object' || Array.isArray(a) !== Array.isArray(b)) return false;
  const [x, y] = [a as Record<string, unknown>, b as Record<string, unknown>];
  const names = Object.keys(x);
  return names.length === Object.keys(y).length && names.every((name) => Object.hasOwn(y, name) && sameValue(x[name], y[name]));
}
