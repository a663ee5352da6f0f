// The Sources port: repoURL and targetRevision -> a revision, and the files of that revision.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { credentialFor, type RepositoryCredential } from '../../core/repository/credentials.js';
import { printableUrl, sameRepository } from '../../core/repository/url.js';
import type { Source } from '../../domain/application.js';
import type { Clock, Freshness, Revision, Sources, Tree } from '../../domain/ports.js';
import { IoError } from '../../domain/problem.js';
import { type Access, openAccess, trustedDirectories, writeAskpass } from './access.js';
import { type ObjectReaders, objectReaders } from './cat-file.js';
import { asIoError, type GitRun, runGit } from './command.js';
import { readCommit } from './commit.js';
import { openDirectories } from './directories.js';
import { gitTree } from './git-tree.js';
import { type Mirror, openMirror } from './mirror.js';
import { placeOf, type SourcePlace } from './places.js';
import { isFullSha, type ResolvedRef, resolveRef } from './refs.js';
import { gate } from './sharing.js';
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
}

type Repository = Extract<SourcePlace, { kind: 'repository' }>;

const MAX_REMOTE_RUNS = 6;
const MAX_READERS = 8;
const READER_IDLE_MS = 60_000;
const MAX_TREE_NODES = 400_000;

/** Sources over the local git program. `close` ends the processes that read objects. */
export function createSources(options: SourcesOptions): Sources & { close(): void } {
  const readers = objectReaders({ limit: MAX_READERS, idleMs: READER_IDLE_MS });
  const objects = treeObjects(readers, MAX_TREE_NODES);
  const mirrorOf = mirrorsIn(options, readers);
  const directories = openDirectories(options.clock);
  const places = { map: options.map ?? new Map<string, string>(), baseDir: options.baseDir ?? process.cwd() };

  return {
    async resolve(source, freshness, signal) {
      refuseChart(source);
      const place = await placeOf(source.repoURL, places);
      if (place.kind === 'directory') return directories.resolve(place.path, freshness, signal);
      return resolveInMirror({ source, mirror: mirrorOf(place), shown: place.shown, freshness, signal });
    },
    async tree(source, revision, signal): Promise<Tree> {
      const place = await placeOf(source.repoURL, places);
      if (place.kind === 'directory') return directories.tree(place.path, revision);
      const mirror = mirrorOf(place);
      if (!(await mirror.ensure(revision.id, signal))) throw missing(revision.id, place.shown);
      await mirror.keep(revision.id);
      return gitTree({ revision, gitDir: mirror.gitDir, shown: place.shown, readers, objects });
    },
    async commit(source, revision, signal) {
      const place = await placeOf(source.repoURL, places);
      if (place.kind === 'directory' || !isFullSha(revision)) return undefined;
      const mirror = mirrorOf(place);
      if (!(await mirror.ensure(revision, signal))) return undefined;
      const object = await readers.read(mirror.gitDir, `${revision}^{commit}`);
      return object && readCommit(object.id, object.bytes);
    },
    same: sameRepository,
    close: () => readers.close(),
  };
}

/** One mirror a repository, made when it is first asked for. */
function mirrorsIn(options: SourcesOptions, readers: ObjectReaders): (repository: Repository) => Mirror {
  const mirrors = new Map<string, Mirror>();
  const remoteGate = gate(MAX_REMOTE_RUNS);
  let ready: Promise<{ askpass: string; trusted: Readonly<Record<string, string>> }> | undefined;
  const prepare = async (repository: Repository): Promise<Access> => {
    ready ??= prepareFolder(options.cacheDir).catch((error) => {
      ready = undefined;
      throw error;
    });
    const { askpass, trusted } = await ready;
    const access = await openAccess(repository.url, loginOf(repository, options.credentials?.() ?? []), askpass);
    return { ...access, env: { ...trusted, ...access.env } };
  };
  const remote = (repository: Repository) => (args: readonly string[], run: GitRun) =>
    remoteGate(async () => {
      try {
        const { env, end } = await prepare(repository);
        try {
          return await runGit(args, { ...run, env });
        } finally {
          await end();
        }
      } catch (error) {
        throw asIoError(error, run.doing);
      }
    });
  return (repository) => {
    const gitDir = join(options.cacheDir, 'mirrors', `${createHash('sha256').update(repository.url).digest('hex').slice(0, 32)}.git`);
    const known = mirrors.get(gitDir);
    if (known) return known;
    const has = async (commit: string) => (await readers.read(gitDir, `${commit}^{commit}`)) !== undefined;
    const mirror = openMirror({ ...repository, gitDir, has, now: () => options.clock.now(), remote: remote(repository) });
    mirrors.set(gitDir, mirror);
    return mirror;
  };
}

async function prepareFolder(cacheDir: string) {
  return { askpass: await writeAskpass(cacheDir), trusted: await trustedDirectories(cacheDir) };
}

function loginOf(repository: Repository, credentials: readonly RepositoryCredential[]): RepositoryCredential | undefined {
  const { url, username, password } = repository;
  const known = credentialFor(url, credentials);
  if (username === undefined && password === undefined) return known;
  return { url, prefix: false, ...known, ...(username === undefined ? {} : { username }), ...(password === undefined ? {} : { password }) };
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
