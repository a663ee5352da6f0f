// merge: the sets of the first generator, overridden by those of the others that agree with them on the merge keys.
import { stableJson } from '../../hash.js';
import { failed, type Generated, type Generator, type GeneratorEntry, type Need, type Params, wrapped } from '../generator.js';
import { mergeFirstWins } from './matrix.js';

export const mergeGenerator: Generator = {
  kind: 'merge',
  generate(spec, context) {
    const children = Array.isArray(spec['generators']) ? (spec['generators'] as GeneratorEntry[]) : [];
    const keys = Array.isArray(spec['mergeKeys']) ? [...new Set(spec['mergeKeys'].map(String))] : [];
    if (children.length < 2) return failed('found less than two generators, Merge requires two or more');
    const results: Generated[] = [];
    for (const [i, child] of children.entries()) {
      const result = context.child(child);
      if (result.error !== undefined)
        return wrapped(
          result,
          `error getting param sets from generators: error getting params from generator ${i + 1} of ${children.length}`,
        );
      results.push(result);
    }
    const needs = results.flatMap((result): readonly Need[] => result.needs);
    return needs.length > 0
      ? { params: [], needs }
      : wrapped(mergeSets(results, keys, context.goTemplate), 'error getting param sets by merge key');
  },
};

interface Entry {
  readonly params: Params;
  readonly origin: string;
}

function mergeSets(results: readonly Generated[], keys: readonly string[], goTemplate: boolean): Generated {
  if (keys.length === 0) return failed('no merge keys were specified, Merge requires at least one');
  const indexed = results.map((result) => indexBy(result, keys));
  const bad = indexed.find((index): index is string => typeof index === 'string');
  if (bad !== undefined) return failed(bad);
  const [base = new Map<string, Entry>(), ...overrides] = indexed as Map<string, Entry>[];
  const merged = [...base].map(([id, entry]) => {
    let current = entry;
    for (const override of overrides) {
      const over = override.get(id);
      if (over)
        current = {
          params: goTemplate ? mergeFirstWins(over.params, current.params) : { ...current.params, ...over.params },
          origin: `${current.origin} + ${over.origin}`,
        };
    }
    return current;
  });
  return {
    params: merged.map(({ params }) => params),
    origins: merged.map(({ origin }) => origin),
    dropped: [...results.flatMap(({ dropped }) => dropped ?? []), ...unmatched(base, overrides)],
    needs: [],
  };
}

/** Overrides that agree with no base set. */
function unmatched(base: ReadonlyMap<string, Entry>, overrides: readonly ReadonlyMap<string, Entry>[]) {
  return overrides.flatMap((override) =>
    [...override]
      .filter(([id]) => !base.has(id))
      .map(([id, { origin, params }]) => ({ origin, by: `merge: the first generator has no set with the keys ${id}`, params })),
  );
}

/** Sets by the JSON of their merge keys. A missing key counts as null, so sets without it are the same. */
function indexBy({ params, origins }: Generated, keys: readonly string[]): Map<string, Entry> | string {
  const index = new Map<string, Entry>();
  for (const [i, set] of params.entries()) {
    const id = stableJson(Object.fromEntries(keys.map((key) => [key, Object.hasOwn(set, key) ? set[key] : null])));
    if (index.has(id)) {
      return `the parameters from a generator were not unique by the given mergeKeys, Merge requires all param sets to be unique. Duplicate key was ${id}`;
    }
    index.set(id, { params: set, origin: origins?.[i] ?? '' });
  }
  return index;
}
