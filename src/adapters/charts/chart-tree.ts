// A chart's files as a tree, as if the chart were a repository of its own.
import { createHash } from 'node:crypto';
import type { Revision, Tree, TreeEntry } from '../../domain/ports.js';
import { IoError } from '../../domain/problem.js';

export function chartTree(revision: Revision, files: ReadonlyMap<string, Uint8Array>, shown: string): Tree {
  const entries = [...files]
    .map(([path, bytes]): TreeEntry => ({ path, kind: 'file', size: bytes.length }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  const below = (path: string) => entries.filter((entry) => path === '' || entry.path === path || entry.path.startsWith(`${path}/`));
  const hashes = new Map<string, string>();
  const hashOf = (path: string): string => {
    const known = hashes.get(path);
    if (known !== undefined) return known;
    const found = below(path);
    const hash = createHash('sha256');
    for (const entry of found) hash.update(`${entry.path.slice(path.length)}\0${entry.size}\0`).update(files.get(entry.path) ?? '');
    const made = found.length === 0 ? '' : hash.digest('hex');
    hashes.set(path, made);
    return made;
  };
  return {
    revision,
    local: false,
    hash: async (path) => hashOf(path),
    list: async (path) => below(path),
    links: async () => [],
    async read(path) {
      const bytes = files.get(path);
      if (!bytes) throw new IoError(`reading ${path} in ${shown} failed: there is no such file`, { retry: 'never' });
      return bytes;
    },
  };
}
