// The two template modes behind one seam: values are filled in once per parameter set, at once or after the shell has asked the
// Go template engine.
import { compileValue, Fault } from './compile.js';
import { type Inputs, isRecord, type Params } from './generator.js';
import { readGoText } from './go-text.js';
import { type FilledObject, type Need, needId, Unanswered } from './needs.js';
import { compileFast } from './template.js';

export interface Filled {
  readonly value?: unknown;
  /** The rendered templatePatch. */
  readonly patch?: string;
  readonly error?: string;
}

export type Filling = { readonly kind: 'filled'; readonly results: readonly Filled[] } | { readonly kind: 'need'; readonly need: Need };

export interface Templating {
  readonly goTemplate: boolean;
  /** Fills the value, and the patch where there is one, in for every set. An empty set leaves the value as it is where `keepEmpty`. */
  fill(
    value: Readonly<Record<string, unknown>>,
    sets: readonly Params[],
    more?: { readonly patch?: string | undefined; readonly keepEmpty?: boolean; readonly options?: readonly string[] },
  ): Filling;
}

const PATCH_ERROR = 'error replacing values in templatePatch: ';

export const fastTemplating: Templating = {
  goTemplate: false,
  fill(value, sets, { patch, keepEmpty } = {}) {
    const fill = compileValue(value, compileFast);
    const fillPatch = patch === undefined ? undefined : (compileFast(patch) ?? (() => patch));
    const results = sets.map((params): Filled => {
      const filled = keepEmpty && isEmpty(params) ? value : fill(params);
      if (filled instanceof Fault) return { error: filled.error ?? 'invalid template' };
      if (!fillPatch) return { value: filled };
      const text = fillPatch(params);
      return text instanceof Fault ? { error: `${PATCH_ERROR}${text.error}` } : { value: filled, patch: text };
    });
    return { kind: 'filled', results };
  },
};

/** `options`: goTemplateOptions of the set. */
export function goTemplating(inputs: Inputs, options: readonly string[]): Templating {
  return {
    goTemplate: true,
    fill(value, sets, more = {}) {
      const { patch, keepEmpty = false } = more;
      const known = sets.map((params) => (keepEmpty && isEmpty(params) && patch === undefined ? { value } : undefined));
      const here = simple(value, patch);
      const results = sets.map((params, i): Filled | undefined => known[i] ?? here?.(params, keepEmpty && isEmpty(params)));
      const open = sets.filter((_, i) => results[i] === undefined);
      if (open.length === 0) return { kind: 'filled', results: results as Filled[] };
      const need: Need = {
        kind: 'templates',
        template: value,
        params: open,
        options: more.options ?? options,
        ...(patch === undefined ? {} : { templatePatch: patch }),
      };
      const id = needId(need);
      if (!inputs.answers.has(id)) return { kind: 'need', need };
      return { kind: 'filled', results: joined(results, inputs.answers.get(id)) };
    },
  };
}

/** The open results in their places. */
function joined(results: readonly (Filled | undefined)[], answer: unknown): Filled[] {
  let next = 0;
  return results.map((result): Filled => {
    if (result) return result;
    if (answer instanceof Unanswered) return { error: answer.reason };
    const rendered = (answer as readonly FilledObject[])[next++];
    if (rendered === undefined) return { error: 'the Go templates gave fewer answers than were asked for' };
    if (rendered.error !== undefined) return { error: rendered.error };
    return { value: rendered.object, ...(rendered.patch === undefined ? {} : { patch: rendered.patch }) };
  });
}

/** A filler for values that only name fields; undefined where the engine is needed for every set. */
function simple(
  value: Readonly<Record<string, unknown>>,
  patch: string | undefined,
): ((params: Params, keep: boolean) => Filled | undefined) | undefined {
  let engine = false;
  const compileText = (text: string) => {
    const read = readGoText(text);
    if (read.kind === 'go') engine = true;
    return read.kind === 'fields' ? read.fill : undefined;
  };
  const fill = compileValue(value, compileText);
  const fillPatch = patch === undefined ? undefined : (compileText(patch) ?? (() => patch));
  if (engine) return undefined;
  return (params, keep) => {
    const filled = keep ? value : fill(params);
    const text = fillPatch?.(params);
    if (filled instanceof Fault || text instanceof Fault) return undefined;
    return { value: filled, ...(text === undefined ? {} : { patch: text }) };
  };
}

export function isEmpty(params: Params): boolean {
  return !isRecord(params) || Object.keys(params).length === 0;
}
