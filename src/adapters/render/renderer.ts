// The Renderer port: finds out what kind of source it is and renders it. Equal content and options are rendered once.
import { posix } from 'node:path';
import type { Source } from '../../domain/application.js';
import type { Rendered, Renderer, RenderRequest, Tree, TreeEntry } from '../../domain/ports.js';
import type { Problem } from '../../domain/problem.js';
import { type RenderCache, renderCache } from './cache.js';
import { renderDirectory } from './directory.js';
import { overrideNames, withOverrides } from './overrides.js';
import { type SourceType, sourceTypeOf } from './source-type.js';
import { escapingLink, resolvePath } from './walk.js';

const DIRECTORY = 'Directory';
const MAX_CACHED_BYTES = 64 * 1024 * 1024;
const MAX_CHECKED_TREES = 200;

export interface RendererOptions {
  /** Bytes of manifest files whose rendering is remembered. */
  readonly maxCachedBytes?: number;
}

/** Renders plain directories. Helm, Kustomize, Jsonnet and plugin sources give a ComparisonError that names what they are. */
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
    async render(request, tree) {
      if (request.source.ref && !request.source.path && !request.source.chart)
        return { manifests: [], problems: [], sourceType: DIRECTORY };
      const escaping = await firstEscape(tree);
      if (escaping !== undefined) {
        return refusal(`repository contains out-of-bounds symlinks. file: ${escaping}`, { file: escaping });
      }
      const found = await directoryOf(request.source, tree);
      if ('problem' in found) return { manifests: [], problems: [found.problem], sourceType: DIRECTORY };
      return renderFound(request, tree, { ...found, cache });
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

async function renderFound(request: RenderRequest, tree: Tree, found: Found & { readonly cache: RenderCache }): Promise<Rendered> {
  const { root, entries } = found;
  const prefix = root === '' ? '' : `${root}/`;
  const names = entries
    .filter(({ path }) => path.startsWith(prefix) && !path.slice(prefix.length).includes('/'))
    .map(({ path }) => path.slice(prefix.length));
  const overrides = overrideNames(request.appName).filter((name) => names.includes(name));
  const key = JSON.stringify([found.hash, root, request.source, overrides]);
  return found.cache.of(key, async () => {
    const { source, problem } = await withOverrides(
      request.source,
      tree,
      overrides.map((name) => prefix + name),
    );
    if (problem) return { bytes: 0, rendered: { manifests: [], problems: [problem], sourceType: DIRECTORY } };
    const type = sourceTypeOf(source, names);
    if (type.kind !== 'Directory') return { bytes: 0, rendered: notRendered(type, root) };
    const { bytes, ...result } = await renderDirectory({ tree, entries, root, options: source.directory ?? {} });
    return { bytes, rendered: { ...result, sourceType: DIRECTORY } };
  });
}

function notRendered(type: Exclude<SourceType, { kind: 'Directory' }>, root: string): Rendered {
  if (type.kind === 'contradictory') return refusal(type.message, { file: root });
  const what = { Helm: 'a Helm chart', Kustomize: 'a Kustomize directory', Plugin: 'a source for a config management plugin' }[type.kind];
  const message = `${root || 'the repository'} is ${what} (${type.sign}); this version renders plain manifests only, so nothing of the application is applied`;
  return { ...refusal(message, { file: root }), sourceType: type.kind };
}

function refusal(message: string, place: { file: string }): Rendered {
  return { manifests: [], problems: [{ type: 'ComparisonError', message, place }], sourceType: DIRECTORY };
}
