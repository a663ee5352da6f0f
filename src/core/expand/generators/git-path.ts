// The path parameters of the git generator, flat or nested.
import type { Params } from '../generator.js';
import { normalizeName } from '../template.js';

export interface PathInput {
  readonly dir: string;
  readonly prefix: string;
  readonly goTemplate: boolean;
  readonly filename?: string;
}

/** `path`, `path.basename`, `path[n]` ... or the object `path` with the same facts for Go templates. */
export function pathParams({ dir, prefix, goTemplate, filename }: PathInput): Params {
  const segments = dir.split('/').filter((segment) => segment !== '');
  const basename = segments.at(-1) ?? '';
  const file = filename === undefined ? {} : { filename, filenameNormalized: normalizeName(filename) };
  if (goTemplate) {
    const path = { path: dir, basename, basenameNormalized: normalizeName(basename), segments, ...file };
    return prefix === '' ? { path } : { [prefix]: { path } };
  }
  const name = prefix === '' ? 'path' : `${prefix}.path`;
  return {
    [name]: dir,
    [`${name}.basename`]: basename,
    [`${name}.basenameNormalized`]: normalizeName(basename),
    ...Object.fromEntries(Object.entries(file).map(([key, value]) => [`${name}.${key}`, value])),
    ...Object.fromEntries(segments.map((segment, i) => [`${name}[${i}]`, segment])),
  };
}
