// A target written the way live writes it: values that only differ in spelling, and what the server leaves out or fills in,
// take live's form. What is left after that is a real difference.
import { type ListNode, type MapNode, resolveType, type ScalarNode, type TypeNode, type TypeTable } from '../../domain/schema.js';
import { parseGoDuration } from '../duration.js';
import type { FieldSet } from '../merge/field-set.js';
import { fieldElement, fieldType, itemElement } from '../merge/granular.js';
import { isRecord, type JsonRecord, own, put, sameJson } from '../merge/record.js';
import { strategiesOf } from '../merge/strategy.js';
import { sameQuantity } from './quantity.js';
import { isServerDefault } from './server-defaults.js';

/** How the object is written decides which lists are merged and which are replaced as a whole. */
export type WriteMode = 'server-side' | 'strategic' | 'json-merge';

export interface Spelling {
  readonly table: TypeTable;
  readonly mode: WriteMode;
}

interface Place {
  readonly target: unknown;
  readonly live: unknown;
  /** What was applied last, where that is known: what neither it nor the target has, was never Git's. */
  readonly original?: unknown;
  /** Fields that we own already: one that live does not show was left out by the server, being its zero value. */
  readonly owned?: FieldSet | undefined;
  /** Inside a part that is replaced as a whole. */
  readonly whole: boolean;
}

/** The target in live's spelling; the very same target where nothing has to change. */
export function inLiveSpelling(
  spelling: Spelling,
  type: TypeNode,
  sides: { readonly target: unknown; readonly live: unknown; readonly original?: unknown; readonly owned?: FieldSet | undefined },
): unknown {
  return align(spelling, type, { ...sides, whole: false });
}

function align(spelling: Spelling, node: TypeNode, place: Place): unknown {
  const { target, live } = place;
  if (target === live || live === undefined) return target;
  const type = resolveType(spelling.table, node);
  if (Array.isArray(target)) return Array.isArray(live) ? alignList(spelling, node, place as Place & Lists) : target;
  if (isRecord(target)) {
    if (!isRecord(live)) return target;
    const map: MapNode = type.is === 'map' ? type : { is: 'map' };
    return alignMap(spelling, map, place as Place & Records);
  }
  return type.is === 'scalar' && sameScalar(type, target, live) ? live : target;
}

interface Records {
  readonly target: JsonRecord;
  readonly live: JsonRecord;
}

function alignMap(spelling: Spelling, map: MapNode, place: Place & Records): JsonRecord {
  const { target, live, original, owned } = place;
  const whole = place.whole || (map.atomic === true && spelling.mode !== 'json-merge');
  let out: Record<string, unknown> | undefined;
  for (const key in target) {
    const node = fieldType(map, key);
    const before = isRecord(original) ? own(original, key) : undefined;
    const mine = owned?.[fieldElement(key)];
    const current = own(live, key);
    const value = target[key];
    if (current === undefined && leftOut(spelling, node, { value, before, mine, whole })) {
      out ??= { ...target };
      delete out[key];
      continue;
    }
    const aligned = align(spelling, node, { target: value, live: current, original: before, owned: mine, whole });
    if (aligned === value) continue;
    out ??= { ...target };
    put(out, key, aligned);
  }
  if (!whole) return out ?? target;
  for (const key in live) {
    if (own(target, key) !== undefined) continue;
    const neverOurs = isRecord(original) && own(original, key) === undefined;
    if (!neverOurs && !isServerDefault(spelling.table, map, key, live[key])) continue;
    out ??= { ...target };
    put(out, key, live[key]);
  }
  return out ?? target;
}

/** Whether the server stores nothing for a value that is stated and not live. */
function leftOut(
  spelling: Spelling,
  node: TypeNode,
  {
    value,
    before,
    mine,
    whole,
  }: { readonly value: unknown; readonly before: unknown; readonly mine: FieldSet | undefined; readonly whole: boolean },
): boolean {
  if (value === null || (Array.isArray(value) && value.length === 0)) return true;
  if (isRecord(value) && Object.keys(value).length === 0) {
    const type = resolveType(spelling.table, node);
    if (type.is === 'map' && type.fields === undefined && type.rest !== undefined) return true;
  } else if (value !== '' && value !== 0 && value !== false) {
    return false;
  }
  if (whole && (value === '' || value === false)) return true;
  return mine !== undefined || (before !== undefined && sameJson(before, value));
}

interface Lists {
  readonly target: readonly unknown[];
  readonly live: readonly unknown[];
}

function alignList(spelling: Spelling, node: TypeNode, place: Place & Lists): readonly unknown[] {
  const type = resolveType(spelling.table, node);
  const list: ListNode = type.is === 'list' ? type : { is: 'list', items: { is: 'any' }, listType: 'atomic' };
  if (!place.whole && list.listType === 'set' && spelling.mode === 'server-side') return inLiveOrder(place.target, place.live);
  if (place.whole || isReplaced(spelling, node, list)) return alignWhole(spelling, list, place);
  return alignKeyed(spelling, list, place);
}

function isReplaced(spelling: Spelling, node: TypeNode, list: ListNode): boolean {
  if (spelling.mode === 'json-merge') return true;
  return spelling.mode === 'strategic' ? !strategiesOf(spelling.table, node).merge : list.listType === 'atomic';
}

/** The order of a set says nothing. */
function inLiveOrder(target: readonly unknown[], live: readonly unknown[]): readonly unknown[] {
  const has = (list: readonly unknown[], item: unknown) => list.some((other) => sameJson(other, item));
  const shared = live.filter((item) => has(target, item));
  const ordered = [...shared, ...target.filter((item) => !has(live, item))];
  return ordered.length === target.length ? ordered : target;
}

function alignWhole(spelling: Spelling, list: ListNode, { target, live, original }: Place & Lists): readonly unknown[] {
  if (target.length !== live.length) return target;
  const before = Array.isArray(original) && original.length === target.length ? original : [];
  const aligned = target.map((item, i) => align(spelling, list.items, { target: item, live: live[i], original: before[i], whole: true }));
  return aligned.every((item, i) => item === target[i]) ? target : aligned;
}

function alignKeyed(spelling: Spelling, list: ListNode, { target, live, original, owned }: Place & Lists): readonly unknown[] {
  const { table } = spelling;
  const index = (items: unknown) => new Map((Array.isArray(items) ? items : []).map((item) => [itemElement(table, list, item), item]));
  const liveItems = index(live);
  const former = index(original);
  let changed = false;
  const aligned = target.map((item) => {
    const element = itemElement(table, list, item);
    const place = { target: item, live: liveItems.get(element), original: former.get(element), owned: owned?.[element], whole: false };
    const result = align(spelling, list.items, place);
    if (result !== item) changed = true;
    return result;
  });
  return changed ? aligned : target;
}

function sameScalar(type: ScalarNode, a: unknown, b: unknown): boolean {
  switch (type.format) {
    case 'quantity':
      return sameQuantity(a, b);
    case 'int-or-string':
      // Custom kinds publish quantities as texts or numbers with a pattern.
      return String(a) === String(b) || (type.pattern !== undefined && sameQuantity(a, b));
    case 'date-time':
      return typeof a === 'string' && typeof b === 'string' && Date.parse(a) === Date.parse(b);
    case 'duration': {
      const ms = typeof a === 'string' ? parseGoDuration(a) : undefined;
      return ms !== undefined && typeof b === 'string' && ms === parseGoDuration(b);
    }
    default:
      return false;
  }
}
