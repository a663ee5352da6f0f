// Paths inside a repository.
import { posix } from 'node:path';

/** 'a/b' for './a//b/', '' for the root; undefined for a path that leads out of the repository. */
export function innerPath(path: string): string | undefined {
  const normal = posix.normalize(path.replace(/^\/+/, '')).replace(/\/+$/, '');
  if (normal === '.' || normal === '') return '';
  return normal === '..' || normal.startsWith('../') ? undefined : normal;
}

/** Orders by path; entries of one folder then stand together. */
export function byPath(a: { readonly path: string }, b: { readonly path: string }): number {
  return a.path < b.path ? -1 : a.path > b.path ? 1 : 0;
}

/** The entry of that path, or those below it, from a list sorted by path. */
export function entriesBelow<T extends { readonly path: string }>(sorted: readonly T[], path: string): readonly T[] {
  if (path === '') return sorted;
  const exact = sorted[firstAt(sorted, path)];
  if (exact?.path === path) return [exact];
  const start = firstAt(sorted, `${path}/`);
  // '0' is the character after '/': the first path that is not below any more.
  return sorted.slice(start, firstAt(sorted, `${path}0`));
}

function firstAt(sorted: readonly { readonly path: string }[], path: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] as { path: string }).path < path) low = middle + 1;
    else high = middle;
  }
  return low;
}
