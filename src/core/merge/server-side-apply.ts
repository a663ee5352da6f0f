// Server-side apply: the applier owns what it states, conflicts with what others own and it would change, and takes back
// what it stated before and states no more, unless somebody else owns it.
import type { Manifest } from '../../domain/resource.js';
import type { TypeNode, TypeTable } from '../../domain/schema.js';
import { type Conflict, conflictsWith } from './conflicts.js';
import { fieldChanges } from './field-changes.js';
import { difference, EMPTY, type FieldSet, isEmptySet, sameSet, union } from './field-set.js';
import { identityOf, type Manager, managersOf, newEntry, unmanaged, withManagers, withoutFields, withoutServerOwned } from './managers.js';
import { mergeApplied, pruneFields, type Sets } from './merge-applied.js';
import { ownedFields } from './owned-fields.js';
import { isSettled } from './settled.js';

export type { Conflict } from './conflicts.js';

export interface ApplyArgs {
  readonly table: TypeTable;
  readonly type: TypeNode;
  /** undefined: the object is created. */
  readonly live: Manifest | undefined;
  readonly applied: Manifest;
  readonly manager: string;
  readonly force: boolean;
  /** RFC 3339, for the manager's entry. */
  readonly now: string;
  readonly subresource?: string | undefined;
}

export interface Applied {
  /** With new managedFields. The very `live` object where nothing changes, and where conflicts refuse the apply. */
  readonly object: Manifest;
  readonly conflicts: readonly Conflict[];
}

/** Who owned the fields of an object that nobody tracked, before its first apply. */
const BEFORE_FIRST_APPLY = 'before-first-apply';

export function applyServerSide(args: ApplyArgs): Applied {
  const { table, type, live } = args;
  const config = stated(args.applied);
  if (live !== undefined && isOwnedAlready(args, config)) return { object: live, conflicts: [] };
  const set = withoutServerOwned(ownedFields(table, type, config));
  const entry = newEntry({ manager: args.manager, operation: 'Apply', apiVersion: config.apiVersion, subresource: args.subresource });
  if (live === undefined) {
    const owners = isEmptySet(set) ? [] : [{ entry: { ...entry, time: args.now }, set }];
    return { object: withManagers(config, owners), conflicts: [] };
  }
  const managers = trackedManagers(live, args);
  const identity = identityOf(entry);
  const self = managers.find((manager) => identityOf(manager.entry) === identity);
  const others = managers.filter((manager) => manager !== self);
  const merged = mergeApplied(table, type, live, config);
  const sets = { last: self?.set ?? EMPTY, set, others };
  const next = prune(args, merged, { ...sets, emptied: 'dropped' });
  const tracked = live.metadata.managedFields === undefined ? undefined : managers;
  if (next === live) return { object: unchangedObject(args, { self, tracked, others, set, entry }), conflicts: [] };
  const owned = next === merged ? next : prune(args, merged, { ...sets, emptied: 'null' });
  return changedObject(args, { next, owned, self, others, set, entry });
}

function isOwnedAlready({ table, type, live, manager, subresource }: ApplyArgs, config: Manifest): boolean {
  const entry = live?.metadata.managedFields?.find(
    (candidate) =>
      candidate.manager === manager && candidate.operation === 'Apply' && (candidate.subresource ?? '') === (subresource ?? ''),
  );
  if (live === undefined || entry?.fieldsV1 === undefined || entry.apiVersion !== config.apiVersion) return false;
  return isSettled(table, type, { live, config }, entry.fieldsV1 as FieldSet);
}

/** The configuration without what no client may state. */
function stated(applied: Manifest): Manifest {
  const plain = unmanaged(applied);
  if (plain.metadata.creationTimestamp !== null) return plain;
  const { creationTimestamp: _, ...metadata } = plain.metadata;
  return { ...plain, metadata: metadata as Manifest['metadata'] };
}

function trackedManagers(live: Manifest, args: ApplyArgs): readonly Manager[] {
  const managers = managersOf(live);
  if (managers.length > 0) return managers;
  const entry = newEntry({ manager: BEFORE_FIRST_APPLY, operation: 'Update', apiVersion: live.apiVersion });
  const set = withoutServerOwned(ownedFields(args.table, args.type, unmanaged(live)));
  return isEmptySet(set) ? [] : [{ entry: { ...entry, time: args.now }, set }];
}

function prune(
  args: ApplyArgs,
  merged: unknown,
  sets: Pick<Sets, 'last' | 'emptied'> & { readonly set: FieldSet; readonly others: readonly Manager[] },
): Manifest {
  if (isEmptySet(difference(sets.last, sets.set))) return merged as Manifest;
  const owned = sets.others.reduce((all, other) => union(all, other.set), sets.set);
  const pruned = pruneFields(args.table, args.type, merged, { last: sets.last, emptied: sets.emptied, owned });
  // Pruning takes away what it emptied; a list that the configuration states as empty comes back.
  return (pruned === merged ? merged : mergeApplied(args.table, args.type, pruned, stated(args.applied))) as Manifest;
}

interface Ownership {
  readonly self: Manager | undefined;
  readonly others: readonly Manager[];
  readonly set: FieldSet;
  readonly entry: Manager['entry'];
}

/** Nothing but ownership may have moved: then the time of the entry stays, as the server leaves it. */
function unchangedObject(args: ApplyArgs, own: Ownership & { readonly tracked: readonly Manager[] | undefined }): Manifest {
  const { self, tracked, others, set } = own;
  const live = args.live as Manifest;
  const sameVersion = self?.entry.apiVersion === own.entry.apiVersion;
  if (tracked && self && sameVersion && sameSet(self.set, set)) return live;
  // Whoever comes to own what is there already gets no time: nothing happened to the object.
  const time = self?.entry.time;
  const entry = time === undefined ? own.entry : { ...own.entry, time };
  return withManagers(live, isEmptySet(set) ? others : [...others, { entry, set }]);
}

function changedObject(args: ApplyArgs, own: Ownership & { readonly next: Manifest; readonly owned: Manifest }): Applied {
  const { next, others, set } = own;
  const live = args.live as Manifest;
  const { written, removed } = fieldChanges(args.table, args.type, unmanaged(live), unmanaged(own.owned));
  if (!args.force) {
    const conflicts = conflictsWith(others, written);
    if (conflicts.length > 0) return { object: live, conflicts };
  }
  const left = withoutFields(withoutFields(others, written), removed);
  const entry = { ...own.entry, time: args.now };
  return { object: withManagers(next, isEmptySet(set) ? left : [...left, { entry, set }]), conflicts: [] };
}
