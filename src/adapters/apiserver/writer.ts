// Writes: create, update, patch, server-side apply. Everything is decided on values; the store is touched once, at the end.
import { describeConflicts } from '../../core/merge/conflicts.js';
import { cloneJson, sameJson } from '../../core/merge/record.js';
import { applyServerSide } from '../../core/merge/server-side-apply.js';
import { trackUpdate } from '../../core/merge/track-update.js';
import type { ApiKind, Manifest } from '../../domain/resource.js';
import { admit } from './admission.js';
import { ApiError, alreadyExists, applyConflict, badRequest, conflict, notFound } from './api-error.js';
import { completed, withGeneration } from './complete.js';
import type { Context } from './context.js';
import { finishDeletion } from './deletion.js';
import { patched } from './patching.js';
import { validateObject } from './schema/validate-object.js';
import { born, type FieldValidation, isSame, received, type Shaping, shaped, succeeded } from './write-shape.js';

export interface WriteRequest {
  readonly api: ApiKind;
  readonly namespace: string;
  readonly name: string;
  readonly subresource?: string | undefined;
  readonly manager: string;
  readonly dryRun: boolean;
  readonly force: boolean;
  readonly validation: FieldValidation;
}

export interface Written {
  readonly object: Manifest;
  readonly created: boolean;
  readonly warnings: readonly string[];
}

function shaping(context: Context, request: WriteRequest): Shaping {
  return { registry: context.registry, api: request.api, validation: request.validation, random: context.random };
}

function stored(context: Context, { api, namespace, name }: WriteRequest): Manifest | undefined {
  return context.store.get(api.group, api.kind, namespace, name);
}

export function create(context: Context, request: WriteRequest, body: unknown): Written {
  const object = received(body, shaping(context, request), { namespace: request.namespace });
  if (object.metadata.resourceVersion) throw badRequest('resourceVersion should not be set on objects to be created');
  return insert(context, { ...request, name: object.metadata.name }, object, (fresh) =>
    trackUpdate({ ...typing(context, request), before: undefined, after: fresh, manager: request.manager, now: context.now() }),
  );
}

function typing(context: Context, { api }: Pick<WriteRequest, 'api'>) {
  return { table: context.registry.table, type: context.registry.type(api) };
}

/** Puts a new object in. `track` says who owns its fields. */
function insert(context: Context, request: WriteRequest, object: Manifest, track: (fresh: Manifest) => Manifest): Written {
  if (stored(context, request)) throw alreadyExists(request.api, request.name);
  const { object: whole, warnings } = shaped(born(object, request.api, context.now()), shaping(context, request));
  const complete = completed(context, whole);
  admit(context, request.api, complete, true);
  const tracked = track(complete);
  return { object: request.dryRun ? tracked : commit(context, tracked), created: true, warnings };
}

function commit(context: Context, object: Manifest): Manifest {
  const after = context.store.put(object);
  context.committed(after);
  return after;
}

export function update(context: Context, request: WriteRequest, body: unknown): Written {
  const object = received(body, shaping(context, request), { namespace: request.namespace, name: request.name });
  const before = stored(context, request);
  if (!before) {
    if (request.subresource) throw notFound(request.api, request.name);
    return insert(context, request, object, (fresh) =>
      trackUpdate({ ...typing(context, request), before: undefined, after: fresh, manager: request.manager, now: context.now() }),
    );
  }
  checkVersion(request, before, object);
  return replace(context, request, { before, after: object });
}

/** Optimistic locking: a version that the writer names must be the stored one; a uid likewise. */
function checkVersion({ api, name }: WriteRequest, before: Manifest, after: Manifest): void {
  const { resourceVersion, uid } = after.metadata;
  if (resourceVersion && resourceVersion !== before.metadata.resourceVersion) throw conflict(api, name);
  if (uid && uid !== before.metadata.uid)
    throw conflict(api, name, `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${before.metadata.uid}`);
}

/** One step from a stored state to the next. A step that changes nothing is not stored and keeps its version. */
function replace(
  context: Context,
  request: WriteRequest,
  { before, after, tracked }: { readonly before: Manifest; readonly after: Manifest; readonly tracked?: boolean },
): Written {
  const next = succeeded(before, after, request);
  const { object: whole, warnings } = shaped(next, shaping(context, request), before);
  const complete = isStatus(request) ? whole : withGeneration(completed(context, whole, before), before);
  admit(context, request.api, complete, false);
  const owned = tracked
    ? complete
    : trackUpdate({
        ...typing(context, request),
        before,
        after: complete,
        manager: request.manager,
        now: context.now(),
        subresource: request.subresource,
      });
  if (isSame(before, owned) && (!tracked || sameJson(before.metadata.managedFields, owned.metadata.managedFields)))
    return { object: before, created: false, warnings };
  if (request.dryRun) return { object: owned, created: false, warnings };
  const finished = finishDeletion(context, owned);
  return { object: finished ?? commit(context, owned), created: false, warnings };
}

function isStatus({ subresource }: WriteRequest): boolean {
  return subresource === 'status';
}

export function patch(
  context: Context,
  request: WriteRequest,
  { contentType, body }: { readonly contentType: string; readonly body: unknown },
): Written {
  if (contentType.startsWith('application/apply-patch')) return apply(context, request, body);
  const before = stored(context, request);
  if (!before) throw notFound(request.api, request.name);
  const after = patched(context, request, { before: cloneJson(before), contentType, body });
  checkVersion(request, before, after);
  const object = received(after, shaping(context, request), { namespace: request.namespace, name: request.name });
  return replace(context, request, { before, after: object });
}

/** Server-side apply reads its configuration by the type, so what the type does not know cannot be let through. */
function refuseUntyped(context: Context, { api, namespace, name }: WriteRequest, applied: Manifest): void {
  const { table, type } = typing(context, { api });
  const unknown = validateObject(table, type, applied, { strict: true }).filter(({ reason }) => reason === 'UnknownField');
  if (unknown.length === 0) return;
  const object = `(${namespace === '' ? '' : `${namespace}/`}${name}; ${applied.apiVersion}, Kind=${api.kind})`;
  const fields = unknown.map(({ field }) => `.${field}: field not declared in schema`);
  throw new ApiError(
    500,
    '',
    `failed to create typed patch object ${object}: ${fields.length === 1 ? fields[0] : `errors:\n  ${fields.join('\n  ')}`}`,
  );
}

function apply(context: Context, request: WriteRequest, body: unknown): Written {
  const applied = received(body, shaping(context, request), { namespace: request.namespace, name: request.name });
  if (applied.metadata.managedFields) throw badRequest('metadata.managedFields must be nil');
  refuseUntyped(context, request, applied);
  const live = stored(context, request);
  if (!live && request.subresource) throw notFound(request.api, request.name);
  const { resourceVersion, uid, ...metadata } = applied.metadata;
  if (live) checkVersion(request, live, applied);
  if (!live && uid)
    throw conflict(request.api, request.name, `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`);
  if (!live && resourceVersion) throw notFound(request.api, request.name);
  const stated = { ...applied, metadata } as Manifest;
  const { object, conflicts } = applyServerSide({
    ...typing(context, request),
    live,
    applied: stated,
    manager: request.manager,
    force: request.force,
    now: context.now(),
    subresource: request.subresource,
  });
  if (conflicts.length > 0) {
    const { message, causes } = describeConflicts(conflicts);
    throw applyConflict(message, causes);
  }
  if (live && object === live) return { object: live, created: false, warnings: [] };
  if (live) return replace(context, request, { before: live, after: cloneJson(object), tracked: true });
  return insert(context, request, object, (fresh) => fresh);
}
