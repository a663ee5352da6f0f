// A tree of files in memory. A text that begins with '->' is a symbolic link to the rest of it.
import type { Tree, TreeEntry } from '../../src/domain/ports.js';

export interface MemoryTree extends Tree {
  /** How many files were read. */
  reads: number;
}

export function memoryTree(files: Readonly<Record<string, string>>): MemoryTree {
  const paths = Object.keys(files).sort();
  const inner = (path: string) => path.replace(/^(\.\/|\/|\.$)*/, '').replace(/\/$/, '');
  const below = (path: string) => paths.filter((file) => inner(path) === '' || file === inner(path) || file.startsWith(`${inner(path)}/`));
  const tree: MemoryTree = {
    revision: { id: 'a'.repeat(40), asked: 'HEAD', kind: 'head', name: 'main' },
    local: false,
    reads: 0,
    hash: async (path) =>
      below(path).length === 0 ? '' : JSON.stringify(below(path).map((file) => [file.slice(inner(path).length), files[file]])),
    list: async (path) =>
      below(path).map((file): TreeEntry => {
        const text = files[file] as string;
        return text.startsWith('->')
          ? { path: file, kind: 'symlink', size: text.length - 2, linksTo: text.slice(2) }
          : { path: file, kind: 'file', size: Buffer.byteLength(text) };
      }),
    read: async (path) => {
      tree.reads++;
      return Buffer.from(files[path] as string);
    },
  };
  return tree;
}
