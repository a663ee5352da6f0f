// What of an object can ask for work: everything but status and the server's bookkeeping.
import { stableJson } from '../core/hash.js';
import type { Manifest } from '../domain/resource.js';

export function essence(object: Manifest): string {
  const { labels, annotations, finalizers, deletionTimestamp } = object.metadata;
  return stableJson([object['spec'], object['operation'], labels, annotations, finalizers, deletionTimestamp]);
}
