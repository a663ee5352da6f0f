// How a value is taken apart: fields of a map, items of a keyed list or set, or not at all.
// Types that nobody knows are deduced from the value: maps by field, lists as a whole.
import { type ListNode, type MapNode, resolveType, type TypeNode, type TypeTable } from '../../domain/schema.js';
import { isRecord, type JsonRecord, own, sameJson } from './record.js';

export const ANY: TypeNode = { is: 'any' };
const DEDUCED_MAP: MapNode = { is: 'map' };

/** The type by which a value is merged part by part; undefined where it is one piece (scalars, null, atomic lists and maps). */
export function granular(table: TypeTable, node: TypeNode, value: unknown): MapNode | ListNode | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const type = node.is === 'ref' ? resolveType(table, node) : node;
  if (Array.isArray(value)) return type.is === 'list' && type.listType !== 'atomic' ? type : undefined;
  if (type.is === 'map') return type.atomic ? undefined : type;
  return type.is === 'any' ? DEDUCED_MAP : undefined;
}

/** The type of a map's field; anything where the map does not know the name. */
export function fieldType(map: MapNode, key: string): TypeNode {
  const { fields } = map;
  if (fields !== undefined && Object.hasOwn(fields, key)) return fields[key] as TypeNode;
  return map.rest ?? ANY;
}

/** Whether the type itself names the field, in contrast to keys that people choose. */
export function isNamed(map: MapNode, key: string): boolean {
  return map.fields !== undefined && Object.hasOwn(map.fields, key);
}

const fieldElements = new Map<string, string>();
const MAX_FIELD_ELEMENTS = 20_000;

/** The path element of a field. The texts are kept, because looking up a new text costs more than everything around it. */
export function fieldElement(key: string): string {
  let element = fieldElements.get(key);
  if (element === undefined) {
    element = `f:${key}`;
    if (fieldElements.size < MAX_FIELD_ELEMENTS) fieldElements.set(key, element);
  }
  return element;
}

const itemElements = new Map<string, Map<string, string>>();
const MAX_ITEM_ELEMENTS = 5000;

/** The element of an item with one key whose value is a text, kept like those of fields. */
function namedItemElement(key: string, value: string): string {
  let known = itemElements.get(key);
  if (known === undefined) {
    known = new Map();
    if (itemElements.size < MAX_ITEM_ELEMENTS) itemElements.set(key, known);
  }
  let element = known.get(value);
  if (element === undefined) {
    element = `k:{${scalarText(key)}:${scalarText(value)}}`;
    if (known.size < MAX_ITEM_ELEMENTS) known.set(value, element);
  }
  return element;
}

/** JSON text of a scalar; plain texts need no escaping. */
function scalarText(value: unknown): string {
  if (typeof value === 'string' && /^[\w .:/@-]*$/.test(value)) return `"${value}"`;
  return typeof value === 'number' ? String(value) : JSON.stringify(value);
}

export function keysOf(list: ListNode): readonly string[] {
  return list.keys ?? (list.mergeKey === undefined ? [] : [list.mergeKey]);
}

/** The path element of a list's item: by value in sets, by its keys in keyed lists. */
export function itemElement(table: TypeTable, list: ListNode, item: unknown): string {
  if (list.listType === 'set' || !isRecord(item)) return `v:${scalarText(item)}`;
  const keys = keysOf(list);
  if (keys.length === 1) {
    const key = keys[0] as string;
    const value = keyValue(table, list, item, key);
    if (typeof value === 'string') return namedItemElement(key, value);
    return value === undefined ? 'k:{}' : `k:{${scalarText(key)}:${scalarText(value)}}`;
  }
  const parts: string[] = [];
  for (const key of [...keys].sort()) {
    const value = keyValue(table, list, item, key);
    if (value !== undefined) parts.push(`${scalarText(key)}:${scalarText(value)}`);
  }
  return `k:{${parts.join(',')}}`;
}

/** Whether two items stand at the same place of a list. */
export function sameItem(table: TypeTable, list: ListNode, a: unknown, b: unknown): boolean {
  if (list.listType === 'set' || !isRecord(a) || !isRecord(b)) return sameJson(a, b);
  for (const key of keysOf(list)) {
    if (own(a, key) === own(b, key)) continue;
    if (!sameJson(keyValue(table, list, a, key), keyValue(table, list, b, key))) return false;
  }
  return true;
}

/** Defaults of keys that a server uses itself and leaves out of its OpenAPI v2 document. */
const UNPUBLISHED_DEFAULTS: Readonly<Record<string, unknown>> = { protocol: 'TCP' };

/** A key that the item leaves out counts with its default: a port without protocol is a TCP port. */
function keyValue(table: TypeTable, list: ListNode, item: JsonRecord, key: string): unknown {
  const value = own(item, key);
  if (value !== undefined && value !== null) return value;
  const items = resolveType(table, list.items);
  if (items.is !== 'map') return undefined;
  const field = resolveType(table, fieldType(items, key));
  if ('default' in field) return field.default;
  return isNamed(items, key) && Object.hasOwn(UNPUBLISHED_DEFAULTS, key) ? UNPUBLISHED_DEFAULTS[key] : undefined;
}

/** Items by path element, in order; of equal elements the first counts. */
export function indexItems(table: TypeTable, list: ListNode, items: readonly unknown[]): Map<string, unknown> {
  const index = new Map<string, unknown>();
  for (const item of items) {
    const element = itemElement(table, list, item);
    if (!index.has(element)) index.set(element, item);
  }
  return index;
}

/** A path as kubectl prints it: '.spec.containers[name="api"].image'. */
export function printPath(elements: readonly string[]): string {
  return elements.map(printElement).join('');
}

function printElement(element: string): string {
  const rest = element.slice(2);
  if (element.startsWith('f:')) return `.${rest}`;
  if (element.startsWith('i:')) return `[${rest}]`;
  if (element.startsWith('v:')) return `[=${rest}]`;
  const keys = JSON.parse(rest) as Record<string, unknown>;
  return `[${Object.entries(keys)
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join(',')}]`;
}
