// Submodules: the files of other repositories at the commits that a tree names, in their places. Read when somebody looks there.
import { posix } from 'node:path';
import { printableUrl } from '../../core/repository/url.js';
import type { Tree, TreeEntry } from '../../domain/ports.js';
import { IoError } from '../../domain/problem.js';
import { byPath, innerPath } from './paths.js';

export interface SubmoduleMeans {
  /** The address of the repository that holds the tree: addresses of submodules may be relative to it. */
  readonly repoURL: string;
  /** The same tree with the hashes of Git: the hash of a submodule is the commit that is wanted. */
  readonly pinned: Tree;
  /** The tree of a submodule. Throws IoError. */
  open(url: string, commit: string): Promise<Tree>;
}

interface Mount {
  readonly path: string;
  readonly commit: string;
  tree(): Promise<Tree>;
}

const GITMODULES = '.gitmodules';
const MAX_SUBMODULES = 100;

/** The tree with its submodules in their places; the very tree where it has none. */
export async function withSubmodules(tree: Tree, means: SubmoduleMeans): Promise<Tree> {
  if ((await tree.list(GITMODULES)).length === 0) return tree;
  const mounts = await mountsOf(tree, means);
  if (mounts.length === 0) return tree;
  const holding = (path: string) => mounts.find((mount) => path === mount.path || path.startsWith(`${mount.path}/`));
  const inner = (path: string, mount: Mount) => path.slice(mount.path.length + 1);
  const placed = async (mount: Mount, path: string): Promise<TreeEntry[]> =>
    (await (await mount.tree()).list(path)).map((entry) => ({ ...entry, path: `${mount.path}/${entry.path}` }));
  return {
    ...tree,
    async hash(path) {
      const at = innerPath(path);
      const mount = at === undefined ? undefined : holding(at);
      return mount && at !== undefined && at !== mount.path ? (await mount.tree()).hash(inner(at, mount)) : tree.hash(path);
    },
    async list(path) {
      const at = innerPath(path);
      const mount = at === undefined ? undefined : holding(at);
      if (mount && at !== undefined) return placed(mount, inner(at, mount));
      const entries = await tree.list(path);
      const lists = await Promise.all(
        entries.map((entry) => {
          const found = entry.kind === 'submodule' ? mounts.find((each) => each.path === entry.path) : undefined;
          return found ? placed(found, '') : [entry];
        }),
      );
      return lists.flat().sort(byPath);
    },
    async read(path) {
      const at = innerPath(path);
      const mount = at === undefined ? undefined : holding(at);
      return mount && at !== undefined ? (await mount.tree()).read(inner(at, mount)) : tree.read(path);
    },
  };
}

async function mountsOf(tree: Tree, means: SubmoduleMeans): Promise<Mount[]> {
  const declared = readGitmodules(Buffer.from(await tree.read(GITMODULES)).toString('utf8'));
  if (declared.length > MAX_SUBMODULES)
    throw new IoError(`reading ${printableUrl(means.repoURL)} failed: it has more than ${MAX_SUBMODULES} submodules`, { retry: 'never' });
  const mounts = await Promise.all(
    declared.map(async ({ path, url }): Promise<Mount[]> => {
      const [entry] = await tree.list(path);
      if (entry?.kind !== 'submodule' || entry.path !== path) return [];
      const commit = await means.pinned.hash(path);
      let opened: Promise<Tree> | undefined;
      return [
        {
          path,
          commit,
          tree() {
            opened ??= open(means, { path, url, commit });
            return opened;
          },
        },
      ];
    }),
  );
  return mounts.flat();
}

interface Wanted {
  readonly path: string;
  readonly url: string;
  readonly commit: string;
}

async function open({ repoURL, ...means }: SubmoduleMeans, { path, url, commit }: Wanted): Promise<Tree> {
  const address = submoduleUrl(repoURL, url);
  const doing = `reading the submodule ${path} of ${printableUrl(repoURL)}`;
  // Whoever writes .gitmodules may not look around on this machine.
  if (isLocal(address) && !isLocal(repoURL))
    throw new IoError(`${doing} failed: its address ${JSON.stringify(printableUrl(url))} is a path of this machine`, { retry: 'never' });
  try {
    return await means.open(address, commit);
  } catch (error) {
    if (!(error instanceof IoError)) throw error;
    throw new IoError(`${doing} failed: ${error.message}`, { retry: error.retry, cause: error });
  }
}

function isLocal(url: string): boolean {
  return !/^(https?|ssh|git|git\+ssh):\/\//i.test(url) && !/^[^/:@\s]+@[^/:\s]+:/.test(url);
}

/** './x' and '../x' are relative to the address of the repository itself. */
export function submoduleUrl(repoURL: string, url: string): string {
  if (!/^\.\.?\//.test(url)) return url;
  const [, head = '', path = ''] =
    /^((?:[a-zA-Z][a-zA-Z0-9+.-]*:\/\/[^/]*|[^/:@\s]+@[^/:\s]+:)?)(.*)$/s.exec(repoURL.replace(/\/+$/, '')) ?? [];
  const joined = posix.join(path || '/', url);
  return head + (head.endsWith(':') ? joined.replace(/^\/+/, '') : joined);
}

/** Paths and addresses, in the order of the file; what lacks either is left out. */
export function readGitmodules(text: string): { readonly path: string; readonly url: string }[] {
  return text
    .split(/^\s*\[submodule\b.*\]\s*$/m)
    .slice(1)
    .flatMap((section) => {
      const field = (name: string) => new RegExp(`^\\s*${name}\\s*=\\s*(.*?)\\s*$`, 'm').exec(section)?.[1]?.replace(/^"(.*)"$/, '$1');
      const [path, url] = [field('path'), field('url')];
      const inner = path === undefined ? undefined : innerPath(path);
      return inner && url ? [{ path: inner, url }] : [];
    });
}
