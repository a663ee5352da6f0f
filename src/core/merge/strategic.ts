// Strategic merge patch: lists with a merge key are merged item by item, directives ($patch, $retainKeys,
// $setElementOrder, $deleteFromPrimitiveList) say what a plain merge cannot.

import { UserError } from '../../domain/problem.js';
import type { ListNode, TypeNode, TypeTable } from '../../domain/schema.js';
import { isRecord, type JsonRecord, own, put, sameJson } from './record.js';

import { childOf, DELETE_PRIMITIVES, DIRECTIVE, mergedList, RETAIN_KEYS, SET_ORDER, strategiesOf } from './strategy.js';

export { threeWayStrategic } from './strategic-three-way.js';

/** The original with the patch applied. Throws UserError for directives that do not exist. */
export function strategicMerge(table: TypeTable, type: TypeNode, original: unknown, patch: unknown): unknown {
  if (!isRecord(patch)) return patch;
  const directive = patch[DIRECTIVE];
  if (directive === 'replace') return withoutDirectives(patch);
  if (directive === 'delete') return {};
  if (directive !== undefined && directive !== 'merge') {
    throw new UserError(
      `Cannot apply the strategic merge patch: $patch has to be merge, replace or delete, not ${JSON.stringify(directive)}`,
    );
  }
  const out: Record<string, unknown> = isRecord(original) ? retained(original, patch[RETAIN_KEYS]) : {};
  for (const key of Object.keys(patch)) {
    if (key.startsWith('$')) continue;
    const value = patch[key];
    if (value === null) delete out[key];
    else if (value !== undefined) put(out, key, mergeField(table, childOf(table, type, key), own(out, key), { key, value, patch }));
  }
  return withListDirectives(table, type, out, patch);
}

function mergeField(
  table: TypeTable,
  node: TypeNode,
  original: unknown,
  { key, value, patch }: { readonly key: string; readonly value: unknown; readonly patch: JsonRecord },
): unknown {
  if (Array.isArray(value)) {
    const list = mergedList(table, node);
    if (!list) return value;
    const order = own(patch, `${SET_ORDER}${key}`);
    return mergeList(table, list, { original: Array.isArray(original) ? original : [], patch: value, order });
  }
  if (!isRecord(value)) return value;
  if (strategiesOf(table, node).replace && isRecord(original)) return withoutDirectives(value);
  return strategicMerge(table, node, original, value);
}

/** Only the kept keys, where $retainKeys says so. */
function retained(original: JsonRecord, keys: unknown): Record<string, unknown> {
  if (!Array.isArray(keys)) return { ...original };
  return Object.fromEntries(Object.entries(original).filter(([key]) => keys.includes(key)));
}

/** Directives for lists that the patch does not name otherwise: deletions of primitives, and order alone. */
function withListDirectives(table: TypeTable, type: TypeNode, out: Record<string, unknown>, patch: JsonRecord): JsonRecord {
  for (const key of Object.keys(patch)) {
    const directive = patch[key];
    if (!Array.isArray(directive)) continue;
    if (key.startsWith(DELETE_PRIMITIVES)) {
      const field = key.slice(DELETE_PRIMITIVES.length);
      const list = own(out, field);
      if (Array.isArray(list))
        put(
          out,
          field,
          list.filter((item) => !directive.includes(item)),
        );
    } else if (key.startsWith(SET_ORDER)) {
      const field = key.slice(SET_ORDER.length);
      const list = own(out, field);
      const merged = mergedList(table, childOf(table, type, field));
      if (Array.isArray(list) && merged && !Array.isArray(own(patch, field)))
        put(out, field, ordered(merged, { items: list, order: directive, before: list }));
    }
  }
  return out;
}

interface ListMerge {
  readonly original: readonly unknown[];
  readonly patch: readonly unknown[];
  readonly order: unknown;
}

function mergeList(table: TypeTable, list: ListNode, { original, patch, order }: ListMerge): readonly unknown[] {
  const replaces = patch.some((item) => isRecord(item) && item[DIRECTIVE] === 'replace');
  if (replaces) return patch.filter((item) => !isRecord(item) || item[DIRECTIVE] !== 'replace').map(withoutDirectives);
  let items: unknown[] = [...original];
  for (const change of patch)
    items = list.mergeKey === undefined || !isRecord(change) ? addPrimitive(items, change) : mergeItem(table, list, items, change);
  return Array.isArray(order) ? ordered(list, { items, order, before: original }) : items;
}

function addPrimitive(items: unknown[], item: unknown): unknown[] {
  return items.some((existing) => sameJson(existing, item)) ? items : [...items, item];
}

function mergeItem(table: TypeTable, list: ListNode, items: readonly unknown[], change: JsonRecord): unknown[] {
  const key = list.mergeKey as string;
  const id = change[key];
  if (id === undefined) throw new UserError(`Cannot apply the strategic merge patch: an item has no ${key}, by which its list is merged`);
  const same = (item: unknown) => isRecord(item) && sameJson(item[key], id);
  if (change[DIRECTIVE] === 'delete') return items.filter((item) => !same(item));
  const index = items.findIndex(same);
  const merged = strategicMerge(table, list.items, index < 0 ? undefined : items[index], change);
  return index < 0 ? [...items, merged] : items.map((item, i) => (i === index ? merged : item));
}

/** Items that the order names stand in that order; the others keep their place among them as the original had it. */
function ordered(
  list: ListNode,
  { items, order, before }: { readonly items: readonly unknown[]; readonly order: readonly unknown[]; readonly before: readonly unknown[] },
): readonly unknown[] {
  const id = (item: unknown) => JSON.stringify(list.mergeKey !== undefined && isRecord(item) ? item[list.mergeKey] : item);
  const wanted = new Map(order.map((item, index) => [id(item), index]));
  const place = new Map(before.map((item, index) => [id(item), index]));
  const named = items.filter((item) => wanted.has(id(item))).sort((a, b) => (wanted.get(id(a)) as number) - (wanted.get(id(b)) as number));
  const rest = items.filter((item) => !wanted.has(id(item)));
  const out: unknown[] = [];
  let n = 0;
  let r = 0;
  while (n < named.length || r < rest.length) {
    const left = named[n];
    const right = rest[r];
    const a = n < named.length ? place.get(id(left)) : undefined;
    const b = r < rest.length ? place.get(id(right)) : undefined;
    const takeNamed = r >= rest.length || (n < named.length && a !== undefined && b !== undefined && a < b);
    if (takeNamed) out.push(named[n++]);
    else out.push(rest[r++]);
  }
  return out;
}

/** A value as it is stored: directives do not reach the object, nulls mean absence. */
export function withoutDirectives(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((item) => !isRecord(item) || item[DIRECTIVE] !== 'delete').map(withoutDirectives);
  if (!isRecord(value)) return value;
  const out: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    if (!key.startsWith('$') && value[key] !== null) put(out, key, withoutDirectives(value[key]));
  }
  return out;
}
