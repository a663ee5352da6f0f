// What of an object can ask for work: everything but status and the server's bookkeeping.
import { sameJson } from '../core/merge/record.js';
import type { Manifest } from '../domain/resource.js';

/** Whether two states of an object ask for the same. */
export function sameEssence(a: Manifest, b: Manifest): boolean {
  return sameJson(essenceOf(a), essenceOf(b));
}

function essenceOf(object: Manifest): readonly unknown[] {
  const { labels, annotations, finalizers, deletionTimestamp } = object.metadata;
  return [object['spec'], object['operation'], labels, annotations, finalizers, deletionTimestamp];
}
