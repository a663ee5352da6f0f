// The Sources port for charts of chart repositories: repoURL, chart and targetRevision -> a version, and the files of its archive.
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { credentialFor, type RepositoryCredential } from '../../core/repository/credentials.js';
import { printableUrl, sameRepository } from '../../core/repository/url.js';
import { chartVersion } from '../../core/source/chart-version.js';
import type { Source } from '../../domain/application.js';
import type { Clock, Freshness, Revision, Tree } from '../../domain/ports.js';
import { IoError } from '../../domain/problem.js';
import { readArchive } from './archive.js';
import { type ChartEntry, type ChartIndex, readIndex } from './chart-index.js';
import { chartTree } from './chart-tree.js';
import { addressOf, download } from './download.js';
import { unpackedChart } from './unpacked.js';

export interface ChartOptions {
  readonly clock: Clock;
  /** Repositories that are taken from a folder of this machine: address -> path. */
  readonly map: ReadonlyMap<string, string>;
  readonly credentials: () => readonly RepositoryCredential[];
}

export interface Charts {
  resolve(source: Source, freshness: Freshness, signal?: AbortSignal): Promise<Revision>;
  tree(source: Source, revision: Revision, signal?: AbortSignal): Promise<Tree>;
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
const MAX_TREES = 24;

export function createCharts(options: ChartOptions): Charts {
  const indexes = new Map<string, Promise<Known>>();
  const trees = new Map<string, Promise<Tree>>();
  const indexOf = (source: Source, freshness: Freshness, signal: AbortSignal | undefined): Promise<Known> =>
    remembered(indexes, source.repoURL, async (before) => {
      const known = await before;
      const isNew =
        known &&
        (freshness.fresh
          ? known.atMs > (freshness.sinceMs ?? Number.POSITIVE_INFINITY)
          : options.clock.now() - known.atMs < INDEX_MAX_AGE_MS);
      return isNew ? known : fetchIndex(source, options, { known, signal });
    });
  return {
    async resolve(source, freshness, signal) {
      const { index } = await indexOf(source, freshness, signal);
      const asked = source.targetRevision ?? '';
      const { version } = entryFor(index, source, asked);
      return { id: version, asked, kind: 'tag', name: version };
    },
    async tree(source, revision, signal) {
      const { index } = await indexOf(source, { fresh: false }, signal);
      const entry = entryFor(index, source, revision.id);
      // A version that was published again under its name is another chart.
      const id = [source.repoURL, source.chart, entry.version, entry.digest ?? ''].join(' ');
      const found = trees.get(id) ?? readChart(source, entry, { revision, options, signal });
      trees.delete(id);
      trees.set(id, found);
      found.catch(() => trees.delete(id));
      const [oldest] = trees.keys();
      if (trees.size > MAX_TREES && oldest !== undefined) trees.delete(oldest);
      return found;
    },
  };
}

/** One after the other for one repository; a failure is forgotten, and what was known before it stays known. */
function remembered(
  all: Map<string, Promise<Known>>,
  key: string,
  next: (before: Promise<Known> | undefined) => Promise<Known>,
): Promise<Known> {
  const before = all.get(key);
  const now = next(before?.catch(() => undefined as never));
  all.set(key, now);
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

interface Looking {
  readonly known: Known | undefined;
  readonly signal: AbortSignal | undefined;
}

async function fetchIndex(source: Source, options: ChartOptions, { known, signal }: Looking): Promise<Known> {
  const atMs = options.clock.now();
  const folder = folderOf(source.repoURL, options);
  const what = `the index of the chart repository ${printableUrl(source.repoURL)}`;
  if (folder !== undefined) return { index: await folderIndex(folder, what), atMs };
  const answer = await download(`${source.repoURL.replace(/\/+$/, '')}/index.yaml`, {
    what,
    maxBytes: MAX_INDEX_BYTES,
    credential: credentialFor(source.repoURL, options.credentials()),
    home: originOf(source.repoURL),
    etag: known?.etag,
    signal,
  });
  if (!answer) return { ...(known as Known), atMs };
  return { index: readIndex(answer.bytes.toString('utf8'), what), atMs, ...(answer.etag ? { etag: answer.etag } : {}) };
}

interface Reading {
  readonly revision: Revision;
  readonly options: ChartOptions;
  readonly signal: AbortSignal | undefined;
}

async function readChart(source: Source, entry: ChartEntry, { revision, options, signal }: Reading): Promise<Tree> {
  const shown = `the chart ${source.chart} ${entry.version} of ${printableUrl(source.repoURL)}`;
  const [address = ''] = entry.urls;
  const folder = folderOf(source.repoURL, options);
  if (folder !== undefined && address.startsWith(UNPACKED))
    return chartTree(revision, await unpackedChart(join(folder, address.slice(UNPACKED.length)), shown), shown);
  const bytes =
    folder === undefined
      ? await downloaded(source, address, { shown, options, signal })
      : await readFile(join(folder, address.replace(/^.*\//, '')));
  if (entry.digest !== undefined && createHash('sha256').update(bytes).digest('hex') !== entry.digest.toLowerCase())
    throw new IoError(`reading ${shown} failed: the archive is not the one that the index names (its SHA-256 differs)`, { retry: 'never' });
  return chartTree(revision, readArchive(bytes, shown, LIMITS), shown);
}

async function downloaded(
  source: Source,
  address: string,
  { shown, options, signal }: { readonly shown: string; readonly options: ChartOptions; readonly signal: AbortSignal | undefined },
): Promise<Buffer> {
  const helm = source.helm as { passCredentials?: boolean } | undefined;
  const answer = await download(addressOf(address, shown, `${source.repoURL.replace(/\/+$/, '')}/`), {
    what: shown,
    maxBytes: MAX_ARCHIVE_BYTES,
    credential: credentialFor(source.repoURL, options.credentials()),
    home: originOf(source.repoURL),
    everywhere: helm?.passCredentials === true,
    signal,
  });
  return answer?.bytes ?? Buffer.alloc(0);
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

function folderOf(url: string, { map }: ChartOptions): string | undefined {
  return [...map].find(([from]) => sameRepository(from, url))?.[1];
}

const UNPACKED = 'folder:';

/** Only the reader itself names folders: an index that was written by somebody names archives. */
function withoutFolders(index: ChartIndex): ChartIndex {
  return new Map([...index].map(([name, entries]) => [name, entries.filter(({ urls }) => !urls[0]?.startsWith(UNPACKED))]));
}

/** A folder of this machine as a repository: its index.yaml, or the archives and chart folders that lie in it. */
async function folderIndex(folder: string, what: string): Promise<ChartIndex> {
  const text = await readFile(join(folder, 'index.yaml'), 'utf8').catch(() => undefined);
  if (text !== undefined) return withoutFolders(readIndex(text, what));
  const index = new Map<string, ChartEntry[]>();
  const add = (name: string, entry: ChartEntry): void => void index.set(name, [...(index.get(name) ?? []), entry]);
  const names = await readdir(folder, { withFileTypes: true }).catch((error: Error) => {
    throw new IoError(`reading ${what} failed: ${error.message}`, { retry: 'never', cause: error });
  });
  for (const entry of names) {
    const archive = /^(.+?)-(v?\d+\.\d+\.\d+.*)\.tgz$/.exec(entry.name);
    if (archive) add(archive[1] ?? '', { version: archive[2] ?? '', urls: [entry.name] });
    else if (entry.isDirectory()) {
      const chart = await readFile(join(folder, entry.name, 'Chart.yaml'), 'utf8').catch(() => undefined);
      const version = /^version:\s*["']?([^"'\s#]+)/m.exec(chart ?? '')?.[1];
      if (version) add(entry.name, { version, urls: [UNPACKED + entry.name] });
    }
  }
  return index;
}
