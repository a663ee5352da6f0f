// The files that a rendering may see, read from the tree under limits. Links inside the repository are followed.
import type { Tree, TreeEntry } from '../../domain/ports.js';
import { followLinks } from './walk.js';

export interface Gathered {
  /** Base64 by path, relative to what was asked for. */
  readonly files: Readonly<Record<string, string>>;
  readonly bytes: number;
}

const MAX_FILES = 5_000;
const MAX_BYTES = 64 * 1024 * 1024;
const READ_AT_ONCE = 32;

/** Too many files, or too large. */
export class TooMuch extends Error {}

/** All files below the given folders (or the files themselves), with paths of the repository. */
export async function gather(tree: Tree, entries: readonly TreeEntry[], places: readonly string[]): Promise<Gathered> {
  const byPath = new Map(entries.map((entry) => [entry.path, entry]));
  const chosen = entries.flatMap((entry) => {
    if (!places.some((place) => isBelow(entry.path, place))) return [];
    const target = followLinks(entry.path, byPath);
    return target?.kind === 'file' ? [{ path: entry.path, target }] : [];
  });
  const bytes = chosen.reduce((sum, { target }) => sum + target.size, 0);
  if (chosen.length > MAX_FILES || bytes > MAX_BYTES)
    throw new TooMuch(
      `it would read ${chosen.length} files of ${(bytes / 2 ** 20).toFixed(1)} MiB, and ${MAX_FILES} files of ${MAX_BYTES / 2 ** 20} MiB are allowed`,
    );
  const files: Record<string, string> = {};
  for (let i = 0; i < chosen.length; i += READ_AT_ONCE)
    await Promise.all(
      chosen.slice(i, i + READ_AT_ONCE).map(async ({ path, target }) => {
        files[path] = Buffer.from(await tree.read(target.path)).toString('base64');
      }),
    );
  return { files, bytes };
}

export function isBelow(path: string, place: string): boolean {
  return place === '' || path === place || path.startsWith(`${place}/`);
}

/** The same files as seen from a folder inside; what is outside of it is left out. */
export function seenFrom(files: Readonly<Record<string, string>>, folder: string): Record<string, string> {
  if (folder === '') return { ...files };
  return Object.fromEntries(
    Object.entries(files)
      .filter(([path]) => path.startsWith(`${folder}/`))
      .map(([path, content]) => [path.slice(folder.length + 1), content]),
  );
}
