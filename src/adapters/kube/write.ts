// The four ways to write an object, and the one to delete it.

import { isBuiltInGroup } from '../../core/merge/built-in.js';
import type { ApplyHow, Propagation } from '../../domain/operation.js';
import type { Cluster } from '../../domain/ports.js';
import { IoError } from '../../domain/problem.js';
import { type ApiKind, type Manifest, type ResourceRef, refOf } from '../../domain/resource.js';
import type { TypeTable } from '../../domain/schema.js';
import { clientSidePatch, withLastApplied } from './client-side.js';
import { collectionPath, type Kinds, nameOf, objectPath } from './kinds.js';
import type { Requester } from './requester.js';

export const PATCH_TYPES = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
} as const;

/** How often a write starts over when somebody else wrote in between. */
const CONFLICT_ATTEMPTS = 4;
const GONE_POLL_MS = 250;
const GONE_WITHIN_MS = 60_000;

export interface Writer {
  readonly requester: Requester;
  readonly kinds: Kinds;
  /** Types of one group version, for client-side apply. */
  types(groupVersion: string, signal?: AbortSignal): Promise<TypeTable>;
}

interface Write {
  readonly writer: Writer;
  readonly api: ApiKind;
  readonly ref: ResourceRef;
  readonly manifest: Manifest;
  readonly query: Readonly<Record<string, string>>;
  readonly doing: string;
  readonly signal: AbortSignal | undefined;
}

/** Cluster.apply. */
export async function applyManifest(writer: Writer, manifest: Manifest, how: ApplyHow, signal?: AbortSignal): Promise<Manifest> {
  const ref = refOf(manifest);
  const doing = `${how.dryRun ? 'dry-run ' : ''}${VERBS[how.mode]} ${nameOf(ref)}`;
  const api = await writer.kinds.need(ref, doing, signal);
  const query = {
    fieldManager: how.fieldManager,
    fieldValidation: how.validate === false ? 'Ignore' : 'Strict',
    ...(how.dryRun ? { dryRun: 'All' } : {}),
  };
  const write: Write = { writer, api, ref, manifest, query, doing, signal };
  if (ref.name === '' && how.mode !== 'create') {
    throw new IoError(`Cannot ${doing}${writer.requester.where}: it has no metadata.name`, { retry: 'never', status: 422 });
  }
  switch (how.mode) {
    case 'server-side':
      return patchWith(write, 'apply', { body: manifest, query: how.force ? { force: 'true' } : {} });
    case 'client-side':
      return retryingConflicts(write, () => applyClientSide(write));
    case 'replace':
      return how.force ? recreate(write, how.dryRun === true) : retryingConflicts(write, () => replace(write));
    case 'create':
      return create(write);
    default:
      return how satisfies never;
  }
}

const VERBS = { 'server-side': 'apply', 'client-side': 'apply', replace: 'replace', create: 'create' } as const;

async function create({ writer, api, ref, manifest, query, doing, signal }: Write): Promise<Manifest> {
  const path = collectionPath(api, ref.namespace || 'default');
  const response = await writer.requester.send({ method: 'POST', path, query, body: manifest }, { doing, signal, about: manifest });
  return response.body as Manifest;
}

async function patchWith(
  { writer, api, ref, manifest, query, doing, signal }: Write,
  type: keyof typeof PATCH_TYPES,
  patch: { body: unknown; query?: Record<string, string> },
): Promise<Manifest> {
  const response = await writer.requester.send(
    {
      method: 'PATCH',
      path: objectPath(api, ref),
      query: { ...query, ...patch.query },
      headers: { 'content-type': PATCH_TYPES[type] },
      body: patch.body,
    },
    { doing, signal, about: manifest },
  );
  return response.body as Manifest;
}

async function applyClientSide(write: Write): Promise<Manifest> {
  const live = await read(write);
  if (!live) return create({ ...write, manifest: withLastApplied(write.manifest) });
  const { group, version } = write.api;
  const groupVersion = group === '' ? version : `${group}/${version}`;
  const table = isBuiltInGroup(group) ? await write.writer.types(groupVersion, write.signal) : undefined;
  const patch = clientSidePatch(write.manifest, live, table);
  return patch ? patchWith(write, patch.type, { body: patch.body }) : live;
}

async function replace(write: Write): Promise<Manifest> {
  const live = await read(write);
  if (!live) return create(write);
  const { writer, api, ref, manifest, query, doing, signal } = write;
  const resourceVersion = manifest.metadata.resourceVersion ?? live.metadata.resourceVersion;
  const body = { ...manifest, metadata: { ...manifest.metadata, ...(resourceVersion === undefined ? {} : { resourceVersion }) } };
  const response = await writer.requester.send(
    { method: 'PUT', path: objectPath(api, ref), query, body },
    { doing, signal, about: manifest },
  );
  return response.body as Manifest;
}

/** Deletes and creates. A server validates a create before it looks for the name, so its dry run is a create too. */
async function recreate(write: Write, dryRun: boolean): Promise<Manifest> {
  const { writer, api, ref, doing, signal } = write;
  const live = await read(write);
  if (!live) return create(write);
  if (dryRun) {
    return create(write).catch((error: unknown) => {
      if (error instanceof IoError && error.reason === 'AlreadyExists') return write.manifest;
      throw error;
    });
  }
  await removeObject(writer, { ref, uid: live.metadata.uid ?? '', propagation: 'background' }, signal);
  const path = objectPath(api, ref);
  const untilMs = writer.requester.clock.now() + GONE_WITHIN_MS;
  for (;;) {
    const { status, body } = await writer.requester.read({ path }, { doing, signal, expect: [404] });
    if (status === 404 || (body as Manifest).metadata.uid !== live.metadata.uid) return create(write);
    if (writer.requester.clock.now() >= untilMs || signal?.aborted) {
      const finalizers = (body as Manifest).metadata.finalizers?.join(', ') ?? '';
      throw new IoError(`Cannot ${doing}${writer.requester.where}: the old object is still being deleted (finalizers: ${finalizers})`, {
        retry: 'backoff',
      });
    }
    await writer.requester.clock.sleep(GONE_POLL_MS, signal);
  }
}

async function read({ writer, api, ref, doing, signal }: Write): Promise<Manifest | undefined> {
  const response = await writer.requester.read({ path: objectPath(api, ref) }, { doing, signal, expect: [404] });
  return response.status === 404 ? undefined : (response.body as Manifest);
}

/** A manifest that names a resourceVersion wants the conflict; otherwise the newest object is read and the write made again. */
async function retryingConflicts(write: Write, attempt: () => Promise<Manifest>): Promise<Manifest> {
  for (let n = 1; ; n++) {
    try {
      return await attempt();
    } catch (error) {
      const conflict = error instanceof IoError && error.status === 409 && error.retry === 'backoff';
      const raced = error instanceof IoError && error.reason === 'AlreadyExists';
      if (!(conflict || raced) || n >= CONFLICT_ATTEMPTS || write.manifest.metadata.resourceVersion !== undefined) throw error;
    }
  }
}

/** Cluster.patch. */
export async function patchObject(
  writer: Writer,
  ref: ResourceRef,
  patch: Parameters<Cluster['patch']>[1],
  signal?: AbortSignal,
): Promise<Manifest> {
  const doing = `patch ${nameOf(ref)}`;
  const api = await writer.kinds.need(ref, doing, signal);
  const response = await writer.requester.send(
    {
      method: 'PATCH',
      path: objectPath(api, ref, patch.subresource),
      query: { fieldManager: patch.fieldManager },
      headers: { 'content-type': PATCH_TYPES[patch.type] },
      body: patch.body,
    },
    { doing, signal, ...(ref.kind === 'Secret' ? { about: secretOf(ref, patch.body) } : {}) },
  );
  return response.body as Manifest;
}

function secretOf(ref: ResourceRef, body: unknown): Manifest {
  const fields = typeof body === 'object' && body !== null && !Array.isArray(body) ? body : {};
  return { ...fields, apiVersion: 'v1', kind: 'Secret', metadata: { name: ref.name } };
}

const PROPAGATION = { foreground: 'Foreground', background: 'Background', orphan: 'Orphan' } as const;

/** Cluster.remove: only the object with this uid. Gone already, or another object under its name, is success too. */
export async function removeObject(
  writer: Writer,
  { ref, uid, propagation }: { ref: ResourceRef; uid: string; propagation: Propagation },
  signal?: AbortSignal,
): Promise<void> {
  if (uid === '') throw new Error(`remove ${nameOf(ref)}: a uid is required`);
  const doing = `delete ${nameOf(ref)}`;
  const api = await writer.kinds.find(ref, signal);
  if (!api) return;
  const path = objectPath(api, ref);
  const body = { kind: 'DeleteOptions', apiVersion: 'v1', propagationPolicy: PROPAGATION[propagation], preconditions: { uid } };
  try {
    await writer.requester.send({ method: 'DELETE', path, body }, { doing, signal, expect: [404] });
  } catch (error) {
    if (!(error instanceof IoError) || error.status !== 409) throw error;
    const now = await writer.requester.read({ path }, { doing, signal, expect: [404] });
    const { metadata } = now.status === 404 ? { metadata: undefined } : (now.body as Manifest);
    if (metadata?.uid === uid && metadata.deletionTimestamp === undefined) throw error;
  }
}
