// cert-manager: Certificate, Issuer, ClusterIssuer.
import type { Health } from '../../../domain/application.js';
import type { Manifest } from '../../../domain/resource.js';
import { conditionsOf, health } from '../read.js';

export function certificateHealth(object: Manifest): Health {
  const issuing = conditionsOf(object).find(({ type, status }) => type === 'Issuing' && status === 'True');
  return issuing ? health('Progressing', issuing.message) : readyHealth(object, 'Waiting for certificate');
}

export function issuerHealth(object: Manifest): Health {
  return readyHealth(object, `Initializing ${object.kind === 'Issuer' ? 'issuer' : object.kind}`);
}

function readyHealth(object: Manifest, waiting: string): Health {
  const ready = conditionsOf(object).find(({ type, status }) => type === 'Ready' && (status === 'True' || status === 'False'));
  if (!ready) return health('Progressing', waiting);
  return health(ready.status === 'True' ? 'Healthy' : 'Degraded', ready.message);
}
