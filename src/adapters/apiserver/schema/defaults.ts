// Fills in defaults as a server does on every write: fixed ones from the type table, then those that depend on other fields.
import type { Manifest } from '../../../domain/resource.js';
import type { TypeNode, TypeTable } from '../../../domain/schema.js';
import { resolveType } from '../../../domain/schema.js';
import { dynamicDefaults } from './dynamic-defaults.js';
import { canonicalQuantity } from './quantity.js';

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
    case 'map': {
      if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
      const record = value as Record<string, unknown>;
      let filled = record;
      const put = (name: string, field: unknown) => {
        if (filled === record) filled = { ...record };
        filled[name] = field;
      };
      for (const [name, fieldType] of Object.entries(node.fields ?? {})) {
        const before = record[name] ?? defaultOf(table, fieldType, record[name]);
        if (before === undefined || before === null) continue;
        const after = fill(table, before, fieldType);
        if (after !== record[name]) put(name, after);
      }
      if (node.rest) {
        for (const [name, field] of Object.entries(record)) {
          if (node.fields && Object.hasOwn(node.fields, name)) continue;
          const after = fill(table, field, node.rest);
          if (after !== field) put(name, after);
        }
      }
      return filled;
    }
    default:
      return node satisfies never;
  }
}

function defaultOf(table: TypeTable, type: TypeNode, value: unknown): unknown {
  const node = resolveType(table, type);
  // An explicit null stays where the type allows one.
  if (value === null && node.is !== 'any' && node.nullable) return undefined;
  const own = type.is === 'ref' && type.default !== undefined ? type.default : node.is === 'any' ? undefined : node.default;
  return own === undefined ? undefined : structuredClone(own);
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
