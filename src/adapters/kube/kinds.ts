// From a kind to its address. Answers from the last discovery; a kind that is not there yet (its CRD was created a
// moment ago) costs one small request for its group version, not a new discovery.
import type { Discovery } from '../../domain/ports.js';
import { IoError } from '../../domain/problem.js';
import type { ApiKind, ResourceRef } from '../../domain/resource.js';
import { groupVersionPath, readDiscovery, readGroupVersion } from './discovery.js';
import type { Requester } from './requester.js';

/** How long 'there is no such kind' is believed. */
const ABSENT_MS = 1000;

export interface Kinds {
  /** Reads everything anew. */
  discover(signal?: AbortSignal): Promise<Discovery>;
  find(ref: Pick<ResourceRef, 'group' | 'version' | 'kind'>, signal?: AbortSignal): Promise<ApiKind | undefined>;
  /** As find, but throws IoError where the kind does not exist. */
  need(ref: ResourceRef, doing: string, signal?: AbortSignal): Promise<ApiKind>;
}

export function createKinds(requester: Requester): Kinds {
  let known = new Map<string, ApiKind>();
  const absentUntil = new Map<string, number>();
  const loading = new Map<string, Promise<readonly ApiKind[]>>();

  const find: Kinds['find'] = async ({ group, version, kind }, signal) => {
    const key = `${group}/${version}/${kind}`;
    const hit = known.get(key);
    if (hit || (absentUntil.get(key) ?? 0) > requester.clock.now()) return hit;
    for (const found of await load(group, version, signal)) known.set(`${group}/${version}/${found.kind}`, found);
    absentUntil.delete(key);
    if (!known.has(key) && absentUntil.size < 1000) absentUntil.set(key, requester.clock.now() + ABSENT_MS);
    return known.get(key);
  };

  const load = (group: string, version: string, signal?: AbortSignal) => {
    const path = groupVersionPath(group, version);
    let pending = loading.get(path);
    if (!pending) {
      pending = readGroupVersion(requester, group, version, signal).finally(() => loading.delete(path));
      loading.set(path, pending);
    }
    return pending;
  };

  return {
    find,
    async discover(signal) {
      const discovery = await readDiscovery(requester, signal);
      const unread = new Set(discovery.incomplete.map(({ group }) => group));
      // A group that did not answer this time keeps the kinds it had.
      known = new Map([...known].filter(([, kind]) => unread.has(kind.group)));
      for (const kind of discovery.kinds) known.set(`${kind.group}/${kind.version}/${kind.kind}`, kind);
      absentUntil.clear();
      return discovery;
    },
    async need(ref, doing, signal) {
      const api = await find(ref, signal);
      if (api) return api;
      const apiVersion = ref.group === '' ? ref.version : `${ref.group}/${ref.version}`;
      throw new IoError(
        `Cannot ${doing}${requester.where}: the server has no kind "${ref.kind}" in "${apiVersion}"; install its CustomResourceDefinition or correct apiVersion`,
        { retry: 'backoff', status: 404, reason: 'NotFound' },
      );
    },
  };
}

/** '/apis/apps/v1/namespaces/default/deployments'; an empty namespace means all of them. */
export function collectionPath(api: ApiKind, namespace: string): string {
  const base = groupVersionPath(api.group, api.version);
  return api.namespaced && namespace !== '' ? `${base}/namespaces/${encodeURIComponent(namespace)}/${api.plural}` : `${base}/${api.plural}`;
}

/** The path of one object. A namespaced object without a namespace is in 'default', as kubectl reads it. */
export function objectPath(api: ApiKind, ref: { namespace: string; name: string }, subresource?: string): string {
  const path = `${collectionPath(api, ref.namespace || 'default')}/${encodeURIComponent(ref.name)}`;
  return subresource === undefined ? path : `${path}/${subresource}`;
}

/** 'Deployment default/web', for messages. */
export function nameOf(ref: { kind: string; namespace: string; name: string }): string {
  return ref.namespace === '' ? `${ref.kind} ${ref.name}` : `${ref.kind} ${ref.namespace}/${ref.name}`;
}
