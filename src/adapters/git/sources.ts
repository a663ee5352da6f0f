// The Sources port: repoURL and targetRevision -> a revision, and the files of that revision.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { RepositoryCredential } from '../../core/repository/credentials.js';
import type { Trust } from '../../core/repository/trust.js';
import { printableUrl, sameRepository } from '../../core/repository/url.js';
import type { Source } from '../../domain/application.js';
import type { Clock, Freshness, Revision, Sources, Tree } from '../../domain/ports.js';
import { IoError } from '../../domain/problem.js';
import { type Accesses, accesses } from './accesses.js';
import { type ObjectReaders, objectReaders } from './cat-file.js';
import { asIoError, type GitRun, runGit } from './command.js';
import { readCommit } from './commit.js';
import { openDirectories } from './directories.js';
import { gitTree } from './git-tree.js';
import { fetchLargeFile } from './large-file-server.js';
import { rememberedFiles, withLargeFiles } from './large-files.js';
import { type Mirror, openMirror } from './mirror.js';
import { placeOf, type SourcePlace } from './places.js';
import { isFullSha, type ResolvedRef, resolveRef } from './refs.js';
import { gate } from './sharing.js';
import { withSubmodules } from './submodules.js';
import { treeObjects } from './tree-objects.js';

export interface SourcesOptions {
  /** Mirrors live here; it may be deleted at any time while nothing runs. */
  readonly cacheDir: string;
  readonly clock: Clock;
  /** Repositories that are taken from a path of this machine: address -> path. */
  readonly map?: ReadonlyMap<string, string>;
  /** Where relative directories begin; the current folder when absent. */
  readonly baseDir?: string;
  /** Asked before each contact, so that a changed Secret counts at once. */
  readonly credentials?: () => readonly RepositoryCredential[];
  readonly trust?: () => Trust;
}

type Repository = Extract<SourcePlace, { kind: 'repository' }>;

const MAX_REMOTE_RUNS = 6;
const MAX_READERS = 8;
const MAX_SUBMODULE_DEPTH = 5;
const READER_IDLE_MS = 60_000;
const MAX_TREE_NODES = 400_000;
const MAX_LARGE_FILES_BYTES = 64 * 2 ** 20;

interface Reading {
  readonly project: string | undefined;
  readonly signal: AbortSignal | undefined;
  /** How many submodules it is in. */
  readonly depth: number;
}

/** Sources over the local git program. `close` ends the processes that read objects. */
export function createSources(options: SourcesOptions): Sources & { close(): void } {
  const readers = objectReaders({ limit: MAX_READERS, idleMs: READER_IDLE_MS });
  const objects = treeObjects(readers, MAX_TREE_NODES);
  const directories = openDirectories(options.clock);
  const access = accesses(options);
  const largeFiles = rememberedFiles(MAX_LARGE_FILES_BYTES);
  const mirrorOf = mirrorsIn(options, readers, access);
  const places = { map: options.map ?? new Map<string, string>(), baseDir: options.baseDir ?? process.cwd() };

  const mirrorFor = (place: Repository, project: string | undefined) => mirrorOf(place, access.scope(place, project));

  const large = (tree: Tree, place: Repository, project: string | undefined): Tree => {
    const scope = access.scope(place, project);
    if (!access.large(place, scope)) return tree;
    return withLargeFiles(tree, (file, path) =>
      largeFiles.of(`${scope}\0${place.url}\0${file.oid}`, async () => fetchLargeFile(file, path, await access.login(place, scope))),
    );
  };

  const treeOf = async (source: Source, revision: Revision, reading: Reading): Promise<Tree> => {
    const { project, signal, depth } = reading;
    const place = await placeOf(source.repoURL, places);
    if (place.kind === 'directory') return directories.tree(place.path, revision);
    const mirror = mirrorFor(place, project);
    if (!(await mirror.ensure(revision.id, signal))) throw missing(revision.id, place.shown);
    await mirror.keep(revision.id);
    const pinned = gitTree({ revision, gitDir: mirror.gitDir, shown: place.shown, readers, objects });
    const tree = large(pinned, place, project);
    if (depth >= MAX_SUBMODULE_DEPTH || process.env['ARGOCD_GIT_MODULES_ENABLED'] === 'false') return tree;
    return withSubmodules(tree, {
      repoURL: source.repoURL,
      pinned,
      open: (repoURL, commit) =>
        treeOf({ repoURL }, { id: commit, asked: commit, kind: 'sha', name: commit.slice(0, 7) }, { ...reading, depth: depth + 1 }),
    });
  };

  const view = (project: string | undefined): Sources => ({
    async resolve(source, freshness, signal) {
      refuseChart(source);
      const place = await placeOf(source.repoURL, places);
      if (place.kind === 'directory') return directories.resolve(place.path, freshness, signal);
      return resolveInMirror({ source, mirror: mirrorFor(place, project), shown: place.shown, freshness, signal });
    },
    tree: (source, revision, signal) => treeOf(source, revision, { project, signal, depth: 0 }),
    async commit(source, revision, signal) {
      const place = await placeOf(source.repoURL, places);
      if (place.kind === 'directory' || !isFullSha(revision)) return undefined;
      const mirror = mirrorFor(place, project);
      if (!(await mirror.ensure(revision, signal))) return undefined;
      const object = await readers.read(mirror.gitDir, `${revision}^{commit}`);
      return object && readCommit(object.id, object.bytes);
    },
    same: sameRepository,
    inProject: view,
  });
  return { ...view(undefined), close: () => readers.close() };
}

/**
 * One mirror a repository, made when it is first asked for. What was fetched with a project's own credentials has a mirror of its
 * own: nobody else reads from it.
 */
function mirrorsIn(
  { cacheDir, clock }: SourcesOptions,
  readers: ObjectReaders,
  access: Accesses,
): (repository: Repository, scope: string) => Mirror {
  const mirrors = new Map<string, Mirror>();
  const remoteGate = gate(MAX_REMOTE_RUNS);
  const remote = (repository: Repository, scope: string) => (args: readonly string[], run: GitRun) =>
    remoteGate(async () => {
      try {
        const { env, end } = await access.open(repository, scope);
        try {
          return await runGit(args, { ...run, env });
        } finally {
          await end();
        }
      } catch (error) {
        throw asIoError(error, run.doing);
      }
    });
  return (repository, scope) => {
    const name = scope === '' ? repository.url : `${repository.url}\0${scope}`;
    const gitDir = join(cacheDir, 'mirrors', `${createHash('sha256').update(name).digest('hex').slice(0, 32)}.git`);
    const known = mirrors.get(gitDir);
    if (known) return known;
    const has = async (commit: string) => (await readers.read(gitDir, `${commit}^{commit}`)) !== undefined;
    const mirror = openMirror({
      ...repository,
      gitDir,
      has,
      now: () => clock.now(),
      remote: remote(repository, scope),
      depth: () => access.depth(repository, scope),
    });
    mirrors.set(gitDir, mirror);
    return mirror;
  };
}

function refuseChart(source: Source): void {
  if (!source.chart) return;
  throw new IoError(
    `reading the chart ${source.chart} of ${printableUrl(source.repoURL)} failed: Helm chart repositories are not supported by this version`,
    { retry: 'never' },
  );
}

interface Resolving {
  readonly source: Source;
  readonly mirror: Mirror;
  readonly shown: string;
  readonly freshness: Freshness;
  readonly signal: AbortSignal | undefined;
}

async function resolveInMirror({ source, mirror, shown, freshness, signal }: Resolving): Promise<Revision> {
  const asked = source.targetRevision?.trim() || 'HEAD';
  if (isFullSha(asked)) {
    const id = asked.toLowerCase();
    if (await mirror.ensure(id, signal)) return { id, asked, kind: 'sha', name: id.slice(0, 7) };
    throw missing(asked, shown);
  }
  const tagPrefix = typeof source['tagPrefix'] === 'string' ? source['tagPrefix'] : '';
  let result: ResolvedRef = resolveRef(asked, await mirror.refs(freshness, signal), tagPrefix);
  // What was missing a minute ago may have been pushed since.
  if (result.kind !== 'found' && !freshness.fresh) result = resolveRef(asked, await mirror.refs({ fresh: true }, signal), tagPrefix);
  if (result.kind === 'found') return result.revision;
  if (result.kind === 'missing') throw missing(asked, shown, result.hint);
  const id = (await mirror.expand(asked)) ?? (await mirror.fetch(signal).then(() => mirror.expand(asked)));
  if (id === undefined) throw missing(asked, shown);
  return { id, asked, kind: 'sha', name: id.slice(0, 7) };
}

function missing(asked: string, shown: string, hint?: string): IoError {
  return new IoError(`revision "${asked}" not found in ${shown}${hint === undefined ? '' : `; ${hint}`}`, { retry: 'never' });
}
