// merge: the sets of the first generator, overridden by those of the others that agree with them on the merge keys.
import { stableJson } from '../../hash.js';
import { failed, type Generated, type Generator, type GeneratorEntry, generated, type Need, type Params } from '../generator.js';
import { mergeFirstWins } from './matrix.js';

export const mergeGenerator: Generator = {
  kind: 'merge',
  generate(spec, context) {
    const children = Array.isArray(spec['generators']) ? (spec['generators'] as GeneratorEntry[]) : [];
    const keys = Array.isArray(spec['mergeKeys']) ? spec['mergeKeys'].map(String) : [];
    if (children.length < 2) return failed('found less than two generators, Merge requires two or more');
    if (keys.length === 0) return failed('no merge keys were specified, Merge requires at least one');
    const results = children.map((child) => context.run(child, context.depth + 1));
    const wrong = results.find(({ error }) => error !== undefined);
    if (wrong) return wrong;
    const needs = results.flatMap((result): readonly Need[] => result.needs);
    return needs.length > 0 ? { params: [], needs } : mergeSets(results, keys, context.goTemplate);
  },
};

function mergeSets(results: readonly Generated[], keys: readonly string[], goTemplate: boolean): Generated {
  const indexed = results.map(({ params }) => indexBy(params, keys));
  const bad = indexed.find((index): index is string => typeof index === 'string');
  if (bad !== undefined) return failed(bad);
  const [base, ...overrides] = indexed as Map<string, Params>[];
  const merged = [...(base ?? new Map<string, Params>())].map(([id, params]) => {
    let current = params;
    for (const override of overrides) {
      const over = override.get(id);
      if (over) current = goTemplate ? mergeFirstWins(over, current) : { ...current, ...over };
    }
    return current;
  });
  return generated(merged);
}

/** Sets by the JSON of their merge keys. A missing key counts as null, so sets without it are the same. */
function indexBy(params: readonly Params[], keys: readonly string[]): Map<string, Params> | string {
  const index = new Map<string, Params>();
  for (const set of params) {
    const id = stableJson(Object.fromEntries(keys.map((key) => [key, set[key] ?? null])));
    if (index.has(id)) {
      return `the parameters from a generator were not unique by the given mergeKeys, Merge requires all param sets to be unique. Duplicate key was ${id}`;
    }
    index.set(id, set);
  }
  return index;
}
