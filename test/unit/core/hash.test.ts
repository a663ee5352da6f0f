import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parseDurationOrSeconds, parseGoDuration, shortAge } from '../../../src/core/duration.js';
import { contentHash, sha256Hex, stableJson } from '../../../src/core/hash.js';

describe('sha256Hex()', () => {
  it('agrees with the platform for every length around a block and for text beyond ASCII', () => {
    for (let length = 0; length < 200; length++) {
      const text = 'aé✓'.repeat(length).slice(0, length);
      expect(sha256Hex(text)).toBe(createHash('sha256').update(text).digest('hex'));
    }
  });
});

describe('stableJson()', () => {
  it('does not depend on the order of keys, and leaves undefined out', () => {
    expect(stableJson({ b: 1, a: [{ d: undefined, c: null }] })).toBe('{"a":[{"c":null}],"b":1}');
    expect(contentHash({ a: 1, b: 2 })).toBe(contentHash({ b: 2, a: 1 }));
    expect(contentHash([1, 2])).not.toBe(contentHash([2, 1]));
  });
});

describe('parseGoDuration()', () => {
  it.each([
    ['1h30m', 5_400_000],
    ['500ms', 500],
    ['1.5h', 5_400_000],
    ['-2m', -120_000],
    ['0', 0],
    ['.5s', 500],
    ['1h0m0.25s', 3_600_250],
  ])('reads %s', (text, ms) => {
    expect(parseGoDuration(text)).toBe(ms);
  });
  it.each(['', '5', '1d', '1h 30m', 'h', '--1s', '1s2'])('refuses %j, as Go does', (text) => {
    expect(parseGoDuration(text)).toBeUndefined();
  });
  it('takes bare integers as seconds only where retry does', () => {
    expect(parseDurationOrSeconds('5')).toBe(5000);
    expect(parseDurationOrSeconds('3m')).toBe(180_000);
  });
});

describe('shortAge()', () => {
  it('uses one unit', () => {
    expect([40_000, 240_000, 3 * 3_600_000, 4 * 86_400_000].map(shortAge)).toEqual(['40s', '4m', '3h', '4d']);
  });
});
