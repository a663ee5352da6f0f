// A plain directory as a source: its files as they are now, uncommitted ones included; only `.git` is left out. Its revision is a
// hash over paths and bytes, so an untouched directory keeps its revision and a saved file makes a new one.
import { createHash } from 'node:crypto';
import { lstat, readdir, readFile, readlink, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import type { Revision, Tree, TreeEntry } from '../../domain/ports.js';
import { IoError } from '../../domain/problem.js';
import { byPath, entriesBelow, innerPath } from './paths.js';

interface Snapshot {
  readonly id: string;
  readonly entries: readonly (TreeEntry & { readonly hash: string })[];
}

export interface WorkingTree {
  /** Looks at all files; bytes are read again only where size, time or inode changed. */
  resolve(): Promise<Revision>;
  tree(revision: Revision): Promise<Tree>;
}

const MAX_FILES = 20_000;
const MAX_BYTES = 256 * 1024 * 1024;
const MAX_DEPTH = 64;
const READ_AT_ONCE = 64;
const MAX_KEPT_SNAPSHOTS = 8;

export function workingTree(directory: string): WorkingTree {
  const hashes = new Map<string, { stamp: string; hash: string }>();
  const snapshots = new Map<string, Snapshot>();
  const take = async (): Promise<Snapshot> => {
    const entries = await scan(directory, hashes);
    const id = `local-${digest(entries.map(({ path, kind, hash }) => `${kind} ${hash} ${path}\0`).join('')).slice(0, 40)}`;
    const snapshot = { id, entries };
    snapshots.delete(id);
    snapshots.set(id, snapshot);
    const [oldest] = snapshots.keys();
    if (snapshots.size > MAX_KEPT_SNAPSHOTS && oldest !== undefined) snapshots.delete(oldest);
    return snapshot;
  };
  return {
    async resolve() {
      const { id } = await take();
      return { id, asked: directory, kind: 'local', name: 'local' };
    },
    async tree(revision) {
      const known = snapshots.get(revision.id) ?? (await take());
      if (known.id === revision.id) return treeOf(directory, revision, known);
      throw new IoError(`the files of ${directory} are not those of ${revision.id} any more; look at them again`, { retry: 'backoff' });
    },
  };
}

function treeOf(directory: string, revision: Revision, snapshot: Snapshot): Tree {
  const below = (path: string) => {
    const inner = innerPath(path);
    return inner === undefined ? [] : entriesBelow(snapshot.entries, inner);
  };
  return {
    revision,
    local: true,
    async hash(path) {
      const entries = below(path);
      return entries.length === 0
        ? ''
        : digest(entries.map((entry) => `${entry.kind} ${entry.hash} ${relativeTo(path, entry.path)}\0`).join(''));
    },
    async list(path) {
      return below(path).map(({ hash: _, ...entry }) => entry);
    },
    async read(path) {
      const [entry] = below(path);
      if (entry?.kind !== 'file' || entry.path !== innerPath(path)) {
        throw new IoError(`reading ${path} in ${directory} failed: there is no such file`, { retry: 'never' });
      }
      const bytes = await readFile(await insideOf(directory, entry.path)).catch((error: unknown) => {
        throw fileFailure(error, join(directory, path));
      });
      if (digest(bytes) !== entry.hash) {
        throw new IoError(`reading ${join(directory, path)} failed: it was changed meanwhile`, { retry: 'backoff' });
      }
      return bytes;
    },
  };
}

function relativeTo(path: string, entryPath: string): string {
  const inner = innerPath(path) ?? '';
  return inner === '' ? entryPath : entryPath.slice(inner.length);
}

/** A folder may have become a link since it was listed; then the file is not one of this directory. */
async function insideOf(directory: string, path: string): Promise<string> {
  const [root, real] = await Promise.all([realpath(directory), realpath(join(directory, path))]).catch((error: unknown) => {
    throw fileFailure(error, join(directory, path));
  });
  if (real === join(root, path)) return real;
  throw new IoError(`reading ${join(directory, path)} failed: it was changed meanwhile`, { retry: 'backoff' });
}

interface Found {
  readonly path: string;
  readonly link: boolean;
}

async function scan(directory: string, hashes: Map<string, { stamp: string; hash: string }>): Promise<Snapshot['entries'][number][]> {
  try {
    const found = await listFiles(directory);
    const entries: Snapshot['entries'][number][] = [];
    let bytes = 0;
    for (let i = 0; i < found.length; i += READ_AT_ONCE) {
      const part = found.slice(i, i + READ_AT_ONCE);
      const read = await Promise.all(part.map(({ path, link }) => (link ? readLink(directory, path) : readEntry(directory, path, hashes))));
      for (const entry of read) bytes += entry.size;
      if (bytes > MAX_BYTES) throw tooLarge(directory);
      entries.push(...read);
    }
    const paths = new Set(entries.map(({ path }) => path));
    for (const path of hashes.keys()) if (!paths.has(path)) hashes.delete(path);
    return entries.sort(byPath);
  } catch (error) {
    throw error instanceof IoError ? error : fileFailure(error, directory);
  }
}

async function listFiles(directory: string): Promise<Found[]> {
  const found: Found[] = [];
  const visit = async (folder: string, depth: number): Promise<void> => {
    for (const child of await readdir(join(directory, folder), { withFileTypes: true })) {
      if (child.name === '.git') continue;
      const path = folder === '' ? child.name : `${folder}/${child.name}`;
      if (child.isDirectory()) {
        if (depth >= MAX_DEPTH) throw tooLarge(directory);
        await visit(path, depth + 1);
      } else if (child.isSymbolicLink() || child.isFile()) found.push({ path, link: child.isSymbolicLink() });
      if (found.length > MAX_FILES) throw tooLarge(directory);
    }
  };
  await visit('', 0);
  return found;
}

async function readEntry(directory: string, path: string, hashes: Map<string, { stamp: string; hash: string }>) {
  const file = join(directory, path);
  const { size, mtimeNs, ctimeNs, ino } = await lstat(file, { bigint: true });
  if (size > BigInt(MAX_BYTES)) throw tooLarge(directory);
  const stamp = `${size} ${mtimeNs} ${ctimeNs} ${ino}`;
  const known = hashes.get(path);
  const hash = known?.stamp === stamp ? known.hash : digest(await readFile(file));
  hashes.set(path, { stamp, hash });
  return { path, kind: 'file' as const, size: Number(size), hash };
}

async function readLink(directory: string, path: string) {
  const linksTo = await readlink(join(directory, path));
  return { path, kind: 'symlink' as const, size: Buffer.byteLength(linksTo), linksTo, hash: digest(linksTo) };
}

function digest(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

function tooLarge(directory: string): IoError {
  return new IoError(
    `reading the directory ${directory} failed: it holds more than ${MAX_FILES} files, ${MAX_BYTES / 1024 / 1024} MiB, or ${MAX_DEPTH} levels; name a smaller one, or a Git repository`,
    { retry: 'never' },
  );
}

function fileFailure(error: unknown, path: string): IoError {
  const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
  const reason =
    code === 'ENOENT' ? 'it does not exist' : code === 'ENOTDIR' ? 'it is not a directory' : code === 'EACCES' ? 'access is denied' : code;
  return new IoError(`reading ${path} failed: ${reason}`, { retry: code === 'ENOENT' ? 'backoff' : 'never', cause: error });
}
