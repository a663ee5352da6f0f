// Pod: a pod that restarts for ever is judged by its containers, a pod with an end by its phase.
import type { Health } from '../../../domain/application.js';
import type { Manifest } from '../../../domain/resource.js';
import { hookOf } from '../../manifest/hooks.js';
import { at, conditionOf, health, listAt, numberAt, textAt } from '../read.js';

const IGNORE_RESTART_POLICY = 'argocd.argoproj.io/ignore-restart-policy';

export function podHealth(object: Manifest): Health {
  const policy = textAt(object, 'spec', 'restartPolicy');
  const ignored = object.metadata.annotations?.[IGNORE_RESTART_POLICY] !== undefined && hookOf(object).kind !== 'hook';
  const restarts = policy === 'Always' || ignored;
  const containers = listAt(object, 'status', 'containerStatuses');
  if (restarts) {
    const stuck = containers.filter(isStuck);
    if (stuck.length > 0) return health('Degraded', stuck.map((each) => textAt(each, 'state', 'waiting', 'message')).join(', '));
  }
  const message = textAt(object, 'status', 'message');
  switch (textAt(object, 'status', 'phase')) {
    case 'Pending':
      return health('Progressing', message);
    case 'Succeeded':
      return health('Healthy', message);
    case 'Failed':
      return health(
        'Degraded',
        message === '' ? failureOf([...listAt(object, 'status', 'initContainerStatuses'), ...containers]) : message,
      );
    case 'Running':
      return runningHealth(object, restarts, message);
    default:
      return health('Unknown', message);
  }
}

function runningHealth(object: Manifest, restarts: boolean, message: string): Health {
  if (!restarts) return health(hasAnEnd(object) ? 'Progressing' : 'Unknown', message);
  if (conditionOf(object, 'Ready')?.status === 'True') return health('Healthy', message);
  const crashed = listAt(object, 'status', 'containerStatuses').some((each) => at(each, 'lastState', 'terminated') !== undefined);
  return health(crashed ? 'Degraded' : 'Progressing', message);
}

function hasAnEnd(object: Manifest): boolean {
  const policy = textAt(object, 'spec', 'restartPolicy');
  return policy === 'OnFailure' || policy === 'Never';
}

/** ErrImagePull, CreateContainerConfigError, CrashLoopBackOff ... */
function isStuck(container: unknown): boolean {
  const reason = textAt(container, 'state', 'waiting', 'reason');
  return reason.startsWith('Err') || reason.endsWith('Error') || reason.endsWith('BackOff');
}

function failureOf(containers: readonly unknown[]): string {
  for (const container of containers) {
    const message = textAt(container, 'state', 'terminated', 'message');
    if (message !== '') return message;
    const reason = textAt(container, 'state', 'terminated', 'reason');
    if (reason === 'OOMKilled') return reason;
    const code = numberAt(container, 'state', 'terminated', 'exitCode');
    if (code !== 0) return `container "${textAt(container, 'name')}" failed with exit code ${code}`;
  }
  return '';
}
