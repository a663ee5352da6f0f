// Answers what an ApplicationSet needs to be expanded: files of repositories, Go templates, services outside. Used by the running engine
// and by commands that work on files alone.
import { type Expansion, expand } from '../core/expand/expand.js';
import type { Inputs } from '../core/expand/generator.js';
import { type FilledObject, type Need, needId, Unanswered } from '../core/expand/needs.js';
import type { Freshness, Sources, Tree } from '../domain/ports.js';
import { IoError, UserError } from '../domain/problem.js';
import type { Manifest } from '../domain/resource.js';
import { renderApplications } from '../domain/scripts.js';
import { CoreFailure, type ScriptCore } from '../domain/wasm.js';

export interface SetReaderOptions {
  readonly sources: Sources;
  /** Runs Go templates; absent: what needs them says so. */
  readonly core?: ScriptCore;
  /** Asks services outside. Throws IoError or UserError. */
  readonly services?: (
    need: Need & { kind: 'service' },
    signal: AbortSignal | undefined,
  ) => Promise<readonly Readonly<Record<string, unknown>>[]>;
}

/** Nested matrices ask once more for every level. */
interface How {
  readonly freshness?: Freshness;
  readonly signal?: AbortSignal;
}

interface Asking extends How {
  readonly sources: Sources;
}

const MAX_ROUNDS = 12;
const MAX_REMEMBERED = 60_000;
const READS_AT_ONCE = 64;

export class SetReader {
  readonly #options: SetReaderOptions;
  /** Filled templates by template and parameters: a set of 10,000 of which one changed asks for one. */
  readonly #filled = new Map<string, Map<string, FilledObject>>();
  #remembered = 0;
  readonly #texts = new Map<string, string>();

  constructor(options: SetReaderOptions) {
    this.#options = options;
  }

  /** Expands a set, reading what it needs. A need that cannot be met stops the set, not the caller. */
  async expand(set: Manifest, inputs: Omit<Inputs, 'answers'>, how: How = {}): Promise<Expansion> {
    const answers = new Map<string, unknown>();
    for (let round = 0; ; round++) {
      const expansion = expand(set, { ...inputs, answers });
      const open = expansion.needs.filter((need) => !answers.has(needId(need)));
      if (open.length === 0) return expansion;
      if (round >= MAX_ROUNDS)
        throw new IoError(`ApplicationSet ${set.metadata.name} asks for more than ${MAX_ROUNDS} things after one another`, {
          retry: 'never',
        });
      const sources = this.#options.sources.inProject(projectOf(set));
      await Promise.all(open.map(async (need) => answers.set(needId(need), await this.#answer(need, { ...how, sources }))));
    }
  }

  async #answer(need: Need, how: Asking): Promise<unknown> {
    try {
      switch (need.kind) {
        case 'git-paths':
          return await filePaths(await this.#tree(need, how));
        case 'git-files':
          return await this.#files(await this.#tree(need, how), need.paths);
        case 'templates':
          return await this.#templates(need);
        case 'service':
          if (!this.#options.services) throw new UserError(`the ${need.generator} generator cannot be asked here`);
          return await this.#options.services(need, how.signal);
        default:
          return need satisfies never;
      }
    } catch (error) {
      if (how.signal?.aborted) throw error;
      if (error instanceof IoError || error instanceof UserError || error instanceof CoreFailure) return new Unanswered(error.message);
      throw error;
    }
  }

  async #tree(need: { readonly repoURL: string; readonly revision: string }, { sources, freshness, signal }: Asking): Promise<Tree> {
    const source = { repoURL: need.repoURL, targetRevision: need.revision };
    return sources.tree(source, await sources.resolve(source, freshness ?? { fresh: false }, signal), signal);
  }

  async #files(tree: Tree, paths: readonly string[]): Promise<Record<string, string>> {
    const links = new Map(((await tree.links?.()) ?? []).map(({ path, linksTo }) => [path, linksTo ?? '']));
    const texts: [string, string][] = [];
    for (let at = 0; at < paths.length; at += READS_AT_ONCE) {
      const part = paths.slice(at, at + READS_AT_ONCE).map(async (path): Promise<[string, string]> => {
        const link = links.get(path);
        return [path, await this.#text(tree, link === undefined ? path : (targetOf(path, link) ?? path))];
      });
      texts.push(...(await Promise.all(part)));
    }
    return Object.fromEntries(texts);
  }

  /** Decoded once for a revision that cannot change. */
  async #text(tree: Tree, path: string): Promise<string> {
    const key = `${tree.revision.id} ${path}`;
    const known = this.#texts.get(key);
    if (known !== undefined) return known;
    const text = new TextDecoder().decode(await tree.read(path));
    if (this.#texts.size >= MAX_REMEMBERED) this.#texts.clear();
    this.#texts.set(key, text);
    return text;
  }

  async #templates(need: Need & { kind: 'templates' }): Promise<readonly FilledObject[]> {
    const { core } = this.#options;
    const { template, templatePatch, options } = need;
    const known = this.#filledBy(JSON.stringify([template, templatePatch ?? null, options]));
    const ids = need.params.map((params) => JSON.stringify(params));
    const results = ids.map((id) => known.get(id));
    const open = need.params.filter((_, i) => results[i] === undefined);
    if (open.length === 0) return results as FilledObject[];
    if (!core) throw new UserError('Go templates cannot be executed here');
    const input = { template, params: open, options, ...(templatePatch === undefined ? {} : { templatePatch }) };
    const answers = await renderApplications(core, input, { fairKey: 'application-sets' });
    let next = 0;
    return results.map((result, i) => {
      if (result) return result;
      const filled = answers[next++] as FilledObject;
      known.set(ids[i] as string, filled);
      this.#remembered++;
      return filled;
    });
  }

  #filledBy(head: string): Map<string, FilledObject> {
    if (this.#remembered > MAX_REMEMBERED) {
      this.#filled.clear();
      this.#remembered = 0;
    }
    const known = this.#filled.get(head) ?? new Map<string, FilledObject>();
    this.#filled.set(head, known);
    return known;
  }
}

/** The project of all that the set makes; where each has its own, only what is for everybody is read. */
function projectOf(set: Manifest): string {
  const template = (set['spec'] as { template?: { spec?: { project?: unknown } } } | undefined)?.template;
  const project = template?.spec?.project;
  return typeof project === 'string' && !project.includes('{{') ? project : '';
}

/** Files, and links to files of the same tree; what points out of it is left out. */
async function filePaths(tree: Tree): Promise<readonly string[]> {
  const entries = await tree.list('');
  const files = new Set(entries.filter(({ kind }) => kind === 'file').map(({ path }) => path));
  const links = entries.filter(({ kind, path, linksTo }) => kind === 'symlink' && files.has(targetOf(path, linksTo ?? '') ?? ''));
  return links.length === 0 ? [...files] : [...files, ...links.map(({ path }) => path)].sort();
}

/** Where a link points, relative to the tree; undefined outside of it. */
function targetOf(path: string, link: string): string | undefined {
  if (link.startsWith('/')) return undefined;
  const parts = path.split('/').slice(0, -1);
  for (const step of link.split('/')) {
    if (step === '..') {
      if (parts.pop() === undefined) return undefined;
    } else if (step !== '' && step !== '.') parts.push(step);
  }
  return parts.join('/');
}
