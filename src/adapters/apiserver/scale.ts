// The scale subresource: replicas of a workload, or of a custom kind that says where they are.
import { jsonMerge } from '../../core/merge/json-merge.js';
import { jsonPatch } from '../../core/merge/json-patch.js';
import { cloneJson } from '../../core/merge/record.js';
import type { KubeRequest, KubeResponse } from '../../domain/ports.js';
import type { ApiKind, Manifest } from '../../domain/resource.js';
import type { Address } from './address.js';
import { badRequest, conflict, notFound } from './api-error.js';
import type { Context } from './context.js';
import { writeRequest } from './write-request.js';
import { update } from './writer.js';

interface Scale {
  readonly metadata?: { readonly resourceVersion?: string };
  readonly spec?: { readonly replicas?: unknown };
}

export function readScale(context: Context, api: ApiKind, object: Manifest): Record<string, unknown> {
  const paths = context.registry.scalePaths(api);
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const selector = (object['spec'] as { selector?: { matchLabels?: Record<string, string> } } | undefined)?.selector?.matchLabels ?? {};
  const wanted = Number(at(object, paths?.specReplicasPath ?? '.spec.replicas') ?? 0);
  const text = Object.entries(selector)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: wanted === 0 ? {} : { replicas: wanted },
    status: {
      replicas: Number(at(object, paths?.statusReplicasPath ?? '.status.replicas') ?? 0),
      ...(text === '' ? {} : { selector: text }),
    },
  };
}

export function writeScale(context: Context, request: KubeRequest, address: Address): KubeResponse {
  const { api, namespace, name = '' } = address;
  const object = context.store.get(api.group, api.kind, namespace, name);
  if (!object) throw notFound(api, name);
  const scale = readScale(context, api, object);
  const next = (request.method === 'PUT' ? request.body : patchedScale(request, scale)) as Scale;
  const replicas = next.spec?.replicas ?? 0;
  if (typeof replicas !== 'number' || !Number.isInteger(replicas) || replicas < 0)
    throw badRequest(
      `Scale.autoscaling "${name}" is invalid: spec.replicas: Invalid value: ${JSON.stringify(replicas)}: must be greater than or equal to 0`,
    );
  if (next.metadata?.resourceVersion && next.metadata.resourceVersion !== object.metadata.resourceVersion) throw conflict(api, name);
  const after = cloneJson(object);
  put(after, context.registry.scalePaths(api)?.specReplicasPath ?? '.spec.replicas', replicas);
  const wanted = writeRequest(request, { ...address });
  const { object: stored } = update(context, { ...wanted, subresource: 'scale' }, after);
  return { status: 200, headers: { 'content-type': 'application/json' }, body: readScale(context, api, stored) };
}

function patchedScale(request: KubeRequest, scale: Record<string, unknown>): unknown {
  const type = request.headers?.['content-type'] ?? '';
  if (request.method !== 'PATCH') throw badRequest('a scale is read, replaced or patched');
  return type.startsWith('application/json-patch') ? jsonPatch(scale, request.body) : jsonMerge(scale, request.body);
}

function at(object: unknown, path: string): unknown {
  let value = object;
  for (const part of path.split('.').filter((each) => each !== ''))
    value = value !== null && typeof value === 'object' ? (value as Record<string, unknown>)[part] : undefined;
  return value;
}

function put(object: Record<string, unknown>, path: string, value: unknown): void {
  const parts = path.split('.').filter((each) => each !== '');
  const last = parts.pop() ?? '';
  let node = object;
  for (const part of parts) {
    const next = (node[part] ?? {}) as Record<string, unknown>;
    node[part] = next;
    node = next;
  }
  node[last] = value;
}
