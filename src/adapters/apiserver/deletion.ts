// Deletes: preconditions, finalizers, grace, and the collection of what the deleted object owned (foreground, background, orphan).
import type { ApiKind, Manifest } from '../../domain/resource.js';
import { groupVersion } from '../../domain/resource.js';
import { conflict, notFound } from './api-error.js';
import type { Context } from './context.js';
import { instancesOf, withTerminating } from './instances.js';

export const FOREGROUND = 'foregroundDeletion';
export const ORPHAN = 'orphan';

export interface DeleteOptions {
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy?: string;
  readonly orphanDependents?: boolean;
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
  readonly dryRun?: readonly string[];
}

/** Deletes an object, or begins to. Returns it as it was, or as it is now while something still holds it. */
export function remove(
  context: Context,
  { api, namespace, name }: { readonly api: ApiKind; readonly namespace: string; readonly name: string },
  options: DeleteOptions,
): { readonly object: Manifest; readonly gone: boolean } {
  const object = context.store.get(api.group, api.kind, namespace, name);
  if (!object) throw notFound(api, name);
  const { uid, resourceVersion } = options.preconditions ?? {};
  if (uid && uid !== object.metadata.uid)
    throw conflict(
      api,
      name,
      `the UID in the precondition (${uid}) does not match the UID in record (${object.metadata.uid}). The object might have been deleted and then recreated`,
    );
  if (resourceVersion && resourceVersion !== object.metadata.resourceVersion)
    throw conflict(
      api,
      name,
      `Precondition failed: ResourceVersion in precondition: ${resourceVersion}, ResourceVersion in object meta: ${object.metadata.resourceVersion}`,
    );
  if (options.dryRun?.includes('All')) return { object, gone: true };
  return begin(context, object, options);
}

function begin(context: Context, object: Manifest, options: DeleteOptions): { object: Manifest; gone: boolean } {
  const policy = options.orphanDependents === true ? 'Orphan' : options.propagationPolicy;
  const finalizers = (object.metadata.finalizers ?? []).filter((name) => name !== FOREGROUND && name !== ORPHAN);
  if (policy === 'Foreground') finalizers.push(FOREGROUND);
  if (policy === 'Orphan') finalizers.push(ORPHAN);
  const graceSeconds = graceOf(context, object, options);
  const isNamespace = object.kind === 'Namespace' && groupVersion(object.apiVersion).group === '';
  const instances = instancesOf(context, object);
  if (finalizers.length === 0 && graceSeconds === 0 && !isNamespace && instances.length === 0)
    return { object: purge(context, object), gone: true };
  if (object.metadata.deletionTimestamp && graceSeconds > 0 && sameFinalizers(object, finalizers)) return { object, gone: false };
  const { finalizers: _, ...metadata } = object.metadata;
  const deletionTimestamp = object.metadata.deletionTimestamp ?? context.now();
  const marked: Manifest = {
    ...object,
    metadata: {
      ...metadata,
      deletionTimestamp,
      deletionGracePeriodSeconds: graceSeconds,
      ...(finalizers.length > 0 ? { finalizers } : {}),
      ...(metadata.generation === undefined || object.metadata.deletionTimestamp ? {} : { generation: metadata.generation + 1 }),
    },
    ...(isNamespace ? { status: { ...(object['status'] as object | undefined), phase: 'Terminating' } } : {}),
  };
  const stored = context.store.put(instances.length > 0 ? withTerminating(context, marked) : marked);
  context.committed(stored);
  for (const instance of instances) begin(context, instance, { propagationPolicy: 'Background' });
  if (policy === 'Foreground') deleteDependents(context, stored);
  if (policy === 'Orphan') orphanDependents(context, stored);
  return settle(context, stored);
}

function sameFinalizers(object: Manifest, finalizers: readonly string[]): boolean {
  return JSON.stringify([...(object.metadata.finalizers ?? [])].sort()) === JSON.stringify([...finalizers].sort());
}

/** Only a Pod that runs is given time; somebody has to end it, so without controllers there is none. */
function graceOf(context: Context, object: Manifest, options: DeleteOptions): number {
  if (object.kind !== 'Pod' || !context.controllers) return 0;
  const spec = object['spec'] as { nodeName?: string; terminationGracePeriodSeconds?: number } | undefined;
  if (!spec?.nodeName) return 0;
  return options.gracePeriodSeconds ?? spec.terminationGracePeriodSeconds ?? 30;
}

/** Goes as far as it can: the last finalizer may be ours. */
function settle(context: Context, object: Manifest): { object: Manifest; gone: boolean } {
  const current = currentOf(context, object);
  if (!current) return { object, gone: true };
  const done = finishDeletion(context, current);
  return done
    ? { object: done, gone: true }
    : { object: currentOf(context, object) ?? current, gone: currentOf(context, object) === undefined };
}

function currentOf(context: Context, object: Manifest): Manifest | undefined {
  const found = context.store.get(
    groupVersion(object.apiVersion).group,
    object.kind,
    object.metadata.namespace ?? '',
    object.metadata.name,
  );
  return found?.metadata.uid === object.metadata.uid ? found : undefined;
}

/** Removes an object that is being deleted and that nothing holds any more; undefined while something does. */
export function finishDeletion(context: Context, object: Manifest): Manifest | undefined {
  if (!object.metadata.deletionTimestamp) return undefined;
  if (object.kind === 'Namespace' && groupVersion(object.apiVersion).group === '') return undefined;
  if ((object.metadata.deletionGracePeriodSeconds ?? 0) > 0) return undefined;
  if (instancesOf(context, object).length > 0) return undefined;
  const finalizers = (object.metadata.finalizers ?? []).filter(
    (name) => !(name === FOREGROUND && blockers(context, object).length === 0) && name !== ORPHAN,
  );
  return finalizers.length === 0 ? purge(context, object) : undefined;
}

function blockers(context: Context, object: Manifest): Manifest[] {
  const uid = object.metadata.uid ?? '';
  return context.store
    .ownedBy(uid)
    .filter((each) => each.metadata.ownerReferences?.some((owner) => owner.uid === uid && owner.blockOwnerDeletion));
}

/** Takes an object out of the store, and what it alone owned with it. */
export function purge(context: Context, object: Manifest): Manifest {
  const last = context.store.remove(object);
  context.removed(last);
  for (const dependent of context.store.ownedBy(object.metadata.uid ?? '')) collect(context, dependent);
  for (const owner of object.metadata.ownerReferences ?? []) release(context, object, owner.uid);
  return last;
}

/** Garbage: an object whose owners are all gone. */
function collect(context: Context, object: Manifest): void {
  const alive = (object.metadata.ownerReferences ?? []).filter((owner) => {
    const found =
      context.store.get(groupVersion(owner.apiVersion).group, owner.kind, object.metadata.namespace ?? '', owner.name) ??
      context.store.get(groupVersion(owner.apiVersion).group, owner.kind, '', owner.name);
    return found?.metadata.uid === owner.uid;
  });
  if (alive.length === 0) begin(context, object, { propagationPolicy: 'Background' });
}

/** An owner that waits in the foreground for its dependents may be free now. */
function release(context: Context, object: Manifest, ownerUid: string): void {
  for (const { apiVersion, kind, name, uid } of object.metadata.ownerReferences ?? []) {
    if (uid !== ownerUid) continue;
    const owner = context.store.get(groupVersion(apiVersion).group, kind, object.metadata.namespace ?? '', name);
    if (owner?.metadata.uid === uid && owner.metadata.finalizers?.includes(FOREGROUND)) finishDeletion(context, owner);
  }
}

function deleteDependents(context: Context, object: Manifest): void {
  for (const dependent of context.store.ownedBy(object.metadata.uid ?? '')) {
    const blocks = dependent.metadata.ownerReferences?.some((owner) => owner.uid === object.metadata.uid && owner.blockOwnerDeletion);
    if (currentOf(context, dependent)) begin(context, dependent, { propagationPolicy: blocks ? 'Foreground' : 'Background' });
  }
}

function orphanDependents(context: Context, object: Manifest): void {
  for (const dependent of context.store.ownedBy(object.metadata.uid ?? '')) {
    const owners = (dependent.metadata.ownerReferences ?? []).filter(({ uid }) => uid !== object.metadata.uid);
    const { ownerReferences: _, ...metadata } = dependent.metadata;
    context.committed(
      context.store.put({ ...dependent, metadata: owners.length > 0 ? { ...metadata, ownerReferences: owners } : metadata } as Manifest),
    );
  }
}
