// `pods/eviction`: a delete that asks the disruption budgets first. `kubectl drain` uses it.
import type { KubeRequest, KubeResponse } from '../../domain/ports.js';
import type { Manifest } from '../../domain/resource.js';
import type { Address } from './address.js';
import { ApiError, methodNotAllowed, notFound } from './api-error.js';
import type { Context } from './context.js';
import { type DeleteOptions, remove } from './deletion.js';

interface Budget {
  readonly spec?: { readonly selector?: { readonly matchLabels?: Readonly<Record<string, string>> } };
  readonly status?: { readonly disruptionsAllowed?: number };
}

export function evict(context: Context, request: KubeRequest, { api, namespace, name }: Address): KubeResponse {
  if (request.method !== 'POST' || name === undefined || api.kind !== 'Pod') throw methodNotAllowed();
  const pod = context.store.get('', 'Pod', namespace, name);
  if (!pod) throw notFound(api, name);
  for (const budget of context.store.list('policy', 'PodDisruptionBudget', namespace)) {
    if (!covers(budget as Budget, pod) || ((budget as Budget).status?.disruptionsAllowed ?? 0) > 0) continue;
    throw new ApiError(429, 'TooManyRequests', "Cannot evict pod as it would violate the pod's disruption budget.", {
      details: { name, causes: [{ reason: 'DisruptionBudget', message: `The disruption budget ${budget.metadata.name} needs its pods` }] },
    });
  }
  const options = ((request.body as { deleteOptions?: DeleteOptions } | undefined)?.deleteOptions ?? {}) as DeleteOptions;
  const dryRun = request.query?.['dryRun'];
  remove(context, { api, namespace, name }, { ...options, ...(dryRun ? { dryRun: [dryRun] } : {}) });
  return {
    status: 201,
    headers: { 'content-type': 'application/json' },
    body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 },
  };
}

function covers({ spec }: Budget, pod: Manifest): boolean {
  const wanted = Object.entries(spec?.selector?.matchLabels ?? {});
  return wanted.length > 0 && wanted.every(([key, value]) => pod.metadata.labels?.[key] === value);
}
