// The forms of an answer: the object or list itself, a Table for kubectl, or metadata alone, as the Accept header asks.
import type { KubeResponse } from '../../domain/ports.js';
import type { ApiKind, Manifest } from '../../domain/resource.js';
import type { Context } from './context.js';
import type { Listed } from './pages.js';
import { apiVersionOf, served } from './reader.js';
import { toTable } from './schema/table.js';

const JSON_HEADERS = { 'content-type': 'application/json' };

export interface Form {
  readonly api: ApiKind;
  readonly accept: string;
  readonly query: Readonly<Record<string, string>>;
}

/** The first form of the Accept header that we know. */
function wanted(accept: string): 'Table' | 'PartialObjectMetadata' | 'plain' {
  for (const part of accept.split(',')) {
    if (part.includes('as=Table')) return 'Table';
    if (part.includes('as=PartialObjectMetadata')) return 'PartialObjectMetadata';
    if (part.trim().startsWith('application/json')) return 'plain';
  }
  return 'plain';
}

export function listed(context: Context, form: Form, { objects, metadata }: Listed): KubeResponse {
  const items = objects.map((object) => served(object, form.api));
  const kind = wanted(form.accept);
  if (kind === 'Table') return { status: 200, headers: JSON_HEADERS, body: table(context, form, items, { metadata }) };
  if (kind === 'PartialObjectMetadata') {
    return {
      status: 200,
      headers: JSON_HEADERS,
      body: { kind: 'PartialObjectMetadataList', apiVersion: 'meta.k8s.io/v1', metadata, items: items.map(partial) },
    };
  }
  return {
    status: 200,
    headers: JSON_HEADERS,
    body: { kind: `${form.api.kind}List`, apiVersion: apiVersionOf(form.api), metadata, items },
  };
}

export function single(context: Context, form: Form, object: Manifest): KubeResponse {
  const kind = wanted(form.accept);
  if (kind === 'Table')
    return {
      status: 200,
      headers: JSON_HEADERS,
      body: table(context, form, [object], { metadata: { resourceVersion: object.metadata.resourceVersion } }),
    };
  return { status: 200, headers: JSON_HEADERS, body: kind === 'PartialObjectMetadata' ? partial(object) : object };
}

/** One event's object of a watch. */
export function eventForm(context: Context, form: Form, object: Manifest, headless: boolean): unknown {
  if (object.kind === 'Status') return object;
  const kind = wanted(form.accept);
  if (kind === 'Table') return table(context, form, [object], { metadata: { resourceVersion: object.metadata.resourceVersion }, headless });
  return kind === 'PartialObjectMetadata' ? partial(object) : object;
}

function table(
  context: Context,
  { api, query }: Form,
  objects: readonly Manifest[],
  more: { readonly metadata: Readonly<Record<string, unknown>>; readonly headless?: boolean },
): unknown {
  const columns = context.registry.columns(api);
  return toTable(objects, {
    group: api.group,
    version: api.version,
    kind: api.kind,
    nowMs: context.clock.now(),
    metadata: more.metadata,
    include: (query['includeObject'] as 'None' | 'Metadata' | 'Object' | undefined) ?? 'Metadata',
    ...(columns ? { columns } : {}),
    ...(more.headless ? { headless: true } : {}),
  });
}

function partial(object: Manifest): unknown {
  return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata };
}

export function statusAnswer(api: ApiKind, name: string, uid: string): KubeResponse {
  const details = { name, ...(api.group === '' ? {} : { group: api.group }), kind: api.plural, uid };
  return { status: 200, headers: JSON_HEADERS, body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details } };
}
