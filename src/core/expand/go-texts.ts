// Texts that are Go templates: asked for all at once, and put back where they stood.
import type { RenderedTexts } from '../../domain/scripts.js';
import { type GeneratorContext, isRecord, type Need, needId, type Params } from './generator.js';

type Asked = Pick<GeneratorContext, 'inputs' | 'goTemplateOptions'>;

export type Filled<T> = { readonly value: T; readonly needs?: undefined } | { readonly needs: readonly Need[] };

/** Every text with every set of parameters: one answer per set. Texts without a template are not asked for. */
export function goTexts(texts: readonly string[], params: readonly Params[], context: Asked): Filled<readonly RenderedTexts[]> {
  const open = [...new Set(texts.filter(isTemplate))];
  if (open.length === 0 || params.length === 0) return { value: params.map(() => ({ texts })) };
  const need: Need = { kind: 'texts', texts: open, params, options: context.goTemplateOptions };
  const answer = context.inputs.answers.get(needId(need)) as readonly RenderedTexts[] | undefined;
  if (!answer) return { needs: [need] };
  const at = new Map(open.map((text, i) => [text, i]));
  return {
    value: answer.map((each) => (each.error === undefined ? { texts: texts.map((text) => each.texts[at.get(text) ?? -1] ?? text) } : each)),
  };
}

export function isTemplate(text: string): boolean {
  return text.includes('{{');
}

/** All texts of a JSON value, keys included, in the order in which `rebuilt` takes them. */
export function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(textsOf);
  return isRecord(value) ? Object.entries(value).flatMap(([key, child]) => [key, ...textsOf(child)]) : [];
}

/** The value with its texts replaced, one after the other. */
export function rebuilt(value: unknown, texts: Iterator<string>): unknown {
  const next = (): string => texts.next().value as string;
  if (typeof value === 'string') return next();
  if (Array.isArray(value)) return value.map((each) => rebuilt(each, texts));
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([, child]) => [next(), rebuilt(child, texts)]));
}
