// What the expansion of a set knows of the running fleet: clusters, projects, destinations, and how patterns are read.
import type { ClusterFacts, Inputs } from '../core/expand/generator.js';
import type { Application, Destination } from '../domain/application.js';
import { destinationOf, isDestination } from './destination.js';
import type { World } from './world.js';

/** What generators and validation know of the fleet. */
export function worldInputs(world: World): Omit<Inputs, 'answers'> {
  const { options } = world;
  const clusters = world.clusterInfos();
  const place = (destination: Destination) =>
    destinationOf({
      app: { spec: { destination } } as Application,
      clusters,
      hub: options.hub.info,
      controlNamespace: options.controlNamespace,
      ...(options.inCluster === undefined ? {} : { inCluster: options.inCluster }),
    });
  return {
    clusters: clusters.map(
      ({ key, server, labels, annotations, project }): ClusterFacts => ({
        name: key,
        server,
        labels,
        annotations,
        ...(project ? { project } : {}),
      }),
    ),
    projects: new Set(['default', ...world.projects.keys()]),
    destinationProblem: (destination) => {
      const found = place(destination);
      return isDestination(found) ? undefined : found.message;
    },
    ...globbing(world),
  };
}

const NEW_GLOBBING = 'applicationsetcontroller.enable.new.git.file.globbing';
const HIDDEN = 'reposerver.include.hidden.directories';

/** From argocd-cmd-params-cm, and from the environment where that says it. */
function globbing(world: World): Pick<Inputs, 'newGlobbing' | 'hiddenDirectories'> {
  const { controlNamespace, setSettings } = world.options;
  const found = world.hub.index
    .ofKind('', 'ConfigMap')
    .find(({ metadata }) => metadata.name === 'argocd-cmd-params-cm' && metadata.namespace === controlNamespace);
  const data = (found?.['data'] ?? {}) as Record<string, string>;
  return {
    newGlobbing: setSettings?.newGlobbing ?? data[NEW_GLOBBING] === 'true',
    hiddenDirectories: setSettings?.hiddenDirectories ?? data[HIDDEN] === 'true',
  };
}
