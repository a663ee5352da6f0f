// A script's empty table may be a list or a map; what it was is known from the type of the field.
import type { Manifest } from '../../domain/resource.js';
import { groupVersion } from '../../domain/resource.js';
import { resolveType, type TypeNode, type TypeTable, typeOfKind } from '../../domain/schema.js';
import { isRecord } from '../merge/record.js';

/** The object with `{}` in the place of `[]` wherever its kind has a map; without a type it stays as it is. */
export function withEmptyMaps(table: TypeTable | undefined, object: Manifest): Manifest {
  const { group, version } = groupVersion(object.apiVersion);
  const type = table && typeOfKind(table, group, version, object.kind);
  return table && type ? (typed(table, type, object) as Manifest) : object;
}

function typed(table: TypeTable, node: TypeNode, value: unknown): unknown {
  const type = resolveType(table, node);
  if (type.is === 'map') {
    if (Array.isArray(value) && value.length === 0) return {};
    if (!isRecord(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => {
        const field = type.fields?.[key] ?? type.rest;
        return [key, field ? typed(table, field, inner) : inner];
      }),
    );
  }
  if (type.is === 'list' && Array.isArray(value)) return value.map((item) => typed(table, type.items, item));
  return value;
}
