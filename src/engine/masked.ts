// Objects on their way out of the engine: no Secret value, no copy of one in an annotation, no bookkeeping of managers.
import { SECRET_TYPE_LABEL, secretTexts } from '../core/repository/credentials.js';
import type { Manifest } from '../domain/resource.js';

const TYPES = new Set(['cluster', 'repository', 'repo-creds']);
const OPEN = ['name', 'server', 'url', 'type', 'project', 'insecure', 'enableLfs', 'enableOCI', 'username'] as const;
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
    ...inTheOpen(object),
  };
}

/** What a cluster or repository Secret says of itself, as text; credentials in an address are taken out. */
function inTheOpen(secret: Manifest): { stringData?: Record<string, string> } {
  if (!TYPES.has(secret.metadata.labels?.[SECRET_TYPE_LABEL] ?? '')) return {};
  const texts = secretTexts(secret);
  const open = OPEN.flatMap((name) => {
    const text = texts.get(name);
    return text === undefined ? [] : [[name, text.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/@]*@/i, '$1')] as const];
  });
  return { stringData: Object.fromEntries(open) };
}

function hidden(field: string, values: unknown): Record<string, unknown> {
  if (values === null || typeof values !== 'object') return {};
  return { [field]: Object.fromEntries(Object.keys(values).map((key) => [key, MASK])) };
}
