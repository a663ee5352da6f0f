// What is wrong with generated Applications, by name (behaviour 2.1, "Validation"). The others proceed.
import type { Destination } from '../../domain/application.js';
import type { Manifest } from '../../domain/resource.js';
import type { Expanded } from './expand.js';
import type { ClusterFacts, Inputs } from './generator.js';

/** The last reason by name. A name that occurs twice is wrong as a whole: neither copy is written. */
export function validate(set: Manifest, expanded: readonly Expanded[], inputs: Inputs): ReadonlyMap<string, string> {
  const wrong = new Map<string, string>();
  const seen = new Set<string>();
  for (const { application } of expanded) {
    const { name } = application.metadata;
    const problem =
      name === ''
        ? `ApplicationSet ${set.metadata.name} contains an application without a name`
        : seen.has(name)
          ? `ApplicationSet ${set.metadata.name} contains applications with duplicate name: ${name}`
          : problemOf(application, inputs);
    seen.add(name);
    if (problem !== undefined) wrong.set(name, problem);
  }
  return wrong;
}

function problemOf(application: Manifest, inputs: Inputs): string | undefined {
  const { project, destination = {} } = application['spec'] as { project?: string; destination?: Destination };
  if (inputs.projects && !inputs.projects.has(project ?? '')) return `application references project ${project ?? ''} which does not exist`;
  const problem = inputs.destinationProblem?.(destination);
  return problem === undefined ? undefined : `application destination spec is invalid: ${problem}`;
}

/** Argo CD's rule for destinations over cluster Secrets. */
export function destinationsOf(clusters: readonly ClusterFacts[]): NonNullable<Inputs['destinationProblem']> {
  const all = [...clusters, { name: 'in-cluster', server: 'https://kubernetes.default.svc' }];
  const servers = new Set(all.map(({ server }) => server.replace(/\/$/, '')));
  const names = new Map<string, Set<string>>();
  for (const { name, server } of all) names.set(name, (names.get(name) ?? new Set()).add(server));
  return ({ name, server }) => {
    if (name && server) return `application destination can't have both name and server defined: ${name} ${server}`;
    if (server)
      return servers.has(server.replace(/\/$/, ''))
        ? undefined
        : `error getting cluster by server "${server}": cluster "${server}" not found`;
    if (!name) return 'Destination server missing from app spec';
    const found = [...(names.get(name) ?? [])];
    if (found.length === 0) return `there are no clusters with this name: ${name}`;
    return found.length === 1 ? undefined : `there are ${found.length} clusters with the same name: [${found.join(' ')}]`;
  };
}
