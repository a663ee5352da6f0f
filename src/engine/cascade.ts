// What falls when an object is deleted: what it owns (the server collects it), and what a cascading Application would delete.

import { parseApplication } from '../core/application/parse.js';
import { instanceName } from '../core/manifest/tracking.js';
import type { Manifest, ResourceId, ResourceKey } from '../domain/resource.js';
import { refOf } from '../domain/resource.js';
import type { AppState } from './app-state.js';
import type { World } from './world.js';

const MAX = 2_000;
const FINALIZER = 'resources-finalizer.argocd.argoproj.io';

export function cascadeOf(world: World, state: AppState, id: ResourceId): ResourceKey[] {
  for (const key of state.destination?.clusters ?? []) {
    const live = world.lives.get(key);
    const object = live?.index.get(id);
    if (!live || !object) continue;
    if (object.kind === 'Application') return ofApplication(world, object);
    const found: ResourceKey[] = [];
    const queue: Manifest[] = [object];
    for (let next = queue.pop(); next && found.length < MAX; next = queue.pop()) {
      for (const owned of next.metadata.uid ? live.index.ownedBy(next.metadata.uid) : []) {
        found.push(refOf(owned));
        if (owned.kind === 'Application') found.push(...ofApplication(world, owned));
        queue.push(owned);
      }
    }
    return found;
  }
  return [];
}

function ofApplication(world: World, object: Manifest): ResourceKey[] {
  if (!object.metadata.finalizers?.some((name) => name.startsWith(FINALIZER))) return [];
  const { app } = parseApplication(object);
  const instance = instanceName(app.metadata, world.options.controlNamespace);
  return [...world.lives.values()]
    .flatMap(({ index }) =>
      index.ofApp(instance).flatMap((each) => {
        const live = index.get(each);
        return live ? [refOf(live)] : [];
      }),
    )
    .slice(0, MAX);
}
