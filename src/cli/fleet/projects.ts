// `argosy proj list` and `argosy proj get`
import type { GroupKind, Project } from '../../domain/project.js';
import { type Column, fields, table } from '../output/table.js';
import type { Session } from '../session.js';
import { controlObjects, namedObject } from './named-object.js';

export async function projectList(session: Session): Promise<number> {
  const projects = (await controlObjects(session, 'AppProject')) as readonly Project[];
  if (session.printed(projects)) return 0;
  if (session.invocation.output() === 'name') session.io.out(projects.map(({ metadata }) => `${metadata.name}\n`).join(''));
  else session.io.out(table(COLUMNS, projects));
  return 0;
}

export async function projectGet(session: Session): Promise<number> {
  const project = (await namedObject(session, 'AppProject', 'project')) as Project;
  if (session.printed(project)) return 0;
  const { io } = session;
  if (session.invocation.output() === 'name') {
    io.out(`${project.metadata.name}\n`);
    return 0;
  }
  const { spec } = project;
  io.out(
    fields([
      ['Name', project.metadata.name],
      ['Description', spec.description ?? ''],
      ...each('Destinations', (spec.destinations ?? []).map(destination)),
      ...each('Repositories', spec.sourceRepos ?? []),
      ...each('Source Namespaces', spec.sourceNamespaces ?? []),
      ...each('Cluster Allowed', (spec.clusterResourceWhitelist ?? []).map(groupKind)),
      ...each('Cluster Denied', (spec.clusterResourceBlacklist ?? []).map(groupKind)),
      ...each('Namespaced Allowed', (spec.namespaceResourceWhitelist ?? []).map(groupKind)),
      ...each('Namespaced Denied', (spec.namespaceResourceBlacklist ?? []).map(groupKind)),
      ...each(
        'Sync Windows',
        (spec.syncWindows ?? []).map((window) => `${window.kind} ${window.schedule} ${window.duration}`),
      ),
      ['Orphaned Resources', orphaned(project)],
    ]),
  );
  return 0;
}

const COLUMNS: readonly Column<Project>[] = [
  { header: 'NAME', cell: ({ metadata }) => metadata.name },
  { header: 'DESCRIPTION', cell: ({ spec }) => spec.description ?? '' },
  { header: 'DESTINATIONS', cell: ({ spec }) => short((spec.destinations ?? []).map(destination), 'destinations') },
  { header: 'SOURCES', cell: ({ spec }) => short(spec.sourceRepos ?? [], 'repos') },
  { header: 'CLUSTER-RESOURCE-WHITELIST', cell: ({ spec }) => short((spec.clusterResourceWhitelist ?? []).map(groupKind), 'resources') },
  {
    header: 'NAMESPACE-RESOURCE-BLACKLIST',
    cell: ({ spec }) => short((spec.namespaceResourceBlacklist ?? []).map(groupKind), 'resources'),
  },
  { header: 'ORPHANED-RESOURCES', cell: orphaned },
];

function short(values: readonly string[], noun: string): string {
  if (values.length === 0) return '<none>';
  return values.length === 1 ? (values[0] as string) : `${values.length} ${noun}`;
}

/** One line for each value; the name stands before the first. */
function each(name: string, values: readonly string[]): (readonly [string, string])[] {
  return values.length === 0 ? [[name, '<none>']] : values.map((value, i) => [i === 0 ? name : '', value] as const);
}

function destination({ server, name, namespace }: { server?: string; name?: string; namespace?: string }): string {
  return `${server || name || '*'},${namespace ?? ''}`;
}

function groupKind({ group, kind }: GroupKind): string {
  return `${group}/${kind}`;
}

function orphaned({ spec }: Project): string {
  if (!spec.orphanedResources) return 'disabled';
  return `enabled (warn=${spec.orphanedResources.warn === true})`;
}
