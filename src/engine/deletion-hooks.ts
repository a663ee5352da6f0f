// The hooks around a deletion, carried out as operations: recorded, and taken up again after a crash. A PreDelete hook that fails holds the
// deletion; a PostDelete hook that ran and failed does not, as in Argo CD: there is nothing left that it could protect.
import { contentHash } from '../core/hash.js';
import { waveOf } from '../core/manifest/order.js';
import { afterPhase, type DeletionPhase, deletionFinalizers, deletionHookPlan, deletionHooks } from '../core/sync/deletion-hooks.js';
import type { ComparedResource } from '../domain/comparison.js';
import { IoError, isError } from '../domain/problem.js';
import { type Manifest, refOf, resourceId } from '../domain/resource.js';
import type { AppState, Target } from './app-state.js';
import type { Destination } from './destination.js';
import { observed } from './observed.js';
import { runOperation } from './operation-loop.js';
import { refusalIn } from './start.js';
import { patchHub } from './status-writer.js';
import { loadTarget } from './target.js';
import { emptyComparison } from './uncompared.js';
import type { World } from './world.js';

const AGAIN_MS = 15_000;

/** Gives an application the finalizers that its hooks need, and takes away those that none needs any more. */
export async function keepDeletionFinalizers(world: World, state: AppState, target: Target): Promise<void> {
  if (state.gone || state.pin || target.problems.some(({ type }) => isError(type))) return;
  const wanted = deletionFinalizers(state.app.metadata.finalizers ?? [], target.manifests);
  if (!wanted || observed(world, state) !== undefined || world.modes.refusal(world.options.hub.info.key) !== undefined) return;
  await patchHub(world, state, { metadata: { finalizers: wanted } });
}

/** One look at the hooks of a phase: starts them, or goes on to what comes after them, or says why it does not. */
export async function runDeletionHooks(world: World, state: AppState, destination: Destination, phase: DeletionPhase): Promise<void> {
  const again = state.refresh?.hard === true;
  const target = await targetOf(world, state, destination, { phase, again });
  if (!target) return;
  const hooks = deletionHooks(target.manifests, phase);
  const key = contentHash([phase, hooks]);
  const run = again || state.deletionHooks?.key !== key ? undefined : state.deletionHooks.operation;
  if (hooks.length === 0 || (run !== undefined && isOver(world, phase, run)))
    return patchHub(world, state, { metadata: { finalizers: afterPhase(phase, state.app.metadata.finalizers ?? []) } });
  if (run !== undefined) {
    const message = world.options.history.detail(run)?.message ?? 'it failed';
    return hold(
      world,
      state,
      `its ${phase} hooks failed (operation #${run}): ${message}; look again with a hard refresh to run them again`,
    );
  }
  await begin(world, state, destination, { phase, target, hooks, key });
}

/** Succeeded; or, after the deletion, every hook ran to its end, whatever it was. */
function isOver(world: World, phase: DeletionPhase, run: number): boolean {
  const detail = world.options.history.detail(run);
  if (detail?.phase === 'Succeeded') return true;
  return (
    phase === 'PostDelete' && detail !== undefined && detail.results.length > 0 && detail.results.every(({ code }) => code === 'Synced')
  );
}

interface Begin {
  readonly phase: DeletionPhase;
  readonly target: Target;
  readonly hooks: readonly Manifest[];
  readonly key: string;
}

async function begin(world: World, state: AppState, destination: Destination, { phase, target, hooks, key }: Begin): Promise<void> {
  const plan = deletionHookPlan({
    app: state.key,
    phase,
    revisions: target.revisions,
    hooks: hooks.map((hook) => withLive(world, state, hook)),
    kindOf: (ref) => world.placeOf(state, ref)?.serves(ref),
    refusal: refusalIn(world, state, destination),
  });
  const left = state.leftDeletion;
  delete state.leftDeletion;
  const carried = left?.plan.tasks.some((task) => task.kind === 'hook' && task.phase === phase) ? left : undefined;
  const operation = await runOperation(
    world,
    state,
    { operation: { initiatedBy: { username: 'argosy' } }, trigger: 'delete', actor: 'argosy', ...(carried ? { carried } : {}) },
    { plan, target: { ...target, manifests: hooks }, comparison: emptyComparison(world, state), destination },
  );
  state.notes = [];
  state.deletionHooks = { key, operation };
}

function withLive(world: World, state: AppState, target: Manifest): ComparedResource {
  const { version, ...key } = refOf(target);
  const live = world.placeOf(state, key)?.index.get(resourceId(key));
  return { key, version, target, change: 'none', wave: waveOf(target), ...(live ? { live } : {}) };
}

/** What Git wants of the application; undefined where that cannot be known now: the deletion waits, and says so. */
async function targetOf(
  world: World,
  state: AppState,
  destination: Destination,
  { phase, again }: { readonly phase: DeletionPhase; readonly again: boolean },
): Promise<Target | undefined> {
  const asked = state.refresh;
  try {
    const target = await loadTarget(world, state, destination, { fresh: asked !== undefined || !state.deletionHooks, hard: again });
    const wrong = target.problems.find(({ type }) => isError(type));
    if (wrong) return void waitForSource(world, state, phase, wrong.message);
    state.target = target;
    return target;
  } catch (error) {
    if (!(error instanceof IoError)) throw error;
    return void waitForSource(world, state, phase, error.message);
  } finally {
    if (asked && state.refresh === asked) {
      delete state.refresh;
      world.statuses.add(state.key);
    }
  }
}

function waitForSource(world: World, state: AppState, phase: DeletionPhase, message: string): void {
  hold(world, state, `its ${phase} hooks are not known, so it waits: ${message}`);
  world.queue.addAt(state.key, world.now() + AGAIN_MS);
}

function hold(world: World, state: AppState, message: string): void {
  state.notes = [{ type: 'DeletionError', message }];
  world.store.refresh(state);
  world.statuses.add(state.key);
}
