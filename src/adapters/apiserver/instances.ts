// Objects of a kind that a CustomResourceDefinition defines: the definition goes only when they are gone, finalizers included.
import { groupVersion, type Manifest } from '../../domain/resource.js';
import type { Context } from './context.js';

const GROUP = 'apiextensions.k8s.io';
const KIND = 'CustomResourceDefinition';

interface Defines {
  readonly group?: string;
  readonly names?: { readonly kind?: string };
}

/** All objects of the defined kind; [] for everything that is no definition. */
export function instancesOf({ store }: Context, object: Manifest): readonly Manifest[] {
  if (object.kind !== KIND || groupVersion(object.apiVersion).group !== GROUP) return [];
  const { group = '', names } = (object['spec'] ?? {}) as Defines;
  return [...store.list(group, names?.kind ?? '')];
}

/** The definition of an object's kind, where it waits for its objects to go. */
export function definitionInWait({ store }: Context, object: Manifest): Manifest | undefined {
  const { group } = groupVersion(object.apiVersion);
  if (group === '' || !group.includes('.')) return undefined;
  for (const crd of store.list(GROUP, KIND)) {
    const spec = (crd['spec'] ?? {}) as Defines;
    if (crd.metadata.deletionTimestamp && spec.group === group && spec.names?.kind === object.kind) return crd;
  }
  return undefined;
}

export function withTerminating(context: Context, crd: Manifest): Manifest {
  const status = (crd['status'] ?? {}) as { conditions?: readonly { type?: string }[] };
  const terminating = {
    type: 'Terminating',
    status: 'True',
    lastTransitionTime: context.now(),
    reason: 'InstanceDeletionInProgress',
    message: 'CustomResource deletion is in progress',
  };
  const conditions = [...(status.conditions ?? []).filter(({ type }) => type !== 'Terminating'), terminating];
  return { ...crd, status: { ...status, conditions } };
}
