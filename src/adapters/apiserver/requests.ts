// One request to the server: where it goes, what it does, in which form the answer is wanted.
import type { KubeRequest, KubeResponse } from '../../domain/ports.js';
import type { Manifest } from '../../domain/resource.js';
import { type Address, addressOf } from './address.js';
import { ApiError, badRequest, methodNotAllowed, notFound, unknownPath } from './api-error.js';
import type { Context } from './context.js';
import { type DeleteOptions, remove } from './deletion.js';
import { evict } from './eviction.js';
import { listed, single, statusAnswer } from './forms.js';
import { list } from './pages.js';
import { served } from './reader.js';
import { readScale, writeScale } from './scale.js';
import { discoveryDocument } from './schema/discovery.js';
import { openApiDocument } from './schema/openapi.js';
import { virtual } from './virtual.js';
import { writeRequest } from './write-request.js';
import { create, patch, update } from './writer.js';

const JSON_HEADERS = { 'content-type': 'application/json' };
const SUBRESOURCES = new Set(['status', 'scale', 'finalize', 'eviction']);

/** Answers a request that is not a watch. Refusals are answers too; only mistakes of ours throw. */
export function handle(context: Context, request: KubeRequest): KubeResponse {
  try {
    return route(context, request);
  } catch (error) {
    if (error instanceof ApiError) return error.response();
    throw error;
  }
}

function route(context: Context, request: KubeRequest): KubeResponse {
  const { path, method } = request;
  if (method === 'GET') {
    const fixed = document(context, request);
    if (fixed) return fixed;
  }
  const answer = method === 'POST' ? virtual(path, request.body) : undefined;
  if (answer) return { status: 201, headers: JSON_HEADERS, body: answer };
  const address = addressOf(context.registry, path);
  if (!address) throw unknownPath();
  if (address.subresource !== undefined && !SUBRESOURCES.has(address.subresource)) {
    throw new ApiError(405, 'MethodNotAllowed', `${address.api.plural}/${address.subresource} is not served by a sandbox`);
  }
  return method === 'GET' ? read(context, request, address) : write(context, request, address);
}

function document(context: Context, { path, headers }: KubeRequest): KubeResponse | undefined {
  if (path === '/version') return { status: 200, headers: JSON_HEADERS, body: VERSION };
  if (/^\/(healthz|readyz|livez)(\/|$)/.test(path)) return { status: 200, headers: { 'content-type': 'text/plain' }, body: 'ok' };
  if (path === '/')
    return {
      status: 200,
      headers: JSON_HEADERS,
      body: { paths: ['/api', '/apis', '/healthz', '/livez', '/openapi/v3', '/readyz', '/version'] },
    };
  const { kinds, table } = context.registry;
  const discovery = discoveryDocument(path, kinds, headers?.['accept'] ?? '');
  if (discovery) return { status: 200, headers: { 'content-type': discovery.contentType }, body: discovery.body };
  const openApi = openApiDocument(path, kinds, table);
  return openApi === undefined ? undefined : { status: 200, headers: JSON_HEADERS, body: openApi };
}

const VERSION = {
  major: '1',
  minor: '36',
  gitVersion: 'v1.36.3+argosy',
  gitCommit: '',
  gitTreeState: 'clean',
  buildDate: '2026-01-01T00:00:00Z',
  goVersion: '',
  compiler: '',
  platform: `${process.platform}/${process.arch}`,
};

function read(context: Context, request: KubeRequest, { api, namespace, name, subresource }: Address): KubeResponse {
  const form = { api, accept: request.headers?.['accept'] ?? '', query: request.query ?? {} };
  if (name === undefined) return listed(context, form, list(context, { api, namespace, query: request.query ?? {} }));
  const object = context.store.get(api.group, api.kind, api.namespaced ? namespace : '', name);
  if (!object) throw notFound(api, name);
  if (subresource === 'scale') return { status: 200, headers: JSON_HEADERS, body: readScale(context, api, object) };
  return single(context, form, served(object, api));
}

function write(context: Context, request: KubeRequest, address: Address): KubeResponse {
  const { api, namespace, name } = address;
  if (api.namespaced && namespace === '' && request.method !== 'DELETE')
    throw badRequest('an empty namespace may not be set during creation');
  if (address.subresource === 'scale') return writeScale(context, request, address);
  if (address.subresource === 'eviction') return evict(context, request, address);
  const wanted = writeRequest(request, address);
  switch (request.method) {
    case 'POST':
      if (name !== undefined) throw methodNotAllowed();
      return written(context, request, address, create(context, wanted, request.body));
    case 'PUT':
      if (name === undefined) throw methodNotAllowed();
      return written(context, request, address, update(context, wanted, request.body));
    case 'PATCH':
      if (name === undefined) throw methodNotAllowed();
      return written(
        context,
        request,
        address,
        patch(context, wanted, { contentType: request.headers?.['content-type'] ?? '', body: request.body }),
      );
    case 'DELETE':
      return name === undefined ? removeAll(context, request, address) : removeOne(context, request, { api, namespace, name });
    default:
      throw methodNotAllowed();
  }
}

function written(
  context: Context,
  request: KubeRequest,
  { api }: Address,
  { object, created, warnings }: { readonly object: Manifest; readonly created: boolean; readonly warnings: readonly string[] },
): KubeResponse {
  const form = { api, accept: request.headers?.['accept'] ?? '', query: request.query ?? {} };
  const answer = single(context, form, served(object, api));
  const warned =
    warnings.length > 0
      ? {
          warning: warnings
            .slice(0, 10)
            .map((text) => `299 - ${JSON.stringify(text)}`)
            .join(', '),
        }
      : {};
  return { ...answer, status: created ? 201 : 200, headers: { ...answer.headers, ...warned } };
}

function deleteOptions({ body, query = {} }: KubeRequest): DeleteOptions {
  const given = (body !== null && typeof body === 'object' ? body : {}) as DeleteOptions;
  return {
    ...given,
    ...(query['propagationPolicy'] ? { propagationPolicy: query['propagationPolicy'] } : {}),
    ...(query['gracePeriodSeconds'] ? { gracePeriodSeconds: Number(query['gracePeriodSeconds']) } : {}),
    ...(query['dryRun'] ? { dryRun: [query['dryRun']] } : {}),
  };
}

function removeOne(context: Context, request: KubeRequest, where: Required<Pick<Address, 'api' | 'namespace' | 'name'>>): KubeResponse {
  const place = { ...where, namespace: where.api.namespaced ? where.namespace : '' };
  const { object, gone } = remove(context, place, deleteOptions(request));
  if (!gone) return { status: 200, headers: JSON_HEADERS, body: served(object, where.api) };
  return statusAnswer(where.api, where.name, object.metadata.uid ?? '');
}

function removeAll(context: Context, request: KubeRequest, { api, namespace }: Address): KubeResponse {
  // All of them, whatever page size the client asks for.
  const { limit: _, continue: __, ...query } = request.query ?? {};
  const found = list(context, { api, namespace, query });
  for (const object of found.objects)
    remove(context, { api, namespace: object.metadata.namespace ?? '', name: object.metadata.name }, deleteOptions(request));
  return listed(context, { api, accept: '', query: {} }, found);
}
