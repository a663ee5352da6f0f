// Git LFS: where a tree holds a pointer to a large file, the file itself. Fetched when somebody reads it, never when a folder is listed.
import type { Tree } from '../../domain/ports.js';

export interface LargeFile {
  /** SHA-256 of the content, in hex. */
  readonly oid: string;
  readonly sizeBytes: number;
}

/** A pointer is small by definition; whatever is larger is a file. */
const MAX_POINTER_BYTES = 1_024;
const VERSION = /^version https:\/\/(git-lfs\.github\.com|hawser\.github\.com)\/spec\/v1\n/;

/** The tree with the contents of its large files. `fetch` throws IoError with the path. */
export function withLargeFiles(tree: Tree, fetch: (file: LargeFile, path: string) => Promise<Uint8Array>): Tree {
  return {
    ...tree,
    // Whatever is remembered by a hash was made of contents, not of pointers.
    hash: async (path) => {
      const hash = await tree.hash(path);
      return hash === '' ? '' : `lfs:${hash}`;
    },
    async read(path) {
      const bytes = await tree.read(path);
      const file = pointerIn(bytes);
      return file ? fetch(file, path) : bytes;
    },
  };
}

/** What a pointer says; undefined for any other file. */
export function pointerIn(bytes: Uint8Array): LargeFile | undefined {
  if (bytes.length > MAX_POINTER_BYTES) return undefined;
  const text = Buffer.from(bytes).toString('utf8');
  if (!VERSION.test(text)) return undefined;
  const oid = /^oid sha256:([0-9a-f]{64})$/m.exec(text)?.[1];
  const sizeBytes = Number(/^size (\d{1,15})$/m.exec(text)?.[1] ?? Number.NaN);
  return oid === undefined || Number.isNaN(sizeBytes) ? undefined : { oid, sizeBytes };
}

/** Contents by key, the latest used, up to so many bytes together. One that is being fetched is fetched once. */
export function rememberedFiles(maxBytes: number) {
  const known = new Map<string, Uint8Array>();
  const running = new Map<string, Promise<Uint8Array>>();
  let held = 0;
  const keep = (key: string, bytes: Uint8Array): void => {
    known.set(key, bytes);
    held += bytes.length;
    for (const [oldest, { length }] of known) {
      if (held <= maxBytes) break;
      known.delete(oldest);
      held -= length;
    }
  };
  return {
    async of(key: string, fetch: () => Promise<Uint8Array>): Promise<Uint8Array> {
      const found = known.get(key);
      if (found) {
        known.delete(key);
        known.set(key, found);
        return found;
      }
      const begun = running.get(key) ?? fetch().finally(() => running.delete(key));
      running.set(key, begun);
      const bytes = await begun;
      if (!known.has(key)) keep(key, bytes);
      return bytes;
    },
  };
}
