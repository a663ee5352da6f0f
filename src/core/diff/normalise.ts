// Both sides brought to what can be compared: no bookkeeping of the server, no status, Secrets as the server stores them.
import type { Manifest, ObjectMeta } from '../../domain/resource.js';
import { groupVersion } from '../../domain/resource.js';
import { isRecord, put } from '../merge/record.js';
import type { ComparisonSettings } from '../settings.js';

export const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** What only the server writes, and nobody could want otherwise. */
const SERVER_METADATA = [
  'managedFields',
  'resourceVersion',
  'uid',
  'generation',
  'creationTimestamp',
  'selfLink',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
];

/** A target as it may be written: without status and null times, Secrets with data only. */
export function normalTarget(target: Manifest, settings: ComparisonSettings): Manifest {
  let out = target;
  if (out.metadata.creationTimestamp !== undefined) out = { ...out, metadata: without(out.metadata, ['creationTimestamp']) };
  if (ignoresStatus(out, settings) && out['status'] !== undefined) out = withoutField(out, 'status');
  if (isKind(out, '', 'Secret')) return secretData(out);
  if (isRole(out) && isEmptyRules(out['rules'])) return withoutField(out, 'rules');
  return out;
}

/** One side as it is compared and shown. */
export function comparable(object: Manifest, settings: ComparisonSettings): Manifest {
  const metadata = without(object.metadata, SERVER_METADATA);
  if (metadata.annotations) metadata.annotations = withoutEntry(metadata.annotations, LAST_APPLIED);
  for (const name of ['annotations', 'labels', 'finalizers'] as const) {
    const value = metadata[name];
    if (value === null || (value !== undefined && Object.keys(value).length === 0)) delete metadata[name];
  }
  let out: Manifest = { ...object, metadata };
  if (ignoresStatus(out, settings)) out = withoutField(out, 'status');
  const aggregated = settings.ignoreAggregatedRoles && isRecord(out['aggregationRule']);
  if (isRole(out) && (aggregated || isEmptyRules(out['rules']))) out = withoutField(out, 'rules');
  return out;
}

/** stringData becomes data, as the server does it; a value that is null counts as empty. */
function secretData(secret: Manifest): Manifest {
  const { stringData, data } = secret as Manifest & { stringData?: unknown; data?: unknown };
  if (!isRecord(stringData) && !isRecord(data)) return secret;
  const out: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(isRecord(data) ? data : {})) put(out, key, value ?? '');
  for (const [key, value] of Object.entries(isRecord(stringData) ? stringData : {})) put(out, key, toBase64(value));
  return { ...withoutField(secret, 'stringData'), data: out };
}

function toBase64(value: unknown): string {
  const bytes = new TextEncoder().encode(value === null || value === undefined ? '' : String(value));
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

function ignoresStatus(object: Manifest, { ignoreStatus }: ComparisonSettings): boolean {
  if (ignoreStatus === 'all') return true;
  return ignoreStatus === 'crd' && isKind(object, 'apiextensions.k8s.io', 'CustomResourceDefinition');
}

function isRole(object: Manifest): boolean {
  return isKind(object, 'rbac.authorization.k8s.io', 'Role') || isKind(object, 'rbac.authorization.k8s.io', 'ClusterRole');
}

function isEmptyRules(rules: unknown): boolean {
  return rules === null || (Array.isArray(rules) && rules.length === 0);
}

function isKind(object: Manifest, group: string, kind: string): boolean {
  return object.kind === kind && groupVersion(object.apiVersion).group === group;
}

function withoutField(object: Manifest, field: string): Manifest {
  if (object[field] === undefined) return object;
  const { [field]: _, ...rest } = object;
  return rest as Manifest;
}

function without(metadata: ObjectMeta, names: readonly string[]): ObjectMeta {
  return Object.fromEntries(Object.entries(metadata).filter(([name]) => !names.includes(name))) as ObjectMeta;
}

function withoutEntry(record: Record<string, string>, key: string): Record<string, string> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => name !== key));
}
