// When a set is looked at again: the shortest interval of its generators (behaviour 2.1, "Requeue").
import type { Manifest } from '../../domain/resource.js';
import { isRecord } from './generator.js';

export const VALIDATION_REQUEUE_MS = 180_000;
const DEFAULTS_MS: Readonly<Record<string, number>> = {
  git: 180_000,
  clusterDecisionResource: 180_000,
  scmProvider: 1_800_000,
  pullRequest: 1_800_000,
  plugin: 1_800_000,
};

/** undefined: only when something changes. */
export function requeueAfterMs(set: Manifest): number | undefined {
  const spec = isRecord(set['spec']) ? set['spec'] : {};
  const all = intervals(spec['generators']);
  return all.length > 0 ? Math.min(...all) : undefined;
}

function intervals(entries: unknown): number[] {
  if (!Array.isArray(entries)) return [];
  return entries.filter(isRecord).flatMap((entry) =>
    Object.entries(entry).flatMap(([kind, block]) => {
      if (!isRecord(block)) return [];
      if (Array.isArray(block['generators'])) return intervals(block['generators']);
      const seconds = block['requeueAfterSeconds'];
      const ms = typeof seconds === 'number' && seconds > 0 ? seconds * 1000 : DEFAULTS_MS[kind];
      return ms === undefined ? [] : [ms];
    }),
  );
}
