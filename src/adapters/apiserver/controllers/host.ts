// What the controllers need from the API server they live in. Synchronous: an object is stored when the call returns.
import type { Clock, Unsubscribe } from '../../../domain/ports.js';
import type { Manifest } from '../../../domain/resource.js';

/** 'group/Kind' with '' for the core group: '/Pod', 'apps/Deployment'. */
export type KindName = string;

export interface WriteOptions {
  /** Field manager: 'kube-controller-manager', 'kubelet', 'kube-scheduler'. */
  readonly manager: string;
  /** Only the status is taken from the object. */
  readonly subresource?: 'status';
}

export interface StoredChange {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: Manifest;
}

export interface ControllerHost {
  readonly clock: Clock;
  readonly random: () => number;
  get(kind: KindName, namespace: string, name: string): Manifest | undefined;
  list(kind: KindName, namespace?: string): readonly Manifest[];
  /** Defaults, validates, admits and stores, as for any client. Throws ApiError when that is refused. */
  create(object: Manifest, options: WriteOptions): Manifest;
  /** Replaces the object, or its status, whatever its resourceVersion. A write that changes nothing is not stored. */
  update(object: Manifest, options: WriteOptions): Manifest;
  /** Deletes as a client would (finalizers hold it); 'now' skips the grace period of a Pod: its containers have ended. */
  remove(object: Manifest, options?: { readonly grace?: 'now' }): void;
  /** Every stored change, in order, before the call that made it returns. The listener does not write. */
  observe(listener: (change: StoredChange) => void): Unsubscribe;
}
