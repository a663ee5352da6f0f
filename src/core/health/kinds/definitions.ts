// What extends the API: APIService and CustomResourceDefinition.
import type { Health } from '../../../domain/application.js';
import type { Manifest } from '../../../domain/resource.js';
import { conditionOf, conditionsOf, health } from '../read.js';

export function apiServiceHealth(object: Manifest): Health {
  const available = conditionOf(object, 'Available');
  if (!available) return health('Progressing', 'Waiting to be processed');
  return health(available.status === 'True' ? 'Healthy' : 'Progressing', `${available.reason}: ${available.message}`);
}

export function definitionHealth(object: Manifest): Health {
  const conditions = conditionsOf(object);
  if (conditions.length === 0) return health('Progressing', 'Status conditions not found');
  const is = (type: string, status: string) => conditions.find((each) => each.type === type && each.status === status);
  const terminating = is('Terminating', 'True');
  if (terminating) return health('Progressing', `CRD is terminating: ${terminating.message}`);
  const refused = is('NamesAccepted', 'False');
  if (refused) return health('Degraded', `CRD names have not been accepted: ${refused.message}`);
  const unstructured = is('NonStructuralSchema', 'True');
  if (unstructured) return health('Degraded', `Schema violations found: ${unstructured.message}`);
  return is('Established', 'True') ? health('Healthy', 'CRD is healthy') : health('Degraded', 'CRD is not established');
}
