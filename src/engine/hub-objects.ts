// Objects that a person writes to the hub: Applications, sets, Secrets. A replacement is a whole one: what it does not say is gone,
// but for what others keep in the object: its status, its marks, its finalizers.
import { policyOf } from '../core/expand/set-plan.js';
import type { Intent } from '../domain/events.js';
import { UserError } from '../domain/problem.js';
import { type Manifest, refOf } from '../domain/resource.js';
import type { World } from './world.js';

const MANAGER = { fieldManager: 'argosy' } as const;

export async function putObject(world: World, { manifest, how }: Extract<Intent, { kind: 'put' }>): Promise<void> {
  const { hub } = world.options;
  refuseUnpermitted(world);
  const live = how === 'create' ? undefined : await hub.get(refOf(manifest), world.signal);
  if (how === 'merge') {
    if (!live) throw new UserError(`${manifest.kind} ${manifest.metadata.name} is not there`);
    const { apiVersion: _, kind: __, ...patch } = manifest;
    world.hub.learn(await hub.patch(refOf(manifest), { type: 'merge', body: patch, ...MANAGER }, world.signal));
    return;
  }
  const written = live
    ? hub.apply(replacing(live, manifest), { mode: 'replace', ...MANAGER }, world.signal)
    : hub.apply(manifest, { mode: 'create', ...MANAGER }, world.signal);
  world.hub.learn(await written);
}

/** Labels and annotations are added to, as Argo CD's upsert does; status and a requested operation are the engine's own. */
function replacing(live: Manifest, manifest: Manifest): Manifest {
  const { managedFields: _, ...metadata } = live.metadata;
  const kept = Object.fromEntries(['status', 'operation'].flatMap((field) => (live[field] === undefined ? [] : [[field, live[field]]])));
  return {
    ...manifest,
    ...kept,
    metadata: {
      ...metadata,
      ...manifest.metadata,
      labels: { ...metadata.labels, ...manifest.metadata.labels },
      annotations: { ...metadata.annotations, ...manifest.metadata.annotations },
    },
  };
}

export async function removeObject(world: World, intent: Extract<Intent, { kind: 'remove' }>): Promise<void> {
  const { hub } = world.options;
  refuseUnpermitted(world);
  const live = await hub.get(intent.ref, world.signal);
  if (!live) throw new UserError(`${intent.ref.kind} ${intent.ref.name} is not there`);
  // A set that may not delete leaves its applications, without an owner.
  if (live.kind === 'ApplicationSet' && !policyOf(live).deletes) await world.sets?.release(live);
  await hub.remove(intent.ref, live.metadata.uid ?? '', 'background', world.signal);
}

function refuseUnpermitted(world: World): void {
  const refusal = world.modes.refusal(world.options.hub.info.key);
  if (refusal !== undefined) throw new UserError(`cannot write to the hub: ${refusal}`);
}
