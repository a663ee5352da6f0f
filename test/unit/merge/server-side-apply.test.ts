import { describe, expect, it } from 'vitest';
import { describeConflicts } from '../../../src/core/merge/conflicts.js';
import { applyServerSide } from '../../../src/core/merge/server-side-apply.js';
import { trackUpdate } from '../../../src/core/merge/track-update.js';
import type { Manifest } from '../../../src/domain/resource.js';
import { configMap, deployment, randomDeployment, seeded, table, typeOf } from './support.js';

const T1 = '2026-01-01T00:00:00Z';
const T2 = '2026-01-02T00:00:00Z';

function apply(
  live: Manifest | undefined,
  applied: Manifest,
  options: { manager?: string; force?: boolean; now?: string; subresource?: string } = {},
) {
  const { manager = 'git', force = false, now = T1, subresource } = options;
  return applyServerSide({ table, type: typeOf(applied), live, applied, manager, force, now, subresource });
}

function update(before: Manifest | undefined, after: Manifest, manager: string, now = T2, subresource?: string): Manifest {
  return trackUpdate({ table, type: typeOf(after), before, after, manager, now, subresource });
}

const entryOf = (object: Manifest, manager: string) => object.metadata.managedFields?.find((entry) => entry.manager === manager);
interface Tree {
  readonly [key: string]: Tree;
}
const fieldsOf = (object: Manifest, manager: string) => entryOf(object, manager)?.fieldsV1 as unknown as Tree;
interface Podded {
  readonly spec: { readonly template: { readonly spec: { readonly containers: { name: string; image: string }[] } } };
}
const containers = (object: Manifest) => (object as unknown as Podded).spec.template.spec.containers;

describe('applying server-side', () => {
  it('records what the applier states, in the form of FieldsV1', () => {
    const { object } = apply(undefined, deployment());
    expect(object.metadata.managedFields).toEqual([
      {
        manager: 'git',
        operation: 'Apply',
        apiVersion: 'apps/v1',
        time: T1,
        fieldsType: 'FieldsV1',
        fieldsV1: {
          'f:metadata': { 'f:labels': { 'f:app': {} } },
          'f:spec': {
            'f:replicas': {},
            'f:selector': {},
            'f:template': {
              'f:metadata': { 'f:labels': { 'f:app': {} } },
              'f:spec': {
                'f:containers': {
                  'k:{"name":"web"}': {
                    '.': {},
                    'f:image': {},
                    'f:name': {},
                    'f:ports': { 'k:{"containerPort":80,"protocol":"TCP"}': { '.': {}, 'f:containerPort': {} } },
                  },
                },
              },
            },
          },
        },
      },
    ]);
  });

  it('is a no-op the second time: the very same object, times kept', () => {
    const first = apply(undefined, deployment()).object;
    expect(apply(first, deployment(), { now: T2 }).object).toBe(first);
  });

  it('leaves alone what others set and it never stated', () => {
    const live = apply(undefined, deployment()).object;
    const scaled = update(live, { ...live, spec: { ...(live['spec'] as object), paused: true } }, 'kubectl');
    expect(apply(scaled, deployment()).object).toBe(scaled);
  });

  it('reports a conflict in the words of the server, and changes nothing', () => {
    const live = apply(undefined, deployment()).object;
    const scaled = update(live, { ...live, spec: { ...(live['spec'] as object), replicas: 5 } }, 'kubectl-edit');
    const { object, conflicts } = apply(scaled, deployment());
    expect(object).toBe(scaled);
    expect(conflicts.map(({ manager, path }) => [manager, path])).toEqual([['kubectl-edit', '.spec.replicas']]);
    expect(describeConflicts(conflicts).message).toBe(
      `Apply failed with 1 conflict: conflict with "kubectl-edit" using apps/v1 at ${T2}: .spec.replicas`,
    );
  });

  it('takes the field over by force, and the other loses it', () => {
    const live = apply(undefined, deployment()).object;
    const scaled = update(live, { ...live, spec: { ...(live['spec'] as object), replicas: 5 } }, 'kubectl-edit');
    const { object, conflicts } = apply(scaled, deployment(), { force: true, now: T2 });
    expect(conflicts).toEqual([]);
    expect(object['spec']).toMatchObject({ replicas: 2 });
    expect(entryOf(object, 'kubectl-edit')).toBeUndefined();
  });

  it('shares a field with whoever applies the same value', () => {
    const live = apply(undefined, deployment()).object;
    const both = apply(live, deployment(), { manager: 'second', now: T2 });
    expect(both.conflicts).toEqual([]);
    expect(fieldsOf(both.object, 'second')).toEqual(fieldsOf(both.object, 'git'));
    expect(entryOf(both.object, 'git')?.time).toBe(T1);
  });

  it('removes what it stated before and states no more, unless another owns it', () => {
    const live = apply(undefined, configMap({ a: '1', b: '2', c: '3' })).object;
    const shared = apply(live, configMap({ b: '2' }), { manager: 'second' }).object;
    const { object } = apply(shared, configMap({ a: '1' }), { now: T2 });
    expect(object['data']).toEqual({ a: '1', b: '2' });
    expect(fieldsOf(object, 'git')).toEqual({ 'f:data': { 'f:a': {} } });
  });

  it('removes a whole named part that nobody owns any more, with defaults in it', () => {
    const live = apply(undefined, deployment({ strategy: { type: 'RollingUpdate' } })).object;
    const defaulted = {
      ...live,
      spec: { ...(live['spec'] as object), strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%' } } },
    };
    expect(apply(defaulted, deployment()).object['spec'] as object).not.toHaveProperty('strategy');
  });

  it('removes an item of a keyed list, and keeps what another put beside it', () => {
    const two = deployment();
    containers(two).push({ name: 'side', image: 'side:1' });
    const live = apply(undefined, two).object;
    const injected = structuredClone(live);
    containers(injected).splice(1, 0, { name: 'mesh', image: 'mesh:1' });
    const tracked = update(live, injected, 'injector');
    const { object, conflicts } = apply(tracked, deployment());
    expect(conflicts).toEqual([]);
    expect(containers(object).map((c: { name: string }) => c.name)).toEqual(['web', 'mesh']);
  });

  it('orders shared items as the configuration does, and keeps others between them', () => {
    const names = (list: string[]) => deployment({ template: { spec: { containers: list.map((name) => ({ name, image: 'x' })) } } });
    const live = names(['a', 'x', 'b', 'y', 'c']);
    expect(containers(apply(live, names(['c', 'a', 'b']), { force: true }).object).map((c: { name: string }) => c.name)).toEqual([
      'x',
      'y',
      'c',
      'a',
      'b',
    ]);
    expect(containers(apply(live, names(['a', 'n', 'b', 'c'])).object).map((c: { name: string }) => c.name)).toEqual([
      'a',
      'x',
      'n',
      'b',
      'y',
      'c',
    ]);
  });

  it('gives an object that nobody tracked an entry for what was there before', () => {
    const { object } = apply(deployment(), deployment({ replicas: 3 }), { force: true });
    expect(entryOf(object, 'before-first-apply')?.operation).toBe('Update');
    expect(fieldsOf(object, 'before-first-apply')['f:spec']?.['f:replicas']).toBeUndefined();
    expect(fieldsOf(object, 'git')['f:spec']?.['f:replicas']).toEqual({});
  });

  it('treats a subresource as a manager of its own', () => {
    const live = apply(undefined, deployment()).object;
    const status = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web', namespace: 'shop' },
      status: { replicas: 2 },
    } as Manifest;
    const { object } = apply(live, status, { subresource: 'status', now: T2 });
    expect(object.metadata.managedFields?.map(({ manager, subresource }) => [manager, subresource])).toEqual([
      ['git', undefined],
      ['git', 'status'],
    ]);
    expect(object['spec']).toEqual(live['spec']);
  });

  it('deduces types that it does not know: maps by field, lists as a whole', () => {
    const widget = (spec: unknown): Manifest =>
      ({ apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name: 'w' }, spec }) as Manifest;
    const live = apply(undefined, widget({ a: { b: 1 }, list: [{ name: 'x', v: 1 }] })).object;
    expect(fieldsOf(live, 'git')).toEqual({ 'f:spec': { '.': {}, 'f:a': { '.': {}, 'f:b': {} }, 'f:list': {} } });
    const { object } = apply(live, widget({ a: { c: 2 }, list: [{ name: 'y' }] }), { now: T2 });
    expect(object['spec']).toEqual({ a: { c: 2 }, list: [{ name: 'y' }] });
  });

  it('survives names that JavaScript knows', () => {
    const strange = configMap(JSON.parse('{"constructor":"1","__proto__":"2","toString":"3"}'));
    const live = apply(undefined, configMap({ a: '1' })).object;
    const { object } = apply(live, strange, { now: T2 });
    expect(JSON.stringify(object['data'])).toBe('{"constructor":"1","__proto__":"2","toString":"3"}');
    expect(apply(object, strange).object).toBe(object);
  });
});

describe('tracking updates', () => {
  it('gives the writer what it changed, and takes it from others', () => {
    const live = apply(undefined, deployment()).object;
    const next = update(live, { ...live, spec: { ...(live['spec'] as object), replicas: 9 } }, 'kubectl');
    expect(fieldsOf(next, 'kubectl')).toEqual({ 'f:spec': { 'f:replicas': {} } });
    expect(fieldsOf(next, 'git')['f:spec']?.['f:replicas']).toBeUndefined();
    expect(entryOf(next, 'git')?.time).toBe(T1);
  });

  it('changes nothing in managedFields where nothing was written', () => {
    const live = apply(undefined, deployment()).object;
    expect(update(live, { ...live }, 'kubectl').metadata.managedFields).toEqual(live.metadata.managedFields);
  });

  it('writes added parts with their own mark, as the server does', () => {
    const created = update(undefined, deployment(), 'kubectl-create', T1);
    expect(fieldsOf(created, 'kubectl-create')['f:metadata']?.['f:labels']).toEqual({ '.': {}, 'f:app': {} });
  });

  it('keeps entries that a client sends, and forgets all for one empty entry', () => {
    const live = apply(undefined, deployment()).object;
    const reset = update(live, { ...live, metadata: { ...live.metadata, managedFields: [{}] } }, 'kubectl');
    expect(reset.metadata.managedFields).toBeUndefined();
    const renamed = live.metadata.managedFields?.map((entry) => ({ ...entry, manager: 'renamed' })) ?? [];
    const sent = update(live, { ...live, metadata: { ...live.metadata, managedFields: renamed } }, 'kubectl');
    expect(sent.metadata.managedFields?.map(({ manager }) => manager)).toEqual(['renamed']);
  });

  it('folds the oldest of more than ten update managers', () => {
    let object = apply(undefined, configMap({})).object;
    object = update(object, configMapWith(object, 'a0'), 'm0', '2026-01-02T00:00:00Z');
    for (let i = 1; i <= 12; i++) object = update(object, configMapWith(object, `a${i}`), `m${i}`, `2026-02-${String(i + 10)}T00:00:00Z`);
    const updates = object.metadata.managedFields?.filter(({ operation }) => operation === 'Update') ?? [];
    expect(updates).toHaveLength(10);
    expect(fieldsOf(object, 'ancient-changes')).toMatchObject({ 'f:data': { 'f:a0': {}, 'f:a1': {} } });
  });
});

function configMapWith(object: Manifest, key: string): Manifest {
  return { ...object, data: { ...(object['data'] as object), [key]: '1' } };
}

describe('laws', () => {
  it('holds for a thousand random pairs: twice is once, applied fields are live, removed ones are gone, others stay', () => {
    const random = seeded(7);
    for (let i = 0; i < 1000; i++) {
      const first = randomDeployment(random);
      const second = randomDeployment(random);
      const other = randomDeployment(random);
      const live = apply(undefined, first).object;
      const mixed = apply(live, other, { manager: 'other', force: true, now: T2 }).object;
      const next = apply(mixed, second, { force: true, now: T2 }).object;
      expect(apply(next, second, { now: '2027-01-01T00:00:00Z' }).object).toBe(next);
      // Alone on the object, what is live is what was applied last.
      const alone = apply(live, second, { force: true }).object;
      expect(withoutMeta(alone)).toEqual(withoutMeta(second));
    }
  });
});

function withoutMeta(manifest: Manifest): unknown {
  const { metadata, ...rest } = manifest;
  return [sortLists(rest), metadata.labels];
}

/** Empty lists that a former apply had filled are gone; for the comparison they count as absent on both sides. */
function sortLists(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortLists);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, field]) => [key, sortLists(field)] as const)
      .filter(([, field]) => !(typeof field === 'object' && field !== null && Object.keys(field).length === 0)),
  );
}
