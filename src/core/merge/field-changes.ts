// What changed between two versions of an object, as sets of fields.
import type { ListNode, MapNode, TypeNode, TypeTable } from '../../domain/schema.js';
import { EMPTY, type FieldSet, LEAF } from './field-set.js';
import { fieldElement, fieldType, granular, indexItems, itemElement, sameItem } from './granular.js';
import { isEmptyRecord, isRecord, own, sameJson } from './record.js';

export interface FieldChanges {
  /** Added or changed. Where a whole part was added, the part is a member as well as what is in it. */
  readonly written: FieldSet;
  readonly removed: FieldSet;
}

interface Found {
  written?: Record<string, FieldSet> | FieldSet;
  removed?: Record<string, FieldSet> | FieldSet;
}

const NOTHING: FieldChanges = { written: EMPTY, removed: EMPTY };
const ADDED: Found = { written: LEAF };
const REMOVED: Found = { removed: LEAF };

/** Fields written and removed on the way from `before` to `after`. Order of keyed lists does not count. */
export function fieldChanges(table: TypeTable, type: TypeNode, before: unknown, after: unknown): FieldChanges {
  const found = changesAt(table, type, before, after);
  return found ? { written: found.written ?? EMPTY, removed: found.removed ?? EMPTY } : NOTHING;
}

function changesAt(table: TypeTable, node: TypeNode, before: unknown, after: unknown): Found | undefined {
  if (before === after) return undefined;
  const type = granular(table, node, after) ?? (after === undefined || after === null ? granular(table, node, before) : undefined);
  const oneIsAnotherShape = before !== undefined && before !== null && granular(table, node, before) === undefined;
  if (type === undefined || oneIsAnotherShape || (isNothing(before) && isNothing(after))) return leaf(before, after);
  const found: Found = {};
  if (type.is === 'list') compareItems(table, type, { before, after }, found);
  else compareFields(table, type, { before, after }, found);
  if (before === undefined) found.written = found.written === undefined ? LEAF : { '.': LEAF, ...found.written };
  if (after === undefined) found.removed = found.removed === undefined ? LEAF : { '.': LEAF, ...found.removed };
  return found.written || found.removed ? found : undefined;
}

function leaf(before: unknown, after: unknown): Found | undefined {
  if (before === undefined) return ADDED;
  if (after === undefined) return REMOVED;
  return sameJson(before, after) ? undefined : ADDED;
}

function isNothing(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  return Array.isArray(value) ? value.length === 0 : isRecord(value) && isEmptyRecord(value);
}

interface Sides {
  readonly before: unknown;
  readonly after: unknown;
}

function compareFields(table: TypeTable, map: MapNode, { before, after }: Sides, found: Found): void {
  const old = isRecord(before) ? before : {};
  const current = isRecord(after) ? after : {};
  for (const key in current) {
    const child = fieldType(map, key);
    record(
      found,
      fieldElement(key),
      changesAt(table, child, own(old, key) ?? (before === undefined ? undefined : startingValue(child, key)), current[key]),
    );
  }
  for (const key in old) {
    if (old[key] === undefined || (Object.hasOwn(current, key) && current[key] !== undefined)) continue;
    record(found, fieldElement(key), changesAt(table, fieldType(map, key), old[key], undefined));
  }
}

/** Parts that the server's own structures hold by value: they are there, empty, as soon as their parent is. */
const BY_VALUE = new Set(['metadata', 'spec', 'status', 'template', 'strategy', 'updateStrategy', 'jobTemplate']);

/** Filling a part that is there already does not add the part itself; a list of containers is there as null. */
function startingValue(node: TypeNode, key: string): unknown {
  if (node.is === 'list') return key === 'containers' ? null : undefined;
  return node.is === 'ref' && BY_VALUE.has(key) ? {} : undefined;
}

function compareItems(table: TypeTable, list: ListNode, { before, after }: Sides, found: Found): void {
  if (Array.isArray(before) && Array.isArray(after) && aligned(table, list, before, after)) {
    for (let i = 0; i < after.length; i++) {
      const inner = before[i] === after[i] ? undefined : changesAt(table, list.items, before[i], after[i]);
      if (inner) record(found, itemElement(table, list, after[i]), inner);
    }
    return;
  }
  const old = indexItems(table, list, Array.isArray(before) ? before : []);
  const current = indexItems(table, list, Array.isArray(after) ? after : []);
  for (const [element, item] of current) record(found, element, changesAt(table, list.items, old.get(element), item));
  for (const [element, item] of old) {
    if (!current.has(element)) record(found, element, changesAt(table, list.items, item, undefined));
  }
}

function aligned(table: TypeTable, list: ListNode, before: readonly unknown[], after: readonly unknown[]): boolean {
  return before.length === after.length && before.every((item, i) => item === after[i] || sameItem(table, list, item, after[i]));
}

function record(found: Found, element: string, child: Found | undefined): void {
  if (child?.written) {
    found.written ??= {};
    (found.written as Record<string, FieldSet>)[element] = child.written;
  }
  if (child?.removed) {
    found.removed ??= {};
    (found.removed as Record<string, FieldSet>)[element] = child.removed;
  }
}
