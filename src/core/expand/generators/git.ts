// git: one parameter set per directory, or per file (and per element of a file that holds a list). Behaviour 2.1.
import { UserError } from '../../../domain/problem.js';
import { parseYaml } from '../../manifest/yaml.js';
import {
  type FilesNeed,
  failed,
  type Generated,
  type Generator,
  type GeneratorContext,
  generated,
  isRecord,
  needId,
  needing,
  type Params,
  type PathsNeed,
  textOf,
} from '../generator.js';
import { crossingGlob, doublestar, pathMatch } from '../glob.js';
import { flatten } from '../template.js';
import { withValues } from '../values.js';
import { pathParams } from './git-path.js';

interface Choice {
  readonly path: string;
  readonly exclude: boolean;
}

export const gitGenerator: Generator = {
  kind: 'git',
  generate(spec, context) {
    const need: PathsNeed = { kind: 'git-paths', repoURL: textOf(spec['repoURL']), revision: textOf(spec['revision']) || 'HEAD' };
    const paths = context.inputs.answers.get(needId(need)) as readonly string[] | undefined;
    if (Array.isArray(spec['directories']) && spec['directories'].length > 0)
      return paths ? directories(spec, paths, context) : needing(need);
    if (Array.isArray(spec['files']) && spec['files'].length > 0) return paths ? files(spec, paths, context, need) : needing(need);
    return failed('unsupported git generator: neither directories nor files is given');
  },
};

function choices(list: unknown): Choice[] {
  return Array.isArray(list)
    ? list.filter(isRecord).map((each) => ({ path: textOf(each['path']), exclude: each['exclude'] === true }))
    : [];
}

/** A directory counts when one pattern includes it and none excludes it, in whatever order they stand. */
function directories(spec: Readonly<Record<string, unknown>>, paths: readonly string[], context: GeneratorContext): Generated {
  const patterns = choices(spec['directories']);
  const chosen = directoriesOf(paths).filter(
    (dir) =>
      patterns.some(({ path, exclude }) => !exclude && pathMatch(path, dir)) &&
      !patterns.some(({ path, exclude }) => exclude && pathMatch(path, dir)),
  );
  const prefix = textOf(spec['pathParamPrefix']);
  const sets = chosen.map((dir) => pathParams({ dir, prefix, goTemplate: context.goTemplate }));
  return withValues(spec['values'], sets, context);
}

/** All directories that hold files, without those at or below a dot directory, without the root. */
function directoriesOf(paths: readonly string[]): string[] {
  const found = new Set<string>();
  for (const path of paths) {
    const parts = path.split('/').slice(0, -1);
    for (let depth = 1; depth <= parts.length; depth++) {
      if (parts[depth - 1]?.startsWith('.')) break;
      found.add(parts.slice(0, depth).join('/'));
    }
  }
  return [...found].sort();
}

function files(spec: Readonly<Record<string, unknown>>, paths: readonly string[], context: GeneratorContext, from: PathsNeed): Generated {
  const patterns = choices(spec['files']);
  const glob = context.inputs.newGitFileGlobbing ? doublestar : crossingGlob;
  const included = paths.filter((path) => patterns.some((pattern) => !pattern.exclude && glob(pattern.path).test(path)));
  const excluded = new Set(paths.filter((path) => patterns.some((pattern) => pattern.exclude && glob(pattern.path).test(path))));
  const chosen = [...new Set(included)].filter((path) => !excluded.has(path)).sort();
  if (chosen.length === 0) return generated([]);
  const need: FilesNeed = { kind: 'git-files', repoURL: from.repoURL, revision: from.revision, paths: chosen };
  const texts = context.inputs.answers.get(needId(need)) as Readonly<Record<string, string>> | undefined;
  if (!texts) return needing(need);
  const params: Params[] = [];
  for (const path of chosen) {
    const sets = fileSets(path, texts[path] ?? '', spec, context.goTemplate);
    if (typeof sets === 'string') return failed(sets);
    params.push(...sets);
  }
  return withValues(spec['values'], params, context);
}

/** The parameter sets of one file: an object is one, a list one per element, an empty file one with only its path. */
function fileSets(path: string, text: string, spec: Readonly<Record<string, unknown>>, goTemplate: boolean): Params[] | string {
  let value: unknown;
  try {
    value = parseYaml(text, path);
  } catch (error) {
    if (error instanceof UserError) return `unable to process file '${path}': ${error.message}`;
    throw error;
  }
  const objects = value === undefined || value === null ? [{}] : Array.isArray(value) ? value : [value];
  if (!objects.every(isRecord))
    return `unable to process file '${path}': unable to parse file: it is neither an object nor a list of objects`;
  const prefix = textOf(spec['pathParamPrefix']);
  const slash = path.lastIndexOf('/');
  const dir = slash < 0 ? '.' : path.slice(0, slash);
  const own = pathParams({ dir, prefix, goTemplate, filename: path.slice(slash + 1) });
  return objects.map((object) => ({ ...(goTemplate ? object : flatten(object)), ...own }));
}
