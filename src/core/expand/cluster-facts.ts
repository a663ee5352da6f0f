// Clusters as generators see them, from cluster Secrets as Argo CD keeps them. Behaviour 2.1 ("clusters").
import type { Manifest } from '../../domain/resource.js';
import type { ClusterFacts } from './generator.js';

const SECRET_TYPE = 'argocd.argoproj.io/secret-type';

/** Of equal names the last one counts; Secrets of other types are passed over. */
export function clustersOfSecrets(objects: readonly Manifest[]): readonly ClusterFacts[] {
  const byName = new Map<string, ClusterFacts>();
  for (const object of objects) {
    if (object.kind !== 'Secret' || object.metadata.labels?.[SECRET_TYPE] !== 'cluster') continue;
    const name = field(object, 'name');
    byName.delete(name);
    byName.set(name, {
      name,
      server: field(object, 'server'),
      project: field(object, 'project'),
      labels: object.metadata.labels ?? {},
      annotations: object.metadata.annotations ?? {},
    });
  }
  return [...byName.values()];
}

function field(secret: Manifest, name: string): string {
  const plain = (secret['stringData'] as Record<string, unknown> | undefined)?.[name];
  if (typeof plain === 'string') return plain;
  const encoded = (secret['data'] as Record<string, unknown> | undefined)?.[name];
  return typeof encoded === 'string' ? new TextDecoder().decode(Uint8Array.from(atob(encoded), (char) => char.charCodeAt(0))) : '';
}
