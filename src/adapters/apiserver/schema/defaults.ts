// Fills in defaults as a server does on every write: fixed ones from the type table, then those that depend on other fields.
import { cloneJson } from '../../../core/merge/record.js';
import type { Manifest } from '../../../domain/resource.js';
import type { MapNode, TypeNode, TypeTable } from '../../../domain/schema.js';
import { resolveType } from '../../../domain/schema.js';
import { dynamicDefaults } from './dynamic-defaults.js';
import { canonicalQuantity } from './quantity.js';

type Fields = Record<string, unknown>;

/**
 * The object with defaults filled in and quantities in canonical form; the argument is not changed, and comes back itself
 * when there was nothing to do.
 */
export function applyDefaults(table: TypeTable, type: TypeNode, object: Manifest): Manifest {
  return fill(table, dynamicDefaults(object), type) as Manifest;
}

function fill(table: TypeTable, value: unknown, type: TypeNode): unknown {
  const node = resolveType(table, type);
  switch (node.is) {
    case 'any':
      return value;
    case 'scalar':
      return node.format === 'quantity' && value !== null ? canonicalQuantity(value) : value;
    case 'list':
      if (!Array.isArray(value)) return value;
      return replaceItems(value, (item) => fill(table, item, node.items));
    case 'map':
      return value === null || typeof value !== 'object' || Array.isArray(value) ? value : fillMap(table, value as Fields, node);
    default:
      return node satisfies never;
  }
}

function fillMap(table: TypeTable, record: Fields, node: MapNode): Fields {
  let filled = record;
  const put = (name: string, field: unknown) => {
    if (filled === record) filled = { ...record };
    filled[name] = field;
  };
  for (const name of Object.keys(record)) {
    const field = record[name];
    if (field === null || typeof field === 'undefined') continue;
    const type = (node.fields && Object.hasOwn(node.fields, name) ? node.fields[name] : undefined) ?? node.rest;
    if (!type) continue;
    const after = fill(table, field, type);
    if (after !== field) put(name, after);
  }
  for (const { name, type, value, nullable } of defaultedFields(table, node)) {
    // An explicit null stays where the type allows one.
    if (record[name] === undefined || (record[name] === null && !nullable)) put(name, fill(table, cloneJson(value), type));
  }
  return filled;
}

interface DefaultedField {
  readonly name: string;
  readonly type: TypeNode;
  readonly value: unknown;
  readonly nullable: boolean;
}

const DEFAULTED = new WeakMap<MapNode, readonly DefaultedField[]>();

/** The fields of a map that have a default: few of many, so they are found once. */
function defaultedFields(table: TypeTable, node: MapNode): readonly DefaultedField[] {
  const known = DEFAULTED.get(node);
  if (known) return known;
  const found: DefaultedField[] = [];
  for (const [name, type] of Object.entries(node.fields ?? {})) {
    const target = resolveType(table, type);
    const inherited = target.is === 'any' ? undefined : target.default;
    const value = type.is === 'ref' && type.default !== undefined ? type.default : inherited;
    if (value !== undefined) found.push({ name, type, value, nullable: target.is !== 'any' && target.nullable === true });
  }
  DEFAULTED.set(node, found);
  return found;
}

function replaceItems(items: readonly unknown[], change: (item: unknown) => unknown): readonly unknown[] {
  let changed = false;
  const after = items.map((item) => {
    const made = change(item);
    if (made !== item) changed = true;
    return made;
  });
  return changed ? after : items;
}
