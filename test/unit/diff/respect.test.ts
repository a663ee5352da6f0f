import { describe, expect, it } from 'vitest';
import { respected } from '../../../src/core/diff/respect.js';
import { parseSimplePath, withoutSimplePath } from '../../../src/core/diff/simple-path.js';
import type { Manifest } from '../../../src/domain/resource.js';

const object = (spec: object, rest: object = {}): Manifest => ({ apiVersion: 'v1', kind: 'Thing', metadata: { name: 'a' }, spec, ...rest });
const ignoring =
  (...paths: readonly string[]) =>
  (each: Manifest): Manifest =>
    paths.reduce((value, path) => withoutSimplePath(value, parseSimplePath(path) ?? []), each as unknown) as Manifest;
const respect = (path: string, target: object, live: object) => respected(object(target), object(live), ignoring(path))['spec'];

describe('respected()', () => {
  it('takes live values of ignored fields, and leaves everything else as Git says', () => {
    expect(respect('.spec.replicas', { replicas: 2, image: 'new' }, { replicas: 7, image: 'old' })).toEqual({ replicas: 7, image: 'new' });
  });

  it('leaves an ignored field out that is not live, and takes one over that Git does not name', () => {
    expect(respect('.spec.replicas', { replicas: 2, image: 'a' }, { image: 'a' })).toEqual({ image: 'a' });
    expect(respect('.spec.replicas', { image: 'a' }, { replicas: 7, image: 'a' })).toEqual({ replicas: 7, image: 'a' });
  });

  it('finds items of lists by their name', () => {
    const target = {
      containers: [
        { name: 'a', image: '1', args: ['x'] },
        { name: 'b', image: '1' },
      ],
    };
    const live = {
      containers: [
        { name: 'injected', image: '9' },
        { name: 'b', image: '2' },
        { name: 'a', image: '3', args: ['y'] },
      ],
    };
    expect(respect('.spec.containers[].image', target, live)).toEqual({
      containers: [
        { name: 'a', image: '3', args: ['x'] },
        { name: 'b', image: '2' },
      ],
    });
  });

  it('keeps live items that are ignored as a whole', () => {
    const target = { containers: [{ name: 'a' }] };
    const live = { containers: [{ name: 'a' }, { name: 'injected', image: '9' }] };
    expect(respect('.spec.containers[] | select(.name == "injected")', target, live)).toEqual(live);
  });

  it('never takes the status over, and gives the very target back where nothing is ignored', () => {
    const target = object({ a: 1 });
    expect(respected(target, object({ a: 2 }, { status: { x: 1 } }), ignoring('.spec.nothing'))).toBe(target);
    const taken = respected(object({ a: 1 }), object({ a: 2 }, { status: { x: 1 } }), ignoring('.spec.a'));
    expect(taken).toEqual(object({ a: 2 }));
  });
});
