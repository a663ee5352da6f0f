// What a server checks beyond the object itself: its namespace, quotas, and refusals that somebody configured to see what happens then.
import type { Clock } from '../../domain/ports.js';
import type { ApiKind, Manifest } from '../../domain/resource.js';
import { ApiError, forbidden } from './api-error.js';
import type { ObjectStore } from './object-store.js';
import { withinQuotas } from './quota.js';

/** On a Namespace: kinds, comma separated, whose writes are refused in it, as an admission webhook would. */
export const DENY = 'sandbox.argosy.dev/deny';

export interface Admission {
  readonly store: ObjectStore;
  readonly clock: Clock;
}

export function admit({ store }: Admission, api: ApiKind, object: Manifest, created: boolean): void {
  const { namespace, name } = object.metadata;
  if (!api.namespaced || !namespace) return;
  const home = store.get('', 'Namespace', '', namespace);
  if (!home)
    throw new ApiError(404, 'NotFound', `namespaces "${namespace}" not found`, { details: { name: namespace, kind: 'namespaces' } });
  if (created && home.metadata.deletionTimestamp) {
    throw new ApiError(
      403,
      'Forbidden',
      `${api.plural}${api.group === '' ? '' : `.${api.group}`} "${name}" is forbidden: unable to create new content in namespace ${namespace} because it is being terminated`,
      {
        details: {
          name,
          kind: api.plural,
          causes: [{ reason: 'NamespaceTerminating', message: `namespace ${namespace} is being terminated`, field: 'metadata.namespace' }],
        },
      },
    );
  }
  const denied = (home.metadata.annotations?.[DENY] ?? '').split(',').map((kind) => kind.trim());
  if (denied.includes(api.kind))
    throw forbidden(api, name, `admission webhook "${DENY}" denied the request: ${api.kind} is not wanted in namespace ${namespace}`);
  if (created) withinQuotas(store, api, object);
}
