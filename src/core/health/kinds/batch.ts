// Job, and Argo's Workflow: things with an end.
import type { Health } from '../../../domain/application.js';
import type { Manifest } from '../../../domain/resource.js';
import { conditionsOf, health, textAt } from '../read.js';

/** A Failed condition counts whatever its status says, as Argo CD counts it. */
export function jobHealth(object: Manifest): Health {
  const conditions = conditionsOf(object);
  const failed = conditions.findLast(({ type }) => type === 'Failed');
  if (failed) return health('Degraded', failed.message);
  const ended = conditions.filter(({ type }) => type === 'Complete' || type === 'Suspended');
  if (ended.length === 0) return health('Progressing');
  if (ended.some(({ type, status }) => type === 'Suspended' && status === 'True')) return health('Suspended');
  return health('Healthy', ended.at(-1)?.message ?? '');
}

export function workflowHealth(object: Manifest): Health {
  const message = textAt(object, 'status', 'message');
  switch (textAt(object, 'status', 'phase')) {
    case '':
    case 'Pending':
    case 'Running':
      return health('Progressing', message);
    case 'Succeeded':
      return health('Healthy', message);
    case 'Failed':
    case 'Error':
      return health('Degraded', message);
    default:
      return health('Unknown', message);
  }
}
