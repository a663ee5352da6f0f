// matrix: every set of the first generator with every set of the second; the second may use the parameters of the first.
import { contentHash } from '../../hash.js';
import {
  failed,
  type Generated,
  type Generator,
  type GeneratorContext,
  type GeneratorEntry,
  generated,
  isRecord,
  type Need,
  type Params,
} from '../generator.js';
import { type Filled, goTexts, rebuilt, textsOf } from '../go-texts.js';
import { fillValue, printGo } from '../template.js';

export const matrixGenerator: Generator = {
  kind: 'matrix',
  generate(spec, context) {
    const children = Array.isArray(spec['generators']) ? (spec['generators'] as GeneratorEntry[]) : [];
    if (children.length < 2) return failed('found less than two generators, Matrix support only two');
    if (children.length > 2) return failed('found more than two generators, Matrix support only two');
    const [left, right] = children as [GeneratorEntry, GeneratorEntry];
    const first = context.run(left, context.depth + 1);
    if (first.error !== undefined || first.needs.length > 0) return first;
    return combine(first.params, right, context);
  },
};

function combine(outer: readonly Params[], right: GeneratorEntry, context: GeneratorContext): Generated {
  const entries = interpolated(outer, right, context);
  if (!Array.isArray(entries)) return entries as Generated;
  const params: Params[] = [];
  const needs: Need[] = [];
  for (const [i, left] of outer.entries()) {
    const second = context.run(entries[i] as GeneratorEntry, context.depth + 1);
    if (second.error !== undefined) return second;
    needs.push(...second.needs);
    for (const inner of second.params) {
      const joined = context.goTemplate ? mergeFirstWins(left, inner) : joinFlat(left, inner);
      if (typeof joined === 'string') return failed(joined);
      params.push(joined);
    }
  }
  return needs.length > 0 ? { params: [], needs } : generated(params);
}

/** The second generator as each set of the first makes it. */
function interpolated(outer: readonly Params[], right: GeneratorEntry, context: GeneratorContext): GeneratorEntry[] | Generated {
  if (context.goTemplate) return byGoTemplates(outer, right, context);
  const entries: GeneratorEntry[] = [];
  for (const left of outer) {
    const { value, error } = fillValue(right, left);
    if (error !== undefined) return failed(error);
    entries.push(value as GeneratorEntry);
  }
  return entries;
}

/**
 * `values` may name parameters that only their own generator will have: those that the first generator cannot fill are left for later.
 * Everything else has to be filled now.
 */
function byGoTemplates(outer: readonly Params[], right: GeneratorEntry, context: GeneratorContext): GeneratorEntry[] | Generated {
  const [kind] = Object.keys(right).filter((key) => isRecord(right[key]) && isRecord((right[key] as Record<string, unknown>)['values']));
  const block = kind === undefined ? undefined : (right[kind] as Record<string, unknown>);
  const values = block?.['values'] as Record<string, unknown> | undefined;
  const rest = kind === undefined || !block ? right : { ...right, [kind]: { ...block, values: undefined } };
  const filled = goTexts(textsOf(rest), outer, context);
  const later = valuesNow(values, outer, context);
  const needs = [...(filled.needs ?? []), ...(later.needs ?? [])];
  if (filled.needs || later.needs) return { params: [], needs };
  const entries: GeneratorEntry[] = [];
  for (const [i, each] of filled.value.entries()) {
    if (each.error !== undefined) return failed(each.error);
    const entry = rebuilt(rest, each.texts[Symbol.iterator]()) as Record<string, Record<string, unknown>>;
    entries.push(kind === undefined ? entry : { ...entry, [kind]: { ...entry[kind], values: later.value[i] } });
  }
  return entries;
}

function valuesNow(
  values: Record<string, unknown> | undefined,
  outer: readonly Params[],
  context: GeneratorContext,
): Filled<readonly (Record<string, unknown> | undefined)[]> {
  if (!values) return { value: outer.map(() => undefined) };
  const strict = { inputs: context.inputs, goTemplateOptions: ['missingkey=error'] };
  const needs: Need[] = [];
  const made = outer.map((): Record<string, unknown> => ({ ...values }));
  for (const [key, value] of Object.entries(values)) {
    const filled = goTexts([String(value)], outer, strict);
    if (filled.needs) needs.push(...filled.needs);
    else
      for (const [i, each] of filled.value.entries())
        (made[i] as Record<string, unknown>)[key] = each.error === undefined ? each.texts[0] : value;
  }
  return needs.length > 0 ? { needs } : { value: made };
}

/** Flat sets may share a key only with the same value. */
function joinFlat(a: Params, b: Params): Params | string {
  for (const [key, value] of Object.entries(b)) {
    if (key in a && contentHash(a[key]) !== contentHash(value))
      return `found duplicate key ${key} with different value, a: ${printGo(a[key])} ,b: ${printGo(value)}`;
  }
  return { ...a, ...b };
}

/** Nested sets merge deeply; what the first generator says wins, empty texts and false included. */
export function mergeFirstWins(first: Params, second: Params): Params {
  const merged: Record<string, unknown> = { ...second };
  for (const [key, value] of Object.entries(first)) {
    const other = merged[key];
    merged[key] = isRecord(value) && isRecord(other) ? mergeFirstWins(value, other) : value;
  }
  return merged;
}
