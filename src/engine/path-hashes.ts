// With argocd.argoproj.io/manifest-generate-paths a target stays as it is while nothing below those paths changes: it is not rendered again.
import { contentHash, stableJson } from '../core/hash.js';
import { generatePaths, hasGeneratePaths, isPattern, liesAt } from '../core/source/generate-paths.js';
import type { Source } from '../domain/application.js';
import type { Revision, Tree } from '../domain/ports.js';
import type { AppState } from './app-state.js';
import { sourcesFor } from './elsewhere.js';
import type { World } from './world.js';

/** What the application's paths hold at these revisions; undefined where it names none. */
export async function pathHashes(
  world: World,
  state: AppState,
  sources: readonly Source[],
  resolved: readonly Revision[],
): Promise<string | undefined> {
  if (!hasGeneratePaths(state.app)) return undefined;
  const hashes = await Promise.all(sources.map((source, i) => hashesOf(world, state, source, resolved[i] as Revision)));
  const unpinned = sources.map((source) => (source.chart ? source : { ...source, targetRevision: '' }));
  return stableJson([unpinned, hashes]);
}

/** A chart has no commits: its version is all there is to know. */
async function hashesOf(world: World, state: AppState, source: Source, revision: Revision): Promise<unknown> {
  const paths = generatePaths(state.app, source);
  if (source.chart || paths.length === 0) return revision.id;
  const tree = await sourcesFor(world, state.app).tree(source, revision, world.signal);
  return Promise.all(paths.map(async (path) => [path, isPattern(path) ? await patternHash(tree, path) : await tree.hash(path)]));
}

async function patternHash(tree: Tree, pattern: string): Promise<string> {
  const files = (await tree.list('')).filter(({ path }) => liesAt(pattern, path));
  return contentHash(await Promise.all(files.map(async ({ path }) => [path, await tree.hash(path)])));
}
