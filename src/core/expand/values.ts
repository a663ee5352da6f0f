// `values` of a generator: each is filled from the generator's own parameters, never from another value (billion laughs).
import { failed, type Generated, type GeneratorContext, generated, isRecord, needing, type Params } from './generator.js';

/** The sets with their values: flat as 'values.<key>', or nested below `values` for Go templates. */
export function withValues(values: unknown, sets: readonly Params[], { templating }: Pick<GeneratorContext, 'templating'>): Generated {
  if (!isRecord(values) || Object.keys(values).length === 0 || sets.length === 0) return generated(sets);
  const keys = Object.keys(values);
  // As a list: keys of values are names, not templates.
  const filling = templating.fill({ list: keys.map((key) => String(values[key])) }, sets);
  if (filling.kind === 'need') return needing(filling.need);
  const result: Params[] = [];
  for (const [i, params] of sets.entries()) {
    const { value, error } = filling.results[i] ?? {};
    if (error !== undefined) return failed(`failed to replace templated string: ${error}`);
    const texts = (value as { list: readonly string[] }).list;
    const filled = Object.fromEntries(keys.map((key, at) => [templating.goTemplate ? key : `values.${key}`, texts[at] as string]));
    result.push(templating.goTemplate ? { ...params, values: filled } : { ...params, ...filled });
  }
  return generated(result);
}
