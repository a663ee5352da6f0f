// One operation from its record to its end: look, decide, write down, perform, report. `decide` is pure; this loop is all there is around it.
import { decide } from '../core/sync/decide.js';
import { withHookNames } from '../core/sync/hook-tasks.js';
import type { OperationPhase } from '../domain/application.js';
import type { OperationId, RunningOperation, Step, TaskResult } from '../domain/operation.js';
import { IoError, UserError } from '../domain/problem.js';
import { resourceId } from '../domain/resource.js';
import type { ActiveOperation, AppState } from './app-state.js';
import { carriedOver } from './carried.js';
import { sourcesFor } from './elsewhere.js';
import { clearHooks, settleHooks } from './hooks.js';
import { observe } from './observe.js';
import { endOperation } from './operation-end.js';
import { performDryRun, performWrite } from './perform.js';
import type { Planned, StartRequest } from './start.js';
import type { World } from './world.js';

/** Outcomes of a step that takes long are recorded so often. */
const RECORD_EVERY_MS = 1_000;
/** A reason spares the runtime an exception with its stack, thousands of times in a large sync. */
const WOKEN = 'woken';
export const ANOTHER_RUNS = 'another operation is already in progress';

/** Records the operation, starts its loop, and returns its number at once. Throws UserError where another one came first. */
export async function runOperation(world: World, state: AppState, start: StartRequest, planned: Planned): Promise<OperationId> {
  const { history } = world.options;
  const [source] = planned.target.sources;
  const [revision] = planned.target.revisions;
  const commit =
    source && revision && planned.target.resolved.length > 0
      ? await sourcesFor(world, state.app)
          .commit(source, revision, world.signal)
          .catch(() => undefined)
      : undefined;
  // From here to `resume` nothing is waited for: of two that start at once, one is refused.
  if (state.operation) throw new UserError(ANOTHER_RUNS);
  const startedAtMs = world.now();
  const fromRevisions =
    state.operationState?.syncResult?.revisions ??
    (state.operationState?.syncResult?.revision ? [state.operationState.syncResult.revision] : []);
  const plan = withHookNames(planned.plan, start.carried?.startedAtMs ?? startedAtMs);
  const id = history.begin({
    app: state.key,
    cluster: planned.destination.cluster.key,
    request: start.operation,
    plan,
    trigger: start.trigger,
    actor: start.actor,
    dryRun: start.operation.sync?.dryRun === true,
    fromRevisions,
    sources: planned.target.sources,
    startedAtMs,
    fence: world.options.fence,
    ...(commit ? { commit } : {}),
    ...(start.recorded ? { rollbackTo: start.recorded.operation } : {}),
  });
  const results = carriedOver(plan, start, (ref) => world.placeOf(state, ref)?.index.get(resourceId(ref)));
  if (results.length > 0) takeOver(world, id, results);
  const running: RunningOperation = {
    id,
    app: state.key,
    request: start.operation,
    plan,
    startedAtMs,
    validated: false,
    terminating: false,
    results,
  };
  resume(world, state, {
    running,
    start,
    trigger: start.trigger,
    actor: start.actor,
    target: planned.target,
    destination: planned.destination,
    comparison: planned.comparison,
    fromRevisions,
    waitsFor: '',
    wake: () => undefined,
    ...(commit ? { commit } : {}),
  });
  return id;
}

/** Hooks of the operation before are this one's from now on, in the record too. */
function takeOver({ options: { history, clock } }: World, id: OperationId, results: readonly TaskResult[]): void {
  history.intend(
    id,
    results.map(({ taskId }) => taskId),
    clock.now(),
  );
  history.outcome(
    id,
    results.filter(({ hook }) => hook?.phase !== 'Running'),
  );
}

/** Puts an operation to work: a new one, or one that a crash left behind. */
export function resume(world: World, state: AppState, active: ActiveOperation): void {
  state.operation = active;
  world.store.operationStarted(state);
  const running = loop(world, state, active).finally(() => world.operations.delete(running));
  world.operations.add(running);
}

async function loop(world: World, state: AppState, active: ActiveOperation): Promise<void> {
  for (;;) {
    if (world.closing) return; // what is recorded is taken up by the next start
    const step = decide(active.running, await observe(world, state, active));
    if (step.kind === 'finish') return endOperation(world, state, active, { phase: step.phase as OperationPhase, message: step.message });
    try {
      await perform(world, state, active, step);
    } catch (error) {
      // The record cannot be written (a full disk): without an intent on disk nothing is written to a cluster either.
      if (!(error instanceof IoError)) throw error;
      return endOperation(world, state, active, { phase: 'Error', message: error.message });
    }
  }
}

async function perform(world: World, state: AppState, active: ActiveOperation, step: Exclude<Step, { kind: 'finish' }>): Promise<void> {
  switch (step.kind) {
    case 'wait':
      world.turns.give(state.key);
      return wait(world, state, active, step);
    case 'dry-run': {
      active.waitsFor = step.tasks.length > 0 ? `a dry run of ${step.tasks.length} objects` : '';
      const tried = await performDryRun(world, state, active, step.tasks);
      const failures = tried.filter(({ outcome }) => outcome.kind === 'failed');
      const kept = active.running.request.sync?.dryRun ? tried : failures;
      active.running = { ...active.running, validated: failures.length === 0, results: [...active.running.results, ...kept] };
      return;
    }
    case 'write': {
      active.wave = step.wave;
      active.waitsFor = '';
      return write(world, state, active, step);
    }
    case 'settle':
      return settleHooks(world, state, active, step.hooks);
    case 'clear':
      return clearHooks(world, state, active, step.hooks);
    default:
      return step satisfies never;
  }
}

/**
 * The writes of a step, kind after kind. Intents are on disk before the first write; outcomes are recorded together, at the latest
 * after a while: after a crash in between, an intent without an outcome means "look again".
 */
async function write(world: World, state: AppState, active: ActiveOperation, step: Extract<Step, { kind: 'write' }>): Promise<void> {
  const { history } = world.options;
  const { id } = active.running;
  history.intend(
    id,
    step.groups.flatMap((group) => group.map((task) => task.id)),
    world.now(),
  );
  const written: TaskResult[] = [];
  let recordedAtMs = world.now();
  const record = (): void => {
    // A hook that runs has no outcome yet: after a crash it is looked for.
    history.outcome(
      id,
      written.splice(0).filter(({ hook }) => hook?.phase !== 'Running'),
    );
    recordedAtMs = world.now();
  };
  try {
    for (const group of step.groups) {
      if (world.closing || active.running.terminating) return;
      const results = await performWrite(world, state, active, group);
      written.push(...results);
      active.running = { ...active.running, results: [...active.running.results, ...results] };
      world.store.operationProgress(state);
      if (world.now() - recordedAtMs > RECORD_EVERY_MS) record();
    }
  } finally {
    record();
  }
}

/** Sleeps until something that the operation looks at has changed, or for the poll interval. */
async function wait(world: World, state: AppState, active: ActiveOperation, step: Extract<Step, { kind: 'wait' }>): Promise<void> {
  if (active.waitsFor !== step.reason) {
    active.waitsFor = step.reason;
    world.store.operationProgress(state);
  }
  const awake = new AbortController();
  active.wake = () => awake.abort(WOKEN);
  await world.options.clock.sleep(step.pollMs, AbortSignal.any([awake.signal, world.signal]));
  active.wake = () => undefined;
}
