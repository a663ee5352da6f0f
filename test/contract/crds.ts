import { expect, it } from 'vitest';
import type { Manifest } from '../../src/domain/resource.js';
import { refOf } from '../../src/domain/resource.js';
import {
  eventually,
  expectGolden,
  gone,
  live,
  MANAGER,
  makeNamespace,
  raw,
  refusal,
  remove,
  SERVER_SIDE,
  type Subject,
} from './subject.js';

function byManager(a: { manager?: string }, b: { manager?: string }): number {
  return (a.manager ?? '') < (b.manager ?? '') ? -1 : 1;
}

const CRD: Manifest = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'widgets.contract.example' },
  spec: {
    group: 'contract.example',
    scope: 'Namespaced',
    names: { plural: 'widgets', singular: 'widget', kind: 'Widget', shortNames: ['wd'] },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: { status: {}, scale: { specReplicasPath: '.spec.size', statusReplicasPath: '.status.size' } },
        schema: {
          openAPIV3Schema: {
            type: 'object',
            required: ['spec'],
            properties: {
              spec: {
                type: 'object',
                required: ['size'],
                properties: {
                  size: { type: 'integer', minimum: 1, maximum: 5 },
                  mode: { type: 'string', enum: ['fast', 'slow'], default: 'slow' },
                  port: { 'x-kubernetes-int-or-string': true },
                  free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
                  parts: {
                    type: 'array',
                    'x-kubernetes-list-type': 'map',
                    'x-kubernetes-list-map-keys': ['name'],
                    items: { type: 'object', required: ['name'], properties: { name: { type: 'string' }, n: { type: 'integer' } } },
                  },
                  tags: { type: 'array', 'x-kubernetes-list-type': 'set', items: { type: 'string' } },
                  plain: { type: 'array', items: { type: 'string' } },
                },
              },
              status: { type: 'object', properties: { size: { type: 'integer' } } },
            },
          },
        },
      },
    ],
  },
};

export function crdsContract(subject: () => Subject): void {
  const widget = (name: string, spec: Record<string, unknown>): Manifest => ({
    apiVersion: 'contract.example/v1',
    kind: 'Widget',
    metadata: { name, namespace: 'widgets' },
    spec,
  });
  const established = async () => {
    await makeNamespace(subject(), 'widgets');
    await subject().cluster.apply(CRD, SERVER_SIDE);
    await eventually(subject(), async () => {
      const conditions = ((await live(subject(), CRD))['status'] as { conditions?: { type: string; status: string }[] })?.conditions ?? [];
      return conditions.some(({ type, status }) => type === 'Established' && status === 'True') ? true : undefined;
    });
    // A real server serves the kind a moment after it says so.
    await eventually(subject(), async () => {
      const { kinds } = await subject().cluster.discover();
      return kinds.some(({ kind }) => kind === 'Widget') ? true : undefined;
    });
  };

  it('serves a new kind, with its scope, names and subresources', async () => {
    await established();
    const { kinds } = await subject().cluster.discover();
    const api = kinds.find(({ kind }) => kind === 'Widget');
    expect(api).toMatchObject({ group: 'contract.example', version: 'v1', plural: 'widgets', namespaced: true, shortNames: ['wd'] });
    expect([...(api?.subresources ?? [])].sort()).toEqual(['scale', 'status']);
    const table = await eventually(subject(), async () => {
      await subject().cluster.discover();
      const types = await subject().cluster.types(undefined, ['contract.example/v1']);
      return types.kinds['contract.example/v1/Widget'] ? types : undefined;
    });
    const type = table.types[table.kinds['contract.example/v1/Widget'] ?? ''];
    const spec = type?.is === 'map' ? type.fields?.['spec'] : undefined;
    expect(spec?.is === 'map' && spec.fields).toMatchObject({
      size: { is: 'scalar', type: 'integer', minimum: 1, maximum: 5 },
      mode: { is: 'scalar', type: 'string', default: 'slow' },
      port: { is: 'scalar', format: 'int-or-string' },
      free: { preserveUnknown: true },
      parts: { is: 'list', listType: 'map', keys: ['name'] },
      tags: { is: 'list', listType: 'set' },
      plain: { is: 'list', listType: 'atomic' },
    });
  });

  it('defaults, prunes and validates its objects', async () => {
    await established();
    const made = await subject().cluster.apply(widget('one', { size: 2, port: 'http', free: { any: { thing: 1 } } }), SERVER_SIDE);
    expect(made['spec']).toEqual({ size: 2, mode: 'slow', port: 'http', free: { any: { thing: 1 } } });
    const wrong = (spec: Record<string, unknown>) =>
      refusal(subject().cluster.apply(widget('bad', spec), { mode: 'create', fieldManager: MANAGER }));
    const range = await wrong({ size: 9 });
    expect([range.status, range.message]).toEqual([422, expect.stringContaining('spec.size in body should be less than or equal to 5')]);
    expect((await wrong({})).message).toContain('spec.size: Required value');
    expect((await wrong({ size: 1, mode: 'x' })).message).toContain('spec.mode: Unsupported value: "x": supported values: "fast", "slow"');
    expect((await wrong({ size: 'x' })).message).toContain('must be of type integer');
    expect((await wrong({ size: 1, nope: 1 })).message).toContain('unknown field "spec.nope"');
    const lenient = await subject().cluster.apply(widget('two', { size: 1, nope: 1 }), {
      mode: 'create',
      fieldManager: MANAGER,
      validate: false,
    });
    expect(lenient['spec']).toEqual({ size: 1, mode: 'slow' });
  });

  it('knows owners of its fields, generations, status and scale', async () => {
    await established();
    const old = await subject().cluster.get(refOf(widget('owned', {})));
    if (old) await remove(subject(), old);
    const steps: Record<string, unknown> = {};
    const first = widget('owned', { size: 1, parts: [{ name: 'a', n: 1 }], tags: ['x', 'y'], plain: ['p'], free: { k: { l: 1 } } });
    steps['create'] = await subject().cluster.apply(first, SERVER_SIDE);
    steps['another'] = await subject().cluster.apply(widget('owned', { size: 1, parts: [{ name: 'b' }], tags: ['z'] }), {
      ...SERVER_SIDE,
      fieldManager: 'other',
    });
    steps['the first drops'] = await subject().cluster.apply(widget('owned', { size: 1, tags: ['x'] }), SERVER_SIDE);
    steps['status'] = await subject().cluster.patch(refOf(first), {
      type: 'merge',
      subresource: 'status',
      body: { spec: { size: 4 }, status: { size: 3 } },
      fieldManager: 'ctl',
    });
    const scale = '/apis/contract.example/v1/namespaces/widgets/widgets/owned/scale';
    const scaled = await raw(subject(), 'PATCH', scale, {
      headers: { 'content-type': 'application/merge-patch+json' },
      query: { fieldManager: 'scaler' },
      body: { spec: { replicas: 5 } },
    });
    steps['scale'] = scaled.body;
    const after = await live(subject(), first);
    steps['scaled'] = { spec: after['spec'], owners: after.metadata.managedFields?.map(({ time: _, ...entry }) => entry).sort(byManager) };
    expectGolden(subject(), 'ownership-crd', steps);
  });

  it('applies custom objects client-side by JSON merge', async () => {
    await established();
    const how = { mode: 'client-side', fieldManager: MANAGER } as const;
    await subject().cluster.apply(widget('client', { size: 1, mode: 'fast', plain: ['a'] }), how);
    const next = await subject().cluster.apply(widget('client', { size: 2, plain: ['b'] }), how);
    expect(next['spec']).toEqual({ size: 2, mode: 'slow', plain: ['b'] });
    expect(next.metadata.generation).toBe(2);
  });

  it('goes with all its objects', async () => {
    await established();
    const made = await subject().cluster.apply(widget('last', { size: 1 }), SERVER_SIDE);
    const crd = await live(subject(), CRD);
    await remove(subject(), crd);
    await gone(subject(), refOf(CRD));
    expect(await subject().cluster.get(refOf(made))).toBeUndefined();
  });
}
