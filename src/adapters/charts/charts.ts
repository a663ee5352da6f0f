// The Sources port for charts of chart repositories: repoURL, chart and targetRevision -> a version, and the files of its archive.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { credentialFor, type RepositoryCredential } from '../../core/repository/credentials.js';
import { NO_TRUST, type Trust } from '../../core/repository/trust.js';
import { printableUrl } from '../../core/repository/url.js';
import { chartVersion } from '../../core/source/chart-version.js';
import type { Source } from '../../domain/application.js';
import type { Clock, Freshness, Revision, Tree } from '../../domain/ports.js';
import { IoError } from '../../domain/problem.js';
import { readArchive } from './archive.js';
import { folderIndex, folderOf, UNPACKED } from './chart-folder.js';
import { type ChartEntry, type ChartIndex, readIndex } from './chart-index.js';
import { chartTree } from './chart-tree.js';
import { addressOf, download } from './download.js';
import { unpackedChart } from './unpacked.js';

export interface ChartOptions {
  readonly clock: Clock;
  /** Repositories that are taken from a folder of this machine: address -> path. */
  readonly map: ReadonlyMap<string, string>;
  readonly credentials: () => readonly RepositoryCredential[];
  readonly trust?: () => Trust;
}

export interface Charts {
  /** The same, with the credentials that this project's applications may use. */
  inProject(project: string): Charts;
  resolve(source: Source, freshness: Freshness, signal?: AbortSignal): Promise<Revision>;
  tree(source: Source, revision: Revision, signal?: AbortSignal): Promise<Tree>;
  /** The names of the charts of a repository, looked at anew. */
  names(repoURL: string, signal?: AbortSignal): Promise<readonly string[]>;
  /** A single file, without credentials. */
  file(url: string, signal?: AbortSignal): Promise<Uint8Array>;
}

interface Known {
  readonly index: ChartIndex;
  readonly atMs: number;
  readonly etag?: string;
}

const INDEX_MAX_AGE_MS = 180_000;
const MAX_INDEX_BYTES = 64 * 2 ** 20;
const MAX_ARCHIVE_BYTES = 64 * 2 ** 20;
const LIMITS = { maxBytes: 256 * 2 ** 20, maxFiles: 20_000 };
const MAX_FILE_BYTES = 16 * 2 ** 20;
const MAX_TREES = 24;
const MAX_INDEXES = 200;

/** What was read with a project's own credentials is remembered for this project alone. */
export function createCharts(options: ChartOptions): Charts {
  const indexes = new Map<string, Promise<Known>>();
  const trees = new Map<string, Promise<Tree>>();
  const indexOf = (source: Source, freshness: Freshness, { login, signal }: Reaching): Promise<Known> =>
    remembered(indexes, `${login?.project ?? ''} ${source.repoURL}`, async (before) => {
      const known = await before;
      return known && isRecent(known.atMs, freshness, options.clock.now()) ? known : fetchIndex(source, options, { known, login, signal });
    });
  const view = (project: string | undefined): Charts => {
    const reaching = (source: Source, signal: AbortSignal | undefined): Reaching => ({
      login: credentialFor(source.repoURL, options.credentials(), project),
      signal,
    });
    return {
      async resolve(source, freshness, signal) {
        const { index } = await indexOf(source, freshness, reaching(source, signal));
        const asked = source.targetRevision ?? '';
        const { version } = entryFor(index, source, asked);
        return { id: version, asked, kind: 'tag', name: version };
      },
      async tree(source, revision, signal) {
        const by = reaching(source, signal);
        const { index } = await indexOf(source, { fresh: false }, by);
        const entry = entryFor(index, source, revision.id);
        // A version that was published again under its name is another chart.
        const id = [by.login?.project ?? '', source.repoURL, source.chart, entry.version, entry.digest ?? ''].join(' ');
        const found = trees.get(id) ?? readChart(source, entry, { revision, options, ...by });
        trees.delete(id);
        trees.set(id, found);
        found.catch(() => trees.delete(id));
        const [oldest] = trees.keys();
        if (trees.size > MAX_TREES && oldest !== undefined) trees.delete(oldest);
        return found;
      },
      async names(repoURL, signal) {
        const source = { repoURL };
        return [...(await indexOf(source, { fresh: true }, reaching(source, signal))).index.keys()];
      },
      file: (url, signal) => plainFile(url, options, signal),
      inProject: view,
    };
  };
  return view(undefined);
}

/** Whether what was seen then is new enough now. */
export function isRecent(atMs: number, { fresh, sinceMs }: Freshness, nowMs: number): boolean {
  return fresh ? atMs > (sinceMs ?? Number.POSITIVE_INFINITY) : nowMs - atMs < INDEX_MAX_AGE_MS;
}

/** One after the other for one repository; a failure is forgotten, and what was known before it stays known. */
export function remembered<T>(all: Map<string, Promise<T>>, key: string, next: (before: Promise<T> | undefined) => Promise<T>): Promise<T> {
  const before = all.get(key);
  const now = next(before?.catch(() => undefined as never));
  all.delete(key);
  all.set(key, now);
  const [oldest] = all.keys();
  if (all.size > MAX_INDEXES && oldest !== undefined) all.delete(oldest);
  now.catch(() => (before ? all.set(key, before) : all.delete(key)));
  return now;
}

function entryFor(index: ChartIndex, source: Source, asked: string): ChartEntry {
  const shown = `the chart repository ${printableUrl(source.repoURL)}`;
  const entries = index.get(source.chart ?? '');
  if (!entries || entries.length === 0) throw new IoError(`chart "${source.chart}" not found in ${shown}`, { retry: 'never' });
  const version = chartVersion(
    asked,
    entries.map((entry) => entry.version),
  );
  const entry = entries.find((each) => each.version === version);
  if (entry) return entry;
  const newest = entries
    .slice(0, 5)
    .map((each) => each.version)
    .join(', ');
  throw new IoError(
    `version "${asked}" of chart "${source.chart}" not found in ${shown}; there are ${newest}${entries.length > 5 ? ', ...' : ''}`,
    { retry: 'never' },
  );
}

/** As whom a repository is asked. */
interface Reaching {
  readonly login: RepositoryCredential | undefined;
  readonly signal: AbortSignal | undefined;
}

interface Looking extends Reaching {
  readonly known: Known | undefined;
}

async function fetchIndex(source: Source, options: ChartOptions, { known, login, signal }: Looking): Promise<Known> {
  const atMs = options.clock.now();
  const folder = folderOf(source.repoURL, options.map);
  const what = `the index of the chart repository ${printableUrl(source.repoURL)}`;
  if (folder !== undefined) return { index: await folderIndex(folder, what), atMs };
  const answer = await download(`${source.repoURL.replace(/\/+$/, '')}/index.yaml`, {
    what,
    maxBytes: MAX_INDEX_BYTES,
    credential: login,
    trust: options.trust?.() ?? NO_TRUST,
    home: originOf(source.repoURL),
    etag: known?.etag,
    signal,
  });
  if (!answer) return { ...(known as Known), atMs };
  return { index: readIndex(answer.bytes.toString('utf8'), what), atMs, ...(answer.etag ? { etag: answer.etag } : {}) };
}

interface Reading extends Reaching {
  readonly revision: Revision;
  readonly options: ChartOptions;
}

async function readChart(source: Source, entry: ChartEntry, { revision, options, login, signal }: Reading): Promise<Tree> {
  const shown = `the chart ${source.chart} ${entry.version} of ${printableUrl(source.repoURL)}`;
  const [address = ''] = entry.urls;
  const folder = folderOf(source.repoURL, options.map);
  if (folder !== undefined && address.startsWith(UNPACKED))
    return chartTree(revision, await unpackedChart(join(folder, address.slice(UNPACKED.length)), shown), shown);
  const bytes =
    folder === undefined
      ? await downloaded(source, address, { shown, options, login, signal })
      : await readFile(join(folder, address.replace(/^.*\//, '')));
  if (entry.digest !== undefined && createHash('sha256').update(bytes).digest('hex') !== entry.digest.toLowerCase())
    throw new IoError(`reading ${shown} failed: the archive is not the one that the index names (its SHA-256 differs)`, { retry: 'never' });
  return chartTree(revision, await readArchive(bytes, shown, LIMITS), shown);
}

async function downloaded(
  source: Source,
  address: string,
  { shown, options, login, signal }: Reaching & { readonly shown: string; readonly options: ChartOptions },
): Promise<Buffer> {
  const helm = source.helm as { passCredentials?: boolean } | undefined;
  const answer = await download(addressOf(address, shown, `${source.repoURL.replace(/\/+$/, '')}/`), {
    what: shown,
    maxBytes: MAX_ARCHIVE_BYTES,
    credential: login,
    trust: options.trust?.() ?? NO_TRUST,
    home: originOf(source.repoURL),
    everywhere: helm?.passCredentials === true,
    signal,
  });
  return answer?.bytes ?? Buffer.alloc(0);
}

async function plainFile(url: string, options: ChartOptions, signal: AbortSignal | undefined): Promise<Uint8Array> {
  const what = printableUrl(url);
  const trust = options.trust?.() ?? NO_TRUST;
  const answer = await download(url, { what, maxBytes: MAX_FILE_BYTES, credential: undefined, trust, home: originOf(url), signal });
  return answer?.bytes ?? new Uint8Array();
}

function originOf(url: string): string {
  try {
    return new URL(url).origin;
  } catch (error) {
    throw new IoError(`${printableUrl(url)} is not an address of a chart repository; it looks like https://charts.example.com`, {
      retry: 'never',
      cause: error,
    });
  }
}
