// Lays an applied configuration over a live object, field by field, and takes out what its author no longer states.
// Parts that do not change are shared with live, so "nothing changed" is a comparison of references.
import type { ListNode, MapNode, TypeNode, TypeTable } from '../../domain/schema.js';
import { resolveType } from '../../domain/schema.js';
import { EMPTY, type FieldSet, hasChildren, isMember } from './field-set.js';
import { fieldElement, fieldType, granular, indexItems, isNamed, itemElement, sameItem } from './granular.js';
import { isRecord, type JsonRecord, own, put, sameJson } from './record.js';

/** Live with every field that `config` states. */
export function mergeApplied(table: TypeTable, node: TypeNode, live: unknown, config: unknown): unknown {
  if (config === undefined || live === config) return live;
  if (live === undefined) return config;
  const type = granular(table, node, config);
  if (type === undefined) return mergeLeaf(table, node, live, config);
  if (granular(table, node, live) === undefined) return config;
  if (type.is === 'list') return mergeItems(table, type, live as readonly unknown[], config as readonly unknown[]);
  return mergeFields(table, type, live as JsonRecord, config as JsonRecord);
}

function mergeLeaf(table: TypeTable, node: TypeNode, live: unknown, config: unknown): unknown {
  // A null states nothing about the parts of a map.
  if (config === null && granular(table, node, live) !== undefined) return live;
  return sameJson(live, config) ? live : config;
}

function mergeFields(table: TypeTable, map: MapNode, live: JsonRecord, config: JsonRecord): JsonRecord {
  let out: Record<string, unknown> | undefined;
  for (const key in config) {
    const child = fieldType(map, key);
    const current = own(live, key);
    const merged = mergeApplied(table, child, current, config[key]);
    if (merged === current) continue;
    out ??= { ...live };
    if (merged === null && !mayBeNull(table, child)) delete out[key];
    else put(out, key, merged);
  }
  return out ?? live;
}

function mayBeNull(table: TypeTable, node: TypeNode): boolean {
  const type = resolveType(table, node);
  return type.is === 'any' || type.nullable === true;
}

/**
 * Items of the configuration keep its order among themselves; items that only live has keep their place between them.
 * This is the order that the server gives, and a list in another order is another list.
 */
function mergeItems(table: TypeTable, list: ListNode, live: readonly unknown[], config: readonly unknown[]): readonly unknown[] {
  if (live.length === config.length && live.every((item, i) => sameItem(table, list, item, config[i]))) {
    const merged = live.map((item, i) => mergeApplied(table, list.items, item, config[i]));
    return merged.every((item, i) => item === live[i]) ? live : merged;
  }
  const wanted = indexItems(table, list, config);
  const current = indexItems(table, list, live);
  const order = [...wanted.keys()];
  const shared = order.filter((element) => current.has(element));
  const liveElements = live.map((item) => itemElement(table, list, item));
  const out: unknown[] = [];
  const taken = new Set<string>();
  let r = 0;
  const takeNext = () => {
    const element = order[r++] as string;
    taken.add(element);
    if (shared[0] === element) shared.shift();
    out.push(mergeApplied(table, list.items, current.get(element), wanted.get(element)));
  };
  for (let l = 0; l < live.length; ) {
    const element = liveElements[l] as string;
    if (!wanted.has(element)) {
      out.push(live[l++]);
    } else if (taken.has(element) || (r < order.length && order[r] !== element && shared[0] !== element)) {
      // Taken already, or its turn comes at another place of the configuration's order.
      l++;
    } else {
      takeNext();
      if (taken.has(element)) l++;
    }
  }
  while (r < order.length) takeNext();
  return out.length === live.length && out.every((item, i) => item === live[i]) ? live : out;
}

/**
 * Takes out what `last` (the author's former fields) holds and `owned` (everybody's fields now, the author's new ones
 * included) does not. A named part goes with what it holds when nobody owns anything in it.
 */
export function pruneFields(table: TypeTable, node: TypeNode, value: unknown, sets: Sets): unknown {
  const type = granular(table, node, value);
  if (type === undefined) return value;
  return type.is === 'list' ? pruneItems(table, type, value as readonly unknown[], sets) : pruneMap(table, type, value as JsonRecord, sets);
}

export interface Sets {
  readonly last: FieldSet;
  readonly owned: FieldSet;
  /** What becomes of a part that pruning emptied: no server writes it, but its owners keep it, as if it were null. */
  readonly emptied: 'dropped' | 'null';
}

function pruneMap(table: TypeTable, map: MapNode, value: JsonRecord, { last, owned, emptied }: Sets): unknown {
  let out: Record<string, unknown> | undefined;
  for (const key in value) {
    const former = last[fieldElement(key)];
    if (former === undefined) continue;
    const now = owned[fieldElement(key)];
    const named = isNamed(map, key);
    const left = goes(former, now, named)
      ? undefined
      : pruneFields(table, fieldType(map, key), value[key], { last: former, owned: now ?? EMPTY, emptied });
    if (left === value[key]) continue;
    out ??= { ...value };
    if (left !== undefined && emptied === 'null' && isHollow(left)) put(out, key, null);
    else if (left === undefined || isHollow(left)) delete out[key];
    else put(out, key, left);
  }
  return out ?? value;
}

function pruneItems(table: TypeTable, list: ListNode, items: readonly unknown[], { last, owned, emptied }: Sets): readonly unknown[] {
  let changed = false;
  const out: unknown[] = [];
  for (const item of items) {
    const element = itemElement(table, list, item);
    const former = last[element];
    const now = owned[element];
    if (former !== undefined && goes(former, now, false)) {
      changed = true;
      continue;
    }
    const left =
      former && hasChildren(former) ? pruneFields(table, list.items, item, { last: former, owned: now ?? EMPTY, emptied }) : item;
    if (left !== item) changed = true;
    out.push(left);
  }
  return changed ? out : items;
}

function goes(former: FieldSet, now: FieldSet | undefined, named: boolean): boolean {
  const was = named || isMember(former);
  const is = now !== undefined && (named || isMember(now));
  return was && !is;
}

/** Pruning emptied it: the server writes no such field. */
function isHollow(value: unknown): boolean {
  return Array.isArray(value) ? value.length === 0 : isRecord(value) && Object.keys(value).length === 0;
}
