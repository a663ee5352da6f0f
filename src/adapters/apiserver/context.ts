// What the parts of a server share.
import type { Clock } from '../../domain/ports.js';
import type { Manifest } from '../../domain/resource.js';
import type { KindRegistry } from './kind-registry.js';
import type { ObjectStore } from './object-store.js';

export interface Context {
  readonly name: string;
  readonly store: ObjectStore;
  readonly registry: KindRegistry;
  readonly clock: Clock;
  readonly random: () => number;
  /** Somebody in the server ends Pods that are deleted gracefully. */
  readonly controllers: boolean;
  /** RFC 3339 in whole seconds. */
  now(): string;
  /** Called after an object was stored or removed, for what follows from it inside the server: CRDs, namespaces. */
  committed(object: Manifest): void;
  removed(object: Manifest): void;
}
