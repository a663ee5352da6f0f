// What Git holds in a story: manifests of every application at every commit.
import type { Renderer, Sources } from '../../src/domain/ports.js';
import { IoError } from '../../src/domain/problem.js';
import type { Manifest } from '../../src/domain/resource.js';

export class Repository {
  readonly #commits = new Map<string, ReadonlyMap<string, readonly Manifest[]>>();
  head = '';
  isBroken = false;

  at(revision: string, app: string): readonly Manifest[] {
    return this.#commits.get(revision)?.get(app) ?? [];
  }

  commit(app: string, manifests: readonly Manifest[]): void {
    const next = new Map(this.#commits.get(this.head) ?? []);
    next.set(app, manifests);
    this.head = (this.#commits.size + 1).toString(16).padStart(40, '0');
    this.#commits.set(this.head, next);
  }

  #check(): void {
    if (this.isBroken) throw new IoError('Cannot read the repository: the server does not answer', { retry: 'backoff' });
  }

  sources(): Sources {
    const sources: Sources = {
      resolve: async (source) => {
        this.#check();
        const asked = source.targetRevision ?? 'HEAD';
        return { id: this.#commits.has(asked) ? asked : this.head, asked, kind: 'branch', name: asked };
      },
      tree: async (_source, revision) => {
        this.#check();
        return { revision, local: false, hash: async () => revision.id, list: async () => [], read: async () => new Uint8Array() };
      },
      commit: async () => undefined,
      same: (a, b) => a === b,
      inProject: () => sources,
    };
    return sources;
  }

  renderer(): Renderer {
    return {
      render: async ({ source }, tree) => {
        this.#check();
        return { manifests: this.at(tree.revision.id, source.path ?? ''), problems: [], sourceType: 'Directory' };
      },
    };
  }
}
