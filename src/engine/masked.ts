// Objects on their way out of the engine: no Secret value, no copy of one in an annotation, no bookkeeping of managers.
import type { Manifest } from '../domain/resource.js';

const MASK = '++++++++';
const COPIES = ['kubectl.kubernetes.io/last-applied-configuration'];

export function masked(object: Manifest): Manifest {
  const { managedFields: _, ...metadata } = object.metadata;
  const clean = { ...object, metadata } as Manifest;
  if (object.kind !== 'Secret' || object.apiVersion !== 'v1') return clean;
  const annotations = { ...clean.metadata.annotations };
  for (const name of COPIES) if (name in annotations) annotations[name] = MASK;
  return {
    ...clean,
    metadata: { ...clean.metadata, ...(Object.keys(annotations).length > 0 ? { annotations } : {}) },
    ...hidden('data', object['data']),
    ...hidden('stringData', object['stringData']),
  };
}

function hidden(field: string, values: unknown): Record<string, unknown> {
  if (values === null || typeof values !== 'object') return {};
  return { [field]: Object.fromEntries(Object.keys(values).map((key) => [key, MASK])) };
}
