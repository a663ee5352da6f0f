// matrix: every set of the first generator with every set of the second; the second may use the parameters of the first.
import { sameJson } from '../../merge/record.js';
import {
  type Dropped,
  failed,
  type Generated,
  type Generator,
  type GeneratorContext,
  type GeneratorEntry,
  isRecord,
  MAX_SETS,
  type Need,
  type Params,
  wrapped,
} from '../generator.js';
import { interpolate } from '../interpolate.js';
import { printGo } from '../template.js';

export const matrixGenerator: Generator = {
  kind: 'matrix',
  generate(spec, context) {
    const children = Array.isArray(spec['generators']) ? (spec['generators'] as GeneratorEntry[]) : [];
    if (children.length < 2) return failed('found less than two generators, Matrix support only two');
    if (children.length > 2) return failed('found more than two generators, Matrix support only two');
    const [left, right] = children as [GeneratorEntry, GeneratorEntry];
    const first = context.child(left);
    if (first.error !== undefined) return wrapped(first, 'error failed to generate params for first generator in matrix');
    return first.needs.length > 0 ? first : combine(first, right, context);
  },
};

function combine(outer: Generated, right: GeneratorEntry, context: GeneratorContext): Generated {
  const doing = 'failed to get params for second generator in the matrix generator';
  const filled = interpolate(right, outer.params, context);
  if ('needs' in filled) return { params: [], needs: filled.needs };
  const params: Params[] = [];
  const origins: string[] = [];
  const dropped: Dropped[] = [...(outer.dropped ?? [])];
  const needs: Need[] = [];
  for (const [i, left] of outer.params.entries()) {
    const entry = filled.entries[i] as GeneratorEntry | { readonly error: string };
    if ('error' in entry && typeof entry.error === 'string') return failed(`${doing}: ${entry.error}`);
    const second = context.child(entry as GeneratorEntry);
    if (second.error !== undefined) return wrapped(second, doing);
    needs.push(...second.needs);
    for (const each of second.dropped ?? []) dropped.push({ ...each, origin: `${outer.origins?.[i]} x ${each.origin}` });
    for (const [at, inner] of second.params.entries()) {
      const joined = context.goTemplate ? mergeFirstWins(left, inner) : joinFlat(left, inner);
      if (typeof joined === 'string')
        return failed(`failed to combine string maps with merging params for the matrix generator: ${joined}`);
      params.push(joined);
      origins.push(`${outer.origins?.[i]} x ${second.origins?.[at]}`);
    }
    if (params.length > MAX_SETS) return failed(`the matrix gives more than ${MAX_SETS} parameter sets`);
  }
  return needs.length > 0 ? { params: [], needs } : { params, origins, dropped, needs };
}

/** Flat sets may share a key only with the same value. */
function joinFlat(a: Params, b: Params): Params | string {
  for (const key of Object.keys(b)) {
    if (Object.hasOwn(a, key) && !sameJson(a[key], b[key]))
      return `found duplicate key ${key} with different value, a: ${printGo(a[key])} ,b: ${printGo(b[key])}`;
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
