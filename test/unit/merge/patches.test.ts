import { describe, expect, it } from 'vitest';
import { jsonMerge, threeWayJsonMerge } from '../../../src/core/merge/json-merge.js';
import { jsonPatch } from '../../../src/core/merge/json-patch.js';
import { strategicMerge, threeWayStrategic } from '../../../src/core/merge/strategic.js';
import type { TypeNode, TypeTable } from '../../../src/domain/schema.js';
import { deployment, randomDeployment, seeded, table, typeOf } from './support.js';

const type = typeOf(deployment());
const strategic = (original: unknown, patch: unknown) => strategicMerge(table, type, original, patch);
const pods = (spec: unknown) => ({ spec: { template: { spec } } });

describe('strategic merge', () => {
  it('merges containers by name and adds new ones at the end', () => {
    const live = pods({
      containers: [
        { name: 'a', image: '1', tty: true },
        { name: 'b', image: '1' },
      ],
    });
    const patch = pods({
      containers: [
        { name: 'c', image: '3' },
        { name: 'a', image: '2' },
      ],
    });
    expect(strategic(live, patch)).toEqual(
      pods({
        containers: [
          { name: 'a', image: '2', tty: true },
          { name: 'b', image: '1' },
          { name: 'c', image: '3' },
        ],
      }),
    );
  });

  it('deletes an item by $patch: delete, replaces a list by $patch: replace, an object likewise', () => {
    const live = pods({ containers: [{ name: 'a' }, { name: 'b' }], nodeSelector: { x: '1', y: '2' } });
    expect(strategic(live, pods({ containers: [{ name: 'a', $patch: 'delete' }] }))).toEqual(
      pods({ containers: [{ name: 'b' }], nodeSelector: { x: '1', y: '2' } }),
    );
    expect(strategic(live, pods({ containers: [{ $patch: 'replace' }, { name: 'z' }] }))).toMatchObject(
      pods({ containers: [{ name: 'z' }] }),
    );
    expect(strategic(live, pods({ nodeSelector: { $patch: 'replace', z: '3' } }))).toMatchObject(pods({ nodeSelector: { z: '3' } }));
    expect(() => strategic(live, { $patch: 'merg' })).toThrow('$patch has to be merge, replace or delete, not "merg"');
  });

  it('orders as $setElementOrder says, and leaves items of others in between', () => {
    const live = pods({ containers: [{ name: 'a' }, { name: 'mesh' }, { name: 'b' }] });
    const patch = pods({ '$setElementOrder/containers': [{ name: 'b' }, { name: 'a' }], containers: [{ name: 'b', image: '2' }] });
    const merged = strategic(live, patch) as ReturnType<typeof pods> & { spec: { template: { spec: { containers: { name: string }[] } } } };
    expect(merged.spec.template.spec.containers.map(({ name }) => name)).toEqual(['mesh', 'b', 'a']);
  });

  it('keeps only the keys of $retainKeys', () => {
    const live = { spec: { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } } } };
    expect(strategic(live, { spec: { strategy: { $retainKeys: ['type'], type: 'Recreate' } } })).toEqual({
      spec: { strategy: { type: 'Recreate' } },
    });
  });

  it('merges finalizers as a set and deletes primitives', () => {
    const live = { metadata: { finalizers: ['a', 'b'] } };
    expect(strategic(live, { metadata: { finalizers: ['c'] } })).toEqual({ metadata: { finalizers: ['a', 'b', 'c'] } });
    expect(strategic(live, { metadata: { '$deleteFromPrimitiveList/finalizers': ['a'] } })).toEqual({ metadata: { finalizers: ['b'] } });
  });

  it('lets no directive and no null reach the object', () => {
    expect(strategic({}, pods({ containers: [{ name: 'a', $patch: 'delete' }], hostname: null }))).toEqual(pods({ containers: [] }));
  });
});

describe('the three-way strategic patch', () => {
  const threeWay = (original: unknown, modified: unknown, current: unknown) =>
    threeWayStrategic(table, type, { original, modified, current });

  it('is empty where live has what is wanted, whatever else it has', () => {
    const live = pods({ containers: [{ name: 'a', image: '1', imagePullPolicy: 'Always' }, { name: 'mesh' }], dnsPolicy: 'ClusterFirst' });
    const wanted = pods({ containers: [{ name: 'a', image: '1' }] });
    expect(threeWay(wanted, wanted, live)).toEqual({});
  });

  it('removes what was applied and is wanted no more', () => {
    const original = pods({ containers: [{ name: 'a', image: '1', env: [{ name: 'X', value: '1' }] }, { name: 'b' }], hostname: 'h' });
    const modified = pods({ containers: [{ name: 'a', image: '2', env: [] }] });
    const current = original;
    expect(threeWay(original, modified, current)).toEqual(
      pods({
        '$setElementOrder/containers': [{ name: 'a' }],
        containers: [
          { name: 'a', image: '2', '$setElementOrder/env': [], env: [{ name: 'X', $patch: 'delete' }] },
          { name: 'b', $patch: 'delete' },
        ],
        hostname: null,
      }),
    );
  });

  it('says which keys of a union stay', () => {
    const original = { spec: { strategy: { type: 'RollingUpdate' } } };
    const modified = { spec: { strategy: { type: 'Recreate' } } };
    const current = { spec: { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%' } } } };
    const union: TypeNode = {
      is: 'map',
      fields: { spec: { is: 'map', fields: { strategy: { is: 'ref', name: 's', patchStrategy: 'retainKeys' } } } },
    };
    const types: TypeTable = { types: { s: { is: 'map', rest: { is: 'any' } } }, kinds: {} };
    const patch = threeWayStrategic(types, union, { original, modified, current });
    expect(patch).toEqual({ spec: { strategy: { $retainKeys: ['type'], type: 'Recreate' } } });
    expect(strategicMerge(types, union, current, patch)).toEqual(modified);
  });

  it('turns live into what is wanted, for 500 random objects that only we write', () => {
    const random = seeded(11);
    for (let i = 0; i < 500; i++) {
      const first = randomDeployment(random);
      const second = randomDeployment(random);
      const patched = strategic(first, threeWay(first, second, first));
      expect(threeWay(second, second, patched)).toEqual({});
    }
  });
});

describe('JSON merge', () => {
  it('follows RFC 7396', () => {
    const cases: [unknown, unknown, unknown][] = [
      [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
      [{ a: 'b' }, { a: null }, {}],
      [{ a: [1] }, { a: [2, 3] }, { a: [2, 3] }],
      [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
      [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
      [['a'], 'x', 'x'],
    ];
    for (const [target, patch, result] of cases) expect(jsonMerge(target, patch)).toEqual(result);
  });

  it('does not touch the prototype', () => {
    const merged = jsonMerge({}, JSON.parse('{"__proto__":{"polluted":1}}')) as Record<string, unknown>;
    expect(merged['polluted']).toBeUndefined();
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('makes a three-way patch: removals from last-applied, the rest from live', () => {
    const patch = threeWayJsonMerge({
      original: { a: 1, b: { c: 1, d: 1 } },
      modified: { b: { d: 2 }, e: {} },
      current: { a: 1, b: { c: 1, d: 1, x: 9 } },
    });
    expect(patch).toEqual({ a: null, b: { c: null, d: 2 }, e: {} });
  });
});

describe('JSON patch', () => {
  it('applies operations in order and leaves the document alone', () => {
    const document = { spec: { list: [1, 2] } };
    expect(
      jsonPatch(document, [
        { op: 'add', path: '/spec/list/-', value: 3 },
        { op: 'remove', path: '/spec/list/0' },
      ]),
    ).toEqual({ spec: { list: [2, 3] } });
    expect(jsonPatch(document, [{ op: 'replace', path: '', value: { a: 1 } }])).toEqual({ a: 1 });
    expect(document).toEqual({ spec: { list: [1, 2] } });
  });

  it.each([
    [[{ op: 'remove', path: '/nope' }], 'operation 1 (remove /nope): that path does not exist'],
    [[{ op: 'test', path: '/a', value: 'secret' }], 'operation 1 (test /a): the value there is another one'],
    [[{ op: 'jump', path: '/a' }], 'operation 1 has op "jump"; use one of add, remove'],
    [[{ op: 'add', path: 'a', value: 1 }], 'the path of operation 1 (add) has to be a JSON pointer'],
    [[{ op: 'add', path: '/a' }], 'operation 1 (add /a) has no value'],
    [{ op: 'add' }, 'it has to be a list of operations'],
  ])('says which operation cannot be done: %j', (operations, message) => {
    expect(() => jsonPatch({ a: 1 }, operations)).toThrow(message);
  });

  it('refuses documents that grow by copies of copies', () => {
    const bomb = Array.from({ length: 40 }, (_, i) => ({ op: 'copy', from: '', path: `/k${i}` }));
    expect(() => jsonPatch({ a: 1 }, bomb)).toThrow('more than 500000 values');
  });
});
