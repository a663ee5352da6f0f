// Writes what an ApplicationSet planned, and its status when that says something new.
import type { Expansion } from '../core/expand/expand.js';
import { type Rollout, statusesIn } from '../core/expand/rolling-sync.js';
import type { SetPlan } from '../core/expand/set-plan.js';
import { conditionsIn, conditionsOf, type WriteFailure } from '../core/expand/status.js';
import { sameJson } from '../core/merge/record.js';
import { IoError } from '../domain/problem.js';
import { type Manifest, refOf } from '../domain/resource.js';
import type { World } from './world.js';

const MANAGER = 'applicationset-controller';
const ROLLOUT_PROMOTE = 'argosy.dev/rollout-promote';
const WRITES_AT_ONCE = 16;
/** As Argo CD's default; `resourcesCount` is the number of all. */
const MAX_RESOURCES = 5_000;
const SET_REFRESH = 'argocd.argoproj.io/application-set-refresh';

/** Carries the plan out as far as it may be; the first failure is told, the others are tried. */
export async function carryOut(
  world: World,
  plan: SetPlan,
  may: { readonly writes: boolean; readonly deletes: boolean },
): Promise<WriteFailure | undefined> {
  const { hub } = world.options;
  let failure: WriteFailure | undefined;
  const each = async <T>(items: readonly T[], reason: WriteFailure['reason'], write: (item: T) => Promise<void>): Promise<void> => {
    const attempt = async (item: T): Promise<void> => {
      try {
        await write(item);
      } catch (error) {
        if (!(error instanceof IoError)) throw error;
        failure ??= { reason, message: error.message };
      }
    };
    for (let at = 0; at < items.length && !world.closing; at += WRITES_AT_ONCE)
      await Promise.all(items.slice(at, at + WRITES_AT_ONCE).map(attempt));
  };
  if (may.writes) {
    await each(plan.create, 'CreateApplicationError', async (manifest) => {
      world.hub.learn(await hub.apply(manifest, { mode: 'server-side', fieldManager: MANAGER, force: true }));
    });
    await each(plan.update, 'UpdateApplicationError', async ({ after }) => {
      world.hub.learn(await hub.apply(after, { mode: 'replace', fieldManager: MANAGER }));
    });
  }
  if (may.deletes)
    await each(plan.remove, 'DeleteApplicationError', ({ application }) =>
      hub.remove(refOf(application), application.metadata.uid ?? '', 'background'),
    );
  const [refused] = plan.refused;
  return failure ?? (refused ? { reason: 'UpdateApplicationError', message: refused.message } : undefined);
}

/** Applications that outlive their set lose it as owner. */
export async function releaseOwned(world: World, set: Manifest, owned: readonly Manifest[]): Promise<void> {
  const { hub } = world.options;
  for (const application of owned) {
    const ownerReferences = (application.metadata.ownerReferences ?? []).filter(({ uid }) => uid !== set.metadata.uid);
    const body = { metadata: { ownerReferences } };
    world.hub.learn(await hub.patch(refOf(application), { type: 'merge', body, fieldManager: MANAGER }, world.signal));
  }
}

/** The conditions and resources of the set, written only when they change; a refresh that was asked for is taken off. */
export async function writeSetStatus(
  world: World,
  set: Manifest,
  look: { readonly expansion: Expansion; readonly owned: readonly Manifest[]; readonly failure?: WriteFailure; readonly rollout?: Rollout },
): Promise<void> {
  const { hub } = world.options;
  if (world.closing || !set.metadata.uid || world.modes.refusal(hub.info.key) !== undefined) return;
  const now = new Date(world.now()).toISOString().replace(/\.\d+Z$/, 'Z');
  const conditions = conditionsOf(set, look.expansion, {
    now,
    ...(look.failure ? { failure: look.failure } : {}),
    ...(look.rollout ? { rolling: look.rollout.progressing } : {}),
  });
  const resources = look.owned.map(resourceOf).sort((a, b) => (a.name < b.name ? -1 : 1));
  const rollout = look.rollout ? { applicationStatus: look.rollout.statuses } : {};
  const status = { conditions, resources: resources.slice(0, MAX_RESOURCES), resourcesCount: resources.length, ...rollout };
  const before = set['status'] as Partial<typeof status> | undefined;
  const same =
    sameJson(conditionsIn(set), conditions) &&
    sameJson(before?.resources ?? [], status.resources) &&
    before?.resourcesCount === status.resourcesCount &&
    (!look.rollout || sameJson(statusesIn(set), look.rollout.statuses));
  if (!same) await patchSet(world, set, { status }, hasStatus(world) ? 'status' : undefined);
  if (look.rollout && !look.rollout.progressing && set.metadata.annotations?.[ROLLOUT_PROMOTE] !== undefined)
    await patchSet(world, set, { metadata: { annotations: { [ROLLOUT_PROMOTE]: null } } }, undefined);
  if (set.metadata.annotations?.[SET_REFRESH] !== undefined)
    await patchSet(world, set, { metadata: { annotations: { [SET_REFRESH]: null } } }, undefined);
}

function hasStatus(world: World): boolean {
  const api = world.hub.discovery?.kinds.find(({ kind }) => kind === 'ApplicationSet');
  return api?.subresources?.includes('status') === true;
}

async function patchSet(world: World, set: Manifest, body: object, subresource: string | undefined): Promise<void> {
  const { hub } = world.options;
  try {
    const how = { type: 'merge', body, fieldManager: MANAGER, ...(subresource === undefined ? {} : { subresource }) } as const;
    world.hub.learn(await hub.patch(refOf(set), how, world.signal));
  } catch (error) {
    if (!(error instanceof IoError)) throw error;
    if (error.status !== 404 && !world.closing) world.store.notice('warning', error.message);
  }
}

function resourceOf(application: Manifest) {
  const { sync, health } = (application['status'] ?? {}) as { sync?: { status?: string }; health?: { status?: string } };
  return {
    group: 'argoproj.io',
    version: 'v1alpha1',
    kind: 'Application',
    name: application.metadata.name,
    namespace: application.metadata.namespace ?? '',
    ...(sync?.status ? { status: sync.status } : {}),
    ...(health?.status ? { health: { status: health.status } } : {}),
  };
}
