// Service and Ingress: an address from outside is there, or is still awaited.
import type { Health } from '../../../domain/application.js';
import type { Manifest } from '../../../domain/resource.js';
import { health, listAt, textAt } from '../read.js';

export function serviceHealth(object: Manifest): Health {
  return textAt(object, 'spec', 'type') === 'LoadBalancer' ? ingressHealth(object) : health('Healthy');
}

export function ingressHealth(object: Manifest): Health {
  return health(listAt(object, 'status', 'loadBalancer', 'ingress').length > 0 ? 'Healthy' : 'Progressing');
}
