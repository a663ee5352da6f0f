// CreateNamespace=true: the destination namespace, created before anything else and never pruned. Behaviour 2.3.
import type { Task } from '../../domain/operation.js';
import type { Manifest } from '../../domain/resource.js';
import { FIELD_MANAGER } from './how.js';
import { type Options, SYNC_OPTIONS } from './options.js';
import type { PlanInput } from './plan.js';

/** The task, or undefined where it is not asked for, Git defines the namespace itself, or it exists and nothing has to be set on it. */
export function namespaceTask(input: PlanInput, options: Options, applies: readonly Task[]): Task | undefined {
  const name = input.app.spec.destination.namespace;
  if (!name || options.get('CreateNamespace') !== 'true' || input.request.dryRun) return undefined;
  if (applies.some(({ ref }) => ref.kind === 'Namespace' && ref.group === '' && ref.name === name)) return undefined;
  const managed = input.app.spec.syncPolicy?.managedNamespaceMetadata;
  if (input.namespaceExists && !managed) return undefined;
  const target: Manifest = {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: {
      name,
      ...(managed?.labels ? { labels: managed.labels } : {}),
      ...(managed ? { annotations: { ...managed.annotations, [SYNC_OPTIONS]: 'ServerSideApply=true' } } : {}),
    },
  };
  return {
    kind: 'namespace',
    id: `namespace:${name}`,
    ref: { group: '', version: 'v1', kind: 'Namespace', namespace: '', name },
    phase: 'PreSync',
    wave: Number.MIN_SAFE_INTEGER,
    target,
    how: managed ? { mode: 'server-side', fieldManager: FIELD_MANAGER, force: true } : { mode: 'create', fieldManager: FIELD_MANAGER },
  };
}
