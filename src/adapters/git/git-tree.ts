// The files of one commit, read from Git objects as they are asked for.
import type { Revision, Tree, TreeEntry } from '../../domain/ports.js';
import { IoError } from '../../domain/problem.js';
import type { ObjectReaders } from './cat-file.js';
import { byPath, innerPath } from './paths.js';
import type { TreeNode, TreeObjects } from './tree-objects.js';

export interface GitTreeOptions {
  readonly revision: Revision;
  readonly gitDir: string;
  /** The repository's address for people. */
  readonly shown: string;
  readonly readers: ObjectReaders;
  readonly objects: TreeObjects;
}

type Located = TreeNode & { readonly path: string };

const MAX_FILE_BYTES = 64 * 1024 * 1024;
const MAX_DEPTH = 128;

export function gitTree(options: GitTreeOptions): Tree {
  const { revision, gitDir, shown, readers, objects } = options;
  const doing = (path: string) => `reading ${path || 'the files'} of ${shown} at ${revision.id.slice(0, 7)}`;
  let root: Promise<Located> | undefined;
  const rootOf = async (): Promise<Located> => {
    const object = await readers.measure(gitDir, `${revision.id}^{tree}`);
    if (object) return { path: '', name: '', kind: 'folder', id: object.id };
    throw new IoError(`${doing('')} failed: the commit is not in the mirror`, { retry: 'backoff' });
  };
  /** What is at a path; undefined where nothing is, or the path leads out. */
  const locate = async (path: string): Promise<Located | undefined> => {
    const inner = innerPath(path);
    if (inner === undefined) return undefined;
    root ??= rootOf();
    let here: Located | undefined = await root;
    for (const name of inner === '' ? [] : inner.split('/')) {
      if (here?.kind !== 'folder') return undefined;
      const found: TreeNode | undefined = (await objects.nodes(gitDir, here.id)).find((node) => node.name === name);
      here = found && { ...found, path: inner };
    }
    return here;
  };
  /** At once where nothing has to be read for it: a repository has many files, and most are known from the commit before. */
  const entryOf = ({ path, kind, id }: Located): TreeEntry | Promise<TreeEntry> => {
    if (kind === 'submodule') return { path, kind, size: 0 };
    if (kind === 'symlink') return linkOf(path, id);
    const size = objects.size(gitDir, id);
    return typeof size === 'number' ? { path, kind: 'file', size } : size.then((measured) => ({ path, kind: 'file', size: measured }));
  };
  const linkOf = async (path: string, id: string): Promise<TreeEntry> => {
    const bytes = (await readers.read(gitDir, id))?.bytes ?? Buffer.alloc(0);
    return { path, kind: 'symlink', size: bytes.length, linksTo: bytes.toString('utf8') };
  };
  return {
    revision,
    local: false,
    hash: async (path) => (await locate(path))?.id ?? '',
    async list(path) {
      const node = await locate(path);
      if (node === undefined) return [];
      const entries = (await filesBelow(options, node, 0)).sort(byPath).map(entryOf);
      return entries.some((entry) => entry instanceof Promise) ? Promise.all(entries) : (entries as TreeEntry[]);
    },
    async links() {
      root ??= rootOf();
      const found = await objects.links(gitDir, (await root).id);
      return Promise.all(found.map(({ path, id }) => linkOf(path, id)));
    },
    async read(path) {
      const node = await locate(path);
      const known = node?.kind === 'file' || node?.kind === 'symlink';
      if (!known) throw new IoError(`${doing(path)} failed: there is no such file`, { retry: 'never' });
      if ((await objects.size(gitDir, node.id)) > MAX_FILE_BYTES) {
        throw new IoError(`${doing(path)} failed: it is larger than ${MAX_FILE_BYTES / 1024 / 1024} MiB`, { retry: 'never' });
      }
      const object = await readers.read(gitDir, node.id);
      if (object) return object.bytes;
      throw new IoError(`${doing(path)} failed: its content is not in the mirror`, { retry: 'backoff' });
    },
  };
}

/** All files below a node, itself when it is one. */
async function filesBelow(options: GitTreeOptions, node: Located, depth: number): Promise<Located[]> {
  if (node.kind !== 'folder') return [node];
  if (depth > MAX_DEPTH) {
    throw new IoError(`listing ${node.path} of ${options.shown} failed: it is nested more than ${MAX_DEPTH} levels deep`, {
      retry: 'never',
    });
  }
  const prefix = node.path === '' ? '' : `${node.path}/`;
  const children = await options.objects.nodes(options.gitDir, node.id);
  const lists = await Promise.all(
    children.map((child) => {
      const located = { ...child, path: prefix + child.name };
      return child.kind === 'folder' ? filesBelow(options, located, depth + 1) : [located];
    }),
  );
  return lists.flat();
}
