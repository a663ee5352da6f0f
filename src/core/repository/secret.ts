// A repository, or credentials for all that begin with an address, as the Secret that Argo CD keeps it in.
import type { Manifest } from '../../domain/resource.js';
import { SECRET_TYPE_LABEL } from './credentials.js';

export interface WantedRepository {
  /** 'repo-creds' counts for every address that begins with the url. */
  readonly kind: 'repository' | 'repo-creds';
  readonly url: string;
  readonly project?: string;
  /** Further fields by Argo CD's names; empty ones are left out. */
  readonly fields: Readonly<Record<string, string | undefined>>;
  readonly namespace: string;
}

export function repositorySecret({ kind, url, project, fields, namespace }: WantedRepository): Manifest {
  const given = Object.entries({ ...fields, project }).flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [[name, value]],
  );
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'Opaque',
    metadata: {
      name: `${kind === 'repository' ? 'repo' : 'creds'}-${fnv32a(url + (project ?? ''))}`,
      namespace,
      labels: { [SECRET_TYPE_LABEL]: kind },
      annotations: { 'managed-by': 'argocd.argoproj.io' },
    },
    stringData: { url, ...Object.fromEntries(given) },
  };
}

/** The hash by which Argo CD names these Secrets, so that either tool finds the other's. */
function fnv32a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}
