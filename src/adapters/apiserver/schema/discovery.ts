// Discovery documents: /api, /apis and their groups, in the legacy form and, by Accept header, in the aggregated v2 form.
import type { ApiKind } from '../../../domain/resource.js';

export interface DiscoveryAnswer {
  readonly contentType: string;
  readonly body: unknown;
}

const JSON_TYPE = 'application/json';
const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
/** Order of the groups as a real server lists them matters to no one; versions sort by stability. */
const PRIORITY: readonly RegExp[] = [/^v(\d+)$/, /^v(\d+)beta(\d+)$/, /^v(\d+)alpha(\d+)$/];
/** Kinds behind subresources of built-in kinds, where they differ from the parent's. */
const SUBRESOURCE_KINDS: Readonly<Record<string, { group: string; version: string; kind: string }>> = {
  scale: { group: 'autoscaling', version: 'v1', kind: 'Scale' },
  eviction: { group: 'policy', version: 'v1', kind: 'Eviction' },
  binding: { group: '', version: 'v1', kind: 'Binding' },
  token: { group: 'authentication.k8s.io', version: 'v1', kind: 'TokenRequest' },
};
const SUBRESOURCE_VERBS: Readonly<Record<string, readonly string[]>> = {
  eviction: ['create'],
  binding: ['create'],
  token: ['create'],
  finalize: ['update'],
  log: ['get'],
  exec: ['create', 'get'],
  attach: ['create', 'get'],
  portforward: ['create', 'get'],
  proxy: ['create', 'delete', 'get', 'patch', 'update'],
};

/**
 * The discovery document at a path ('/api', '/apis', '/api/v1', '/apis/GROUP', '/apis/GROUP/VERSION'), or undefined where
 * there is none. `accept` is the request's Accept header.
 */
export function discoveryDocument(path: string, kinds: readonly ApiKind[], accept: string): DiscoveryAnswer | undefined {
  const [root, group, version, ...more] = path.split('/').filter((part) => part !== '');
  if (more.length > 0 || (root !== 'api' && root !== 'apis')) return undefined;
  if (group === undefined) {
    if (accept.includes('as=APIGroupDiscoveryList')) return { contentType: AGGREGATED, body: aggregated(root, kinds) };
    return { contentType: JSON_TYPE, body: root === 'api' ? apiVersions() : groupList(kinds) };
  }
  if (root === 'api') return version === undefined ? answer(resourceList('', group, kinds)) : undefined;
  return answer(version === undefined ? groupDocument(group, kinds) : resourceList(group, version, kinds));
}

/** Versions of a group, preferred first: v1 before v1beta1 before v1alpha1, higher numbers first, the rest by name. */
export function versionsOf(group: string, kinds: readonly ApiKind[]): readonly string[] {
  const versions = new Set(kinds.filter((kind) => kind.group === group).map((kind) => kind.version));
  return [...versions].sort(compareVersions);
}

export function compareVersions(a: string, b: string): number {
  const [x, y] = [rank(a), rank(b)];
  for (let index = 0; index < 3; index++) {
    const difference = (x[index] ?? 0) - (y[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return a < b ? -1 : a > b ? 1 : 0;
}

function rank(version: string): readonly number[] {
  for (const [stability, pattern] of PRIORITY.entries()) {
    const match = pattern.exec(version);
    if (match) return [stability, -Number(match[1]), -Number(match[2] ?? 0)];
  }
  return [PRIORITY.length, 0, 0];
}

function answer(body: unknown): DiscoveryAnswer | undefined {
  return body === undefined ? undefined : { contentType: JSON_TYPE, body };
}

function groupsOf(kinds: readonly ApiKind[]): readonly string[] {
  return [...new Set(kinds.map((kind) => kind.group))];
}

function apiVersions(): unknown {
  return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] };
}

function groupList(kinds: readonly ApiKind[]): unknown {
  const groups = groupsOf(kinds).filter((group) => group !== '');
  return { kind: 'APIGroupList', apiVersion: 'v1', groups: groups.map((group) => apiGroup(group, kinds)) };
}

function groupDocument(group: string, kinds: readonly ApiKind[]): unknown {
  return kinds.some((kind) => kind.group === group) ? { kind: 'APIGroup', apiVersion: 'v1', ...apiGroup(group, kinds) } : undefined;
}

function apiGroup(name: string, kinds: readonly ApiKind[]): { name: string; versions: unknown; preferredVersion: unknown } {
  const versions = versionsOf(name, kinds).map((version) => ({ groupVersion: `${name}/${version}`, version }));
  return { name, versions, preferredVersion: versions[0] };
}

function resourceList(group: string, version: string, kinds: readonly ApiKind[]): unknown {
  const found = kinds.filter((kind) => kind.group === group && kind.version === version);
  if (found.length === 0) return undefined;
  const resources = found.flatMap((kind) => {
    const main = {
      name: kind.plural,
      singularName: kind.singular ?? kind.kind.toLowerCase(),
      namespaced: kind.namespaced,
      kind: kind.kind,
      verbs: kind.verbs,
      ...(kind.shortNames ? { shortNames: kind.shortNames } : {}),
      ...(kind.categories ? { categories: kind.categories } : {}),
    };
    const subresources = (kind.subresources ?? []).map((name) => {
      const foreign = SUBRESOURCE_KINDS[name];
      return {
        name: `${kind.plural}/${name}`,
        singularName: '',
        namespaced: kind.namespaced,
        ...(foreign ? { group: foreign.group, version: foreign.version } : {}),
        kind: foreign?.kind ?? kind.kind,
        verbs: SUBRESOURCE_VERBS[name] ?? ['get', 'patch', 'update'],
      };
    });
    return [main, ...subresources];
  });
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: group === '' ? version : `${group}/${version}`, resources };
}

function aggregated(root: 'api' | 'apis', kinds: readonly ApiKind[]): unknown {
  const groups = groupsOf(kinds).filter((group) => (group === '') === (root === 'api'));
  const items = groups.map((group) => ({
    metadata: group === '' ? { creationTimestamp: null } : { name: group, creationTimestamp: null },
    versions: versionsOf(group, kinds).map((version) => ({
      version,
      freshness: 'Current',
      resources: kinds.filter((kind) => kind.group === group && kind.version === version).map(aggregatedResource),
    })),
  }));
  return { kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2', metadata: {}, items };
}

function aggregatedResource(kind: ApiKind): unknown {
  const own = { group: kind.group, version: kind.version, kind: kind.kind };
  return {
    resource: kind.plural,
    responseKind: own,
    scope: kind.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: kind.singular ?? kind.kind.toLowerCase(),
    verbs: kind.verbs,
    ...(kind.shortNames ? { shortNames: kind.shortNames } : {}),
    ...(kind.categories ? { categories: kind.categories } : {}),
    ...(kind.subresources
      ? {
          subresources: kind.subresources.map((name) => ({
            subresource: name,
            responseKind: SUBRESOURCE_KINDS[name] ?? own,
            verbs: SUBRESOURCE_VERBS[name] ?? ['get', 'patch', 'update'],
          })),
        }
      : {}),
  };
}
