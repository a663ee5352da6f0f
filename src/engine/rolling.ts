// Carries RollingSync out: what the state machine decided is in the set's status before the first sync begins, so that a crash finds it.

import { rfc3339 } from '../core/application/status.js';
import type { Expansion } from '../core/expand/expand.js';
import { type Rollout, type RolloutApplication, rollOut, rolloutSteps, statusesIn } from '../core/expand/rolling-sync.js';
import type { SetPlan } from '../core/expand/set-plan.js';
import { isRecord } from '../core/merge/record.js';
import { type Application, appKey, type Operation } from '../domain/application.js';
import { UserError } from '../domain/problem.js';
import type { Manifest } from '../domain/resource.js';
import type { AppState } from './app-state.js';
import { observed } from './observed.js';
import { startOperation } from './start.js';
import { windowRefusal } from './windows.js';
import type { World } from './world.js';

export const ROLLOUT_PAUSED = 'argosy.dev/rollout-paused';
export const ROLLOUT_PROMOTE = 'argosy.dev/rollout-promote';
const PROGRESSIVE = 'applicationsetcontroller.enable.progressive.syncs';
const RETRIES = 5;

/** Whether a set is rolled out in steps. argocd-cmd-params-cm may say that none is. */
export function isRolling(world: World, set: Manifest): boolean {
  if (!rolloutSteps(set)) return false;
  const params = world.hub.index
    .ofKind('', 'ConfigMap')
    .find(({ metadata }) => metadata.name === 'argocd-cmd-params-cm' && metadata.namespace === world.options.controlNamespace);
  return (params?.['data'] as Record<string, string> | undefined)?.[PROGRESSIVE] !== 'false';
}

/** The applications of a rollout do not sync by themselves: what their templates say of it counts for the syncs of the rollout. */
export function heldBack(expansion: Expansion): Expansion {
  const held = (entry: Expansion['applications'][number]) => {
    const spec = entry.application['spec'];
    const policy = isRecord(spec) ? spec['syncPolicy'] : undefined;
    const automated = isRecord(policy) ? policy['automated'] : undefined;
    if (!isRecord(spec) || !isRecord(policy) || !isRecord(automated)) return entry;
    const application = { ...entry.application, spec: { ...spec, syncPolicy: { ...policy, automated: { ...automated, enabled: false } } } };
    return { ...entry, application };
  };
  return { ...expansion, applications: expansion.applications.map(held), generated: expansion.generated.map(held) };
}

/** What the rollout is to do now. */
export function rolloutOf(
  world: World,
  set: Manifest,
  { owned, plan }: { readonly owned: readonly Manifest[]; readonly plan: SetPlan | undefined },
): Rollout {
  const changed = new Set(plan?.update.map(({ after }) => after.metadata.name));
  const annotations = set.metadata.annotations ?? {};
  return rollOut({
    steps: rolloutSteps(set) ?? [],
    applications: owned.map((each) => factsOf(world, each, changed)).sort((a, b) => (a.name < b.name ? -1 : 1)),
    before: statusesIn(set),
    now: rfc3339(world.now()),
    paused: annotations[ROLLOUT_PAUSED] === 'true',
    promoted: Number.parseInt(annotations[ROLLOUT_PROMOTE] ?? '0', 10) || 0,
  });
}

function factsOf(world: World, application: Manifest, changed: ReadonlySet<string>): RolloutApplication {
  const { name, labels = {} } = application.metadata;
  const state = world.apps.get(appKey(application.metadata));
  const row = state && world.store.row(state.key);
  const operation = state?.operation
    ? { phase: 'Running', startedAt: rfc3339(state.operation.running.startedAtMs) }
    : state?.operationState;
  return {
    name,
    labels,
    sync: row?.sync ?? 'Unknown',
    health: row?.health ?? 'Unknown',
    targetRevisions: state?.target?.revisions ?? [],
    phase: operation?.phase ?? '',
    startedAt: operation?.startedAt ?? '',
    broken: row?.sync === 'Unknown' && (row?.conditions ?? []).some(({ type }) => type.endsWith('Error')),
    changed: changed.has(name),
  };
}

/** The applications of a rollout that it will sync as soon as they can be. */
export function isDue(world: World, set: Manifest, name: string): AppState | undefined {
  const state = world.apps.get(appKey({ name, ...(set.metadata.namespace ? { namespace: set.metadata.namespace } : {}) }));
  if (!state?.comparison || state.operation || state.retry || state.approval || state.gone || state.stale !== undefined) return undefined;
  return observed(world, state) === undefined && windowRefusal(world, state, false) === undefined ? state : undefined;
}

/** Starts the syncs, each by the way of every operation: project, windows, plan and budget count as ever. Gives those that were refused. */
export async function syncApplications(world: World, set: Manifest, { syncs }: Rollout): Promise<ReadonlySet<string>> {
  const refused = new Set<string>();
  for (const name of syncs) {
    const state = isDue(world, set, name);
    if (!state) continue;
    try {
      await startOperation(world, state, { operation: operationOf(state.app), trigger: 'auto-sync', actor: 'applicationset-controller' });
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      refused.add(name);
      world.store.notice('warning', `rollout of ${set.metadata.name}: ${error.message}`, { app: state.key });
    }
  }
  return refused;
}

function operationOf({ spec }: Application): Operation {
  const { automated, syncOptions, retry } = spec.syncPolicy ?? {};
  return {
    initiatedBy: { username: 'applicationset-controller', automated: true },
    info: [{ name: 'Reason', value: 'ApplicationSet RollingSync triggered a sync of this Application resource.' }],
    retry: retry ?? { limit: RETRIES },
    sync: { prune: automated?.prune === true, ...(syncOptions ? { syncOptions } : {}) },
  };
}

/** Whether an application's state can move a rollout. */
export function owningSet({ object }: Pick<AppState, 'object'>): string | undefined {
  const owner = object.metadata.ownerReferences?.find(({ kind, controller }) => kind === 'ApplicationSet' && controller);
  return owner && appKey({ name: owner.name, ...(object.metadata.namespace ? { namespace: object.metadata.namespace } : {}) });
}
