// Server-side apply, as a server answers it: objects, owners and conflicts.
import { describe, expect, it } from 'vitest';
import { describeConflicts } from '../../../src/core/merge/conflicts.js';
import { applyServerSide } from '../../../src/core/merge/server-side-apply.js';
import { trackUpdate } from '../../../src/core/merge/track-update.js';
import type { Manifest } from '../../../src/domain/resource.js';
import { table, typeOf } from '../../unit/merge/support.js';
import { fixtures } from '../fixtures.js';

type Step =
  | { readonly apply: Manifest; readonly by: string; readonly force?: boolean; readonly subresource?: string }
  | { readonly update: Manifest; readonly by: string; readonly subresource?: string };

interface Fixture {
  readonly sentence: string;
  readonly steps: readonly Step[];
  /** The parts of the object that the last step leaves; managedFields aside. */
  readonly object?: Record<string, unknown>;
  /** 'manager operation[ subresource]' to its fields. */
  readonly owners?: Readonly<Record<string, unknown>>;
  /** The server's message, where the last step is refused. */
  readonly conflict?: string;
}

function run(steps: readonly Step[]): { object: Manifest | undefined; conflict?: string } {
  let live: Manifest | undefined;
  for (const [i, step] of steps.entries()) {
    const now = `2026-01-0${i + 1}T00:00:00Z`;
    const manifest = 'apply' in step ? step.apply : step.update;
    const common = { table, type: typeOf(manifest), manager: step.by, now, subresource: step.subresource };
    if ('update' in step) {
      const kept = manifest.metadata.managedFields ?? live?.metadata.managedFields;
      live = trackUpdate({
        ...common,
        before: live,
        after: { ...manifest, metadata: { ...manifest.metadata, ...(kept ? { managedFields: kept } : {}) } },
      });
      continue;
    }
    const { object, conflicts } = applyServerSide({ ...common, live, applied: step.apply, force: step.force ?? false });
    if (conflicts.length > 0) return { object: live, conflict: describeConflicts(conflicts).message };
    live = object;
  }
  return { object: live };
}

describe('server-side apply', () => {
  it.each(fixtures<Fixture>(new URL('./fixtures/', import.meta.url)).map((fixture) => [fixture.sentence, fixture] as const))(
    '%s',
    (_, fixture) => {
      const { object, conflict } = run(fixture.steps);
      expect(conflict).toBe(fixture.conflict);
      const { managedFields = [], ...metadata } = object?.metadata ?? { name: '' };
      if (fixture.object) expect({ ...object, metadata }).toEqual(fixture.object);
      if (fixture.owners) {
        const owners = managedFields.map(({ manager, operation, subresource, fieldsV1 }) => [
          [manager, operation, subresource].filter(Boolean).join(' '),
          fieldsV1,
        ]);
        expect(Object.fromEntries(owners)).toEqual(fixture.owners);
      }
    },
  );
});
