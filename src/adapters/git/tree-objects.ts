// Folders of a repository as git stores them. They are named by their content, so what was read once is true for every commit;
// between two commits only the folders on the way to a change are new.
import type { ObjectReaders } from './cat-file.js';

export interface TreeNode {
  readonly name: string;
  readonly kind: 'folder' | 'file' | 'symlink' | 'submodule';
  readonly id: string;
}

export interface FoundLink {
  readonly path: string;
  readonly id: string;
}

export interface TreeObjects {
  /** What is directly in a folder; empty where the object is not there. */
  nodes(gitDir: string, id: string): Promise<readonly TreeNode[]>;
  /** All symbolic links below a folder, with paths relative to it. */
  links(gitDir: string, id: string): Promise<readonly FoundLink[]>;
  /** Bytes of a file's content: at once where it is known. */
  size(gitDir: string, id: string): number | Promise<number>;
}

const MAX_SIZES = 400_000;
const MAX_LINK_LISTS = 100_000;

/** Remembers up to `maxNodes` entries of folders, the ones used last. */
export function treeObjects(readers: ObjectReaders, maxNodes: number): TreeObjects {
  const folders = new Map<string, { promise: Promise<readonly TreeNode[]>; count: number }>();
  const sizes = new Map<string, number>();
  let total = 0;
  const forget = (key: string): void => {
    total -= folders.get(key)?.count ?? 0;
    folders.delete(key);
  };
  const linksBelow = new Map<string, Promise<readonly FoundLink[]>>();
  const objects: TreeObjects = {
    nodes(gitDir, id) {
      const key = `${gitDir} ${id}`;
      const known = folders.get(key);
      if (known) {
        folders.delete(key);
        folders.set(key, known);
        return known.promise;
      }
      const promise = readers
        .read(gitDir, id)
        .then((object) => (object?.type === 'tree' ? readNodes(object.bytes, object.id.length / 2) : []));
      const entry = { promise, count: 0 };
      folders.set(key, entry);
      promise.then(
        (nodes) => {
          if (folders.get(key) !== entry) return;
          entry.count = nodes.length;
          total += nodes.length;
          for (const oldest of folders.keys()) {
            if (total <= maxNodes || oldest === key) break;
            forget(oldest);
          }
        },
        () => forget(key),
      );
      return promise;
    },
    links(gitDir, id) {
      const known = linksBelow.get(id);
      if (known) return known;
      if (linksBelow.size >= MAX_LINK_LISTS) linksBelow.clear();
      const found = findLinks(objects, gitDir, id);
      linksBelow.set(id, found);
      found.catch(() => linksBelow.delete(id));
      return found;
    },
    size(gitDir, id) {
      const known = sizes.get(id);
      if (known !== undefined) return known;
      return readers.measure(gitDir, id).then((object) => {
        if (sizes.size >= MAX_SIZES) sizes.clear();
        sizes.set(id, object?.size ?? 0);
        return object?.size ?? 0;
      });
    },
  };
  return objects;
}

async function findLinks(objects: TreeObjects, gitDir: string, id: string): Promise<readonly FoundLink[]> {
  const nodes = await objects.nodes(gitDir, id);
  const lists = await Promise.all(
    nodes.map(async (node): Promise<readonly FoundLink[]> => {
      if (node.kind === 'symlink') return [{ path: node.name, id: node.id }];
      if (node.kind !== 'folder') return [];
      const below = await objects.links(gitDir, node.id);
      return below.map((link) => ({ path: `${node.name}/${link.path}`, id: link.id }));
    }),
  );
  return lists.flat();
}

/** A tree object: 'mode name', a zero byte, the id's bytes; again and again. */
export function readNodes(bytes: Buffer, idBytes: number): TreeNode[] {
  const nodes: TreeNode[] = [];
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(32, at);
    const end = bytes.indexOf(0, space);
    if (space < 0 || end < 0) break;
    const mode = bytes.toString('latin1', at, space);
    const id = bytes.toString('hex', end + 1, end + 1 + idBytes);
    nodes.push({ name: bytes.toString('utf8', space + 1, end), kind: kindOf(mode), id });
    at = end + 1 + idBytes;
  }
  return nodes;
}

function kindOf(mode: string): TreeNode['kind'] {
  if (mode === '40000') return 'folder';
  if (mode === '120000') return 'symlink';
  return mode === '160000' ? 'submodule' : 'file';
}
