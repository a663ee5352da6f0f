// The fleet source is itself an Application, `fleet`: loading control objects is a sync like any other. It heals, and it never prunes:
// what is missing from its source is marked gone and deleted only by a plan that somebody approves.
import { contentHash } from '../core/hash.js';
import { IN_CLUSTER_SERVER } from '../domain/fleet.js';
import { UserError } from '../domain/problem.js';
import type { Manifest } from '../domain/resource.js';
import { type ResourceKey, refOf, resourceId } from '../domain/resource.js';
import type { AppState } from './app-state.js';
import type { World } from './world.js';

const IDENTITY = 'fleet.source';

/** Writes the Application `fleet` into the hub. Refuses another source than the one that this data folder knows. */
export async function installFleet(world: World): Promise<void> {
  const { fleet, hub, controlNamespace, history } = world.options;
  if (!fleet) return;
  const identity = `${fleet.source.repoURL} ${fleet.source.path ?? ''}`.trim();
  const known = history.fact(IDENTITY);
  if (known !== undefined && known !== identity && !fleet.replace) {
    throw new UserError(
      `cannot load the fleet source ${identity}: this data folder belongs to ${known}; use another --data folder, or --replace-fleet to go over to it`,
    );
  }
  const manifest: Manifest = {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name: fleet.name, namespace: controlNamespace },
    spec: {
      project: 'default',
      source: fleet.source,
      destination: { server: IN_CLUSTER_SERVER, namespace: controlNamespace },
      syncPolicy: { automated: { prune: false, selfHeal: true } },
    },
  };
  const after = await hub.apply(manifest, { mode: 'server-side', fieldManager: 'argosy', force: true });
  world.hub.learn(after);
  history.remember(IDENTITY, identity);
}

/** After a comparison of `fleet`: the Applications that it no longer defines are gone. They are only marked. */
export function markGone(world: World, fleet: AppState): void {
  const lost = (fleet.comparison?.resources ?? []).filter(({ change }) => change === 'prune').map(({ key }) => key);
  const missing = new Set(lost.map((key) => resourceId(key)));
  tellGone(world, fleet, lost);
  for (const state of world.apps.values()) {
    const gone = missing.has(resourceId(refOf(state.object)));
    if (gone === state.gone) continue;
    state.gone = gone;
    world.store.refresh(state);
    if (gone)
      world.store.notice(
        'warning',
        `${state.app.metadata.name} is missing from the fleet source; it is kept until its deletion is approved`,
        { app: state.key },
      );
    else world.queue.add(state.key);
  }
}

/** What has no row of its own, a project, a set, a cluster Secret, is told once. */
function tellGone(world: World, fleet: AppState, lost: readonly ResourceKey[]): void {
  const others = new Set(lost.filter(({ kind }) => kind !== 'Application').map(({ kind, name }) => `${kind} ${name}`));
  for (const each of others) {
    if (fleet.toldGone.has(each)) continue;
    world.store.notice(
      'warning',
      `${each} is missing from the fleet source; it is kept until its deletion is approved: \`argosy app sync ${fleet.app.metadata.name} --prune\` shows the plan`,
      { app: fleet.key },
    );
  }
  fleet.toldGone = others;
}

export function isFleet(world: World, state: AppState): boolean {
  return state.app.metadata.name === world.options.fleet?.name && state.app.metadata.namespace === world.options.controlNamespace;
}

export function fleetHash(world: World): string {
  return contentHash(world.options.fleet?.source ?? null);
}
