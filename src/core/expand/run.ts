// Runs one entry of spec.generators: finds the generator, lets it generate, filters by the entry's selector.
import { failed, type Generated, type GeneratorContext, type GeneratorEntry, generated, type Inputs, isRecord } from './generator.js';
import { GENERATORS, KNOWN_ELSEWHERE } from './generators/registry.js';
import { type LabelSelector, matches } from './selector.js';
import { flatten } from './template.js';

const BESIDE = new Set(['selector', 'template']);
/** matrix and merge may hold matrix and merge one level deep. */
const MAX_DEPTH = 2;

export function runGenerator(
  entry: GeneratorEntry,
  options: { readonly inputs: Inputs; readonly goTemplate: boolean; readonly goTemplateOptions: readonly string[] },
  depth = 0,
): Generated {
  const names = Object.keys(entry).filter((key) => !BESIDE.has(key) && entry[key] !== null && entry[key] !== undefined);
  const [kind] = names;
  if (kind === undefined) return failed('no generator is named');
  if (names.length > 1) return failed(`more than one generator in one entry: ${names.join(', ')}`);
  const generator = GENERATORS.find((each) => each.kind === kind);
  if (!generator) return failed(unknown(kind));
  if (depth > MAX_DEPTH) return failed(`${kind} is nested too deeply; matrix and merge may contain one another one level deep`);
  const spec = entry[kind];
  const context: GeneratorContext = { ...options, depth, run: (child, childDepth) => runGenerator(child, options, childDepth) };
  return filtered(generator.generate(isRecord(spec) ? spec : {}, context), entry['selector']);
}

function unknown(kind: string): string {
  const known = GENERATORS.map((each) => each.kind).join(', ');
  return KNOWN_ELSEWHERE.includes(kind)
    ? `the ${kind} generator is not built in; the set is left as it is (built in are ${known})`
    : `unknown generator ${JSON.stringify(kind)}; there are ${known}`;
}

/** The selector looks at the parameters that were generated, flattened with dots. */
function filtered(result: Generated, selector: unknown): Generated {
  if (result.error !== undefined || result.needs.length > 0 || !isRecord(selector)) return result;
  const kept = [];
  for (const params of result.params) {
    const { matched, error } = matches(selector as LabelSelector, flatten(params));
    if (error !== undefined) return failed(error);
    if (matched) kept.push(params);
  }
  return generated(kept);
}
