// A small server for controllers: objects in a map, defaults applied, generations counted, owners collected, pods deleted with grace.
import type { ControllerHost, KindName, StoredChange, WriteOptions } from '../../../src/adapters/apiserver/controllers/host.js';
import { completeOnCreate } from '../../../src/adapters/apiserver/controllers/on-create.js';
import { type Controllers, startControllers } from '../../../src/adapters/apiserver/controllers/start.js';
import { builtinTypes } from '../../../src/adapters/apiserver/schema/builtin-types.js';
import { applyDefaults } from '../../../src/adapters/apiserver/schema/defaults.js';
import { validateObject } from '../../../src/adapters/apiserver/schema/validate-object.js';
import { IoError } from '../../../src/domain/problem.js';
import { groupVersion, type Manifest } from '../../../src/domain/resource.js';
import { typeOfKind } from '../../../src/domain/schema.js';
import { type ManualClock, manualClock } from '../../support/clock.js';

export interface FakeServer {
  readonly clock: ManualClock;
  readonly host: ControllerHost;
  readonly controllers: Controllers;
  /** Writes that changed something since the start. */
  writes(): number;
  apply(object: Manifest): Manifest;
  get(kind: KindName, name: string, namespace?: string): Manifest;
  find(kind: KindName, name: string, namespace?: string): Manifest | undefined;
  list(kind: KindName): readonly Manifest[];
  remove(kind: KindName, name: string): void;
  events(): readonly string[];
  /** Refuses creations that this returns a reason for. */
  refuse(rule: (object: Manifest) => string | undefined): void;
}

const keyOf = (kind: KindName, namespace: string, name: string) => `${kind}|${namespace}|${name}`;
const kindOf = (object: Manifest): KindName => `${groupVersion(object.apiVersion).group}/${object.kind}`;
const own = (object: Manifest) => keyOf(kindOf(object), object.metadata.namespace ?? '', object.metadata.name);

export function fakeServer(seed: readonly Manifest[] = []): FakeServer {
  const clock = manualClock();
  const objects = new Map<string, Manifest>();
  const listeners = new Set<(change: StoredChange) => void>();
  let [revision, uids, draws, refusal] = [0, 0, 7, (_: Manifest): string | undefined => undefined];
  const random = () => {
    draws = (draws * 16_807) % 2_147_483_647;
    return draws / 2_147_483_647;
  };
  const now = () => new Date(clock.now()).toISOString().replace(/\.\d+Z$/, 'Z');
  const emit = (type: StoredChange['type'], object: Manifest) => {
    for (const listener of listeners) listener({ type, object });
  };
  const store = (type: 'ADDED' | 'MODIFIED', object: Manifest): Manifest => {
    const stored = { ...object, metadata: { ...object.metadata, resourceVersion: String(++revision) } };
    objects.set(own(stored), stored);
    emit(type, stored);
    return stored;
  };
  const withDefaults = (object: Manifest): Manifest => {
    const { group, version } = groupVersion(object.apiVersion);
    const type = typeOfKind(builtinTypes(), group, version, object.kind);
    if (!type) throw new Error(`no type for ${object.apiVersion} ${object.kind}`);
    const filled = applyDefaults(builtinTypes(), type, object);
    const errors = validateObject(builtinTypes(), type, filled, { strict: true });
    if (errors.length > 0) throw new IoError(JSON.stringify(errors), { retry: 'never', status: 422 });
    return filled;
  };
  const list = (kind: KindName, namespace?: string) =>
    [...objects.values()].filter((o) => kindOf(o) === kind && (namespace === undefined || o.metadata.namespace === namespace));
  const create = (object: Manifest): Manifest => {
    if (objects.has(own(object)))
      throw new IoError(`${own(object)} already exists`, { retry: 'never', status: 409, reason: 'AlreadyExists' });
    const reason = refusal(object);
    if (reason) throw new IoError(reason, { retry: 'never', status: 403, reason: 'Forbidden' });
    const metadata = { ...object.metadata, uid: `uid-${++uids}`, generation: 1, creationTimestamp: now() };
    return store('ADDED', withDefaults(completeOnCreate({ ...structuredClone(object), metadata }, (kind) => list(kind))));
  };
  const update = (object: Manifest, options: WriteOptions): Manifest => {
    const before = objects.get(own(object));
    if (!before) throw new IoError(`${own(object)} not found`, { retry: 'never', status: 404 });
    const next =
      options.subresource === 'status' ? { ...before, status: object.status } : withDefaults({ ...object, status: before.status });
    if (
      JSON.stringify({ ...next, metadata: { ...next.metadata, resourceVersion: '' } }) ===
      JSON.stringify({ ...before, metadata: { ...before.metadata, resourceVersion: '' } })
    )
      return before;
    const generation = (before.metadata.generation ?? 1) + (JSON.stringify(next.spec) === JSON.stringify(before.spec) ? 0 : 1);
    return store('MODIFIED', { ...next, metadata: { ...next.metadata, generation } });
  };
  const remove = (object: Manifest, options: { grace?: 'now' } = {}): void => {
    const before = objects.get(own(object));
    if (!before) return;
    if (kindOf(before) === '/Pod' && options.grace !== 'now') {
      if (!before.metadata.deletionTimestamp) store('MODIFIED', { ...before, metadata: { ...before.metadata, deletionTimestamp: now() } });
      return;
    }
    objects.delete(own(before));
    emit('DELETED', before);
    for (const child of [...objects.values()])
      if (child.metadata.ownerReferences?.some((o) => o.uid === before.metadata.uid)) remove(child);
  };
  const host: ControllerHost = {
    clock,
    random,
    get: (kind, namespace, name) => objects.get(keyOf(kind, namespace, name)),
    list,
    create,
    update,
    remove,
    observe: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
  for (const object of seed) create(object);
  const controllers = startControllers(host);
  const find = (kind: KindName, name: string, namespace = 'shop') => objects.get(keyOf(kind, namespace, name));
  return {
    clock,
    host,
    controllers,
    writes: () => revision,
    apply: (object) =>
      objects.has(own(object))
        ? update(
            { ...objects.get(own(object)), ...object, metadata: { ...objects.get(own(object))?.metadata, ...object.metadata } },
            { manager: 'test' },
          )
        : create(object),
    find,
    get: (kind, name, namespace) => {
      const found = find(kind, name, namespace);
      if (!found) throw new Error(`no ${kind} ${name}`);
      return found;
    },
    list: (kind) => list(kind),
    remove: (kind, name) => {
      const found = find(kind, name);
      if (found) remove(found);
    },
    events: () => list('/Event').map((e) => `${(e.involvedObject as { kind: string }).kind} ${e.reason}: ${e.message}`),
    refuse: (rule) => {
      refusal = rule;
    },
  };
}

/** A Deployment of one container. */
export function deployment(
  options: { name?: string; replicas?: number; image?: string; behaviour?: string; spec?: object } = {},
): Manifest {
  const { name = 'web', replicas = 3, image = 'registry.example/web:1', behaviour, spec } = options;
  return workload('Deployment', { name, image, ...(behaviour ? { behaviour } : {}), spec: { replicas, ...spec } });
}

export function workload(kind: string, options: { name?: string; image?: string; behaviour?: string; spec?: object }): Manifest {
  const { name = 'web', image = 'registry.example/web:1', behaviour, spec } = options;
  const labels = { app: name };
  const annotations = behaviour ? { 'sandbox.argosy.dev/behaviour': behaviour } : undefined;
  return {
    apiVersion: 'apps/v1',
    kind,
    metadata: { name, namespace: 'shop' },
    spec: {
      selector: { matchLabels: labels },
      template: { metadata: { labels, ...(annotations ? { annotations } : {}) }, spec: { containers: [{ name: 'main', image }] } },
      ...spec,
    },
  };
}

export function statusOf(object: Manifest): Record<string, unknown> {
  return (object.status ?? {}) as Record<string, unknown>;
}

export function condition(object: Manifest, type: string): { status?: string; reason?: string; message?: string } {
  const list = (statusOf(object).conditions ?? []) as { type: string; status?: string; reason?: string; message?: string }[];
  return list.find((each) => each.type === type) ?? {};
}
