// An object without the fields of a set.
import type { TypeNode, TypeTable } from '../../domain/schema.js';
import { type FieldSet, hasChildren, isMember } from '../merge/field-set.js';
import { fieldElement, fieldType, granular, itemElement } from '../merge/granular.js';
import { isRecord, put } from '../merge/record.js';

/** The value without every field and item that is a member of the set; the same value where none is there. */
export function withoutMembers(table: TypeTable, node: TypeNode, value: unknown, set: FieldSet): unknown {
  const type = granular(table, node, value);
  if (type === undefined) return value;
  if (type.is === 'list') {
    const items = value as readonly unknown[];
    const left = items.flatMap((item) => {
      const found = set[itemElement(table, type, item)];
      if (found === undefined) return [item];
      // An item goes when the manager owns it; parts of an item that somebody else put there go alone.
      return isMember(found) ? [] : [withoutMembers(table, type.items, item, found)];
    });
    return left.length === items.length && left.every((item, i) => item === items[i]) ? items : left;
  }
  if (!isRecord(value)) return value;
  let out: Record<string, unknown> | undefined;
  for (const key of Object.keys(value)) {
    const found = set[fieldElement(key)];
    if (found === undefined) continue;
    out ??= { ...value };
    if (hasChildren(found)) put(out, key, withoutMembers(table, fieldType(type, key), value[key], found));
    else delete out[key];
  }
  return out ?? value;
}
