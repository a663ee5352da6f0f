// What the shell must read before a set can be expanded. Each need is answered once, by its id, and the expansion is called again.
import type { Params } from './generator.js';

export type Need =
  /** Paths of all files of a repository at a revision, symbolic links to files of it among them; answer: readonly string[]. */
  | { readonly kind: 'git-paths'; readonly repoURL: string; readonly revision: string }
  /** Text of files; answer: Record<path, text>. */
  | { readonly kind: 'git-files'; readonly repoURL: string; readonly revision: string; readonly paths: readonly string[] }
  /** All strings and keys of a JSON object executed as Go templates, once per parameter set; answer: readonly FilledObject[]. */
  | {
      readonly kind: 'templates';
      readonly template: Readonly<Record<string, unknown>>;
      readonly templatePatch?: string;
      readonly params: readonly Params[];
      readonly options: readonly string[];
    }
  /** What a service outside says: repositories, pull requests, a plugin's parameters, a resource's decisions; answer: ServiceAnswer. */
  | { readonly kind: 'service'; readonly generator: string; readonly set: string; readonly spec: Readonly<Record<string, unknown>> };

export type FilledObject =
  | { readonly object: Readonly<Record<string, unknown>>; readonly patch?: string; readonly error?: undefined }
  | { readonly error: string };

/** Facts of a service, one record per repository, request, decision or parameter set. */
export type ServiceAnswer = readonly Readonly<Record<string, unknown>>[];

/** The answer to a need that could not be met: the reason, as a person reads it. */
export class Unanswered {
  readonly reason: string;

  constructor(reason: string) {
    this.reason = reason;
  }
}

export function needId(need: Need): string {
  switch (need.kind) {
    case 'git-paths':
      return `git-paths ${need.repoURL} ${need.revision}`;
    case 'git-files':
      return `git-files ${need.repoURL} ${need.revision} ${need.paths.join('\n')}`;
    case 'templates':
      return `templates ${JSON.stringify([need.template, need.templatePatch ?? null, need.options, need.params])}`;
    case 'service':
      return `service ${need.set} ${need.generator} ${JSON.stringify(need.spec)}`;
    default:
      return need satisfies never;
  }
}
