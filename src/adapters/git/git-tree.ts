// The files of one commit. The listing is read once a commit and kept; bytes are read object by object.
import type { Revision, Tree, TreeEntry } from '../../domain/ports.js';
import { IoError } from '../../domain/problem.js';
import type { ObjectReaders } from './cat-file.js';
import { runGit } from './command.js';
import { byPath, entriesBelow, innerPath } from './paths.js';

export interface GitTreeOptions {
  readonly revision: Revision;
  readonly gitDir: string;
  /** The repository's address for people. */
  readonly shown: string;
  readonly readers: ObjectReaders;
  readonly listings: Listings;
}

interface Listed {
  readonly path: string;
  readonly kind: TreeEntry['kind'];
  readonly size: number;
}

export interface Listing {
  /** Sorted by path; folders are not among them. */
  readonly entries: readonly Listed[];
  /** Object ids of files and folders; the root is ''. */
  readonly ids: ReadonlyMap<string, string>;
}

const LIST_TIMEOUT_MS = 60_000;
const MAX_FILE_BYTES = 64 * 1024 * 1024;

export function gitTree(options: GitTreeOptions): Tree {
  const { revision, gitDir, shown, readers } = options;
  const listing = () => options.listings.of(gitDir, revision.id);
  const bytesOf = async (path: string): Promise<Uint8Array> => {
    const inner = innerPath(path);
    const id = inner === undefined ? undefined : (await listing()).ids.get(inner);
    const object = id === undefined ? undefined : await readers.read(gitDir, id);
    if (object?.type === 'blob') return object.bytes;
    throw new IoError(`reading ${path} of ${shown} at ${revision.id.slice(0, 7)} failed: there is no such file`, { retry: 'never' });
  };
  return {
    revision,
    local: false,
    async hash(path) {
      const inner = innerPath(path);
      return inner === undefined ? '' : ((await listing()).ids.get(inner) ?? '');
    },
    async list(path) {
      const inner = innerPath(path);
      if (inner === undefined) return [];
      const found = entriesBelow((await listing()).entries, inner);
      return Promise.all(
        found.map(async (entry): Promise<TreeEntry> => {
          if (entry.kind !== 'symlink') return entry;
          return { ...entry, linksTo: Buffer.from(await bytesOf(entry.path)).toString('utf8') };
        }),
      );
    },
    async read(path) {
      const inner = innerPath(path) ?? path;
      const [entry] = entriesBelow((await listing()).entries, inner);
      if (entry?.path === inner && entry.size > MAX_FILE_BYTES) {
        throw new IoError(`reading ${path} of ${shown} failed: it is larger than ${MAX_FILE_BYTES / 1024 / 1024} MiB`, { retry: 'never' });
      }
      return bytesOf(path);
    },
  };
}

/** Listings of the commits that were used last; the limit is the number of paths in all of them. */
export interface Listings {
  of(gitDir: string, commit: string): Promise<Listing>;
}

export function listings(readers: ObjectReaders, maxPaths: number): Listings {
  const cache = new Map<string, { promise: Promise<Listing>; paths: number }>();
  const trim = () => {
    let total = [...cache.values()].reduce((sum, { paths }) => sum + paths, 0);
    for (const [key, { paths }] of cache) {
      if (total <= maxPaths || cache.size <= 1) return;
      cache.delete(key);
      total -= paths;
    }
  };
  return {
    of(gitDir, commit) {
      const key = `${gitDir} ${commit}`;
      const known = cache.get(key);
      if (known) {
        cache.delete(key);
        cache.set(key, known);
        return known.promise;
      }
      const entry = { promise: readListing(readers, gitDir, commit), paths: 0 };
      cache.set(key, entry);
      entry.promise.then(
        (listing) => {
          entry.paths = listing.ids.size;
          trim();
        },
        () => cache.delete(key),
      );
      return entry.promise;
    },
  };
}

async function readListing(readers: ObjectReaders, gitDir: string, commit: string): Promise<Listing> {
  const root = await readers.read(gitDir, `${commit}^{tree}`);
  const output = await runGit(['--git-dir', gitDir, 'ls-tree', '-r', '-t', '-l', '-z', '--full-tree', commit], {
    doing: `listing the files of commit ${commit.slice(0, 7)}`,
    timeoutMs: LIST_TIMEOUT_MS,
  });
  const ids = new Map<string, string>([['', root?.id ?? commit]]);
  const entries: Listed[] = [];
  for (const record of output.toString('utf8').split('\0')) {
    const match = /^(\d+) (\w+) ([0-9a-f]+) +(\d+|-)\t(.*)$/s.exec(record);
    if (!match) continue;
    const [, mode = '', type = '', id = '', size = '', path = ''] = match;
    ids.set(path, id);
    if (type === 'tree') continue;
    const kind = type === 'commit' ? 'submodule' : mode === '120000' ? 'symlink' : 'file';
    entries.push({ path, kind, size: Number(size) || 0 });
  }
  return { entries: entries.sort(byPath), ids };
}
