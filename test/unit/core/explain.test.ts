import { describe, expect, it } from 'vitest';
import { originsOf } from '../../../src/core/source/explain.js';

const told = (layers: Parameters<typeof originsOf>[0]) =>
  originsOf(layers).map(
    ({ path, value, from, hides }) => `${path}=${JSON.stringify(value)} ${from}${hides.map((each) => ` <${each.from}`).join('')}`,
  );

describe('originsOf()', () => {
  it('names the last layer that said a value, and those below it', () => {
    expect(
      told([
        { from: 'chart', values: { image: { tag: '1', repo: 'r' }, n: 1 } },
        { from: 'prod.yaml', values: { image: { tag: '2' } } },
        { from: 'parameter', at: 'image.tag', values: '3' },
      ]),
    ).toEqual(['image.repo="r" chart', 'image.tag="3" parameter <chart <prod.yaml', 'n=1 chart']);
  });

  it('replaces lists as a whole', () => {
    expect(
      told([
        { from: 'a', values: { l: [{ x: 1 }, { x: 2 }] } },
        { from: 'b', values: { l: [{ y: 3 }] } },
      ]),
    ).toEqual(['l[0].y=3 b']);
  });

  it('lets null take a value away, and a map replace a scalar', () => {
    expect(
      told([
        { from: 'a', values: { x: { y: 1 }, z: 1 } },
        { from: 'b', values: { x: null, z: { w: 2 } } },
      ]),
    ).toEqual(['z.w=2 b']);
  });

  it('knows empty lists and maps', () => {
    expect(
      told([
        { from: 'a', values: { l: [1], m: {} } },
        { from: 'b', values: { l: [] } },
      ]),
    ).toEqual(['l=[] b', 'm={} a']);
  });
});
