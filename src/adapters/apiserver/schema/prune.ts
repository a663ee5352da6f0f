// Drops what a server would not keep: fields without a type, and nulls that mean "not set".
import type { Manifest } from '../../../domain/resource.js';
import type { MapNode, TypeNode, TypeTable } from '../../../domain/schema.js';
import { resolveType } from '../../../domain/schema.js';

/**
 * The object without unknown fields; the same object when there was nothing to drop. With `nulls: 'drop'` (built-in kinds)
 * a null of a typed field is dropped too; with 'keep' (custom kinds) only where the field has a default and is not nullable.
 */
export function pruneUnknown(table: TypeTable, type: TypeNode, object: Manifest, nulls: 'drop' | 'keep' = 'drop'): Manifest {
  return prune(table, type, object, nulls) as Manifest;
}

function prune(table: TypeTable, type: TypeNode, value: unknown, nulls: 'drop' | 'keep'): unknown {
  const node = resolveType(table, type);
  if (value === null || typeof value !== 'object') return value;
  if (node.is === 'list') {
    if (!Array.isArray(value)) return value;
    let changed = false;
    const items = value.map((item) => {
      const kept = prune(table, node.items, item, nulls);
      if (kept !== item) changed = true;
      return kept;
    });
    return changed ? items : value;
  }
  if (node.is !== 'map' || Array.isArray(value)) return value;
  return pruneMap(table, node, value as Record<string, unknown>, nulls);
}

function pruneMap(table: TypeTable, node: MapNode, value: Record<string, unknown>, nulls: 'drop' | 'keep'): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  let changed = false;
  for (const [name, field] of Object.entries(value)) {
    const known = node.fields && Object.hasOwn(node.fields, name) ? node.fields[name] : node.rest;
    if (!known) {
      const open = node.preserveUnknown || !node.fields || name === 'apiVersion' || name === 'kind';
      if (open) kept[name] = field;
      else changed = true;
      continue;
    }
    if (field === null && dropsNull(table, known, nulls)) {
      changed = true;
      continue;
    }
    const pruned = prune(table, known, field, nulls);
    if (pruned !== field) changed = true;
    kept[name] = pruned;
  }
  return changed ? kept : value;
}

function dropsNull(table: TypeTable, type: TypeNode, nulls: 'drop' | 'keep'): boolean {
  const node = resolveType(table, type);
  if (node.is === 'any') return false;
  if (nulls === 'drop') return true;
  return node.default !== undefined && !node.nullable;
}
