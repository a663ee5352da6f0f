// What is a difference and what is none (behaviour 2.4), object by object.
import { describe, expect, it } from 'vitest';
import { resourceDiff } from '../../../src/core/diff/resource-diff.js';
import { jsonMerge } from '../../../src/core/merge/json-merge.js';
import { parseSettings } from '../../../src/core/settings.js';
import type { Manifest } from '../../../src/domain/resource.js';
import { application, compareWith, synced } from '../../unit/compare/support.js';
import { fixtures } from '../fixtures.js';

interface Fixture {
  readonly sentence: string;
  readonly target: Manifest;
  /** What was applied before, server-side by us; the target itself where it is absent, nothing where it is null. */
  readonly applied?: Manifest | null;
  /** Laid over `applied` as a merge patch: what the server, other managers and people made of it. */
  readonly live?: Record<string, unknown>;
  /** kubectl.kubernetes.io/last-applied-configuration of live. */
  readonly lastApplied?: Manifest;
  readonly syncOptions?: string[];
  readonly settings?: Record<string, string>;
  /** Paths that differ; empty: Synced. */
  readonly differs: readonly string[];
}

const all = fixtures<Fixture>(new URL('./fixtures/', import.meta.url));

describe('comparison', () => {
  it.each(all.map((fixture) => [fixture.sentence, fixture] as const))('%s', (_, fixture) => {
    const { resources } = compareWith({
      app: application(fixture.syncOptions ? { syncPolicy: { syncOptions: fixture.syncOptions } } : {}),
      targets: [fixture.target],
      live: [liveOf(fixture)],
      settings: parseSettings(fixture.settings ?? {}).settings,
    });
    const paths = resources.flatMap((resource) => resourceDiff(resource).fields.map(({ path }) => path));
    expect(paths.sort()).toEqual([...fixture.differs].sort());
    expect(resources[0]?.sync).toBe(fixture.differs.length > 0 ? 'OutOfSync' : 'Synced');
  });
});

function liveOf({ target, applied, live, lastApplied }: Fixture): Manifest {
  const base =
    applied === null ? { apiVersion: target.apiVersion, kind: target.kind, metadata: target.metadata } : synced(applied ?? target);
  const merged = jsonMerge(base, live ?? {}) as Manifest;
  if (!lastApplied) return merged;
  const annotations = { ...merged.metadata.annotations, 'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify(lastApplied) };
  return { ...merged, metadata: { ...merged.metadata, annotations } };
}
