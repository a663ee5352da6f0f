// The strategic merge patch that `kubectl apply` computes: deletions come from what was applied last, everything else from live.
import { type ListNode, resolveType, type TypeNode, type TypeTable } from '../../domain/schema.js';
import type { ThreeVersions } from './json-merge.js';
import { isEmptyRecord, isRecord, type JsonRecord, own, put, sameJson } from './record.js';
import { childOf, DELETE_PRIMITIVES, DIRECTIVE, RETAIN_KEYS, SET_ORDER, strategiesOf } from './strategy.js';

/** Which half of a difference is wanted. */
type Half = 'deletions' | 'changes';

/** The patch for live; an empty object where nothing differs. */
export function threeWayStrategic(table: TypeTable, type: TypeNode, { original, modified, current }: ThreeVersions): unknown {
  const changes = differ(table, 'changes').map(type, record(current), record(modified));
  const deletions = differ(table, 'deletions').map(type, record(original), record(modified));
  return combine(table, type, deletions, changes);
}

function record(value: unknown): JsonRecord {
  return isRecord(value) ? value : {};
}

function differ(table: TypeTable, half: Half) {
  const changes = half === 'changes';

  /** Differences of two objects; with the keys to keep where the field is a union. */
  function map(node: TypeNode, from: JsonRecord, to: JsonRecord, retainKeys = false): JsonRecord {
    const patch: Record<string, unknown> = {};
    for (const key of Object.keys(from)) {
      if (own(to, key) === undefined) {
        if (!changes && from[key] !== undefined) put(patch, key, null);
      } else {
        field(patch, key, childOf(table, node, key), { from: from[key], to: to[key] });
      }
    }
    for (const key of Object.keys(to)) {
      if (changes && own(from, key) === undefined && to[key] !== undefined) put(patch, key, to[key]);
    }
    if (retainKeys && !isEmptyRecord(patch)) patch[RETAIN_KEYS] = Object.keys(to).sort();
    return patch;
  }

  function field(patch: Record<string, unknown>, key: string, node: TypeNode, { from, to }: { from: unknown; to: unknown }): void {
    const strategy = strategiesOf(table, node);
    if (isRecord(from) && isRecord(to) && !strategy.replace) {
      const inner = map(node, from, to, strategy.retainKeys);
      if (!isEmptyRecord(inner)) put(patch, key, inner);
      return;
    }
    const type = resolveType(table, node);
    if (Array.isArray(from) && Array.isArray(to) && type.is === 'list' && strategy.merge) {
      list(patch, key, type, { from, to, retainKeys: strategy.retainKeys });
      return;
    }
    if (changes && !sameJson(from, to)) put(patch, key, to);
  }

  function list(
    patch: Record<string, unknown>,
    key: string,
    type: ListNode,
    { from, to, retainKeys }: { from: readonly unknown[]; to: readonly unknown[]; retainKeys: boolean },
  ): void {
    if (from.length === 0) {
      if (changes && to.length > 0) put(patch, key, to);
      return;
    }
    const mergeKey = type.mergeKey;
    if (mergeKey === undefined || ![...from, ...to].every(isRecord)) {
      primitives(patch, key, from, to);
      return;
    }
    const items = itemDifferences(type, mergeKey, { from: from as JsonRecord[], to: to as JsonRecord[], retainKeys });
    if (items.length > 0) put(patch, key, items);
    const moved = changes && !sameOrder(mergeKey, from as JsonRecord[], to as JsonRecord[]);
    if (items.length > 0 || moved)
      put(
        patch,
        `${SET_ORDER}${key}`,
        (to as JsonRecord[]).map((item) => ({ [mergeKey]: item[mergeKey] })),
      );
  }

  function primitives(patch: Record<string, unknown>, key: string, from: readonly unknown[], to: readonly unknown[]): void {
    const added = changes ? to.filter((item) => !from.some((old) => sameJson(old, item))) : [];
    const gone = changes ? [] : from.filter((item) => !to.some((left) => sameJson(left, item)));
    if (added.length > 0) put(patch, key, added);
    if (gone.length > 0) put(patch, `${DELETE_PRIMITIVES}${key}`, gone);
    const moved =
      changes &&
      !sameJson(
        from.filter((item) => to.includes(item)),
        to.filter((item) => from.includes(item)),
      );
    if (added.length > 0 || gone.length > 0 || moved) put(patch, `${SET_ORDER}${key}`, to);
  }

  function itemDifferences(
    type: ListNode,
    mergeKey: string,
    { from, to, retainKeys }: { from: readonly JsonRecord[]; to: readonly JsonRecord[]; retainKeys: boolean },
  ): JsonRecord[] {
    const find = (items: readonly JsonRecord[], id: unknown) => items.find((item) => sameJson(item[mergeKey], id));
    const out: JsonRecord[] = [];
    for (const item of to) {
      const old = find(from, item[mergeKey]);
      if (old === undefined) {
        if (changes) out.push(item);
        continue;
      }
      const inner = map(type.items, old, item, retainKeys);
      if (!isEmptyRecord(inner)) out.push({ ...inner, [mergeKey]: item[mergeKey] });
    }
    if (changes) return out;
    for (const old of from) {
      if (find(to, old[mergeKey]) === undefined) out.push({ [DIRECTIVE]: 'delete', [mergeKey]: old[mergeKey] });
    }
    return out;
  }

  return { map };
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
