// The engine in this thread: it joins the parts, starts them in order, and is the one place where a failed run is caught.
import type { Answer, EngineEvent, Intent, Query } from '../domain/events.js';
import type { OperationId } from '../domain/operation.js';
import type { Engine } from '../domain/ports.js';
import { IoError, UserError } from '../domain/problem.js';
import { follow } from './clusters.js';
import { takeControl } from './control.js';
import { installFleet, isFleet, markGone } from './fleet-app.js';
import { FleetStore } from './fleet-store.js';
import { inspect } from './inspect.js';
import { Lease } from './lease.js';
import { Modes } from './modes.js';
import type { EngineOptions } from './options.js';
import { Queue } from './queue.js';
import { reconcile } from './reconcile.js';
import { leftBehind, recover } from './recovery.js';
import { startRequested } from './requested.js';
import { request } from './requests.js';
import { Sets } from './sets.js';
import { startOperation } from './start.js';
import { writeStatus } from './status-writer.js';
import { World } from './world.js';

const RECONCILES = 32;
const STATUSES = 8;
const WRITES_PATIENCE_MS = 10_000;
const STATUSES_PATIENCE_MS = 3_000;

export function createLocalEngine(options: EngineOptions): Engine {
  const world = assemble(options);
  return {
    run: (signal) => run(world, signal),
    subscribe: (listener: (event: EngineEvent) => void) => world.store.subscribe(listener),
    request: (intent: Intent): Promise<OperationId | undefined> => asUserError(ready(world).then(() => request(world, intent))),
    inspect: <K extends Query['kind']>(query: Extract<Query, { kind: K }>): Promise<Answer<K>> =>
      asUserError(ready(world).then(() => inspect(world, query as Query))) as Promise<Answer<K>>,
  };
}

function assemble(options: EngineOptions): World {
  const world = new World(options);
  world.store = new FleetStore(world);
  world.modes = new Modes(
    world,
    (key) =>
      new Lease({
        cluster: world.live(key).cluster,
        namespace: options.leaseNamespace,
        holder: `${options.instance.host}/${options.instance.pid}`,
        identity: options.instance.identity,
        clock: options.clock,
        onChange: () => world.modes.changed([key]),
      }),
  );
  world.statuses = statusQueue(world);
  world.hubObjectChanged = (change) => takeControl(world, change);
  world.sets = new Sets(world);
  world.queue = new Queue({
    concurrency: RECONCILES,
    clock: options.clock,
    work: async (key) => {
      await work(world, key);
      world.turns.ran(key);
    },
    onChange: () => world.store.touch(),
  });
  return world;
}

/** One write to the embedded hub at a time, with a pause in between: whatever else is to be done in this thread comes first. */
function statusQueue(world: World): Queue {
  const { clock, hub } = world.options;
  const pauseMs = hub.info.kind === 'embedded' ? 1 : 0;
  return new Queue({
    concurrency: pauseMs > 0 ? 1 : STATUSES,
    clock,
    work: async (key) => {
      const state = world.apps.get(key);
      if (state) await writeStatus(world, state);
      if (pauseMs > 0) await clock.sleep(pauseMs);
    },
    onChange: () => world.store.touch(),
  });
}

async function run(world: World, signal: AbortSignal): Promise<void> {
  const stop = new AbortController();
  world.signal = stop.signal;
  // Ended once, and waited for by everybody: what comes after `run` takes the servers and connections away.
  let ended: Promise<void> | undefined;
  const end = (): Promise<void> => {
    ended ??= close(world, stop);
    return ended;
  };
  signal.addEventListener('abort', () => void end(), { once: true });
  for (const cluster of [world.options.hub, ...world.options.clusters]) follow(world, cluster);
  try {
    await hubRead(world, signal);
    if (!signal.aborted) await installFleet(world);
    if (!signal.aborted) await begin(world);
    const lost = await Promise.race([aborted(signal), (world.options.lost ?? new Promise<void>(() => undefined)).then(() => true)]);
    if (lost === true) throw new UserError('another engine has taken this hub over while this one was suspended; this one has stopped');
  } finally {
    await end();
  }
}

/** The hub was read: applications may run; what a crash left behind is taken up once the clusters are known. */
async function begin(world: World): Promise<void> {
  const left = leftBehind(world);
  world.started = true;
  world.readiness.resolve();
  world.sets?.again();
  for (const key of world.apps.keys()) world.queue.add(key);
  await clustersRead(world);
  // A command that comes and goes leaves what a crash began to the engine that stays.
  if (world.options.automation === 'all') await recover(world, left);
  for (const state of world.apps.values()) if (state.app.operation) startRequested(world, state);
  world.store.touch();
}

/** Waits until every cluster was read once, or said that it cannot be. */
async function clustersRead(world: World): Promise<void> {
  const pending = () => [...world.lives.values()].some((live) => live.trouble !== undefined && live.stale() === undefined);
  while (pending() && !world.closing) await world.options.clock.sleep(20, world.signal);
}

async function hubRead(world: World, signal: AbortSignal): Promise<void> {
  while (world.hub.trouble !== undefined && !signal.aborted) await world.options.clock.sleep(10, signal);
}

/** One run of the queue. What fails in it is said once, for that application. */
async function work(world: World, key: string): Promise<void> {
  const state = world.apps.get(key);
  if (!state || !world.started || world.closing) return;
  try {
    if (state.retry && state.retry.atMs <= world.now() && !state.operation) {
      const { start } = state.retry;
      delete state.retry;
      await startOperation(world, state, start);
    }
    await reconcile(world, state);
    if (isFleet(world, state)) markGone(world, state);
  } catch (error) {
    if (!(error instanceof IoError) && !(error instanceof UserError)) throw error;
    if (world.closing) return;
    state.notes = [{ type: 'UnknownError', message: error.message }];
    world.store.refresh(state);
    if (error instanceof IoError && error.retry === 'backoff') world.queue.addAt(key, world.now() + 5_000);
  }
}

async function close(world: World, stop: AbortController): Promise<void> {
  world.closing = true;
  world.readiness.resolve();
  await Promise.all([world.queue.close(), world.sets?.queue.close()]);
  await writesEnded(world);
  await within(world, STATUSES_PATIENCE_MS, world.statuses.drained());
  await world.statuses.close();
  await world.modes.close();
  stop.abort();
}

/** A Lease is given back only when nothing that we have sent is under way any more; a server that does not answer is not waited for long. */
async function writesEnded(world: World): Promise<void> {
  for (const { operation } of world.apps.values()) operation?.wake();
  await within(world, WRITES_PATIENCE_MS, Promise.all(world.operations));
}

async function within(world: World, ms: number, work: Promise<unknown>): Promise<void> {
  const patience = new AbortController();
  await Promise.race([work, world.options.clock.sleep(ms, patience.signal)]);
  patience.abort();
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** Requests that come before the control objects are read wait for them. */
function ready(world: World): Promise<void> {
  return world.readiness.promise;
}

/** Whoever asks gets a sentence, whether the world or the asking was wrong. */
async function asUserError<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof IoError) throw new UserError(error.message);
    throw error;
  }
}
