// The server as its controllers see it: the same writes that a client makes, without a wire.
import { groupVersion, type Manifest } from '../../domain/resource.js';
import type { Context } from './context.js';
import type { ControllerHost } from './controllers/host.js';
import { purge, remove } from './deletion.js';
import { create, update, type WriteRequest } from './writer.js';

export function createHost(context: Context): ControllerHost {
  const request = (object: Manifest, manager: string, subresource?: 'status'): WriteRequest => {
    const { group, version } = groupVersion(object.apiVersion);
    // The version that the object is stored in; another one of the kind could not hold all its fields.
    const same = context.registry.kinds.find((each) => each.group === group && each.version === version && each.kind === object.kind);
    const api = same ?? context.registry.byKind(group, object.kind);
    if (!api) throw new Error(`no kind ${object.apiVersion} ${object.kind} is served`);
    return {
      api,
      namespace: object.metadata.namespace ?? '',
      name: object.metadata.name,
      subresource,
      manager,
      dryRun: false,
      force: false,
      validation: 'Ignore',
    };
  };
  const split = (kind: string): [string, string] => [kind.slice(0, kind.indexOf('/')), kind.slice(kind.indexOf('/') + 1)];
  return {
    clock: context.clock,
    random: context.random,
    get: (kind, namespace, name) => context.store.get(...split(kind), namespace, name),
    list: (kind, namespace) => context.store.list(...split(kind), namespace),
    create: (object, { manager }) => create(context, request(object, manager), object).object,
    update(object, { manager, subresource }) {
      const { resourceVersion: _, ...metadata } = object.metadata;
      return update(context, request(object, manager, subresource), { ...object, metadata }).object;
    },
    remove(object, options) {
      const { api, namespace, name } = request(object, '');
      const current = context.store.get(api.group, api.kind, namespace, name);
      if (!current || current.metadata.uid !== object.metadata.uid) return;
      if (options?.grace === 'now' && (current.metadata.finalizers?.length ?? 0) === 0) purge(context, current);
      else
        remove(
          context,
          { api, namespace, name },
          { propagationPolicy: 'Background', gracePeriodSeconds: options?.grace === 'now' ? 0 : 30 },
        );
    },
    observe: (listener) => context.store.observe(listener),
  };
}
