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
  const params: Params[] = [];
  const needs: Need[] = [];
  for (const left of outer) {
    const filled = context.goTemplate ? { value: right as unknown } : fillValue(right, left);
    if ('error' in filled && filled.error !== undefined) return failed(filled.error);
    const second = context.run(filled.value as GeneratorEntry, context.depth + 1);
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
