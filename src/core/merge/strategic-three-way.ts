// The strategic merge patch that `kubectl apply` computes: deletions come from what was applied last, everything else from live.
import { type ListNode, resolveType, type TypeNode, type TypeTable } from '../../domain/schema.js';
import type { ThreeVersions } from './json-merge.js';
import { isEmptyRecord, isRecord, type JsonRecord, own, put, sameJson } from './record.js';
import { childOf, DELETE_PRIMITIVES, DIRECTIVE, RETAIN_KEYS, SET_ORDER, strategiesOf } from './strategy.js';

/** The patch for live; an empty object where nothing differs. */
export function threeWayStrategic(table: TypeTable, type: TypeNode, { original, modified, current }: ThreeVersions): unknown {
  const changes = new Differ(table, true).map(type, { from: record(current), to: record(modified) });
  const deletions = new Differ(table, false).map(type, { from: record(original), to: record(modified) });
  return combine(table, type, deletions, changes);
}

function record(value: unknown): JsonRecord {
  return isRecord(value) ? value : {};
}

interface Versions<T> {
  readonly from: T;
  readonly to: T;
  /** The field is a union: the patch names the keys that stay. */
  readonly retainKeys?: boolean;
}

/** Computes one half of a difference. The names of fields go into a patch together with what has to happen to them. */
class Differ {
  constructor(
    private readonly table: TypeTable,
    private readonly changes: boolean,
  ) {}

  map(node: TypeNode, { from, to, retainKeys }: Versions<JsonRecord>): JsonRecord {
    const patch: Record<string, unknown> = {};
    for (const key of Object.keys(from)) {
      const value = own(to, key);
      if (value !== undefined) this.field(patch, key, childOf(this.table, node, key), { from: from[key], to: value });
      else if (!this.changes && from[key] !== undefined) put(patch, key, null);
    }
    for (const key of Object.keys(to)) {
      if (this.changes && own(from, key) === undefined && to[key] !== undefined) put(patch, key, to[key]);
    }
    if (retainKeys && !isEmptyRecord(patch)) patch[RETAIN_KEYS] = Object.keys(to).sort();
    return patch;
  }

  private field(patch: Record<string, unknown>, key: string, node: TypeNode, { from, to }: Versions<unknown>): void {
    const { replace, merge, retainKeys } = strategiesOf(this.table, node);
    const type = resolveType(this.table, node);
    if (isRecord(from) && isRecord(to) && !replace) {
      const inner = this.map(node, { from, to, retainKeys });
      if (!isEmptyRecord(inner)) put(patch, key, inner);
    } else if (Array.isArray(from) && Array.isArray(to) && type.is === 'list' && merge) {
      this.list(patch, key, type, { from, to, retainKeys });
    } else if (this.changes && !sameJson(from, to)) {
      put(patch, key, to);
    }
  }

  private list(patch: Record<string, unknown>, key: string, type: ListNode, versions: Versions<readonly unknown[]>): void {
    const { from, to, retainKeys = false } = versions;
    if (from.length === 0) {
      if (this.changes && to.length > 0) put(patch, key, to);
    } else if (type.mergeKey !== undefined && areRecords(from) && areRecords(to)) {
      const { mergeKey } = type;
      const items = this.items(type, mergeKey, { from, to, retainKeys });
      if (items.length > 0) put(patch, key, items);
      const moved = this.changes && !sameOrder(mergeKey, from, to);
      const order = to.map((item) => ({ [mergeKey]: item[mergeKey] }));
      if (items.length > 0 || moved) put(patch, `${SET_ORDER}${key}`, order);
    } else {
      this.primitives(patch, key, versions);
    }
  }

  private primitives(patch: Record<string, unknown>, key: string, { from, to }: Versions<readonly unknown[]>): void {
    const within = (list: readonly unknown[]) => (item: unknown) => list.some((other) => sameJson(other, item));
    const added = this.changes ? to.filter((item) => !within(from)(item)) : [];
    const gone = this.changes ? [] : from.filter((item) => !within(to)(item));
    if (added.length > 0) put(patch, key, added);
    if (gone.length > 0) put(patch, `${DELETE_PRIMITIVES}${key}`, gone);
    const moved = this.changes && !sameJson(from.filter(within(to)), to.filter(within(from)));
    if (added.length > 0 || gone.length > 0 || moved) put(patch, `${SET_ORDER}${key}`, to);
  }

  private items(type: ListNode, mergeKey: string, { from, to, retainKeys = false }: Versions<readonly JsonRecord[]>): JsonRecord[] {
    const find = (items: readonly JsonRecord[], id: unknown) => items.find((item) => sameJson(item[mergeKey], id));
    const out: JsonRecord[] = [];
    for (const item of to) {
      const old = find(from, item[mergeKey]);
      if (old === undefined) {
        if (this.changes) out.push(item);
        continue;
      }
      const inner = this.map(type.items, { from: old, to: item, retainKeys });
      if (!isEmptyRecord(inner)) out.push({ ...inner, [mergeKey]: item[mergeKey] });
    }
    if (this.changes) return out;
    const removed = from.filter((old) => find(to, old[mergeKey]) === undefined);
    return [...out, ...removed.map((old) => ({ [DIRECTIVE]: 'delete', [mergeKey]: old[mergeKey] }))];
  }
}

function areRecords(list: readonly unknown[]): list is readonly JsonRecord[] {
  return list.every(isRecord);
}

function sameOrder(mergeKey: string, from: readonly JsonRecord[], to: readonly JsonRecord[]): boolean {
  const ids = (items: readonly JsonRecord[], others: readonly JsonRecord[]) =>
    items.map((item) => item[mergeKey]).filter((id) => others.some((other) => sameJson(other[mergeKey], id)));
  return sameJson(ids(from, to), ids(to, from));
}

/** Both halves as one patch. */
function combine(table: TypeTable, node: TypeNode, deletions: JsonRecord, changes: JsonRecord): JsonRecord {
  if (isEmptyRecord(deletions)) return changes;
  const out: Record<string, unknown> = { ...deletions };
  for (const key of Object.keys(changes)) {
    const mine = own(deletions, key);
    const theirs = changes[key];
    const type = childOf(table, node, key);
    if (isRecord(mine) && isRecord(theirs)) put(out, key, combine(table, type, mine, theirs));
    else if (Array.isArray(mine) && Array.isArray(theirs) && !key.startsWith('$')) put(out, key, combineItems(table, type, mine, theirs));
    else put(out, key, theirs);
  }
  return out;
}

/** Changed items first, deletions after them. */
function combineItems(table: TypeTable, node: TypeNode, deletions: readonly unknown[], changes: readonly unknown[]): readonly unknown[] {
  const type = resolveType(table, node);
  const mergeKey = type.is === 'list' ? type.mergeKey : undefined;
  if (type.is !== 'list' || mergeKey === undefined) return changes;
  const id = (item: unknown) => (isRecord(item) ? JSON.stringify(item[mergeKey]) : undefined);
  const left = new Map(deletions.map((item) => [id(item), item]));
  const joined = changes.map((item) => {
    const mine = left.get(id(item));
    left.delete(id(item));
    return isRecord(mine) && isRecord(item) ? combine(table, type.items, mine, item) : item;
  });
  return [...joined, ...left.values()];
}
