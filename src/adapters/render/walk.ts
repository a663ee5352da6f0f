// Which files of a directory source are manifests, in which order, and where symbolic links lead. Pure: works on a listing.
import { posix } from 'node:path';
import { globMatches } from '../../core/glob.js';
import type { DirectoryOptions } from '../../domain/application.js';
import type { TreeEntry } from '../../domain/ports.js';

export interface ChosenFile {
  /** As it stands in the directory: the name for messages. */
  readonly path: string;
  /** Where the bytes are: another path for a symbolic link. */
  readonly target: string;
  readonly size: number;
}

const EXTENSION = /\.(yaml|yml|json|jsonnet)$/;
const MAX_HOPS = 40;

/** The files below `root` that the options choose, in the order of a walk through the folders; dangling links are left out. */
export function chooseFiles(entries: readonly TreeEntry[], root: string, options: DirectoryOptions): ChosenFile[] {
  const byPath = new Map(entries.map((entry) => [entry.path, entry]));
  const prefix = root === '' ? '' : `${root}/`;
  return entries
    .filter(({ path, kind }) => kind !== 'submodule' && path.startsWith(prefix) && isChosen(path.slice(prefix.length), options))
    .flatMap((entry): ChosenFile[] => {
      const target = followLinks(entry.path, byPath);
      return target?.kind === 'file' ? [{ path: entry.path, target: target.path, size: target.size }] : [];
    })
    .sort((a, b) => compareWalk(a.path, b.path));
}

function isChosen(relative: string, options: DirectoryOptions): boolean {
  if (options.recurse !== true && relative.includes('/')) return false;
  if (options.disableExtensionFilter !== true && !EXTENSION.test(relative)) return false;
  if (options.exclude && globMatches(options.exclude, relative)) return false;
  return !options.include || globMatches(options.include, relative);
}

/** Folder by folder, names in byte order: 'a/z.yaml' comes before 'a.yaml'. */
export function compareWalk(a: string, b: string): number {
  const left = a.split('/');
  const right = b.split('/');
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const x = left[i] as string;
    const y = right[i] as string;
    if (x !== y) return x < y ? -1 : 1;
  }
  return left.length - right.length;
}

/** The entry that a path means after all links in it; undefined where a link leads nowhere, in a circle, or out of the repository. */
export function followLinks(path: string, byPath: ReadonlyMap<string, TreeEntry>): TreeEntry | undefined {
  const resolved = resolvePath(path, byPath);
  return resolved === undefined ? undefined : byPath.get(resolved);
}

/** A path with every link in it followed, whether or not something is there; undefined for circles and ways out. */
export function resolvePath(path: string, byPath: ReadonlyMap<string, TreeEntry>): string | undefined {
  let rest = path.split('/').filter((part) => part !== '' && part !== '.');
  let done: string[] = [];
  let hops = 0;
  while (rest.length > 0) {
    const [part = '', ...after] = rest;
    rest = after;
    if (part === '..') {
      if (done.length === 0) return undefined;
      done = done.slice(0, -1);
      continue;
    }
    const here = [...done, part];
    const link = byPath.get(here.join('/'));
    if (link?.kind !== 'symlink') {
      done = here;
      continue;
    }
    const to = link.linksTo ?? '';
    if (++hops > MAX_HOPS || to.startsWith('/')) return undefined;
    rest = [...to.split('/').filter((step) => step !== '' && step !== '.'), ...rest];
  }
  return done.join('/');
}

/** The first link that leads out of the repository: absolute, or with more '..' than it is deep. */
export function escapingLink(entries: readonly TreeEntry[]): string | undefined {
  return entries.find((entry) => {
    if (entry.kind !== 'symlink' || entry.linksTo === undefined) return false;
    const to = posix.normalize(posix.join(posix.dirname(entry.path), entry.linksTo));
    return entry.linksTo.startsWith('/') || to === '..' || to.startsWith('../');
  })?.path;
}
