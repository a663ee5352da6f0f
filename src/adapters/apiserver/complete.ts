// What a server fills in by kind after defaulting: a Secret's plain texts become data, a Service gets and keeps its addresses,
// a Job gets its selector, and a changed spec gets the next generation.
import { sameJson } from '../../core/merge/record.js';
import { groupVersion, type Manifest } from '../../domain/resource.js';
import type { Context } from './context.js';
import { completeOnCreate, completeOnUpdate } from './controllers/on-create.js';

/** The object as it is stored; the same object where nothing is to be filled in. */
export function completed(context: Context, object: Manifest, before?: Manifest): Manifest {
  const key = `${groupVersion(object.apiVersion).group}/${object.kind}`;
  if (key === '/Secret') return withoutPlainTexts(object);
  const list = (kind: string) => context.store.list(...splitKind(kind));
  if (before === undefined) return completeOnCreate(object, list);
  const complete = completeOnUpdate(before, object, list);
  return key === '/Service' ? withoutUnusedPolicy(complete) : complete;
}

function splitKind(kind: string): [string, string] {
  const slash = kind.indexOf('/');
  return [kind.slice(0, slash), kind.slice(slash + 1)];
}

function withoutPlainTexts(secret: Manifest): Manifest {
  if (!('stringData' in secret)) return secret;
  const { stringData, ...rest } = secret;
  const plain = Object.entries((stringData ?? {}) as Record<string, string>);
  const encoded = plain.map(([name, text]) => [name, Buffer.from(String(text)).toString('base64')]);
  if (encoded.length === 0) return rest as Manifest;
  return { ...rest, data: { ...(rest['data'] as object | undefined), ...Object.fromEntries(encoded) } } as Manifest;
}

/** A Service that is not reached from outside any more loses the policy for that. */
function withoutUnusedPolicy(service: Manifest): Manifest {
  const spec = (service['spec'] ?? {}) as { type?: string; externalIPs?: unknown[]; externalTrafficPolicy?: string };
  const outside = spec.type === 'NodePort' || spec.type === 'LoadBalancer' || (spec.externalIPs?.length ?? 0) > 0;
  if (outside || spec.externalTrafficPolicy === undefined) return service;
  const { externalTrafficPolicy: _, ...rest } = spec;
  return { ...service, spec: rest };
}

/** Counted on what is stored: a quantity in another spelling is no change. */
export function withGeneration(object: Manifest, before: Manifest): Manifest {
  const { generation } = before.metadata;
  if (generation === undefined || sameJson(substance(before), substance(object))) return object;
  return { ...object, metadata: { ...object.metadata, generation: generation + 1 } };
}

function substance(object: Manifest): Record<string, unknown> {
  const { metadata: _, status: __, apiVersion: ___, ...rest } = object;
  return rest;
}
