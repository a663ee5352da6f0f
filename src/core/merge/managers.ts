// metadata.managedFields: who owns which fields. Read, changed and written as the API server does it.
import type { ManagedFieldsEntry, Manifest, ObjectMeta } from '../../domain/resource.js';
import { difference, EMPTY, type FieldSet, isEmptySet, LEAF, sorted, union } from './field-set.js';

/** One manager's entry with its set. */
export interface Manager {
  readonly entry: ManagedFieldsEntry;
  readonly set: FieldSet;
}

/** More Update managers than this are folded into one, oldest first. */
const MAX_UPDATE_MANAGERS = 10;
const ANCIENT = 'ancient-changes';

/** Identity and bookkeeping of an object belong to the server, never to a manager. */
const SERVER_OWNED: FieldSet = {
  'f:apiVersion': LEAF,
  'f:kind': LEAF,
  'f:metadata': {
    '.': LEAF,
    'f:name': LEAF,
    'f:namespace': LEAF,
    'f:creationTimestamp': LEAF,
    'f:selfLink': LEAF,
    'f:uid': LEAF,
    'f:clusterName': LEAF,
    'f:generation': LEAF,
    'f:managedFields': LEAF,
    'f:resourceVersion': LEAF,
  },
};

export function withoutServerOwned(set: FieldSet): FieldSet {
  return difference(set, SERVER_OWNED);
}

export function managersOf(object: Manifest | undefined): readonly Manager[] {
  const entries = object?.metadata.managedFields;
  if (!Array.isArray(entries)) return [];
  return entries.map((entry) => ({ entry, set: (entry.fieldsV1 as FieldSet | undefined) ?? EMPTY }));
}

/** What makes two entries one: an applier stays the same whatever version it applies. */
export function identityOf(entry: ManagedFieldsEntry): string {
  const version = entry.operation === 'Apply' ? '' : (entry.apiVersion ?? '');
  return [entry.manager ?? '', entry.operation ?? '', version, entry.subresource ?? ''].join('\n');
}

export function newEntry(args: {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  readonly subresource?: string | undefined;
}): ManagedFieldsEntry {
  const { manager, operation, apiVersion, subresource } = args;
  return {
    manager: manager === '' ? 'unknown' : manager,
    operation,
    apiVersion,
    fieldsType: 'FieldsV1',
    ...(subresource ? { subresource } : {}),
  };
}

/** The managers without some fields; those that own nothing any more are gone. */
export function withoutFields(managers: readonly Manager[], fields: FieldSet): readonly Manager[] {
  if (isEmptySet(fields)) return managers;
  return managers.flatMap((manager) => {
    const set = difference(manager.set, fields);
    if (set === manager.set) return [manager];
    return isEmptySet(set) ? [] : [{ entry: manager.entry, set }];
  });
}

/** Folds the oldest Update managers of one version into one entry where there are too many (subresources are kept). */
export function capped(managers: readonly Manager[]): readonly Manager[] {
  const updates = managers.filter(({ entry }) => entry.operation === 'Update' && !entry.subresource);
  if (updates.length <= MAX_UPDATE_MANAGERS) return managers;
  const byAge = [...updates].sort((a, b) => compareText(a.entry.time ?? '', b.entry.time ?? ''));
  const folded = new Set<Manager>(byAge.slice(0, updates.length - MAX_UPDATE_MANAGERS + 1));
  const buckets = new Map<string, Manager>();
  for (const manager of folded) {
    const apiVersion = manager.entry.apiVersion ?? '';
    const bucket = buckets.get(apiVersion);
    const entry = { ...manager.entry, manager: ANCIENT };
    buckets.set(apiVersion, { entry, set: bucket ? union(bucket.set, manager.set) : manager.set });
  }
  return [...managers.filter((manager) => !folded.has(manager)), ...buckets.values()];
}

/** The object with these managers, in the server's order; entries whose set did not change are kept as they are. */
export function withManagers(object: Manifest, managers: readonly Manager[]): Manifest {
  const { managedFields: _, ...rest } = object.metadata;
  const metadata = rest as ObjectMeta;
  if (managers.length === 0) return { ...object, metadata };
  const entries = managers.map(({ entry, set }) =>
    entry.fieldsV1 === (set as unknown) ? entry : { ...entry, fieldsV1: sorted(set) as Record<string, unknown> },
  );
  metadata.managedFields = entries.sort(compareEntries);
  return { ...object, metadata };
}

function compareEntries(a: ManagedFieldsEntry, b: ManagedFieldsEntry): number {
  return (
    compareText(a.operation ?? '', b.operation ?? '') ||
    compareText(a.time ?? '', b.time ?? '') ||
    compareText(a.manager ?? '', b.manager ?? '') ||
    compareText(a.apiVersion ?? '', b.apiVersion ?? '') ||
    compareText(a.subresource ?? '', b.subresource ?? '')
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The object without managedFields, which are no field that anybody could own. */
export function unmanaged(object: Manifest): Manifest {
  if (object.metadata?.managedFields === undefined) return object;
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata: metadata as ObjectMeta };
}
