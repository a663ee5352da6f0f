// Health of built-in kinds, message for message (behaviour 2.4).
import { describe, expect, it } from 'vitest';
import { healthOf } from '../../../src/core/health/health.js';
import type { Health } from '../../../src/domain/application.js';
import type { Manifest } from '../../../src/domain/resource.js';
import { fixtures } from '../fixtures.js';

interface Fixture {
  readonly sentence: string;
  readonly object: Manifest;
  /** Absent: the kind has no health. */
  readonly health?: Health;
}

const all = fixtures<Fixture>(new URL('./fixtures/', import.meta.url));

describe('health', () => {
  it.each(all.map((fixture) => [fixture.sentence, fixture] as const))('%s', (_, { object, health }) => {
    expect(healthOf({ ...object, metadata: { ...object.metadata, name: 'web' } })).toEqual(health);
  });

  it('survives objects whose status is nonsense', () => {
    for (const { object } of all) {
      for (const status of [null, 1, 'x', [], { conditions: 'x', containerStatuses: [null, 3], loadBalancer: [] }]) {
        expect(() => healthOf({ ...object, metadata: { name: 'web' }, spec: status, status })).not.toThrow();
      }
    }
  });
});
