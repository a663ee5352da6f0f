// Cluster Secrets of the hub. One whose cluster is not known is followed; one for a cluster that the configuration has already only
// says more about it: labels, annotations, its project. Two Secrets never make two clusters of one server.
import type { ClusterKey } from '../domain/fleet.js';
import type { ClusterInfo } from '../domain/ports.js';
import { type Manifest, refOf, resourceId } from '../domain/resource.js';
import { follow } from './clusters.js';
import type { World } from './world.js';

/** A Secret that only describes a cluster never makes one. */
export const DESCRIBES_ONLY = 'argosy.dev/describes-only';

/** Takes over one change of a cluster Secret. Nothing in any cluster is touched. */
export function takeClusterSecret(world: World, before: Manifest | undefined, after: Manifest | undefined): void {
  const secret = after ?? before;
  if (!secret) return;
  const id = resourceId(refOf(secret));
  const sameAccess = before && after && JSON.stringify(before['data']) === JSON.stringify(after['data']);
  if (!after || !sameAccess) forget(world, id);
  if (after) take(world, id, after);
  for (const key of world.lives.keys()) world.store.refreshCluster(key);
  for (const key of world.apps.keys()) world.queue.add(key);
  world.sets?.again();
}

function take(world: World, id: string, secret: Manifest): void {
  const { cluster, problem } = world.options.clusterOfSecret(secret);
  if (problem) world.store.notice('warning', `cluster Secret ${secret.metadata.name}: ${problem.message}`);
  if (!cluster) return;
  const known = knownCluster(world, cluster.info);
  if (known !== undefined) {
    void cluster.close();
    const said = world.descriptions.get(known) ?? new Map<string, ClusterInfo>();
    said.set(id, cluster.info);
    world.descriptions.set(known, said);
  } else if (secret.metadata.annotations?.[DESCRIBES_ONLY] === 'true') void cluster.close();
  else {
    world.secretClusters.set(id, cluster.info.key);
    follow(world, cluster);
  }
}

/** The cluster of the same name or address. The embedded hub is not one that anybody describes. */
function knownCluster(world: World, { key, server }: ClusterInfo): ClusterKey | undefined {
  const infos = [...world.lives.values()].map(({ cluster }) => cluster.info).filter(({ kind }) => kind !== 'embedded');
  return (infos.find((info) => info.key === key) ?? infos.find((info) => info.server === server || info.aliases.includes(key)))?.key;
}

/** The Secret is gone or says something else: a cluster that it made is not followed any more. */
function forget(world: World, id: string): void {
  for (const [key, said] of world.descriptions) if (said.delete(id) && said.size === 0) world.descriptions.delete(key);
  const key = world.secretClusters.get(id);
  if (key === undefined) return;
  world.secretClusters.delete(id);
  world.stops.get(key)?.abort();
  const live = world.lives.get(key);
  world.lives.delete(key);
  void live?.cluster.close();
  world.store.refreshCluster(key);
}

/** What is known of a cluster: what its configuration says, and over it what Secrets say. */
export function describedInfo(world: World, info: ClusterInfo): ClusterInfo {
  const said = world.descriptions.get(info.key);
  if (!said) return info;
  // A Secret that made the cluster says everything anew: a label that it lost is gone.
  const isOwn = [...said.keys()].some((id) => world.secretClusters.get(id) === info.key);
  const labels = isOwn ? {} : { ...info.labels };
  const annotations = isOwn ? {} : { ...info.annotations };
  const aliases = new Set(info.aliases);
  let { project } = info;
  for (const more of said.values()) {
    Object.assign(labels, more.labels);
    Object.assign(annotations, more.annotations);
    if (more.key !== info.key) aliases.add(more.key);
    project = more.project ?? project;
  }
  return { ...info, labels, annotations, aliases: [...aliases], ...(project === undefined ? {} : { project }) };
}
