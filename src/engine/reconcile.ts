// The pipeline, from top to bottom: destination, sources, live, comparison, gate, row. Start reading here.
// A run is for a key; it recomputes everything from state. What fails becomes a problem of that application and costs the others nothing.
import { instanceName } from '../core/manifest/tracking.js';
import type { Comparison } from '../domain/comparison.js';
import { IoError, type Problem } from '../domain/problem.js';
import type { AppState, Refresh, Target } from './app-state.js';
import { compareApp, fingerprintOf, liveOf, sameFingerprint } from './comparing.js';
import { deleteApp } from './deletion.js';
import { keepDeletionFinalizers } from './deletion-hooks.js';
import { type Destination, isDestination } from './destination.js';
import { gate } from './gate.js';
import { pinnedTarget } from './pins.js';
import { loadTarget } from './target.js';
import type { World } from './world.js';

const LOCAL_POLL_MS = 2_000;
/** A poll is content with an answer that another application's poll has just got. */
const POLLED_AGE_MS = 1_000;
export const SKIP_RECONCILE = 'argocd.argoproj.io/skip-reconcile';

/** One run for one application. Never throws for what the world does. */
export async function reconcile(world: World, state: AppState): Promise<void> {
  if (state.app.metadata.annotations?.[SKIP_RECONCILE] === 'true' && !state.app.metadata.deletionTimestamp)
    return state.comparison ? settle(world, state, state.comparison) : world.store.refresh(state);
  const destination = world.destination(state);
  if (!isDestination(destination)) return settle(world, state, unknown(world, state, [destination]));
  state.destination = destination;
  if (state.app.metadata.deletionTimestamp) return deleteApp(world, state, destination);
  const trouble = troubleOf(world, destination);
  if (trouble !== undefined) return wait(world, state, destination, trouble);
  const target = await target_(world, state, destination);
  if (!target) return settle(world, state, state.comparison);
  await keepDeletionFinalizers(world, state, target);
  const live = liveOf(world, state, target, destination);
  const startedMs = world.now();
  const fingerprint = fingerprintOf(world, state, target, live);
  if (sameFingerprint(fingerprint, state.fingerprint) && state.comparison)
    state.comparison = { ...state.comparison, comparedAtMs: world.now() };
  else state.comparison = await compareApp(world, { state, target, destination, live });
  state.fingerprint = fingerprint;
  state.target = state.pin ? (state.target ?? target) : target;
  const stale = staleOf(world, destination);
  if (stale === undefined) delete state.stale;
  else state.stale = stale;
  state.lastReconcileMs = world.now() - startedMs;
  world.drifts.look(state);
  await gate(world, state);
  return settle(world, state, state.comparison);
}

/** Reports a verdict, writes it to the hub, and plans the next look at the sources. */
async function settle(world: World, state: AppState, comparison: Comparison | undefined): Promise<void> {
  if (comparison) state.comparison = comparison;
  follow(world, state);
  world.store.refresh(state);
  world.statuses.add(state.key);
  // A run takes every date of its application off the calendar: what is still to come is put on it again.
  if (state.resyncAtMs > world.now()) world.queue.addAt(state.key, state.resyncAtMs);
  if (state.retry && !state.operation) world.queue.addAt(state.key, state.retry.atMs);
}

/** Since when it differs, and since when it progresses. */
function follow(world: World, state: AppState): void {
  const { comparison } = state;
  if (comparison?.sync === 'OutOfSync') state.driftSinceMs ??= world.now();
  else delete state.driftSinceMs;
  if (comparison?.health === 'Progressing') state.progressingSinceMs ??= world.now();
  else delete state.progressingSinceMs;
}

/** The target that counts: a pin's, or what Git wants. undefined: the old verdict stays (it is marked). */
async function target_(world: World, state: AppState, destination: Destination): Promise<Target | undefined> {
  const asked = state.refresh;
  const fresh = asked !== undefined || world.now() >= state.resyncAtMs;
  const sinceMs = asked?.askedAtMs ?? world.now() - POLLED_AGE_MS;
  try {
    const wanted = await loadTarget(world, state, destination, {
      fresh,
      sinceMs,
      hard: asked?.hard === true,
      announced: asked?.announced === true,
    });
    if (state.refresh === asked) delete state.refresh;
    delete state.loadFailedSinceMs;
    state.resyncAtMs = world.now() + resyncMs(world, wanted);
    const pinned = await pinnedTarget(world, state, wanted);
    if (!state.pin) state.target = wanted;
    return pinned ?? wanted;
  } catch (error) {
    if (!(error instanceof IoError)) throw error;
    if (world.closing) return undefined;
    return failed(world, state, destination, { error, asked });
  }
}

/** A source that cannot be read: the last verdict is kept for a while, then it becomes Unknown. Nothing is ever deleted because of it. */
async function failed(
  world: World,
  state: AppState,
  destination: Destination,
  { error, asked }: { readonly error: IoError; readonly asked: Refresh | undefined },
): Promise<undefined> {
  if (state.refresh === asked) delete state.refresh;
  state.loadFailedSinceMs ??= world.now();
  state.resyncAtMs = world.now() + Math.max(5_000, error.retryAfterMs ?? 0);
  const problem: Problem = { type: 'ComparisonError', message: `Failed to load target state: ${error.message}` };
  if (state.comparison && !asked && error.retry === 'backoff' && world.now() - state.loadFailedSinceMs < world.options.timings.graceMs) {
    state.stale = error.message;
    return undefined;
  }
  const empty: Target = {
    sources: [],
    revisions: state.comparison?.revisions ?? [],
    resolved: [],
    manifests: [],
    problems: [problem],
    sourceTypes: [],
    hash: '',
    madeFrom: '',
  };
  delete state.fingerprint;
  const live = liveOf(world, state, state.target, destination);
  state.comparison = await compareApp(world, {
    state,
    target: state.target ? { ...state.target, problems: [problem] } : empty,
    destination,
    live,
  });
  return undefined;
}

function resyncMs(world: World, target: Target): number {
  if (target.resolved.some(({ kind }) => kind === 'local')) return LOCAL_POLL_MS;
  const { reconciliationMs, reconciliationJitterMs: jitterMs } = world.settings;
  const everyMs = world.options.timings.resyncMs ?? reconciliationMs;
  return everyMs <= 0 ? Number.MAX_SAFE_INTEGER : everyMs + world.options.random() * jitterMs;
}

function troubleOf(world: World, destination: Destination): string | undefined {
  return destination.clusters.map((key) => world.lives.get(key)?.trouble).find((trouble) => trouble !== undefined);
}

function staleOf(world: World, destination: Destination): string | undefined {
  return destination.clusters.map((key) => world.lives.get(key)?.stale()).find((stale) => stale !== undefined);
}

/** The cluster is not known completely. What is known from before stays, marked; what was never known is Unknown. */
async function wait(world: World, state: AppState, destination: Destination, trouble: string): Promise<void> {
  state.stale = trouble;
  const unreachable = destination.clusters.some(
    (key) => world.lives.get(key)?.discovery === undefined && world.lives.get(key)?.stale() !== undefined,
  );
  if (!state.comparison && unreachable) {
    return settle(world, state, unknown(world, state, [{ type: 'ComparisonError', message: `Failed to load live state: ${trouble}` }]));
  }
  return state.comparison ? settle(world, state, state.comparison) : world.store.refresh(state);
}

function unknown(world: World, state: AppState, problems: readonly Problem[]): Comparison {
  return {
    app: state.key,
    revisions: state.comparison?.revisions ?? [],
    sources: state.comparison?.sources ?? [],
    sync: 'Unknown',
    health: 'Unknown',
    resources: [],
    problems: [...state.specProblems, ...problems],
    comparedAtMs: world.now(),
    targetHash: '',
  };
}

/** Which application a live object belongs to, if its marks say so. */
export function instanceOf(world: World, state: AppState): string {
  return instanceName(state.app.metadata, world.options.controlNamespace);
}
