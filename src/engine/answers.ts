// What an expansion needs and cannot have by itself: files of repositories, and Go templates. Answered here, remembered for the run.
import { type Expansion, expand } from '../core/expand/expand.js';
import { type ClusterFacts, type FilesNeed, type Need, needId, type PathsNeed } from '../core/expand/generator.js';
import type { Sources } from '../domain/ports.js';
import { IoError } from '../domain/problem.js';
import type { Manifest } from '../domain/resource.js';
import { renderApplications, renderTemplates } from '../domain/scripts.js';
import { CoreFailure, type ScriptCore } from '../domain/wasm.js';

/** Matrix in matrix over files asks so often at most, one answer opening the next question. */
const ROUNDS = 12;

export interface AnswerMeans {
  readonly sources: Sources;
  readonly core: ScriptCore;
  readonly clusters: readonly ClusterFacts[];
  readonly newGitFileGlobbing?: boolean;
  readonly signal?: AbortSignal;
}

/** Expands until nothing is needed any more. Throws IoError where a repository cannot be read or a template does not come to an end. */
export async function expandWith(set: Manifest, means: AnswerMeans): Promise<Expansion> {
  const answers = new Map<string, unknown>();
  const { clusters, newGitFileGlobbing = false } = means;
  for (let round = 0; ; round++) {
    const expansion = expand(set, { clusters, answers, newGitFileGlobbing });
    const open = new Map(expansion.needs.filter((need) => !answers.has(needId(need))).map((need) => [needId(need), need]));
    if (open.size === 0) return expansion;
    if (round >= ROUNDS) throw new IoError(`its generators still need inputs after ${ROUNDS} rounds`, { retry: 'never' });
    await Promise.all([...open].map(async ([id, need]) => answers.set(id, await answer(need, means))));
  }
}

async function answer(need: Need, means: AnswerMeans): Promise<unknown> {
  switch (need.kind) {
    case 'git-paths':
    case 'git-files':
      return fromGit(need, means);
    case 'texts':
      return scripted(() => renderTemplates(means.core, need));
    case 'applications':
      return scripted(() => renderApplications(means.core, need));
    default:
      return need satisfies never;
  }
}

async function fromGit(need: PathsNeed | FilesNeed, { sources, signal }: AnswerMeans): Promise<unknown> {
  const source = { repoURL: need.repoURL, targetRevision: need.revision };
  const tree = await sources.tree(source, await sources.resolve(source, { fresh: false }, signal), signal);
  if (need.kind === 'git-paths') return (await tree.list('')).filter(({ kind }) => kind === 'file').map(({ path }) => path);
  const texts = await Promise.all(
    need.paths.map(async (path): Promise<[string, string]> => [path, new TextDecoder().decode(await tree.read(path))]),
  );
  return Object.fromEntries(texts);
}

async function scripted<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof CoreFailure)) throw error;
    throw new IoError(`its templates could not be executed: ${error.message}`, { retry: error.reason === 'failed' ? 'never' : 'backoff' });
  }
}
