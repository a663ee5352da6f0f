// What follows from a write inside a server: a CRD makes kinds served, a namespace brings its account, a terminating one empties itself.
import type { ApiKind, Manifest } from '../../domain/resource.js';
import { groupVersion } from '../../domain/resource.js';
import type { Context } from './context.js';
import { finishDeletion, purge, remove } from './deletion.js';
import { definitionInWait } from './instances.js';
import { countQuotas } from './quota.js';

export function committed(context: Context, object: Manifest): void {
  const { group } = groupVersion(object.apiVersion);
  if (group === 'apiextensions.k8s.io' && object.kind === 'CustomResourceDefinition') establish(context, object);
  if (group === '' && object.kind === 'Namespace') {
    if (object.metadata.deletionTimestamp) emptyNamespace(context, object.metadata.name);
    else furnish(context, object);
  }
  if (object.metadata.namespace) countQuotas(context, object.metadata.namespace);
}

export function removed(context: Context, object: Manifest): void {
  const { group } = groupVersion(object.apiVersion);
  if (group === 'apiextensions.k8s.io' && object.kind === 'CustomResourceDefinition') undefine(context, object);
  const definition = definitionInWait(context, object);
  if (definition) finishDeletion(context, definition);
  const namespace = object.metadata.namespace;
  if (namespace) countQuotas(context, namespace);
  if (namespace && context.store.get('', 'Namespace', '', namespace)?.metadata.deletionTimestamp) finishNamespace(context, namespace);
}

/** A new definition is served at once; its conditions say so, as the controllers of a real server would. */
function establish(context: Context, crd: Manifest): void {
  if (crd.metadata.deletionTimestamp) return;
  context.registry.define(crd);
  const spec = crd['spec'] as { names?: Record<string, unknown>; versions?: { name?: string; storage?: boolean }[] };
  const status = crd['status'] as { conditions?: { type?: string; status?: string }[]; acceptedNames?: unknown } | undefined;
  const known = status?.conditions?.some(({ type, status: value }) => type === 'Established' && value === 'True');
  if (known && JSON.stringify(status?.acceptedNames) === JSON.stringify(spec.names)) return;
  const at = context.now();
  const conditions = [
    { type: 'NamesAccepted', status: 'True', lastTransitionTime: at, reason: 'NoConflicts', message: 'no conflicts found' },
    {
      type: 'Established',
      status: 'True',
      lastTransitionTime: at,
      reason: 'InitialNamesAccepted',
      message: 'the initial names have been accepted',
    },
  ];
  const storedVersions = (spec.versions ?? []).filter(({ storage }) => storage).map(({ name }) => name);
  context.store.put({ ...crd, status: { conditions, acceptedNames: spec.names, storedVersions } });
}

function undefine(context: Context, crd: Manifest): void {
  const kinds: readonly ApiKind[] = context.registry.undefine(crd.metadata.name);
  for (const { group, kind } of kinds) for (const object of context.store.list(group, kind)) purge(context, object);
}

/** Every namespace has a default account and the root certificate, and carries its own name as a label. */
function furnish(context: Context, namespace: Manifest): void {
  const { name } = namespace.metadata;
  if (!context.store.get('', 'ServiceAccount', name, 'default'))
    seed(context, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace: name } });
  if (!context.store.get('', 'ConfigMap', name, 'kube-root-ca.crt')) {
    seed(context, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'kube-root-ca.crt', namespace: name }, data: { 'ca.crt': '' } });
  }
}

/** Puts an object of the server's own in, if it is not there. */
export function seed(context: Context, object: Manifest): void {
  const { group } = groupVersion(object.apiVersion);
  if (context.store.get(group, object.kind, object.metadata.namespace ?? '', object.metadata.name)) return;
  const uid = object.metadata.uid ?? crypto.randomUUID();
  context.committed(context.store.put({ ...object, metadata: { ...object.metadata, uid, creationTimestamp: context.now() } }));
}

function emptyNamespace(context: Context, namespace: string): void {
  for (const object of context.store.inNamespace(namespace)) {
    const { group } = groupVersion(object.apiVersion);
    const api = context.registry.byKind(group, object.kind);
    if (!api || object.metadata.deletionTimestamp || !context.store.get(group, object.kind, namespace, object.metadata.name)) continue;
    remove(context, { api, namespace, name: object.metadata.name }, { propagationPolicy: 'Background' });
  }
  finishNamespace(context, namespace);
}

function finishNamespace(context: Context, namespace: string): void {
  const object = context.store.get('', 'Namespace', '', namespace);
  if (!object?.metadata.deletionTimestamp || context.store.inNamespace(namespace).length > 0) return;
  if ((object.metadata.finalizers?.length ?? 0) > 0) return;
  purge(context, object);
}
