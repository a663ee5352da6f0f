// The second generator of a matrix, filled in from the parameters of the first (behaviour 2.1, "matrix").
// With Go templates its `values` may name what only it will know: those are left for later, one by one.
import { type GeneratorContext, type GeneratorEntry, isRecord, type Need, type Params } from './generator.js';

export type Interpolated =
  | { readonly entries: readonly (GeneratorEntry | { readonly error: string })[] }
  | { readonly needs: readonly Need[] };

const LATER = /map has no entry for key|nil pointer evaluating|invalid value; expected|error calling index/;

export function interpolate(entry: GeneratorEntry, sets: readonly Params[], { templating }: GeneratorContext): Interpolated {
  const values: Deferred[] = [];
  const main = stripped(entry, templating.goTemplate ? values : undefined, []);
  const filling = templating.fill(main, sets, { keepEmpty: true });
  const needs: Need[] = filling.kind === 'need' ? [filling.need] : [];
  const later = values.map((value) => {
    const own = templating.fill({ text: value.text }, sets, { options: ['missingkey=error'] });
    if (own.kind === 'need') needs.push(own.need);
    return { ...value, own };
  });
  if (filling.kind === 'need' || needs.length > 0) return { needs };
  const entries = sets.map((_, i) => {
    const { value, error } = filling.results[i] ?? {};
    if (error !== undefined) return { error };
    let filled = value as GeneratorEntry;
    for (const { path, text, own } of later) {
      const result = own.kind === 'filled' ? own.results[i] : undefined;
      if (result?.error !== undefined && !LATER.test(result.error)) return { error: result.error };
      const known = result?.error === undefined ? (result?.value as { text: string } | undefined) : undefined;
      filled = placed(filled, path, known?.text ?? text);
    }
    return filled;
  });
  return { entries };
}

interface Deferred {
  readonly path: readonly (string | number)[];
  readonly text: string;
}

/** Without templates of children, which nothing reads, and without the values that are filled in on their own. */
function stripped(
  entry: Readonly<Record<string, unknown>>,
  values: Deferred[] | undefined,
  path: readonly (string | number)[],
): GeneratorEntry {
  const main: Record<string, unknown> = {};
  for (const [kind, block] of Object.entries(entry))
    main[kind] = isRecord(block) && kind !== 'selector' ? blockOf(block, values, [...path, kind]) : block;
  return main;
}

function blockOf(block: Readonly<Record<string, unknown>>, values: Deferred[] | undefined, path: readonly (string | number)[]): unknown {
  const { template: _, ...rest } = block;
  const own: Record<string, unknown> = rest;
  if (Array.isArray(own['generators']))
    own['generators'] = own['generators'].map((child, i) =>
      isRecord(child) ? stripped(child, values, [...path, 'generators', i]) : child,
    );
  const texts = own['values'];
  if (!values || !isRecord(texts)) return own;
  own['values'] = {};
  for (const [key, text] of Object.entries(texts)) values.push({ path: [...path, 'values', key], text: String(text) });
  return own;
}

/** A copy of the value with a text at the path; what is not on the path is shared. */
function placed<T>(value: T, [step, ...rest]: readonly (string | number)[], text: string): T {
  if (step === undefined) return text as T;
  if (Array.isArray(value)) return value.map((item, i) => (i === step ? placed(item, rest, text) : item)) as T;
  const record = value as Record<string, unknown>;
  return { ...record, [step]: placed(record[step] ?? {}, rest, text) } as T;
}
