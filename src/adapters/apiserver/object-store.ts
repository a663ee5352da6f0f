// The objects of a server in memory, written through to its storage: one revision counter, a bounded log for watches, an index of owners.
// Stored objects are shared with every reader and never changed.
import type { ObjectStorage } from '../../domain/ports.js';
import { groupVersion, type Manifest } from '../../domain/resource.js';
import type { StoredChange } from './controllers/host.js';

export interface LogEntry {
  readonly revision: number;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: Manifest;
  /** What was there before, to tell whether an object entered or left a selection. */
  readonly before?: Manifest;
}

type Listener = (entry: LogEntry) => void;

/** Events kept for each kind; a watch from before is answered 410. */
const LOG_MOST = 4_000;

interface Kind {
  readonly objects: Map<string, Manifest>;
  readonly listeners: Set<Listener>;
  log: LogEntry[];
  /** Watches must start at or after this revision. */
  oldest: number;
}

export class ObjectStore {
  readonly #storage: ObjectStorage;
  readonly #kinds = new Map<string, Kind>();
  readonly #owned = new Map<string, Set<string>>();
  readonly #observers = new Set<(change: StoredChange) => void>();
  #revision: number;

  constructor(storage: ObjectStorage) {
    this.#storage = storage;
    this.#revision = Math.max(1, storage.revision());
    for (const { object } of storage.load()) this.#place(object);
    for (const kind of this.#kinds.values()) kind.oldest = this.#revision;
  }

  get revision(): number {
    return this.#revision;
  }

  get(group: string, kind: string, namespace: string, name: string): Manifest | undefined {
    return this.#kinds.get(`${group}/${kind}`)?.objects.get(`${namespace}/${name}`);
  }

  /** Sorted by namespace and name, as a server lists. */
  list(group: string, kind: string, namespace?: string): Manifest[] {
    const objects = this.#kinds.get(`${group}/${kind}`)?.objects;
    if (!objects) return [];
    const prefix = namespace ? `${namespace}/` : '';
    return [...objects]
      .filter(([key]) => key.startsWith(prefix))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, object]) => object);
  }

  count(group: string, kind: string, namespace: string): number {
    let count = 0;
    for (const key of this.#kinds.get(`${group}/${kind}`)?.objects.keys() ?? []) if (key.startsWith(`${namespace}/`)) count++;
    return count;
  }

  ownedBy(uid: string): Manifest[] {
    return [...(this.#owned.get(uid) ?? [])].flatMap((key) => {
      const [group = '', kind = '', namespace = '', name = ''] = key.split('|');
      return this.get(group, kind, namespace, name) ?? [];
    });
  }

  /** Everything in a namespace. */
  inNamespace(namespace: string): Manifest[] {
    return [...this.#kinds.values()].flatMap(({ objects }) =>
      [...objects].filter(([key]) => key.startsWith(`${namespace}/`)).map(([, object]) => object),
    );
  }

  /** Stores an object with the next revision. The storage has it when this returns. */
  put(object: Manifest): Manifest {
    const kind = this.#kindOf(object);
    const key = keyOf(object);
    const before = kind.objects.get(key);
    const revision = this.#revision + 1;
    const stored: Manifest = { ...object, metadata: { ...object.metadata, resourceVersion: String(revision) } };
    this.#storage.commit([{ key: storageKey(stored), object: stored }], revision, { durable: () => !before || isWanted(before, stored) });
    this.#revision = revision;
    if (before) this.#unown(before);
    this.#place(stored);
    this.#tell(kind, { revision, type: before ? 'MODIFIED' : 'ADDED', object: stored, ...(before ? { before } : {}) });
    return stored;
  }

  remove(object: Manifest): Manifest {
    const kind = this.#kindOf(object);
    const before = kind.objects.get(keyOf(object));
    if (!before) return object;
    const revision = this.#revision + 1;
    this.#storage.commit([{ key: storageKey(before) }], revision);
    this.#revision = revision;
    kind.objects.delete(keyOf(before));
    this.#unown(before);
    const last: Manifest = { ...before, metadata: { ...before.metadata, resourceVersion: String(revision) } };
    this.#tell(kind, { revision, type: 'DELETED', object: last, before });
    return last;
  }

  /** Entries after a revision, or undefined when some of them are forgotten. */
  since(group: string, kind: string, revision: number): readonly LogEntry[] | undefined {
    const known = this.#kind(group, kind);
    if (revision < known.oldest) return undefined;
    return known.log.filter((entry) => entry.revision > revision);
  }

  listen(group: string, kind: string, listener: Listener): () => void {
    const { listeners } = this.#kind(group, kind);
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  observe(listener: (change: StoredChange) => void): () => void {
    this.#observers.add(listener);
    return () => this.#observers.delete(listener);
  }

  /** Forgets the log, so that every watch has to list again. */
  compact(): void {
    for (const kind of this.#kinds.values()) {
      kind.log = [];
      kind.oldest = this.#revision;
    }
  }

  #place(object: Manifest): void {
    this.#kindOf(object).objects.set(keyOf(object), object);
    for (const { uid } of object.metadata.ownerReferences ?? []) {
      const set = this.#owned.get(uid) ?? new Set<string>();
      set.add(ownedKey(object));
      this.#owned.set(uid, set);
    }
  }

  #unown(object: Manifest): void {
    for (const { uid } of object.metadata.ownerReferences ?? []) {
      const set = this.#owned.get(uid);
      set?.delete(ownedKey(object));
      if (set?.size === 0) this.#owned.delete(uid);
    }
  }

  #tell(kind: Kind, entry: LogEntry): void {
    kind.log.push(entry);
    if (kind.log.length > LOG_MOST * 1.25) {
      kind.log = kind.log.slice(-LOG_MOST);
      kind.oldest = (kind.log[0]?.revision ?? entry.revision) - 1;
    }
    for (const listener of kind.listeners) listener(entry);
    for (const observer of this.#observers) observer({ type: entry.type, object: entry.object });
  }

  #kindOf(object: Manifest): Kind {
    return this.#kind(groupVersion(object.apiVersion).group, object.kind);
  }

  #kind(group: string, kind: string): Kind {
    const name = `${group}/${kind}`;
    const known = this.#kinds.get(name);
    if (known) return known;
    const made: Kind = { objects: new Map(), listeners: new Set(), log: [], oldest: 0 };
    this.#kinds.set(name, made);
    return made;
  }
}

/** Whether somebody's wish changed, not only what was found out: a status is found out again after a loss of power. */
function isWanted(before: Manifest, after: Manifest): boolean {
  const wish = ({ metadata, status: _, ...rest }: Manifest) => {
    const { resourceVersion: _version, generation: _generation, managedFields: _fields, ...meta } = metadata;
    return JSON.stringify([rest, meta]);
  };
  return wish(before) !== wish(after);
}

function keyOf(object: Manifest): string {
  return `${object.metadata.namespace ?? ''}/${object.metadata.name}`;
}

function ownedKey(object: Manifest): string {
  return [groupVersion(object.apiVersion).group, object.kind, object.metadata.namespace ?? '', object.metadata.name].join('|');
}

/** group/Kind/namespace/name: the version through which an object was written does not matter. */
function storageKey(object: Manifest): string {
  return `${groupVersion(object.apiVersion).group}/${object.kind}/${keyOf(object)}`;
}
