// The Renderer port: finds out what kind of source it is and renders it. Equal content and options are rendered once.
import { posix } from 'node:path';
import { valid } from 'semver';
import { explicitTypes } from '../../core/application/parse.js';
import type { Source } from '../../domain/application.js';
import type { PluginRunner, Rendered, Renderer, RenderRequest, RenderStore, Tree, TreeEntry } from '../../domain/ports.js';
import { type Problem, UserError } from '../../domain/problem.js';
import type { ScriptCore } from '../../domain/wasm.js';
import { type RenderCache, renderCache } from './cache.js';
import { contentKey } from './content-key.js';
import { type CoreInput, type CoreResult, wrongIn } from './core-input.js';
import { renderDirectory } from './directory.js';
import { helmLayers, renderHelm } from './helm.js';
import { renderJsonnet } from './jsonnet.js';
import { renderKustomize } from './kustomize.js';
import { overrideNames, withOverrides } from './overrides.js';
import { pluginFor, renderPlugin } from './plugin.js';
import { type SourceType, sourceTypeOf } from './source-type.js';
import { escapingLink, resolvePath } from './walk.js';

const DIRECTORY = 'Directory';
const MAX_CACHED_BYTES = 64 * 1024 * 1024;
const MAX_CHECKED_TREES = 200;

export interface RendererOptions {
  /** Bytes of manifest files whose rendering is remembered. */
  readonly maxCachedBytes?: number;
  /** What renders Helm, Kustomize and Jsonnet; without it they are named as a problem. */
  readonly core?: ScriptCore;
  /** Keeps renderings over a restart. */
  readonly store?: RenderStore;
  /** Runs config management plugins; without it they are named as a problem. */
  readonly plugins?: PluginRunner;
}

/** Renders sources. What it has no means for gives a ComparisonError that names it, and nothing of it is applied. */
export function createRenderer(options: RendererOptions = {}): Renderer {
  const cache = renderCache(options.maxCachedBytes ?? MAX_CACHED_BYTES);
  const escapes = new Map<string, Promise<string | undefined>>();
  const firstEscape = async (tree: Tree): Promise<string | undefined> => {
    const hash = await tree.hash('');
    const known = escapes.get(hash) ?? (tree.links?.() ?? tree.list('')).then(escapingLink);
    if (escapes.size >= MAX_CHECKED_TREES) escapes.clear();
    escapes.set(hash, known);
    known.catch(() => escapes.delete(hash));
    return known;
  };
  return {
    async render(request, tree, signal) {
      if (request.source.ref && !request.source.path && !request.source.chart)
        return { manifests: [], problems: [], sourceType: DIRECTORY };
      const escaping = await firstEscape(tree);
      if (escaping !== undefined) {
        return refusal(`repository contains out-of-bounds symlinks. file: ${escaping}`, { file: escaping });
      }
      const found = await directoryOf(request.source, tree);
      if ('problem' in found) return { manifests: [], problems: [found.problem], sourceType: DIRECTORY };
      return renderFound(request, tree, { ...found, cache, core: options.core, store: options.store, plugins: options.plugins, signal });
    },
    async layers(request, tree) {
      const found = await directoryOf(request.source, tree);
      if ('problem' in found) throw new UserError(found.problem.message);
      const { overridden, names } = await effectiveSource(request, tree, found);
      if (overridden.problem) throw new UserError(overridden.problem.message);
      if (sourceTypeOf(overridden.source, names).kind !== 'Helm' || !options.core) return undefined;
      const input = { request, source: overridden.source, tree, root: found.root, entries: await tree.list(''), core: options.core };
      return helmLayers(input).catch((error: unknown) => {
        throw new UserError(wrongIn(error) ?? (error as Error).message);
      });
    },
  };
}

interface Found {
  /** The directory after all links, '' for the root. */
  readonly root: string;
  /** Entries below it; the whole repository where links may lead elsewhere. */
  readonly entries: readonly TreeEntry[];
  /** Equal for equal content. */
  readonly hash: string;
}

/** Looks for the source's path. Texts are Argo CD's. */
async function directoryOf(source: Source, tree: Tree): Promise<Found | { readonly problem: Problem }> {
  const path = source.path ?? '';
  const problem = (text: string) => ({ problem: { type: 'ComparisonError' as const, message: `${path}: ${text}`, place: { file: path } } });
  if (path.startsWith('/')) return problem('app path is absolute');
  const plain = path.split('/').filter((part) => part !== '' && part !== '.');
  if (!staysInside(plain)) return problem('app path outside root');
  let root = posix.normalize(plain.join('/')).replace(/^\.$/, '');
  let below = await tree.list(root);
  if (below.length === 0 || below[0]?.path === root) {
    const all = await tree.list('');
    root = resolvePath(root, new Map(all.map((entry) => [entry.path, entry]))) ?? root;
    below = await tree.list(root);
  }
  if (below.length === 0 && root !== '') return problem('app path does not exist');
  if (below[0]?.path === root) return problem('app path is not a directory');
  const links = below.some(({ kind }) => kind === 'symlink');
  return links
    ? { root, entries: await tree.list(''), hash: `${root} ${await tree.hash('')}` }
    : { root, entries: below, hash: await tree.hash(root) };
}

function staysInside(parts: readonly string[]): boolean {
  let depth = 0;
  return parts.every((part) => {
    depth += part === '..' ? -1 : 1;
    return depth >= 0;
  });
}

type Means = {
  readonly cache: RenderCache;
  readonly core: ScriptCore | undefined;
  readonly store: RenderStore | undefined;
  readonly plugins: PluginRunner | undefined;
  readonly signal: AbortSignal | undefined;
};

/** The source with its override files, and the names in its directory. */
async function effectiveSource(request: RenderRequest, tree: Tree, { root, entries }: Found) {
  const prefix = root === '' ? '' : `${root}/`;
  const names = entries
    .filter(({ path }) => path.startsWith(prefix) && !path.slice(prefix.length).includes('/'))
    .map(({ path }) => path.slice(prefix.length));
  const overrides = overrideNames(request.appName).filter((name) => names.includes(name));
  const overridden = await withOverrides(
    request.source,
    tree,
    overrides.map((name) => prefix + name),
  );
  return { overridden, names };
}

async function renderFound(request: RenderRequest, tree: Tree, found: Found & Means): Promise<Rendered> {
  const { root, entries, cache, core, store } = found;
  const { overridden, names } = await effectiveSource(request, tree, found);
  if (overridden.problem) return { manifests: [], problems: [overridden.problem], sourceType: DIRECTORY };
  const type = sourceTypeOf(overridden.source, names);
  const plugged = await asPlugin({ request, source: overridden.source, tree, root, entries }, type, found);
  if (plugged) return plugged;
  if (type.kind === 'contradictory' || type.kind === 'Plugin' || (type.kind !== 'Directory' && !core)) return notRendered(type, root);
  const { kind } = type;
  const watched = watching(request);
  const input = { request: watched.request, source: overridden.source, tree, root, entries };
  const key = await contentKey(kind, input, found.hash);
  // A plain directory is read as quickly as a file of the store.
  const kept = kind !== 'Directory' || entries.some(({ path }) => path.endsWith('.jsonnet')) ? store : undefined;
  return cache.of(key, request.hard === true, async () => {
    const known = request.hard ? undefined : kept?.read(key);
    if (known) return { bytes: 0, rendered: known };
    const { bytes, ...result } = await renderAs(kind, input, core);
    const rendered = { ...result, sourceType: kind };
    if (!watched.readElsewhere()) kept?.keep(key, rendered);
    return { bytes, rendered };
  });
}

/** What a plugin makes of a source that names it, or, where the source says nothing of its kind, that it finds to be one of its own. */
async function asPlugin(input: Omit<CoreInput, 'core'>, type: SourceType, found: Found & Means): Promise<Rendered | undefined> {
  const { plugins: runner, cache, signal } = found;
  if (!runner || runner.names.length === 0) return undefined;
  const said = explicitTypes(input.source);
  if (said.length > 1 || (said.length === 1 && type.kind !== 'Plugin')) return undefined;
  try {
    const name = await pluginFor(input, runner, signal);
    if (name === undefined) return undefined;
    // What a plugin reads is its own affair: the whole repository counts.
    const { request, source, tree, root } = input;
    const { appName, instance, project, destinationNamespace, kubeVersion, apiVersions } = request;
    const around = [appName, instance, project, destinationNamespace, kubeVersion, apiVersions, tree.revision.id];
    const key = JSON.stringify(['Plugin', name, await tree.hash(''), root, source, around]);
    return await cache.of(key, request.hard === true, async () => {
      const { bytes, ...rendered } = await renderPlugin(input, { runner, name, signal });
      return { bytes, rendered: { ...rendered, sourceType: 'Plugin' } };
    });
  } catch (error) {
    const wrong = wrongIn(error);
    if (wrong === undefined) throw error;
    return { ...refusal(`${input.root || 'the repository'}: ${wrong}`, { file: input.root }), sourceType: 'Plugin' };
  }
}

/** Knows whether a rendering read what may be another thing tomorrow: a branch of another repository, a file of a web server. */
function watching(request: RenderRequest): { readonly request: RenderRequest; readElsewhere(): boolean } {
  const { base, file, dependency } = request;
  let elsewhere = false;
  const noting =
    <A extends readonly unknown[], R>(read: (...args: A) => R, moves: (...args: A) => boolean) =>
    (...args: A): R => {
      if (moves(...args)) elsewhere = true;
      return read(...args);
    };
  return {
    request: {
      ...request,
      ...(base ? { base: noting(base, () => true) } : {}),
      ...(file ? { file: noting(file, () => true) } : {}),
      ...(dependency ? { dependency: noting(dependency, ({ version }) => valid(version) === null) } : {}),
    },
    readElsewhere: () => elsewhere,
  };
}

async function renderAs(
  kind: 'Directory' | 'Helm' | 'Kustomize',
  input: Omit<CoreInput, 'core'>,
  core: ScriptCore | undefined,
): Promise<CoreResult> {
  if (kind === 'Directory' || !core) {
    const { tree, entries, root, source } = input;
    const jsonnet = core ? async (file: string) => renderJsonnet({ ...input, core, entries: await tree.list('') }, file) : undefined;
    return renderDirectory({ tree, entries, root, options: source.directory ?? {}, ...(jsonnet ? { jsonnet } : {}) });
  }
  // Links, bases and local charts may lie anywhere in the repository.
  const whole = { ...input, core, entries: await input.tree.list('') };
  return kind === 'Helm' ? renderHelm(whole) : renderKustomize(whole);
}

function notRendered(type: Exclude<SourceType, { kind: 'Directory' }>, root: string): Rendered {
  if (type.kind === 'contradictory') return refusal(type.message, { file: root });
  const what = { Helm: 'a Helm chart', Kustomize: 'a Kustomize directory', Plugin: 'a source for a config management plugin' }[type.kind];
  const message = `${root || 'the repository'} is ${what} (${type.sign}); ${type.kind === 'Plugin' ? 'no plugin is configured (key plugins of argosy.yaml, or --plugin FILE)' : 'nothing here can render it'}, so nothing of the application is applied`;
  return { ...refusal(message, { file: root }), sourceType: type.kind };
}

function refusal(message: string, place: { file: string }): Rendered {
  return { manifests: [], problems: [{ type: 'ComparisonError', message, place }], sourceType: DIRECTORY };
}
