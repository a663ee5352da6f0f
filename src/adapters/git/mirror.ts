// A bare copy of a repository's branches and tags in the cache folder. Looking (`ls-remote`) is cheap and happens often; fetching
// happens only when a commit is wanted that is not here. Objects are read from here, never from a checkout.
import { mkdir, mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Freshness } from '../../domain/ports.js';
import { IoError } from '../../domain/problem.js';
import { asIoError, type GitRun, runGit } from './command.js';
import { type Refs, readRefs } from './refs.js';
import { isFreshEnough, sharedRuns, whileWanted } from './sharing.js';

export interface MirrorOptions {
  /** The address for git, without user and password. */
  readonly url: string;
  /** The same for people. */
  readonly shown: string;
  readonly gitDir: string;
  now(): number;
  /** Whether a commit is in the mirror. */
  has(commit: string): Promise<boolean>;
  /** Runs git against the remote: with credentials, and not too many at once. */
  remote(args: readonly string[], run: GitRun): Promise<Buffer>;
  /** How many commits of a branch are fetched; absent or undefined: all of them. */
  depth?(): number | undefined;
}

export interface Mirror {
  readonly gitDir: string;
  /** Branches and tags: as new as asked when `fresh`, else possibly as old as `REFS_MAX_AGE_MS`. */
  refs(options: Freshness, signal?: AbortSignal): Promise<Refs>;
  /** Makes sure that a commit is here, fetching when it is not. False where the remote does not give it. */
  ensure(commit: string, signal?: AbortSignal): Promise<boolean>;
  /** Brings branches and tags up to date. */
  fetch(signal?: AbortSignal): Promise<void>;
  /** The full SHA of a shortened one, of what is here. Throws IoError where it is ambiguous. */
  expand(shortSha: string): Promise<string | undefined>;
  /** Keeps a commit although its branch may be moved by force or deleted. */
  keep(commit: string): Promise<void>;
}

const LS_REMOTE_TIMEOUT_MS = 45_000;
const FETCH_TIMEOUT_MS = 600_000;
const LOCAL_TIMEOUT_MS = 30_000;
const REFS_MAX_AGE_MS = 180_000;
const MAX_KEPT_COMMITS = 200;
const MAX_REMEMBERED_COMMITS = 100;
const KEPT = 'refs/argosy/seen/';

export function openMirror(options: MirrorOptions): Mirror {
  const { gitDir, shown, url } = options;
  let known: { refs: Refs; atMs: number } | undefined;

  const look = sharedRuns(async () => {
    const doing = `listing the branches and tags of ${shown}`;
    const atMs = options.now();
    const output = await options.remote(['ls-remote', '--symref', '--', url], { doing, timeoutMs: LS_REMOTE_TIMEOUT_MS });
    known = { refs: readRefs(output.toString('utf8')), atMs };
    return known.refs;
  });
  const initialise = once(() =>
    initialiseMirror(gitDir).catch((error) => Promise.reject(asIoError(error, `making a Git mirror in ${gitDir}`))),
  );
  const local = (args: readonly string[], doing: string) =>
    runGit(['--git-dir', gitDir, ...args], { doing: `${doing} (${shown})`, timeoutMs: LOCAL_TIMEOUT_MS });
  const fetchRefs = (refspecs: readonly string[]) =>
    options.remote([...fetchArguments(options), ...refspecs], { doing: `fetching ${shown}`, timeoutMs: FETCH_TIMEOUT_MS });
  const fetchAll = sharedRuns(async () => {
    await initialise();
    await fetchRefs(['--prune', '--', url, '+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*']);
  });
  const announced = besideTheLook(fetchAll);
  /** Commits that were seen here; they stay, because what is used is kept. */
  const present = new Set<string>();
  const has = async (commit: string): Promise<boolean> => {
    if (present.has(commit)) return true;
    await initialise();
    if (!(await options.has(commit))) return false;
    if (present.size >= MAX_REMEMBERED_COMMITS) present.clear();
    present.add(commit);
    return true;
  };

  return {
    gitDir,
    refs(wanted, signal) {
      if (known && isFreshEnough(known.atMs, wanted, { nowMs: options.now(), maxAgeMs: REFS_MAX_AGE_MS }))
        return Promise.resolve(known.refs);
      if (wanted.announced) announced.begin();
      return whileWanted(look(), signal, `listing the branches and tags of ${shown}`);
    },
    async ensure(commit, signal) {
      if (await has(commit)) return true;
      const begun = announced.running();
      if (begun) await whileWanted(begun, signal, `fetching ${shown}`);
      if (begun && (await has(commit))) return true;
      await whileWanted(fetchAll(), signal, `fetching ${shown}`);
      if (await has(commit)) return true;
      // A commit that no branch or tag holds any more; some servers still give it when it is asked for by name.
      await succeeds(whileWanted(fetchRefs(['--', url, `+${commit}:${KEPT}${commit}`]), signal, `fetching ${shown}`));
      return has(commit);
    },
    fetch: (signal) => whileWanted(fetchAll(), signal, `fetching ${shown}`),
    async expand(shortSha) {
      await initialise();
      const answer = await local(['rev-parse', `--disambiguate=${shortSha}`], 'looking for a commit');
      const ids = answer.toString('utf8').split('\n').filter(Boolean);
      const commits: string[] = [];
      for (const id of ids.slice(0, 50)) if (await has(id)) commits.push(id);
      if (commits.length < 2) return commits[0];
      throw new IoError(`revision "${shortSha}" means several commits of ${shown}: ${commits.slice(0, 3).join(', ')}`, { retry: 'never' });
    },
    keep: commitKeeper(local),
  };
}

function fetchArguments({ gitDir, depth }: MirrorOptions): string[] {
  const commits = depth?.();
  const shallow = commits === undefined ? [] : [`--depth=${commits}`];
  return ['--git-dir', gitDir, 'fetch', '--quiet', '--force', '--no-tags', '--no-write-fetch-head', ...shallow];
}

/** A fetch that runs while the refs are listed, because somebody said that there is something new. Its failure is told by whoever wants the commit. */
function besideTheLook(fetchAll: () => Promise<void>) {
  let running: Promise<void> | undefined;
  return {
    running: () => running,
    begin(): void {
      running ??= fetchAll()
        .catch(() => undefined)
        .finally(() => {
          running = undefined;
        });
    },
  };
}

/** Made beside its place and then moved there: another process may be making the same one, and a half-made one is never used. */
async function initialiseMirror(gitDir: string): Promise<void> {
  if (await succeeds(stat(join(gitDir, 'HEAD')))) return;
  await mkdir(dirname(gitDir), { recursive: true, mode: 0o700 });
  const fresh = await mkdtemp(`${gitDir}.new-`);
  try {
    await runGit(['init', '--bare', '--quiet', '--', fresh], { doing: `making a Git mirror in ${gitDir}`, timeoutMs: LOCAL_TIMEOUT_MS });
    await rename(fresh, gitDir);
  } catch (error) {
    await rm(fresh, { recursive: true, force: true });
    if (!(await succeeds(stat(join(gitDir, 'HEAD'))))) throw error;
  }
}

type Local = (args: readonly string[], doing: string) => Promise<Buffer>;

/** Gives commits a ref of their own, so that git never throws them away; the oldest lose theirs when there are too many. */
function commitKeeper(local: Local): (commit: string) => Promise<void> {
  let kept: Set<string> | undefined;
  return async (commit) => {
    kept ??= await keptCommits(local);
    if (kept.has(commit)) return;
    kept.add(commit);
    await local(['update-ref', `${KEPT}${commit}`, commit], 'keeping a commit');
    const [oldest] = kept;
    if (kept.size <= MAX_KEPT_COMMITS || oldest === undefined) return;
    kept.delete(oldest);
    await local(['update-ref', '-d', `${KEPT}${oldest}`], 'letting go of a commit');
  };
}

async function keptCommits(local: Local): Promise<Set<string>> {
  const answer = await local(['for-each-ref', '--sort=committerdate', '--format=%(objectname)', KEPT], 'reading the kept commits');
  return new Set(answer.toString('utf8').split('\n').filter(Boolean));
}

/** Whether work ends without a failure; a missing git is still told. */
async function succeeds(work: Promise<unknown>): Promise<boolean> {
  try {
    await work;
    return true;
  } catch (error) {
    if (error instanceof IoError && error.message.includes('"git" was not found')) throw error;
    return false;
  }
}

/** Runs once; a failure is forgotten, so that the next caller tries again. */
function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => {
    done ??= work().catch((error: unknown) => {
      done = undefined;
      throw error;
    });
    return done;
  };
}
