// Whether an application keeps to its project, in Argo CD's words (behaviour 2.6, "Effects").
import { type Application, sourcesOf } from '../../domain/application.js';
import type { Problem } from '../../domain/problem.js';
import type { Project } from '../../domain/project.js';
import { globMatches } from '../glob.js';
import { printableUrl } from '../repository/url.js';
import { permitsDestination, permitsSource, type ResolvedDestination } from './permissions.js';

export interface ProjectCheck {
  readonly app: Application;
  /** undefined where the project does not exist. */
  readonly project: Pick<Project, 'metadata' | 'spec'> | undefined;
  /** undefined where the cluster was not found, which is a problem of its own. */
  readonly destination: ResolvedDestination | undefined;
  readonly controlNamespace: string;
}

export function projectProblems({ app, project, destination, controlNamespace }: ProjectCheck): Problem[] {
  const name = app.spec.project || 'default';
  if (!project) return [invalid(`Application referencing project ${name} which does not exist`)];
  const problems: Problem[] = [];
  const namespace = app.metadata.namespace ?? '';
  if (namespace !== '' && namespace !== controlNamespace && !permitsAppNamespace(project.spec.sourceNamespaces ?? [], namespace)) {
    problems.push(invalid(`application '${app.metadata.name}' in namespace '${namespace}' is not permitted to use project '${name}'`));
  }
  for (const { repoURL } of sourcesOf(app.spec)) {
    if (!permitsSource(project.spec, repoURL)) {
      problems.push(invalid(`application repo ${printableUrl(repoURL)} is not permitted in project '${name}'`));
    }
  }
  if (destination && !permitsDestination(project, destination)) {
    const server = app.spec.destination.name || app.spec.destination.server || destination.server;
    problems.push(
      invalid(
        `application destination server '${server}' and namespace '${destination.namespace}' do not match any of the allowed destinations in project '${name}'`,
      ),
    );
  }
  return problems;
}

/** Patterns are globs, or regular expressions between slashes. */
function permitsAppNamespace(patterns: readonly string[], namespace: string): boolean {
  return patterns.some((pattern) => {
    if (!/^\/.+\/$/s.test(pattern)) return globMatches(pattern, namespace);
    try {
      return new RegExp(pattern.slice(1, -1)).test(namespace);
    } catch {
      return false; // a malformed expression admits nobody
    }
  });
}

function invalid(message: string): Problem {
  return { type: 'InvalidSpecError', message };
}
