// Who owns what after a POST, PUT or PATCH: the writer gets what it changed, and everybody else loses that.
import type { ManagedFieldsEntry, Manifest } from '../../domain/resource.js';
import type { TypeNode, TypeTable } from '../../domain/schema.js';
import { fieldChanges } from './field-changes.js';
import { difference, EMPTY, isEmptySet, union } from './field-set.js';
import {
  capped,
  identityOf,
  type Manager,
  managersOf,
  newEntry,
  unmanaged,
  withManagers,
  withoutFields,
  withoutServerOwned,
} from './managers.js';

export interface UpdateArgs {
  readonly table: TypeTable;
  readonly type: TypeNode;
  /** undefined: the object is created. */
  readonly before: Manifest | undefined;
  /** As the writer wants it. A writer may change managedFields themselves, except through a subresource. */
  readonly after: Manifest;
  readonly manager: string;
  /** RFC 3339, for the manager's entry. */
  readonly now: string;
  readonly subresource?: string | undefined;
}

/** `after` with the managedFields that such a write leaves; entries that nothing touches keep their time. */
export function trackUpdate(args: UpdateArgs): Manifest {
  const { table, type, before, after } = args;
  const managers = startingManagers(args);
  if (before !== undefined && managers.length === 0) return unmanaged(after);
  const started = before === undefined ? {} : unmanaged(before);
  const changes = fieldChanges(table, type, started, unmanaged(after));
  const written = withoutServerOwned(changes.written);
  const { removed } = changes;
  const entry = newEntry({
    manager: args.manager,
    operation: 'Update',
    apiVersion: after.apiVersion,
    subresource: args.subresource,
  });
  const identity = identityOf(entry);
  const self = managers.find((manager) => identityOf(manager.entry) === identity);
  const others = managers.filter((manager) => manager !== self);
  const left = withoutFields(withoutFields(others, written), removed);
  const mine = union(difference(self?.set ?? EMPTY, removed), written);
  if (isEmptySet(mine)) return withManagers(after, capped(left));
  const time = isEmptySet(written) ? self?.entry.time : args.now;
  const kept = self && self.set === mine && time === self.entry.time ? self : undefined;
  return withManagers(after, capped([...left, kept ?? { entry: stamped(entry, time), set: mine }]));
}

function stamped(entry: ManagedFieldsEntry, time: string | undefined): ManagedFieldsEntry {
  return time === undefined ? entry : { ...entry, time };
}

/** The writer's own managedFields count where it sent some; one empty entry takes all tracking away; else live's stay. */
function startingManagers({ before, after, subresource }: UpdateArgs): readonly Manager[] {
  const sent = after.metadata.managedFields;
  if (before === undefined) return [];
  if (subresource) return managersOf(before);
  if (Array.isArray(sent) && sent.length === 1 && Object.keys(sent[0] as object).length === 0) return [];
  return Array.isArray(sent) && sent.length > 0 ? managersOf(after) : managersOf(before);
}
