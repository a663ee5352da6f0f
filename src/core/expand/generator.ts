// What a generator of an ApplicationSet is: a pure function from its spec and the known inputs to parameter sets.
// To add one: write generators/<name>.ts, put it into generators/registry.ts, add a fixture folder in test/conformance/expand.
import { contentHash } from '../hash.js';

/** One set of parameters. Flat string values in fasttemplate mode; nested values in Go template mode. */
export type Params = Readonly<Record<string, unknown>>;

/** An input that must be read before the generator can answer. The engine answers (cached by `needId`) and calls again. */
export type Need = PathsNeed | FilesNeed | TextsNeed | ApplicationsNeed;

/** All file paths of a repository at a revision; answer: readonly string[]. */
export interface PathsNeed {
  readonly kind: 'git-paths';
  readonly repoURL: string;
  readonly revision: string;
}

/** Text of files; answer: Record<path, text>. */
export interface FilesNeed {
  readonly kind: 'git-files';
  readonly repoURL: string;
  readonly revision: string;
  readonly paths: readonly string[];
}

/** Go templates: every text with every set of parameters; answer: readonly RenderedTexts[]. */
export interface TextsNeed {
  readonly kind: 'texts';
  readonly texts: readonly string[];
  readonly params: readonly Params[];
  readonly options: readonly string[];
}

/** Applications by Go templates; answer: readonly RenderedApplication[]. */
export interface ApplicationsNeed {
  readonly kind: 'applications';
  readonly template: Readonly<Record<string, unknown>>;
  readonly templatePatch?: string;
  readonly params: readonly Params[];
  readonly options: readonly string[];
}

export function needId(need: Need): string {
  switch (need.kind) {
    case 'git-paths':
      return `git-paths ${need.repoURL} ${need.revision}`;
    case 'git-files':
      return `git-files ${need.repoURL} ${need.revision} ${need.paths.join('\n')}`;
    case 'texts':
    case 'applications':
      return `${need.kind} ${contentHash(need)}`;
    default:
      return need satisfies never;
  }
}

/** A cluster as generators see it: from a cluster Secret, a kubeconfig context, or the implicit in-cluster. */
export interface ClusterFacts {
  readonly name: string;
  readonly server: string;
  readonly project?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface Inputs {
  readonly clusters: readonly ClusterFacts[];
  /** Answers by needId. */
  readonly answers: ReadonlyMap<string, unknown>;
  /** The newer dialect of file patterns: `*` stays in its segment, `**` crosses. */
  readonly newGitFileGlobbing?: boolean;
}

export interface Generated {
  readonly params: readonly Params[];
  readonly needs: readonly Need[];
  /** The first thing that is wrong; parameters are then empty and the whole set is left as it is. */
  readonly error?: string;
}

export interface GeneratorContext {
  readonly inputs: Inputs;
  readonly goTemplate: boolean;
  /** goTemplateOptions, as 'missingkey=error'. */
  readonly goTemplateOptions: readonly string[];
  /** Runs a generator entry of a matrix or merge, with its selector. */
  readonly run: (entry: GeneratorEntry, depth: number) => Generated;
  readonly depth: number;
}

/** One entry of spec.generators: exactly one key names the generator, `selector` may stand beside it. */
export type GeneratorEntry = Readonly<Record<string, unknown>>;

export interface Generator {
  /** The key in spec.generators. */
  readonly kind: string;
  generate(spec: Readonly<Record<string, unknown>>, context: GeneratorContext): Generated;
}

export function generated(params: readonly Params[]): Generated {
  return { params, needs: [] };
}

export function failed(error: string): Generated {
  return { params: [], needs: [], error };
}

export function needing(...needs: readonly Need[]): Generated {
  return { params: [], needs };
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
