// What the server fills in inside lists and maps that are compared as a whole, where a manifest leaves it out.
// Everywhere else a field that Git does not state is no difference anyway, so only these have to be known.
import { type MapNode, resolveType, type TypeTable } from '../../domain/schema.js';
import { fieldType, isNamed } from '../merge/granular.js';
import { isRecord, sameJson } from '../merge/record.js';

const ANYTHING = Symbol('any value');

/** Field names with the values that the server's own defaulting gives them. */
const KNOWN: Readonly<Record<string, readonly unknown[]>> = {
  apiVersion: ['v1'],
  protocol: ['TCP'],
  scope: ['*'],
  scheme: ['HTTP'],
  volumeMode: ['Filesystem'],
  defaultMode: [420],
  expirationSeconds: [3600],
  apiGroup: ['', 'rbac.authorization.k8s.io'],
  pathType: ['ImplementationSpecific'],
  kind: ['PersistentVolumeClaim'],
  status: [ANYTHING],
  creationTimestamp: [null],
};

/** Whether the server itself may have written this field into a part that is compared as a whole. */
export function isServerDefault(table: TypeTable, map: MapNode, key: string, value: unknown): boolean {
  if (value === null) return true;
  if (!isNamed(map, key)) return false;
  const node = fieldType(map, key);
  const declared = 'default' in node ? node.default : undefined;
  const resolved = resolveType(table, node);
  const fallback = declared ?? ('default' in resolved ? resolved.default : undefined);
  if (fallback !== undefined && sameJson(fallback, value)) return true;
  const known = Object.hasOwn(KNOWN, key) ? KNOWN[key] : undefined;
  if (known?.some((each) => each === ANYTHING || each === value)) return true;
  // A part that holds nothing but defaults.
  return (
    isRecord(value) && resolved.is === 'map' && Object.keys(value).every((inner) => isServerDefault(table, resolved, inner, value[inner]))
  );
}
