// What a server does to an object on its way in: namespace, name, defaults, pruning, validation, the fields that only it may set.
import { randomUUID } from 'node:crypto';
import { cloneJson, sameJson } from '../../core/merge/record.js';
import type { ApiKind, Manifest, ObjectMeta } from '../../domain/resource.js';
import { badRequest, rejected } from './api-error.js';
import type { KindRegistry } from './kind-registry.js';
import { applyDefaults } from './schema/defaults.js';
import { describeFieldError, rejectionOf } from './schema/field-error.js';
import { pruneUnknown } from './schema/prune.js';
import { validateObject } from './schema/validate-object.js';
import { validateUpdate } from './schema/validate-update.js';

export type FieldValidation = 'Ignore' | 'Warn' | 'Strict';

/** Built-in kinds without a generation, as a real server leaves them. */
const WITHOUT_GENERATION = new Set([
  '/ConfigMap',
  '/Secret',
  '/Service',
  '/ServiceAccount',
  '/Namespace',
  '/Node',
  '/PersistentVolume',
  '/PersistentVolumeClaim',
  '/Event',
  '/Endpoints',
  '/LimitRange',
  '/ResourceQuota',
  'rbac.authorization.k8s.io/Role',
  'rbac.authorization.k8s.io/RoleBinding',
  'rbac.authorization.k8s.io/ClusterRole',
  'rbac.authorization.k8s.io/ClusterRoleBinding',
  'coordination.k8s.io/Lease',
  'storage.k8s.io/StorageClass',
  'autoscaling/HorizontalPodAutoscaler',
  'apiregistration.k8s.io/APIService',
  'apps/ControllerRevision',
  'events.k8s.io/Event',
]);
const NAME_LETTERS = 'bcdfghjklmnpqrstvwxz2456789';

export interface Shaping {
  readonly registry: KindRegistry;
  readonly api: ApiKind;
  readonly validation: FieldValidation;
  readonly random: () => number;
}

export interface Shaped {
  readonly object: Manifest;
  readonly warnings: readonly string[];
}

export function hasStatus(api: ApiKind): boolean {
  return api.subresources?.includes('status') === true;
}

/** A copy of what a client sent, in its namespace and under its name. */
export function received(body: unknown, { api, random }: Shaping, place: { readonly namespace: string; readonly name?: string }): Manifest {
  if (body === null || typeof body !== 'object' || Array.isArray(body)) throw badRequest('the body of the request is not an object');
  const object = cloneJson(body) as Manifest;
  const metadata = (object.metadata ?? {}) as ObjectMeta;
  const apiVersion = api.group === '' ? api.version : `${api.group}/${api.version}`;
  if (object.kind && object.kind !== api.kind)
    throw badRequest(`the kind in the data (${object.kind}) does not match the kind of the address (${api.kind})`);
  if (object.apiVersion && object.apiVersion !== apiVersion)
    throw badRequest(`the API version in the data (${object.apiVersion}) does not match the expected API version (${apiVersion})`);
  if (api.namespaced && metadata.namespace && metadata.namespace !== place.namespace)
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  const name = place.name ?? (metadata.name || (metadata.generateName ? metadata.generateName + letters(random) : ''));
  if (place.name !== undefined && metadata.name && metadata.name !== place.name)
    throw badRequest(`the name of the object (${metadata.name}) does not match the name on the URL (${place.name})`);
  const { namespace: _, ...rest } = metadata;
  return { ...object, apiVersion, kind: api.kind, metadata: { ...rest, name, ...(api.namespaced ? { namespace: place.namespace } : {}) } };
}

function letters(random: () => number): string {
  return Array.from({ length: 5 }, () => NAME_LETTERS[Math.floor(random() * NAME_LETTERS.length)]).join('');
}

/** Pruned, defaulted and validated. Throws ApiError where the object may not be stored. */
export function shaped(object: Manifest, { registry, api, validation }: Shaping, before?: Manifest): Shaped {
  const type = registry.type(api);
  const { table } = registry;
  const custom = registry.isCustom(api);
  const ref = { group: api.group, version: api.version, kind: api.kind, name: object.metadata.name };
  const strict =
    validation === 'Ignore'
      ? []
      : validateObject(table, type, object, { strict: true }).filter(
          ({ reason }) => reason === 'UnknownField' || reason === 'DuplicateKey',
        );
  if (validation === 'Strict') refuse(rejectionOf(strict, ref), api, object);
  const complete = applyDefaults(table, type, pruneUnknown(table, type, object, custom ? 'keep' : 'drop'));
  const errors = validateObject(table, type, complete, { strict: false });
  refuse(rejectionOf(errors, ref), api, object);
  if (before) refuse(rejectionOf(validateUpdate(before, complete), ref), api, object);
  return { object: complete, warnings: strict.map(describeFieldError) };
}

function refuse(rejection: ReturnType<typeof rejectionOf>, api: ApiKind, object: Manifest): void {
  if (rejection) throw rejected(rejection, api, object.metadata.name);
}

/** The fields that a server gives a new object. */
export function born(object: Manifest, api: ApiKind, now: string): Manifest {
  const { resourceVersion: _, deletionTimestamp: __, deletionGracePeriodSeconds: ___, selfLink: ____, ...metadata } = object.metadata;
  const generation = WITHOUT_GENERATION.has(`${api.group}/${api.kind}`) ? {} : { generation: 1 };
  const fresh = { ...object, metadata: { ...metadata, uid: randomUUID(), creationTimestamp: now, ...generation } as ObjectMeta };
  if (hasStatus(api) && 'status' in fresh && api.kind !== 'Namespace') delete fresh['status'];
  return fresh as Manifest;
}

/** The next state of an object: what a writer may not change comes from what is stored. */
export function succeeded(
  before: Manifest,
  after: Manifest,
  { api, subresource }: { readonly api: ApiKind; readonly subresource?: string | undefined },
): Manifest {
  const { uid, creationTimestamp, deletionTimestamp, deletionGracePeriodSeconds, generation, resourceVersion } = before.metadata;
  const kept = { uid, creationTimestamp, deletionTimestamp, deletionGracePeriodSeconds, generation, resourceVersion };
  const base =
    subresource === 'status'
      ? {
          ...before,
          status: after['status'],
          metadata: { ...before.metadata, managedFields: after.metadata.managedFields ?? before.metadata.managedFields },
        }
      : withStatusOf(before, after, api);
  const metadata = { ...base.metadata } as Record<string, unknown>;
  for (const [name, value] of Object.entries(kept)) {
    if (value === undefined) delete metadata[name];
    else metadata[name] = value;
  }
  if (metadata['managedFields'] === undefined) delete metadata['managedFields'];
  return { ...base, metadata: metadata as ObjectMeta } as Manifest;
}

function withStatusOf(before: Manifest, after: Manifest, api: ApiKind): Manifest {
  if (!hasStatus(api)) return after;
  const { status: _, ...rest } = after;
  return ('status' in before ? { ...rest, status: before['status'] } : rest) as Manifest;
}

/** Whether a write changes nothing but bookkeeping. */
export function isSame(before: Manifest, after: Manifest): boolean {
  return sameJson(plain(before), plain(after));
}

function plain(object: Manifest): Record<string, unknown> {
  const { managedFields: _, resourceVersion: __, ...metadata } = object.metadata;
  return { ...object, metadata };
}
