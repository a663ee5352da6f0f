// An application as a tree: what it manages, and below each object what it owns, from the live index.
import { imagesOf } from '../core/application/summary.js';
import type { ResourceNode } from '../domain/fleet.js';
import { groupVersion, type Manifest, refOf, resourceId } from '../domain/resource.js';
import type { AppState } from './app-state.js';
import type { ClusterLive } from './live.js';
import type { World } from './world.js';

const MOST = 5_000;

export function treeOf(world: World, state: AppState): ResourceNode[] {
  const nodes: ResourceNode[] = [];
  const seen = new Set<string>();
  for (const resource of state.comparison?.resources ?? []) {
    const id = resourceId(resource.key);
    const live = world.placeOf(state, resource.key);
    const object = live?.index.get(id) ?? resource.live;
    const nodeId = `${live?.cluster.info.key ?? ''} ${id}`;
    if (seen.has(nodeId)) continue;
    seen.add(nodeId);
    nodes.push({
      ...resource.key,
      id: nodeId,
      version: resource.version,
      change: resource.change,
      wave: resource.wave,
      notes: object ? notesOf(object) : [],
      ...(resource.sync ? { sync: resource.sync } : {}),
      ...(resource.health ? { health: resource.health } : {}),
      ...(resource.hook ? { hook: true } : {}),
      ...facts(object),
    });
    if (live && object?.metadata.uid)
      children(live, { uid: object.metadata.uid, parent: nodeId }, { nodes, seen, healthOf: (each) => world.health.healthOf(each) });
  }
  return nodes;
}

function children(
  live: ClusterLive,
  above: { readonly uid: string; readonly parent: string },
  into: { nodes: ResourceNode[]; seen: Set<string>; healthOf: (object: Manifest) => ResourceNode['health'] },
): void {
  const owned = [...live.index.ownedBy(above.uid)].sort((a, b) =>
    compareText(`${a.kind} ${a.metadata.name}`, `${b.kind} ${b.metadata.name}`),
  );
  for (const object of owned) {
    const ref = refOf(object);
    const id = `${live.cluster.info.key} ${resourceId(ref)}`;
    if (into.seen.has(id) || into.nodes.length >= MOST) continue;
    into.seen.add(id);
    const health = into.healthOf(object);
    into.nodes.push({
      ...ref,
      id,
      parent: above.parent,
      version: groupVersion(object.apiVersion).version,
      notes: notesOf(object),
      ...(health ? { health } : {}),
      ...facts(object),
    });
    if (object.metadata.uid) children(live, { uid: object.metadata.uid, parent: id }, into);
  }
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function facts(object: Manifest | undefined): { uid?: string; createdAtMs?: number; images?: readonly string[] } {
  if (!object) return {};
  const images = imagesOf([object]);
  const createdAtMs = Date.parse(object.metadata.creationTimestamp ?? '');
  return {
    ...(object.metadata.uid ? { uid: object.metadata.uid } : {}),
    ...(Number.isFinite(createdAtMs) ? { createdAtMs } : {}),
    ...(images.length > 0 ? { images } : {}),
  };
}

interface Counted {
  readonly replicas?: number;
  readonly readyReplicas?: number;
  readonly containerStatuses?: readonly {
    readonly ready?: boolean;
    readonly restartCount?: number;
    readonly state?: Record<string, { reason?: string }>;
    readonly lastState?: { terminated?: { exitCode?: number } };
  }[];
}

/** Short facts for the row of an object. */
export function notesOf(object: Manifest): string[] {
  const spec = (object['spec'] ?? {}) as { replicas?: number };
  const status = (object['status'] ?? {}) as Counted;
  if (object.kind === 'Pod') return podNotes(status);
  if (['Deployment', 'StatefulSet', 'ReplicaSet'].includes(object.kind))
    return [`${status.readyReplicas ?? 0}/${spec.replicas ?? status.replicas ?? 0} ready`];
  return [];
}

function podNotes({ containerStatuses = [] }: Counted): string[] {
  const notes = [`${containerStatuses.filter(({ ready }) => ready).length}/${containerStatuses.length} ready`];
  const reason = containerStatuses.map(({ state }) => state?.['waiting']?.reason).find((each) => each !== undefined);
  if (reason !== undefined) notes.push(reason);
  const restarts = containerStatuses.reduce((sum, { restartCount = 0 }) => sum + restartCount, 0);
  if (restarts > 0) notes.push(`restarts ${restarts}`);
  const exit = containerStatuses.map(({ lastState }) => lastState?.terminated?.exitCode).find((code) => code !== undefined && code !== 0);
  if (exit !== undefined) notes.push(`exit ${exit}`);
  return notes;
}
