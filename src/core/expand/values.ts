// `values` of a generator: each is filled from the generator's own parameters, never from another value. Behaviour 2.1.
import { failed, type Generated, type GeneratorContext, generated, isRecord, type Params } from './generator.js';
import { goTexts } from './go-texts.js';
import { fillText } from './template.js';

/** The sets with their values. Without Go templates these are flat keys `values.x`, and a tag that is unknown stays as it is. */
export function withValues(values: unknown, sets: readonly Params[], context: GeneratorContext): Generated {
  if (!isRecord(values)) return generated(sets);
  const entries = Object.entries(values).map(([key, value]): [string, string] => [key, String(value)]);
  if (!context.goTemplate) {
    return generated(
      sets.map((params) => ({
        ...params,
        ...Object.fromEntries(entries.map(([key, value]) => [`values.${key}`, fillText(value, params).text])),
      })),
    );
  }
  const texts = entries.map(([, value]) => value);
  const filled = goTexts(texts, sets, context);
  if (filled.needs) return { params: [], needs: filled.needs };
  const params: Params[] = [];
  for (const [i, each] of filled.value.entries()) {
    if (each.error !== undefined) return failed(`failed to render values: ${each.error}`);
    params.push({ ...sets[i], values: Object.fromEntries(entries.map(([key], at) => [key, each.texts[at]])) });
  }
  return generated(params);
}
