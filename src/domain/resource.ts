// Kubernetes objects as they travel: plain JSON, never copied into classes, so that nothing is lost on the way.

/** The metadata of an object. Fields that are not named here are kept as they came. */
export interface ObjectMeta {
  name: string;
  namespace?: string;
  generateName?: string;
  uid?: string;
  resourceVersion?: string;
  generation?: number;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  deletionGracePeriodSeconds?: number;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  finalizers?: string[];
  ownerReferences?: OwnerReference[];
  managedFields?: ManagedFieldsEntry[];
  [field: string]: unknown;
}

export interface OwnerReference {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
  controller?: boolean;
  blockOwnerDeletion?: boolean;
}

export interface ManagedFieldsEntry {
  manager?: string;
  operation?: 'Apply' | 'Update';
  apiVersion?: string;
  time?: string;
  fieldsType?: 'FieldsV1';
  fieldsV1?: Record<string, unknown>;
  subresource?: string;
}

/** One Kubernetes object, whatever its kind. */
export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  [field: string]: unknown;
}

/** Identity of an object within one cluster; the version is not part of it. Core group and cluster scope are ''. */
export interface ResourceKey {
  readonly group: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** A key together with the version through which to reach it. */
export interface ResourceRef extends ResourceKey {
  readonly version: string;
}

/** Text form of a key: group/Kind/namespace/name. Sorts as Argo CD sorts status.resources. */
export type ResourceId = string;

export function resourceId(key: ResourceKey): ResourceId {
  return `${key.group}/${key.kind}/${key.namespace}/${key.name}`;
}

/** Splits an apiVersion: 'apps/v1' -> apps, v1; 'v1' -> '', v1. */
export function groupVersion(apiVersion: string): { group: string; version: string } {
  const slash = apiVersion.indexOf('/');
  return slash < 0 ? { group: '', version: apiVersion } : { group: apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) };
}

/** The key of an object as it stands; callers decide about a missing namespace first. */
export function refOf(manifest: Manifest): ResourceRef {
  const { group, version } = groupVersion(manifest.apiVersion);
  const { name, namespace } = manifest.metadata;
  return { group, version, kind: manifest.kind, namespace: namespace ?? '', name: name ?? '' };
}

/** A kind as discovery reports it. */
export interface ApiKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly singular?: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  /** Names of subresources: 'status', 'scale'. */
  readonly subresources?: readonly string[];
}
