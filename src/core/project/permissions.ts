// What a project allows (behaviour 2.6). The scan order and its odd corners are Argo CD's, because projects rely on them.
import type { GroupKind, Project, ProjectSpec } from '../../domain/project.js';
import type { ResourceRef } from '../../domain/resource.js';
import { pathMatch } from '../expand/glob.js';
import { globMatches } from '../glob.js';
import { normalizeRepositoryUrl } from '../repository/url.js';

/** A destination after its cluster was found. `name` is '' for a cluster without one. */
export interface ResolvedDestination {
  readonly server: string;
  readonly name: string;
  readonly namespace: string;
  /** The project that the cluster's Secret names, '' when it is everybody's. */
  readonly clusterProject?: string;
}

/** Whether applications of the project may use a repository. A `!pattern` refuses what it matches and admits what it does not. */
export function permitsSource(spec: ProjectSpec, repoUrl: string): boolean {
  const url = normalizeRepositoryUrl(repoUrl);
  let admitted = false;
  for (const pattern of spec.sourceRepos ?? []) {
    const denies = pattern.startsWith('!');
    const normal = normalizeRepositoryUrl(denies ? pattern.slice(1) : pattern);
    const matches = normal === '*' || globMatches(normal, url, '/');
    if (denies && matches) return false;
    admitted ||= denies || matches;
  }
  return admitted;
}

/** Whether applications of the project may write to a namespace of a cluster. */
export function permitsDestination(project: Pick<Project, 'metadata' | 'spec'>, destination: ResolvedDestination): boolean {
  const { spec } = project;
  if (spec.permitOnlyProjectScopedClusters === true && (destination.clusterProject ?? '') !== project.metadata.name) return false;
  let admitted = false;
  for (const item of spec.destinations ?? []) {
    const name = destination.name !== '' && negatable(item.name ?? '', destination.name);
    const server = destination.server !== '' && negatable(item.server ?? '', destination.server);
    const namespace = negatable(item.namespace ?? '', destination.namespace);
    if ((server || name) && namespace) admitted = true;
    else if (!name && isDeny(item.name)) return false;
    else if (!server && isDeny(item.server) && namespace) return false;
    else if (!namespace && isDeny(item.namespace) && server) return false;
  }
  return admitted;
}

function isDeny(pattern: string | undefined): boolean {
  return pattern?.startsWith('!') === true;
}

function negatable(pattern: string, value: string): boolean {
  return isDeny(pattern) ? !globMatches(pattern.slice(1), value) : pattern === '*' || globMatches(pattern, value);
}

/**
 * Whether the project allows a kind. Namespaced kinds: everything without a whitelist, nothing with an empty one. Cluster-scoped
 * kinds: nothing without a whitelist. The blacklist wins. Patterns are Go's path.Match, with regard to case.
 */
export function permitsKind(spec: ProjectSpec, resource: { group: string; kind: string; name: string }, namespaced: boolean): boolean {
  const listed = (list: readonly GroupKind[] | undefined) => (list ?? []).some((item) => matchesKind(item, resource));
  if (!namespaced) return listed(spec.clusterResourceWhitelist) && !listed(spec.clusterResourceBlacklist);
  const white = spec.namespaceResourceWhitelist;
  return (white === undefined || white === null || listed(white)) && !listed(spec.namespaceResourceBlacklist);
}

function matchesKind(item: GroupKind, resource: { group: string; kind: string; name: string }): boolean {
  const name = item.name ? pathMatch(item.name, resource.name) : true;
  return name && pathMatch(item.kind ?? '', resource.kind) && pathMatch(item.group ?? '', resource.group);
}

/** Why a resource of an application may not be written, in Argo CD's words; undefined where it may. */
export function resourceRefusal(
  project: Pick<Project, 'metadata' | 'spec'>,
  ref: ResourceRef,
  where: { readonly namespaced: boolean; readonly destination: ResolvedDestination },
): string | undefined {
  if (!permitsKind(project.spec, ref, where.namespaced)) {
    return `resource ${ref.group}:${ref.kind} is not permitted in project ${project.metadata.name}`;
  }
  if (!where.namespaced || permitsDestination(project, { ...where.destination, namespace: ref.namespace })) return undefined;
  return `namespace ${ref.namespace} is not permitted in project '${project.metadata.name}'`;
}

/** Whether a live object is visible to applications of the project; objects outside of it are as if they did not exist. */
export function permitsResource(project: Pick<Project, 'metadata' | 'spec'>, ref: ResourceRef, destination: ResolvedDestination): boolean {
  return resourceRefusal(project, ref, { namespaced: ref.namespace !== '', destination }) === undefined;
}
