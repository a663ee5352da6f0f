// An AppProject object -> a typed project, with what global projects add to it (behaviour 2.6).

import { ARGO_GROUP, ARGO_VERSION } from '../../domain/application.js';
import type { Problem } from '../../domain/problem.js';
import type { Project, ProjectSpec } from '../../domain/project.js';
import type { Manifest } from '../../domain/resource.js';
import { checkShape, type Shape } from '../application/shape.js';

const texts: Shape = { list: 'string' };
const kinds: Shape = { list: { fields: { group: 'string', kind: 'string', name: 'string' } } };

const SPEC: Shape = {
  fields: {
    description: 'string',
    sourceRepos: texts,
    destinations: { list: { fields: { server: 'string', name: 'string', namespace: 'string' } } },
    destinationServiceAccounts: { list: { fields: { server: 'string', namespace: 'string', defaultServiceAccount: 'string' } } },
    sourceNamespaces: texts,
    clusterResourceWhitelist: kinds,
    clusterResourceBlacklist: kinds,
    namespaceResourceWhitelist: kinds,
    namespaceResourceBlacklist: kinds,
    orphanedResources: {
      fields: { warn: 'boolean', ignore: { list: { fields: { group: 'string', kind: 'string', name: 'string' } } } },
    },
    syncWindows: {
      list: {
        fields: {
          kind: 'string',
          schedule: 'string',
          duration: 'string',
          applications: texts,
          namespaces: texts,
          clusters: texts,
          manualSync: 'boolean',
          timeZone: 'string',
          andOperator: 'boolean',
          syncOverrun: 'boolean',
          description: 'string',
        },
      },
    },
    roles: {
      list: {
        fields: { name: 'string', description: 'string', policies: texts, groups: texts, jwtTokens: { list: 'any' } },
      },
    },
    signatureKeys: { list: 'any' },
    sourceIntegrity: 'any',
    permitOnlyProjectScopedClusters: 'boolean',
  },
};

/** Reads a project. A field of the wrong type is left out of the typed view, so it permits nothing, and is reported. */
export function parseProject(manifest: Manifest): { readonly project: Project; readonly problems: readonly Problem[] } {
  const found = checkShape(manifest['spec'] ?? {}, SPEC, 'spec');
  const project = { ...manifest, kind: 'AppProject', spec: (found.value ?? {}) as ProjectSpec } as Project;
  const place = { object: `AppProject/${manifest.metadata.namespace ?? ''}/${manifest.metadata.name}` };
  const problems = [
    ...found.wrong.map(
      (text): Problem => ({ type: 'InvalidSpecError', message: `the project ${manifest.metadata.name} cannot be used: ${text}`, place }),
    ),
    ...found.unknown.map((message): Problem => ({ type: 'UnknownFieldWarning', message, place })),
  ];
  return { project: found.wrong.length > 0 ? withoutDamage(project, found.wrong) : project, problems };
}

/**
 * A whitelist of namespaced kinds that could not be read must not count as absent, because absent means everything; a blacklist
 * or a window that could not be read must not count as absent either. Such a project permits nothing until it is repaired.
 */
function withoutDamage(project: Project, wrong: readonly string[]): Project {
  const harmless = wrong.every((text) => /^spec\.(description|orphanedResources|roles|signatureKeys)\b/.test(text));
  return harmless ? project : { ...project, spec: { ...project.spec, sourceRepos: [], destinations: [] } };
}

/** The project that exists without being written: it permits everything. */
export function defaultProject(namespace: string): Project {
  return {
    apiVersion: `${ARGO_GROUP}/${ARGO_VERSION}`,
    kind: 'AppProject',
    metadata: { name: 'default', namespace },
    spec: {
      sourceRepos: ['*'],
      destinations: [{ server: '*', namespace: '*' }],
      clusterResourceWhitelist: [{ group: '*', kind: '*' }],
    },
  };
}

/** Lists that a global project adds to. */
const ADDED = [
  'clusterResourceWhitelist',
  'clusterResourceBlacklist',
  'namespaceResourceWhitelist',
  'namespaceResourceBlacklist',
  'syncWindows',
  'sourceRepos',
  'destinations',
  'destinationServiceAccounts',
] as const;

/** The project with the lists of global projects appended to its own; which globals apply is decided by the caller. */
export function withGlobalProjects(project: Project, globals: readonly Project[]): Project {
  const spec: ProjectSpec = { ...project.spec };
  for (const global of globals) {
    if (global.metadata.name === project.metadata.name) continue;
    for (const field of ADDED) {
      const more = global.spec[field] as unknown[] | undefined;
      if (more && more.length > 0) (spec as Record<string, unknown>)[field] = [...((spec[field] as unknown[] | undefined) ?? []), ...more];
    }
  }
  return { ...project, spec };
}
