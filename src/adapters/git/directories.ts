// Plain directories as sources, looked at together: applications that are compared at one time see the same files.
import type { Clock, Freshness, Revision, Tree } from '../../domain/ports.js';
import { isFreshEnough, sharedRuns, whileWanted } from './sharing.js';
import { type WorkingTree, workingTree } from './working-tree.js';

export interface Directories {
  resolve(path: string, options: Freshness, signal?: AbortSignal): Promise<Revision>;
  tree(path: string, revision: Revision): Promise<Tree>;
}

interface Directory {
  readonly files: WorkingTree;
  look(): Promise<Revision>;
  last?: { readonly revision: Revision; readonly atMs: number };
}

const MAX_AGE_MS = 2_000;

export function openDirectories(clock: Clock): Directories {
  const known = new Map<string, Directory>();
  const open = (path: string): Directory => {
    const files = workingTree(path);
    const directory: Directory = {
      files,
      look: sharedRuns(async () => {
        const atMs = clock.now();
        const revision = await files.resolve();
        directory.last = { revision, atMs };
        return revision;
      }),
    };
    known.set(path, directory);
    return directory;
  };
  return {
    resolve(path, wanted, signal) {
      const directory = known.get(path) ?? open(path);
      const { last } = directory;
      if (last && isFreshEnough(last.atMs, wanted, { nowMs: clock.now(), maxAgeMs: MAX_AGE_MS })) return Promise.resolve(last.revision);
      return whileWanted(directory.look(), signal, `reading the directory ${path}`);
    },
    tree: (path, revision) => (known.get(path) ?? open(path)).files.tree(revision),
  };
}
