import { describe, expect, it } from 'vitest';
import { parsePointer, withoutPointer } from '../../../src/core/diff/pointer.js';
import { sameQuantity } from '../../../src/core/diff/quantity.js';
import { parseSimplePath, withoutSimplePath } from '../../../src/core/diff/simple-path.js';

describe('simple jq paths', () => {
  const object = {
    spec: {
      replicas: 1,
      list: [
        { name: 'a', v: 1 },
        { name: 'b', v: 2 },
      ],
      'odd-key': { x: 1 },
    },
    metadata: { annotations: { 'a.b/c': '1' } },
  };
  const del = (program: string, value: unknown = object) => {
    const path = parseSimplePath(program);
    if (!path) throw new Error(`${program} is not simple`);
    return withoutSimplePath(value, path);
  };

  it.each([
    ['.spec.replicas', { ...object, spec: { list: object.spec.list, 'odd-key': { x: 1 } } }],
    ['.spec.list[].v', { ...object, spec: { ...object.spec, list: [{ name: 'a' }, { name: 'b' }] } }],
    ['.spec.list[0]', { ...object, spec: { ...object.spec, list: [{ name: 'b', v: 2 }] } }],
    ['.spec.list[-1].name', { ...object, spec: { ...object.spec, list: [{ name: 'a', v: 1 }, { v: 2 }] } }],
    ['.spec["odd-key"].x', { ...object, spec: { ...object.spec, 'odd-key': {} } }],
    ['.spec."odd-key"', { ...object, spec: { replicas: 1, list: object.spec.list } }],
    ['.metadata.annotations["a.b/c"]', { ...object, metadata: { annotations: {} } }],
    ['.spec.list[] | select(.name == "b") | .v', { ...object, spec: { ...object.spec, list: [{ name: 'a', v: 1 }, { name: 'b' }] } }],
    ['.spec.list[] | select(.name == "b")', { ...object, spec: { ...object.spec, list: [{ name: 'a', v: 1 }] } }],
    ['.spec | .replicas', { ...object, spec: { list: object.spec.list, 'odd-key': { x: 1 } } }],
  ])('%s removes what jq would', (program, expected) => {
    expect(del(program)).toEqual(expected);
  });

  it.each(['.nothing.at.all', '.spec.list[7]', '.nothing[]', '.spec.replicas.x', '.spec.list[].deep[]', '.nothing[]?'])(
    '%s changes nothing, because nothing is there or jq would fail',
    (program) => {
      expect(del(program)).toBe(object);
    },
  );

  it.each([
    '',
    'del(.a)',
    '.a | length',
    '..',
    '.a[1:2]',
    '.a as $x | $x',
    '.a, .b',
    '.a | select(.b)',
    '.a[.b]',
    'a',
    '.a | select(.b > 1)',
    '.[',
    '.a..b',
    '.a[] | select(.x == "y") | del(.z)',
  ])('refuses %j, which is more than a path', (program) => {
    expect(parseSimplePath(program)).toBeUndefined();
  });
});

describe('JSON pointers', () => {
  it('knows escapes, lists and what is no pointer', () => {
    expect(withoutPointer({ 'a/b': { 'c~d': 1, e: 2 } }, parsePointer('/a~1b/c~0d') ?? [])).toEqual({ 'a/b': { e: 2 } });
    expect(withoutPointer({ l: [1, 2, 3] }, parsePointer('/l/1') ?? [])).toEqual({ l: [1, 3] });
    expect(parsePointer('spec/replicas')).toBeUndefined();
    expect(parsePointer('/a~2')).toBeUndefined();
  });

  it('leaves the object itself where nothing is there', () => {
    const object = { a: { b: [1] } };
    for (const text of ['/x', '/a/x/y', '/a/b/1', '/a/b/-', '/a/b/0/c', '/constructor'])
      expect(withoutPointer(object, parsePointer(text) ?? [])).toBe(object);
  });
});

describe('quantities', () => {
  it.each([
    ['1000m', '1', true],
    ['1Gi', '1024Mi', true],
    ['1e3', '1k', true],
    ['0.5', '500m', true],
    [1, '1', true],
    ['1.5Gi', '1536Mi', true],
    ['100M', '100Mi', false],
    ['1', '1.0001', false],
    ['9007199254740993', '9007199254740992', false],
    ['-1', '1', false],
    ['x', 'x', false],
    ['', '', false],
    ['1e999', '1e999', false],
  ])('%s and %s: %s', (a, b, same) => {
    expect(sameQuantity(a, b)).toBe(same);
  });
});
