// Which kinds a server has. One request for each of /api and /apis on a server with aggregated discovery (1.26+),
// one per group version on older ones. A group that cannot be read is reported, the others count.
import type { Discovery } from '../../domain/ports.js';
import { IoError } from '../../domain/problem.js';
import type { ApiKind } from '../../domain/resource.js';
import type { Requester } from './requester.js';

const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
const AGGREGATED_BETA = 'application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList';
const ACCEPT = `${AGGREGATED},${AGGREGATED_BETA},application/json`;

/** Kinds in the server's order: for each group its versions, preferred first. */
interface Found {
  readonly kinds: readonly ApiKind[];
  readonly incomplete: Discovery['incomplete'];
}

/** Reads everything. Throws IoError when the server cannot be reached at all. */
export async function readDiscovery(requester: Requester, signal?: AbortSignal): Promise<Discovery> {
  const [version, core, groups] = await Promise.all([
    requester.read({ path: '/version' }, { doing: 'read the version', signal }),
    readRoot(requester, '/api', signal),
    readRoot(requester, '/apis', signal),
  ]);
  const { major = '', minor = '', gitVersion = '' } = version.body as Record<string, string>;
  return {
    version: { major, minor, gitVersion },
    kinds: preferredFirst([...core.kinds, ...groups.kinds]),
    incomplete: [...core.incomplete, ...groups.incomplete],
  };
}

/** The first version of each kind, in order, then every other version. */
export function preferredFirst(kinds: readonly ApiKind[]): readonly ApiKind[] {
  const seen = new Set<string>();
  const others: ApiKind[] = [];
  const first = kinds.filter((kind) => {
    const key = `${kind.group}/${kind.kind}`;
    if (!seen.has(key)) return seen.add(key);
    others.push(kind);
    return false;
  });
  return [...first, ...others];
}

async function readRoot(requester: Requester, path: '/api' | '/apis', signal?: AbortSignal): Promise<Found> {
  const response = await requester.read({ path, headers: { accept: ACCEPT } }, { doing: `discover ${path}`, signal, expect: [404] });
  const body = response.body as Record<string, unknown>;
  if (response.status === 404) return { kinds: [], incomplete: [] };
  if (body['kind'] === 'APIGroupDiscoveryList') return aggregatedKinds(body);
  return readGroups(requester, legacyGroupVersions(body), signal);
}

interface AggregatedResource {
  resource: string;
  responseKind?: { group?: string; version?: string; kind?: string };
  scope?: string;
  singularResource?: string;
  verbs?: string[];
  shortNames?: string[];
  categories?: string[];
  subresources?: { subresource: string }[];
}

/** Kinds of an APIGroupDiscoveryList. A version marked Stale belongs to an API service that does not answer. */
export function aggregatedKinds(body: Record<string, unknown>): Found {
  const kinds: ApiKind[] = [];
  const incomplete: { group: string; message: string }[] = [];
  type Version = { version: string; freshness?: string; resources?: AggregatedResource[] };
  for (const item of (body['items'] ?? []) as { metadata?: { name?: string }; versions?: Version[] }[]) {
    const group = item.metadata?.name ?? '';
    for (const { version, freshness, resources } of item.versions ?? []) {
      if (freshness === 'Stale') incomplete.push({ group, message: `the API service of ${group}/${version} does not answer` });
      for (const resource of resources ?? []) {
        const kind = resource.responseKind?.kind;
        if (kind) kinds.push(aggregatedKind(group, version, kind, resource));
      }
    }
  }
  return { kinds, incomplete };
}

function aggregatedKind(group: string, version: string, kind: string, resource: AggregatedResource): ApiKind {
  return {
    group,
    version,
    kind,
    plural: resource.resource,
    singular: resource.singularResource || kind.toLowerCase(),
    namespaced: resource.scope === 'Namespaced',
    verbs: resource.verbs ?? [],
    ...(resource.shortNames ? { shortNames: resource.shortNames } : {}),
    ...(resource.categories ? { categories: resource.categories } : {}),
    subresources: (resource.subresources ?? []).map(({ subresource }) => subresource),
  };
}

/** Group versions of an APIVersions ('v1') or APIGroupList document, the preferred version of each group first. */
export function legacyGroupVersions(body: Record<string, unknown>): readonly { group: string; version: string }[] {
  if (Array.isArray(body['versions'])) return (body['versions'] as string[]).map((version) => ({ group: '', version }));
  type Group = { name: string; versions: { version: string }[]; preferredVersion?: { version: string } };
  return ((body['groups'] ?? []) as Group[]).flatMap(({ name, versions, preferredVersion }) => {
    const ordered = versions.map(({ version }) => version);
    const preferred = preferredVersion?.version;
    if (preferred !== undefined) ordered.sort((a, b) => Number(b === preferred) - Number(a === preferred));
    return ordered.map((version) => ({ group: name, version }));
  });
}

async function readGroups(
  requester: Requester,
  groups: readonly { group: string; version: string }[],
  signal?: AbortSignal,
): Promise<Found> {
  const incomplete: { group: string; message: string }[] = [];
  const lists = await Promise.all(
    groups.map(({ group, version }) =>
      readGroupVersion(requester, group, version, signal).catch((error: unknown) => {
        if (!(error instanceof IoError) || signal?.aborted) throw error;
        incomplete.push({ group, message: error.message });
        return [];
      }),
    ),
  );
  return { kinds: lists.flat(), incomplete };
}

/** The path of a group version: '/api/v1' or '/apis/apps/v1'. */
export function groupVersionPath(group: string, version: string): string {
  return group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
}

/** The kinds of one group version; none where the server does not know it. */
export async function readGroupVersion(
  requester: Requester,
  group: string,
  version: string,
  signal?: AbortSignal,
): Promise<readonly ApiKind[]> {
  const path = groupVersionPath(group, version);
  const response = await requester.read({ path }, { doing: `discover ${path}`, signal, expect: [404] });
  return response.status === 404 ? [] : legacyKinds(response.body as Record<string, unknown>, group, version);
}

/** Kinds of an APIResourceList; 'deployments/status' is a subresource of 'deployments'. */
export function legacyKinds(body: Record<string, unknown>, group: string, version: string): readonly ApiKind[] {
  type Resource = Omit<ApiKind, 'plural' | 'singular'> & { name: string; singularName?: string };
  const resources = (body['resources'] ?? []) as Resource[];
  const subresources = new Map<string, string[]>();
  for (const { name } of resources) {
    const [plural = '', subresource] = name.split('/');
    if (subresource !== undefined) subresources.set(plural, [...(subresources.get(plural) ?? []), subresource]);
  }
  return resources
    .filter(({ name }) => !name.includes('/'))
    .map(({ name, kind, singularName, namespaced, verbs, shortNames, categories }) => ({
      group,
      version,
      kind,
      plural: name,
      singular: singularName || kind.toLowerCase(),
      namespaced,
      verbs: verbs ?? [],
      ...(shortNames ? { shortNames } : {}),
      ...(categories ? { categories } : {}),
      subresources: subresources.get(name) ?? [],
    }));
}
