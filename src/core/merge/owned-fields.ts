// Which fields a manifest states: what its author owns after applying it.
import type { TypeNode, TypeTable } from '../../domain/schema.js';
import { type FieldSet, LEAF } from './field-set.js';
import { fieldElement, fieldType, granular, isNamed, itemElement } from './granular.js';
import { isRecord } from './record.js';

/** The set of fields that a value states. Keys that people choose, and items, are members beside what is in them; empty maps and nulls are too. */
export function ownedFields(table: TypeTable, type: TypeNode, value: unknown): FieldSet {
  return collect(table, type, { value, member: false }) ?? LEAF;
}

/** Below one path; `member` says whether that path is a member itself. Undefined where nothing is stated. */
function collect(table: TypeTable, node: TypeNode, at: { readonly value: unknown; readonly member: boolean }): FieldSet | undefined {
  const { value, member } = at;
  const type = granular(table, node, value);
  if (type === undefined) return LEAF;
  const out: Record<string, FieldSet> = {};
  let children = 0;
  if (type.is === 'list') {
    for (const item of value as readonly unknown[]) {
      out[itemElement(table, type, item)] = collect(table, type.items, { value: item, member: true }) ?? LEAF;
      children++;
    }
    if (children === 0) return member ? LEAF : undefined;
    return member ? { '.': LEAF, ...out } : out;
  }
  if (member) out['.'] = LEAF;
  if (!isRecord(value)) return LEAF;
  let keys = 0;
  for (const key in value) {
    const field = value[key];
    if (field === undefined) continue;
    keys++;
    const set = collect(table, fieldType(type, key), { value: field, member: !isNamed(type, key) });
    if (set === undefined) continue;
    out[fieldElement(key)] = set;
    children++;
  }
  if (children > 0) return out;
  return member || keys === 0 ? LEAF : undefined;
}
