// git: one parameter set per directory, or per file (and per element of a file that holds a list). Behaviour 2.1.
import { UserError } from '../../../domain/problem.js';
import { parseYaml } from '../../manifest/yaml.js';
import {
  answerTo,
  type Dropped,
  failed,
  type Generated,
  type Generator,
  type GeneratorContext,
  generated,
  isRecord,
  type Need,
  type Params,
  textOf,
  wrapped,
} from '../generator.js';
import { crossingGlob, pathMatch, segmentGlob } from '../glob.js';
import { flatten } from '../template.js';
import { withValues } from '../values.js';
import { pathParams } from './git-path.js';

type Spec = Readonly<Record<string, unknown>>;

export const gitGenerator: Generator = {
  kind: 'git',
  generate(spec, context) {
    const { project } = context.set;
    if (!project.includes('{{') && context.inputs.projects && !context.inputs.projects.has(project))
      return failed(`error getting project ${project}: AppProject.argoproj.io ${JSON.stringify(project)} not found`);
    const wants = (field: string) => Array.isArray(spec[field]) && spec[field].length > 0;
    if (wants('directories')) return wrapped(directories(spec, context), 'error generating params from git');
    if (wants('files')) return wrapped(files(spec, context), 'error generating params from git');
    return failed('ApplicationSet is empty: the git generator has neither directories nor files');
  },
};

function pathsOf(spec: Spec): Need & { kind: 'git-paths' } {
  return { kind: 'git-paths', repoURL: textOf(spec['repoURL']), revision: textOf(spec['revision']) || 'HEAD' };
}

interface Choice {
  readonly path: string;
  readonly exclude: boolean;
}

function choices(list: unknown): Choice[] {
  return Array.isArray(list)
    ? list.filter(isRecord).map((each) => ({ path: textOf(each['path']), exclude: each['exclude'] === true }))
    : [];
}

/** A directory counts when one pattern includes it and none excludes it, in whatever order they stand. */
function directories(spec: Spec, context: GeneratorContext): Generated {
  const answer = answerTo<readonly string[]>(context.inputs, pathsOf(spec));
  if ('stop' in answer) return wrapped(answer.stop, 'error getting directories from repo');
  const patterns = choices(spec['directories']);
  const included = directoriesOf(answer.value, context.inputs.hiddenDirectories === true).filter((dir) =>
    patterns.some(({ path, exclude }) => !exclude && pathMatch(path, dir)),
  );
  const excluding = (dir: string) => patterns.find(({ path, exclude }) => exclude && pathMatch(path, dir));
  const prefix = textOf(spec['pathParamPrefix']);
  const sets = included.filter((dir) => !excluding(dir)).map((dir) => pathParams({ dir, prefix, goTemplate: context.goTemplate }));
  const dropped = included.flatMap((dir): Dropped[] => {
    const by = excluding(dir);
    return by ? [{ origin: `git ${dir}`, by: `git.directories: exclude ${by.path}`, params: { path: dir } }] : [];
  });
  const result = withValues(spec['values'], sets, context);
  return { ...wrapped(result, 'failed to generate params from apps: failed to append templated values'), dropped };
}

/** All directories that hold files, without the root, and without those at or below a dot directory where those do not count. */
function directoriesOf(paths: readonly string[], hidden: boolean): string[] {
  const found = new Set<string>();
  for (const path of paths) {
    for (let slash = path.indexOf('/'), start = 0; slash >= 0; start = slash + 1, slash = path.indexOf('/', start)) {
      if (!hidden && path[start] === '.') break;
      found.add(path.slice(0, slash));
    }
  }
  return [...found].sort();
}

function files(spec: Spec, context: GeneratorContext): Generated {
  const from = pathsOf(spec);
  const answer = answerTo<readonly string[]>(context.inputs, from);
  if ('stop' in answer) return answer.stop;
  const globOf = context.inputs.newGlobbing ? segmentGlob : crossingGlob;
  const patterns = choices(spec['files']).map(({ path, exclude }) => ({ glob: globOf(path), path, exclude }));
  const included = answer.value.filter((path) => patterns.some(({ glob, exclude }) => !exclude && glob.test(path)));
  const excluding = (path: string) => patterns.find(({ glob, exclude }) => exclude && glob.test(path));
  const chosen = [...new Set(included)].filter((path) => !excluding(path)).sort();
  const dropped = included.flatMap((path): Dropped[] => {
    const by = excluding(path);
    return by ? [{ origin: `git ${path}`, by: `git.files: exclude ${by.path}`, params: { path } }] : [];
  });
  if (chosen.length === 0) return { ...generated([]), dropped };
  const read = answerTo<Readonly<Record<string, string>>>(context.inputs, { ...from, kind: 'git-files', paths: chosen });
  if ('stop' in read) return read.stop;
  const params: Params[] = [];
  for (const path of chosen) {
    const sets = fileSets(path, read.value[path] ?? '', spec, context.goTemplate);
    if (typeof sets === 'string') return failed(sets);
    params.push(...sets);
  }
  return { ...wrapped(withValues(spec['values'], params, context), 'failed to append templated values'), dropped };
}

/** The parameter sets of one file: an object is one, a list one per element, an empty file one with only its path. */
function fileSets(path: string, text: string, spec: Spec, goTemplate: boolean): Params[] | string {
  const unable = `unable to process file '${path}': unable to parse file`;
  let value: unknown;
  try {
    value = parseYaml(text, path);
  } catch (error) {
    if (error instanceof UserError) return `${unable}: ${error.message}`;
    throw error;
  }
  const objects = value === undefined || value === null ? [{}] : Array.isArray(value) ? value : [value];
  if (!objects.every(isRecord)) return `${unable}: it is neither an object nor a list of objects`;
  const prefix = textOf(spec['pathParamPrefix']);
  const slash = path.lastIndexOf('/');
  const own = pathParams({ dir: slash < 0 ? '.' : path.slice(0, slash), prefix, goTemplate, filename: path.slice(slash + 1) });
  return objects.map((object) => ({ ...(goTemplate ? object : flatten(object)), ...own }));
}
