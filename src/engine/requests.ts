// Intents: what somebody wants to happen. Each is accepted or refused with the reason, here; what follows is the engine's work.
import { globMatch } from '../core/fleet/text-match.js';
import type { Intent } from '../domain/events.js';
import type { ClusterKey } from '../domain/fleet.js';
import type { OperationId } from '../domain/operation.js';
import { UserError } from '../domain/problem.js';
import { runAction } from './actions.js';
import type { AppState } from './app-state.js';
import { deletionPlan } from './deletion.js';
import { isDestination } from './destination.js';
import { putObject, removeObject } from './hub-objects.js';
import { rollBack, takeOffPin } from './rollback.js';
import { startOperation } from './start.js';
import { applicationRef, patchHub } from './status-writer.js';
import { takeWebhook } from './webhook.js';
import type { World } from './world.js';

const READ_PATIENCE_MS = 15_000;

/** Carries an intent out as far as it can be done at once. Throws UserError with the reason when it is refused. */
export async function request(world: World, intent: Intent): Promise<OperationId | undefined> {
  switch (intent.kind) {
    case 'sync':
      return sync(world, stateOf(world, intent.app), intent);
    case 'rollback':
      return rollBack(world, stateOf(world, intent.app), intent);
    case 'unpin':
      return then(takeOffPin(world, stateOf(world, intent.app)));
    case 'refresh':
      return then(refresh(world, intent));
    case 'terminate':
      return then(terminate(stateOf(world, intent.app)));
    case 'delete':
      return then(await remove(world, stateOf(world, intent.app), intent));
    case 'approve':
      return approve(world, intent);
    case 'auto-sync':
      return then(await autoSync(world, stateOf(world, intent.app), intent.enabled));
    case 'mode':
      return then(await setMode(world, intent));
    case 'notify-commit':
      return then(notifyCommit(world, intent.repo));
    case 'action':
      return then(await runAction(world, stateOf(world, intent.app), intent));
    case 'webhook':
      if (intent.notice !== undefined) world.store.notice('warning', intent.notice);
      return then(intent.event && takeWebhook(world, intent.event));
    case 'put':
      return then(await putObject(world, intent));
    case 'remove':
      return then(await removeObject(world, intent));
    default:
      return intent satisfies never;
  }
}

/** For intents that start no operation. */
function then(_done: unknown): undefined {
  return undefined;
}

export function stateOf(world: World, key: string): AppState {
  const state = world.apps.get(key);
  if (!state) throw new UserError(`application ${key} is not there`);
  return state;
}

function sync(world: World, state: AppState, intent: Extract<Intent, { kind: 'sync' }>): Promise<OperationId | undefined> {
  const wanted = intent.operation.sync?.revision;
  const automated = state.app.spec.syncPolicy?.automated && state.app.spec.syncPolicy.automated.enabled !== false;
  const own = state.app.spec.source?.targetRevision || 'HEAD';
  const dryRun = intent.operation.sync?.dryRun === true;
  if (automated && !dryRun && wanted && wanted !== own && wanted !== state.target?.revisions[0])
    throw new UserError(`Cannot sync to ${wanted}: auto-sync currently set to ${own}`);
  if (automated && !dryRun && intent.manifests)
    throw new UserError('Cannot use local sync when Automatic Sync Policy is enabled unless for dry run');
  const operation = { ...intent.operation, initiatedBy: intent.operation.initiatedBy ?? { username: intent.actor } };
  return startOperation(world, state, {
    operation,
    trigger: 'manual',
    actor: intent.actor,
    ...(intent.approved === undefined ? {} : { approved: intent.approved }),
    ...(intent.manifests ? { manifests: intent.manifests } : {}),
  });
}

function refresh(world: World, intent: Extract<Intent, { kind: 'refresh' }>): void {
  const askedAtMs = world.now();
  const states = intent.app === undefined ? [...world.apps.values()] : [stateOf(world, intent.app)];
  for (const state of states) {
    state.refresh = { hard: intent.hard, askedAtMs };
    world.queue.add(state.key);
  }
}

function terminate(state: AppState): void {
  if (state.retry && !state.operation) {
    delete state.retry;
    return;
  }
  if (!state.operation) throw new UserError(`unable to terminate operation: ${state.app.metadata.name} has no operation in progress`);
  state.operation.running = { ...state.operation.running, terminating: true };
  state.operation.wake();
}

async function remove(world: World, state: AppState, intent: Extract<Intent, { kind: 'delete' }>): Promise<void> {
  const { hub } = world.options;
  const refusal = world.modes.refusal(hub.info.key);
  if (refusal !== undefined) throw new UserError(`cannot delete ${state.app.metadata.name}: ${refusal}`);
  const destination = world.destination(state);
  if (state.gone && intent.cascade !== 'none' && isDestination(destination)) {
    const plan = deletionPlan(world, state, destination, 'foreground');
    if (!intent.approved || !plan.hash.startsWith(intent.approved))
      throw new UserError(
        `deleting ${state.app.metadata.name} deletes ${plan.tasks.length} objects; approve this plan: ${plan.hash.slice(0, 12)}`,
      );
  }
  const others = (state.app.metadata.finalizers ?? []).filter((name) => !name.startsWith('resources-finalizer.argocd.argoproj.io'));
  const own =
    intent.cascade === 'none' ? [] : [`resources-finalizer.argocd.argoproj.io${intent.cascade === 'background' ? '/background' : ''}`];
  await patchHub(world, state, { metadata: { finalizers: [...others, ...own] } });
  await hub.remove(applicationRef(state), state.object.metadata.uid ?? '', 'background', world.signal);
}

async function approve(world: World, intent: Extract<Intent, { kind: 'approve' }>): Promise<OperationId | undefined> {
  if (intent.hash.length < 8)
    throw new UserError(`${JSON.stringify(intent.hash)} is too short for a plan's hash: give at least 8 characters`);
  const waiting = [...world.apps.values()].filter(({ approval }) => approval?.hash.startsWith(intent.hash));
  const [state] = waiting;
  if (!state?.approval) {
    if (world.sets?.approve(intent.hash)) return undefined;
    throw new UserError(`no plan with the hash ${intent.hash} waits for an approval; it may have changed since: look at it again`);
  }
  const { start, hash } = state.approval;
  world.options.history.approve(hash, intent.actor, world.now());
  delete state.approval;
  return startOperation(world, state, { ...start, approved: hash });
}

async function autoSync(world: World, state: AppState, enabled: boolean): Promise<void> {
  const automated = state.app.spec.syncPolicy?.automated;
  if (!automated && !enabled) throw new UserError(`${state.app.metadata.name} has no automated sync`);
  await patchHub(world, state, { spec: { syncPolicy: { automated: { ...automated, enabled } } } });
}

async function setMode(world: World, intent: Extract<Intent, { kind: 'mode' }>): Promise<void> {
  const keys = intent.clusters.flatMap((name) => matching(world, name));
  // A grant is bound to what the cluster says of itself: a command that has just begun gives it the time to say it.
  const untilMs = world.now() + READ_PATIENCE_MS;
  const unread = () => keys.some((key) => world.lives.get(key)?.trouble !== undefined && world.lives.get(key)?.stale() === undefined);
  while (intent.mode === 'act' && unread() && world.now() < untilMs && !world.closing) await world.options.clock.sleep(20, world.signal);
  if (intent.mode === 'act') world.modes.act(keys, intent.actor);
  else world.modes.observe(keys);
}

function matching(world: World, glob: string): ClusterKey[] {
  const keys = [...world.lives.values()]
    .map(({ cluster }) => cluster.info)
    .filter(({ key, aliases }) => [key, ...aliases].some((name) => globMatch(glob, name)));
  if (keys.length === 0) throw new UserError(`no cluster matches ${JSON.stringify(glob)}; there are ${[...world.lives.keys()].join(', ')}`);
  return keys.map(({ key }) => key);
}

function notifyCommit(world: World, repo: string): void {
  let found = 0;
  for (const state of world.apps.values()) {
    const sources = state.app.spec.sources ?? (state.app.spec.source ? [state.app.spec.source] : []);
    if (!sources.some(({ repoURL }) => world.options.sources.same(repoURL, repo))) continue;
    found++;
    state.refresh = { hard: state.refresh?.hard === true, askedAtMs: world.now(), announced: true };
    world.queue.add(state.key);
  }
  world.sets?.again();
  if (found === 0) throw new UserError(`no application uses the repository ${repo}`);
}
