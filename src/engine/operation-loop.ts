// One operation from its record to its end: look, decide, write down, perform, report. `decide` is pure; this loop is all there is around it.
import { decide } from '../core/sync/decide.js';
import type { OperationPhase } from '../domain/application.js';
import type { OperationId, RunningOperation, Step, TaskResult } from '../domain/operation.js';
import type { ActiveOperation, AppState } from './app-state.js';
import { observe } from './observe.js';
import { endOperation } from './operation-end.js';
import { performDryRun, performWrite } from './perform.js';
import type { Planned, StartRequest } from './start.js';
import type { World } from './world.js';

/** Records the operation, starts its loop, and returns its number at once. */
export async function runOperation(world: World, state: AppState, start: StartRequest, planned: Planned): Promise<OperationId> {
  const { history, sources } = world.options;
  const [source] = planned.target.sources;
  const [revision] = planned.target.revisions;
  const commit =
    source && revision && planned.target.resolved.length > 0
      ? await sources.commit(source, revision, world.signal).catch(() => undefined)
      : undefined;
  const startedAtMs = world.now();
  const fromRevisions =
    state.operationState?.syncResult?.revisions ??
    (state.operationState?.syncResult?.revision ? [state.operationState.syncResult.revision] : []);
  const id = history.begin({
    app: state.key,
    cluster: planned.destination.cluster.key,
    request: start.operation,
    plan: planned.plan,
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
  const running: RunningOperation = {
    id,
    app: state.key,
    request: start.operation,
    plan: planned.plan,
    startedAtMs,
    validated: false,
    terminating: false,
    results: [],
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

/** Puts an operation to work: a new one, or one that a crash left behind. */
export function resume(world: World, state: AppState, active: ActiveOperation): void {
  state.operation = active;
  world.store.operationStarted(state);
  void loop(world, state, active);
}

async function loop(world: World, state: AppState, active: ActiveOperation): Promise<void> {
  for (;;) {
    if (world.closing) return; // what is recorded is taken up by the next start
    const step = decide(active.running, observe(world, state, active));
    if (step.kind === 'finish') return endOperation(world, state, active, { phase: step.phase as OperationPhase, message: step.message });
    await perform(world, state, active, step);
  }
}

async function perform(world: World, state: AppState, active: ActiveOperation, step: Exclude<Step, { kind: 'finish' }>): Promise<void> {
  switch (step.kind) {
    case 'wait':
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
      // One commit to disk for the whole step: an intent without an outcome only means "look again" after a crash.
      world.options.history.intend(
        active.running.id,
        step.groups.flatMap((group) => group.map(({ id }) => id)),
        world.now(),
      );
      for (const group of step.groups) {
        if (world.closing || active.running.terminating) return;
        take(world, state, active, await performWrite(world, state, active, group));
      }
      return;
    }
    default:
      return step satisfies never;
  }
}

function take(world: World, state: AppState, active: ActiveOperation, results: readonly TaskResult[]): void {
  world.options.history.outcome(active.running.id, results);
  active.running = { ...active.running, results: [...active.running.results, ...results] };
  world.store.operationProgress(state);
}

/** Sleeps until something that the operation looks at has changed, or for the poll interval. */
async function wait(world: World, state: AppState, active: ActiveOperation, step: Extract<Step, { kind: 'wait' }>): Promise<void> {
  if (active.waitsFor !== step.reason) {
    active.waitsFor = step.reason;
    world.store.operationProgress(state);
  }
  const awake = new AbortController();
  active.wake = () => awake.abort();
  await world.options.clock.sleep(step.pollMs, AbortSignal.any([awake.signal, world.signal]));
  active.wake = () => undefined;
}
