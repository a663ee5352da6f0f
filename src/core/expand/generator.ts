// What a generator of an ApplicationSet is: a pure function from its spec and the known inputs to parameter sets.
// To add one: write generators/<name>.ts, put it into generators/registry.ts, add a fixture folder in test/conformance/expand.
import type { Destination } from '../../domain/application.js';
import { type Need, needId, Unanswered } from './needs.js';
import type { Templating } from './templating.js';

export { type Need, needId } from './needs.js';

/** One set of parameters. Flat string values in fasttemplate mode; nested values in Go template mode. */
export type Params = Readonly<Record<string, unknown>>;

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
  /** Names of the projects that exist; absent: nobody knows, and nothing is refused for its project. */
  readonly projects?: ReadonlySet<string>;
  /** Why no cluster takes a destination; absent: nobody knows. */
  readonly destinationProblem?: (destination: Destination) => string | undefined;
  /** `*` of git files stays in its segment and `**` crosses: applicationsetcontroller.enable.new.git.file.globbing. */
  readonly newGlobbing?: boolean;
  /** Directories that begin with a dot count: reposerver.include.hidden.directories. */
  readonly hiddenDirectories?: boolean;
}

/** A parameter set that was there and was left out, and what left it out. */
export interface Dropped {
  readonly origin: string;
  readonly by: string;
  readonly params: Params;
}

export interface Generated {
  readonly params: readonly Params[];
  readonly needs: readonly Need[];
  /** Where each parameter set comes from: 'list[2]', 'clusters[0] x git[4]'. Beside `params`. */
  readonly origins?: readonly string[];
  readonly dropped?: readonly Dropped[];
  /** The first thing that is wrong; parameters are then empty and the whole set is left as it is. */
  readonly error?: string;
}

export interface GeneratorContext {
  readonly inputs: Inputs;
  readonly goTemplate: boolean;
  readonly templating: Templating;
  /** Name of the set, and what its template says of the project. */
  readonly set: { readonly name: string; readonly project: string };
  /** Runs an entry of a matrix or merge: exactly one generator, with its selector. */
  readonly child: (entry: GeneratorEntry) => Generated;
}

/** One entry of spec.generators: a key names the generator, `selector` may stand beside it. */
export type GeneratorEntry = Readonly<Record<string, unknown>>;

export interface Generator {
  /** The key in spec.generators. */
  readonly kind: string;
  generate(spec: Readonly<Record<string, unknown>>, context: GeneratorContext): Generated;
}

export const MAX_SETS = 100_000;

export function generated(params: readonly Params[]): Generated {
  return { params, needs: [] };
}

export function failed(error: string): Generated {
  return { params: [], needs: [], error };
}

export function needing(...needs: readonly Need[]): Generated {
  return { params: [], needs };
}

/** The answer to a need: a value, why there is none, or that it has to be read first. */
export function answerTo<T>(inputs: Inputs, need: Need): { readonly value: T } | { readonly stop: Generated } {
  const id = needId(need);
  if (!inputs.answers.has(id)) return { stop: needing(need) };
  const answer = inputs.answers.get(id);
  return answer instanceof Unanswered ? { stop: failed(answer.reason) } : { value: answer as T };
}

/** The same with its error led by what was being done. */
export function wrapped(result: Generated, doing: string): Generated {
  return result.error === undefined ? result : failed(`${doing}: ${result.error}`);
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
