// What one cluster holds, as its watches report it, with the indexes that the engine asks for: by id, by application, by owner.
import { type Owner, ownerOf, type TrackingSettings } from '../core/manifest/tracking.js';
import { type ApiKind, type Manifest, type ResourceId, refOf, resourceId } from '../domain/resource.js';

export interface IndexChange {
  readonly id: ResourceId;
  readonly before?: Manifest;
  readonly after?: Manifest;
}

/** In memory, one writer. Objects are shared, never changed. */
export class LiveIndex {
  readonly #objects = new Map<ResourceId, Manifest>();
  readonly #byApp = new Map<string, Set<ResourceId>>();
  readonly #byOwner = new Map<string, Set<ResourceId>>();
  readonly #byKind = new Map<string, Set<ResourceId>>();
  #settings: TrackingSettings;

  constructor(settings: TrackingSettings) {
    this.#settings = settings;
  }

  get size(): number {
    return this.#objects.size;
  }

  get(id: ResourceId): Manifest | undefined {
    return this.#objects.get(id);
  }

  /** Ids of the objects whose marks name this instance (`app` or `namespace_app`). */
  ofApp(instance: string): readonly ResourceId[] {
    return [...(this.#byApp.get(instance) ?? [])];
  }

  /** Objects whose ownerReferences name this uid. */
  ownedBy(uid: string): readonly Manifest[] {
    return [...(this.#byOwner.get(uid) ?? [])].flatMap((id) => this.#objects.get(id) ?? []);
  }

  ofKind(group: string, kind: string): readonly Manifest[] {
    return [...(this.#byKind.get(`${group}/${kind}`) ?? [])].flatMap((id) => this.#objects.get(id) ?? []);
  }

  owner(object: Manifest): Owner | undefined {
    return ownerOf(object, this.#settings);
  }

  /**
   * Puts an object in its place. An older state of the same object is refused: writes and watches may overtake each other.
   * The same state again (a write's answer, then its event) is no change.
   */
  put(object: Manifest): IndexChange | undefined {
    const id = resourceId(refOf(object));
    const before = this.#objects.get(id);
    if (before && before.metadata.uid === object.metadata.uid && isKnown(object, before)) return undefined;
    if (before) this.#unindex(id, before);
    this.#objects.set(id, object);
    this.#index(id, object);
    return before ? { id, before, after: object } : { id, after: object };
  }

  /** Removes an object, unless another one has taken its name since. */
  remove(object: Manifest): IndexChange | undefined {
    const id = resourceId(refOf(object));
    const before = this.#objects.get(id);
    if (!before || (object.metadata.uid && before.metadata.uid !== object.metadata.uid)) return undefined;
    this.#unindex(id, before);
    this.#objects.delete(id);
    return { id, before };
  }

  /** Replaces all objects of a kind by a complete list. */
  replaceKind(api: ApiKind, objects: readonly Manifest[]): IndexChange[] {
    const listed = new Set(objects.map((object) => resourceId(refOf(object))));
    const gone = this.ofKind(api.group, api.kind).filter((object) => !listed.has(resourceId(refOf(object))));
    return [...gone.map((object) => this.remove(object)), ...objects.map((object) => this.put(object))].filter(
      (change) => change !== undefined,
    );
  }

  /** Tracking changed: everything is indexed again. */
  retrack(settings: TrackingSettings): void {
    this.#settings = settings;
    this.#byApp.clear();
    for (const [id, object] of this.#objects) add(this.#byApp, this.owner(object)?.app, id);
  }

  #index(id: ResourceId, object: Manifest): void {
    add(this.#byApp, this.owner(object)?.app, id);
    add(this.#byKind, kindOf(object), id);
    for (const { uid } of object.metadata.ownerReferences ?? []) add(this.#byOwner, uid, id);
  }

  #unindex(id: ResourceId, object: Manifest): void {
    drop(this.#byApp, this.owner(object)?.app, id);
    drop(this.#byKind, kindOf(object), id);
    for (const { uid } of object.metadata.ownerReferences ?? []) drop(this.#byOwner, uid, id);
  }
}

function kindOf(object: Manifest): string {
  const slash = object.apiVersion.indexOf('/');
  return `${slash < 0 ? '' : object.apiVersion.slice(0, slash)}/${object.kind}`;
}

/** Whether `a` is the state `b` or one before it. */
function isKnown(a: Manifest, b: Manifest): boolean {
  const left = Number(a.metadata.resourceVersion);
  const right = Number(b.metadata.resourceVersion);
  return Number.isFinite(left) && Number.isFinite(right) && left <= right;
}

function add(index: Map<string, Set<ResourceId>>, key: string | undefined, id: ResourceId): void {
  if (key === undefined) return;
  const set = index.get(key);
  if (set) set.add(id);
  else index.set(key, new Set([id]));
}

function drop(index: Map<string, Set<ResourceId>>, key: string | undefined, id: ResourceId): void {
  if (key === undefined) return;
  const set = index.get(key);
  set?.delete(id);
  if (set?.size === 0) index.delete(key);
}
