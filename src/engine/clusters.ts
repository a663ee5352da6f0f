// Clusters that are followed: from the configuration at the start, from cluster Secrets of the hub later (cluster-secrets.ts).
import { isExcluded } from '../core/settings.js';
import type { Cluster } from '../domain/ports.js';
import type { Manifest } from '../domain/resource.js';
import { sameEssence } from './essence.js';
import { ClusterLive } from './live.js';
import type { IndexChange } from './live-index.js';
import type { World } from './world.js';

const OPERATING_PAUSE_MS = 500;

/** Begins to follow a cluster. */
export function follow(world: World, cluster: Cluster): ClusterLive {
  const isHub = cluster === world.options.hub;
  const live = new ClusterLive(cluster, {
    clock: world.options.clock,
    tracking: world.settings,
    excluded: (ref) => isExcluded(world.settings, ref, cluster.info.server),
    onChanges: (from, changes) => changed(world, from, changes, isHub),
    onState: (from) => stateChanged(world, from),
  });
  world.lives.set(cluster.info.key, live);
  const stop = new AbortController();
  world.stops.set(cluster.info.key, stop);
  void live.run(AbortSignal.any([world.signal, stop.signal]));
  world.store.refreshCluster(cluster.info.key);
  return live;
}

/** Every application that an object belongs to looks again; status changes of Applications alone wake nobody. */
function changed(world: World, live: ClusterLive, changes: readonly IndexChange[], isHub: boolean): void {
  const touched = new Set<string>();
  for (const change of changes) {
    if (isHub) world.hubObjectChanged(change);
    if (!matters(change)) continue;
    for (const object of [change.before, change.after]) if (object) owners(world, live, object, touched);
    for (const key of world.wantedBy.get(change.id) ?? []) touched.add(key);
  }
  for (const key of touched) wake(world, key);
}

function matters({ before, after }: IndexChange): boolean {
  const object = after ?? before;
  return object?.kind !== 'Application' || !before || !after || !sameEssence(before, after);
}

/** The application that an object's marks name, or those of what owns it: a Pod changes the tree of its Deployment's application. */
function owners(world: World, live: ClusterLive, object: Manifest, touched: Set<string>): void {
  const owner = live.index.owner(object);
  if (owner) {
    const key = world.keyOfInstance(owner.app);
    if (world.apps.has(key)) touched.add(key);
  }
}

/** A run that took long is not repeated at once for every change of its objects. */
function wake(world: World, key: string): void {
  const state = world.apps.get(key);
  if (!state) return;
  state.operation?.wake();
  world.store.resourceChanged(key);
  // An operation's own writes change its objects all the time; what they amount to is compared now and then, and at its end.
  const pauseMs = state.operation ? OPERATING_PAUSE_MS : Math.min(2_000, state.lastReconcileMs * 4);
  if (pauseMs < 20) world.queue.add(key);
  else world.queue.addAt(key, world.now() + pauseMs);
}

function stateChanged(world: World, live: ClusterLive): void {
  const { key } = live.cluster.info;
  world.store.refreshCluster(key);
  for (const state of world.apps.values()) {
    if (!state.destination || state.destination.clusters.includes(key)) world.queue.add(state.key);
  }
  if (live === world.lives.get(world.options.hub.info.key)) world.hubChanged();
  world.modes.changed(live.connected ? [key] : []);
}
