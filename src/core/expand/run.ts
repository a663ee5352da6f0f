// Runs the entries of spec.generators: finds the generators, lets them generate, filters by the entry's selector.
import { type Dropped, failed, type Generated, type GeneratorContext, type GeneratorEntry, isRecord, wrapped } from './generator.js';
import { GENERATORS } from './generators/registry.js';
import { type LabelSelector, matcherOf } from './selector.js';
import { flatten } from './template.js';

const BESIDE = new Set(['selector', 'template']);
/** What is left out is remembered for people, not for machines. */
const MAX_DROPPED = 2_000;
/** matrix and merge may hold matrix and merge, and those none of them. */
const COMBINING = new Set(['matrix', 'merge']);
const MAX_DEPTH = 1;

export type RunContext = Omit<GeneratorContext, 'child'>;

/** The result of each generator that the entry names; most name one. */
export function runEntry(entry: GeneratorEntry, context: RunContext): readonly Generated[] {
  const { test, error } = matcherOf(entry['selector']);
  if (error !== undefined) return [failed(`error parsing label selector: ${error}`)];
  return kindsOf(entry).map((kind) => filtered(runKind(kind, entry, context, 0), kind, test));
}

/** Kinds in the order in which Argo CD looks for them. */
function kindsOf(entry: GeneratorEntry): string[] {
  const named = Object.keys(entry).filter((key) => !BESIDE.has(key) && entry[key] !== null && entry[key] !== undefined);
  const rank = (kind: string) => GENERATORS.findIndex((each) => each.kind === kind);
  return named.sort((a, b) => rank(a) - rank(b));
}

function runKind(kind: string, entry: GeneratorEntry, context: RunContext, depth: number): Generated {
  const generator = GENERATORS.find((each) => each.kind === kind);
  if (!generator) return failed(unknown(kind));
  const spec = entry[kind];
  return generator.generate(isRecord(spec) ? spec : {}, { ...context, child: (inner) => runChild(inner, context, depth + 1) });
}

function runChild(entry: GeneratorEntry, context: RunContext, depth: number): Generated {
  const doing = 'child generator returned an error on parameter generation';
  const [kind, ...more] = kindsOf(entry);
  if (kind === undefined) return failed('child generator generated no parameters');
  if (more.length > 0) return failed('found more than one generator in matrix.Generators');
  if (depth > MAX_DEPTH && COMBINING.has(kind)) return failed(`child generator generated no parameters: ${kind} is nested too deeply`);
  const { test, error } = matcherOf(entry['selector']);
  if (error !== undefined) return failed(`${doing}: error parsing label selector: ${error}`);
  return wrapped(filtered(runKind(kind, entry, context, depth), kind, test), doing);
}

function unknown(kind: string): string {
  const known = GENERATORS.map((each) => each.kind).join(', ');
  return `${JSON.stringify(kind)} is not a generator; there are ${known}`;
}

/** Gives every set its origin; the selector looks at the parameters that were generated, flattened with dots. */
function filtered(
  result: Generated,
  kind: string,
  test: ((labels: LabelSelector['matchLabels'] & object) => boolean) | undefined,
): Generated {
  if (result.error !== undefined || result.needs.length > 0) return result;
  const origins = result.origins ?? result.params.map((_, i) => `${kind}[${i}]`);
  if (!test) return { ...result, origins };
  const kept = result.params.map((params) => test(flatten(params)));
  const dropped = result.params.flatMap((params, i): Dropped[] =>
    kept[i] ? [] : [{ origin: origins[i] ?? kind, by: `selector of the ${kind} generator`, params }],
  );
  return {
    params: result.params.filter((_, i) => kept[i]),
    origins: origins.filter((_, i) => kept[i]),
    dropped: [...(result.dropped ?? []), ...dropped].slice(0, MAX_DROPPED),
    needs: [],
  };
}
