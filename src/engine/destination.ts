// Where an application goes. An in-cluster destination with an embedded hub is two places: control objects go to the hub, all else to
// the cluster that the configuration names.
import { type Application, ARGO_GROUP } from '../domain/application.js';
import { type ClusterKey, IN_CLUSTER_NAME, IN_CLUSTER_SERVER } from '../domain/fleet.js';
import type { ClusterInfo } from '../domain/ports.js';
import type { Problem } from '../domain/problem.js';
import type { ResourceKey } from '../domain/resource.js';

export interface Destination {
  /** The cluster that the application names, for rows and permissions. */
  readonly cluster: ClusterInfo;
  /** Which cluster holds an object of it. A text says why none does. */
  readonly route: (key: ResourceKey) => ClusterKey | { readonly refused: string };
  /** Every cluster that may hold objects of it. */
  readonly clusters: readonly ClusterKey[];
}

export interface DestinationInput {
  readonly app: Application;
  readonly clusters: readonly ClusterInfo[];
  readonly hub: ClusterInfo;
  readonly controlNamespace: string;
  readonly inCluster?: ClusterKey;
}

const CONTROL_KINDS = new Set(['Application', 'ApplicationSet', 'AppProject']);

/** Argo CD's rules and texts of behaviour 2.2 ("Destination"). */
export function destinationOf(input: DestinationInput): Destination | Problem {
  const { server, name } = input.app.spec.destination;
  if (server && name) return invalid(`application destination can't have both name and server defined: ${name} ${server}`);
  if (!server && !name) return invalid('Destination server missing from app spec');
  const wanted = (server ?? '').replace(/\/$/, '');
  if (wanted === IN_CLUSTER_SERVER || name === IN_CLUSTER_NAME) {
    const own = input.clusters.find((cluster) => cluster.server === IN_CLUSTER_SERVER && cluster.key !== input.hub.key);
    return inCluster(input, own);
  }
  const found = input.clusters.filter((cluster) =>
    name ? cluster.key === name || cluster.aliases.includes(name) : cluster.server === wanted,
  );
  const [only] = found;
  if (found.length > 1)
    return invalid(`there are ${found.length} clusters with the same name: [${found.map((cluster) => cluster.server).join(' ')}]`);
  if (!only)
    return invalid(
      name
        ? `there are no clusters with this name: ${name}`
        : `cluster ${JSON.stringify(server)} not found: there is no context, cluster Secret or sandbox with this server; map it in argosy.yaml (clusters: {NAME: {server: ${server}}})`,
    );
  return { cluster: only, clusters: [only.key], route: () => only.key };
}

function inCluster(input: DestinationInput, own: ClusterInfo | undefined): Destination | Problem {
  const { hub } = input;
  if (hub.kind !== 'embedded') return { cluster: { ...hub, server: IN_CLUSTER_SERVER }, clusters: [hub.key], route: () => hub.key };
  const workloads = input.inCluster === undefined ? own : input.clusters.find((cluster) => cluster.key === input.inCluster);
  if (input.inCluster !== undefined && !workloads)
    return invalid(
      `inCluster names the cluster ${JSON.stringify(input.inCluster)}, which is not there; name a context or sandbox in argosy.yaml`,
    );
  const refused =
    'the destination is in-cluster, and nothing says which cluster that is: set inCluster in argosy.yaml, or --in-cluster NAME';
  return {
    cluster: workloads ? { ...workloads, server: IN_CLUSTER_SERVER } : { ...hub, server: IN_CLUSTER_SERVER },
    clusters: workloads ? [hub.key, workloads.key] : [hub.key],
    route: (key) => (isControl(key, input.controlNamespace) ? hub.key : (workloads?.key ?? { refused })),
  };
}

function isControl(key: ResourceKey, controlNamespace: string): boolean {
  if (key.group === ARGO_GROUP && CONTROL_KINDS.has(key.kind)) return true;
  return key.namespace === controlNamespace || (key.group === '' && key.kind === 'Namespace' && key.name === controlNamespace);
}

function invalid(message: string): Problem {
  return { type: 'InvalidSpecError', message };
}

export function isDestination(value: Destination | Problem): value is Destination {
  return 'route' in value;
}
