// The three patches that are not an apply: JSON patch, merge patch, strategic merge patch.
import { jsonMerge } from '../../core/merge/json-merge.js';
import { jsonPatch } from '../../core/merge/json-patch.js';
import { strategicMerge } from '../../core/merge/strategic.js';
import { UserError } from '../../domain/problem.js';
import type { Manifest } from '../../domain/resource.js';
import { ApiError, unsupportedMediaType } from './api-error.js';
import type { Context } from './context.js';
import type { WriteRequest } from './writer.js';

export function patched(
  context: Context,
  request: WriteRequest,
  { before, contentType, body }: { readonly before: Manifest; readonly contentType: string; readonly body: unknown },
): Manifest {
  try {
    if (contentType.startsWith('application/json-patch+json')) return jsonPatch(before, body) as Manifest;
    if (contentType.startsWith('application/merge-patch+json')) return jsonMerge(before, body) as Manifest;
    if (contentType.startsWith('application/strategic-merge-patch+json')) return strategic(context, request, before, body);
  } catch (error) {
    if (error instanceof UserError)
      throw new ApiError(422, 'Invalid', `the server rejected our request due to an error in our request: ${error.message}`);
    throw error;
  }
  throw unsupportedMediaType(contentType);
}

function strategic(context: Context, { api }: WriteRequest, before: Manifest, body: unknown): Manifest {
  if (context.registry.isCustom(api)) throw unsupportedMediaType('application/strategic-merge-patch+json');
  return strategicMerge(context.registry.table, context.registry.type(api), before, body) as Manifest;
}
