// What a write asks for, from its address and its parameters.
import type { KubeRequest } from '../../domain/ports.js';
import type { Address } from './address.js';
import { ApiError } from './api-error.js';
import type { FieldValidation } from './write-shape.js';
import type { WriteRequest } from './writer.js';

export function writeRequest(request: KubeRequest, { api, namespace, name, subresource }: Address): WriteRequest {
  const query = request.query ?? {};
  const apply = (request.headers?.['content-type'] ?? '').startsWith('application/apply-patch');
  const manager = query['fieldManager'] ?? (request.headers?.['user-agent'] ?? 'unknown').split('/')[0] ?? 'unknown';
  if (apply && !query['fieldManager'])
    throw new ApiError(422, 'Invalid', 'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch');
  return {
    api,
    namespace: api.namespaced ? namespace : '',
    name: name ?? '',
    subresource: subresource === 'finalize' ? undefined : subresource,
    manager,
    dryRun: query['dryRun'] === 'All',
    force: query['force'] === 'true',
    validation: (query['fieldValidation'] as FieldValidation | undefined) ?? 'Warn',
  };
}
