// The shortest way to "nothing to do": does live have what the configuration states, and does its author own exactly that?
// Nothing is built on the way. A `false` may be wrong (then the full merge finds out); a `true` never is.
import type { Manifest } from '../../domain/resource.js';
import type { ListNode, MapNode, TypeNode, TypeTable } from '../../domain/schema.js';
import { type FieldSet, isMember } from './field-set.js';
import { fieldElement, fieldType, granular, isNamed, itemElement, sameItem } from './granular.js';
import { isRecord, type JsonRecord, sameJson } from './record.js';

/** What no manager owns: these fields only have to be equal. */
const UNOWNED_ROOT = new Set(['apiVersion', 'kind']);
const UNOWNED_METADATA = new Set([
  'name',
  'namespace',
  'creationTimestamp',
  'selfLink',
  'uid',
  'clusterName',
  'generation',
  'managedFields',
  'resourceVersion',
]);
const NONE: ReadonlySet<string> = new Set();

/** Whether applying `config` over `live` by the owner of `set` changes neither the object nor the set. */
export function isSettled(
  table: TypeTable,
  type: TypeNode,
  objects: { readonly live: Manifest; readonly config: Manifest },
  set: FieldSet,
): boolean {
  const root = granular(table, type, objects.config);
  if (root?.is !== 'map') return false;
  return fields({ table, map: root, live: objects.live, config: objects.config, set, unowned: UNOWNED_ROOT });
}

interface FieldsArgs {
  readonly table: TypeTable;
  readonly map: MapNode;
  readonly live: JsonRecord;
  readonly config: JsonRecord;
  readonly set: FieldSet;
  readonly unowned: ReadonlySet<string>;
}

function fields({ table, map, live, config, set, unowned }: FieldsArgs): boolean {
  let count = 0;
  for (const key in config) {
    const value = config[key];
    if (value === undefined) continue;
    const current = live[key];
    if (unowned.has(key)) {
      if (!sameJson(current, value)) return false;
      continue;
    }
    const node = fieldType(map, key);
    const owned = set[fieldElement(key)];
    if (unowned === UNOWNED_ROOT && key === 'metadata') {
      const metadata = granular(table, node, value);
      if (metadata?.is !== 'map' || !isRecord(value) || !isRecord(current)) return false;
      if (!fields({ table, map: metadata, live: current, config: value, set: owned ?? {}, unowned: UNOWNED_METADATA })) return false;
    } else {
      if (owned === undefined) {
        // An empty list of a named field is stated by nobody.
        if (Array.isArray(value) && value.length === 0 && isNamed(map, key) && sameJson(current, value) && granular(table, node, value))
          continue;
        return false;
      }
      if (!isNamed(map, key) && !isMember(owned)) return false;
      if (!valueSettled(table, node, { live: current, config: value }, owned)) return false;
    }
    if (owned !== undefined) count++;
  }
  return count === childrenOf(set);
}

function valueSettled(
  table: TypeTable,
  node: TypeNode,
  { live, config }: { readonly live: unknown; readonly config: unknown },
  set: FieldSet,
): boolean {
  const type = granular(table, node, config);
  if (type === undefined) return childrenOf(set) === 0 && sameJson(live, config);
  if (type.is === 'list') return Array.isArray(live) && items(table, type, { live, config: config as readonly unknown[] }, set);
  if (!isRecord(live) || !isRecord(config) || granular(table, node, live) === undefined) return false;
  return fields({ table, map: type, live, config, set, unowned: NONE });
}

/** Items of others may stand between; items of the configuration have to stand in its order. */
function items(
  table: TypeTable,
  list: ListNode,
  { live, config }: { readonly live: readonly unknown[]; readonly config: readonly unknown[] },
  set: FieldSet,
): boolean {
  let at = 0;
  for (const item of config) {
    while (at < live.length && !sameItem(table, list, live[at], item)) at++;
    const owned = at < live.length ? set[itemElement(table, list, item)] : undefined;
    if (owned === undefined || !isMember(owned)) return false;
    if (!valueSettled(table, list.items, { live: live[at], config: item }, owned)) return false;
    at++;
  }
  return config.length === childrenOf(set);
}

function childrenOf(set: FieldSet): number {
  let count = 0;
  for (const element in set) if (element !== '.') count++;
  return count;
}
