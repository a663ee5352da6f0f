// Looks at an operation and at the cluster, and says the one next thing to do. Pure; the engine performs it. Behaviour 2.3, "Step algorithm".
import type { Observation, RunningOperation, Step, Task, TaskResult } from '../../domain/operation.js';
import { resourceId } from '../../domain/resource.js';
import { kindRank } from '../manifest/order.js';
import { awaited, cleared, makesRoom, removalOf, running, settled } from './hook-steps.js';

const POLL_MS = 1_000;

/**
 * The next step. Contract with the engine: after a write, the observation shows at least the state that the write returned
 * (otherwise an old Healthy could open the next wave); a failing dry run leaves `validated` false and its failures in `results`.
 */
export function decide(operation: RunningOperation, observation: Observation): Step {
  const { plan } = operation;
  if (plan.invalid.length > 0)
    return finish(
      'Failed',
      `one or more synchronization tasks are not valid: ${listed(plan.invalid.map(({ ref, message }) => `${ref.kind} ${ref.name}: ${message}`))}`,
    );
  const results = new Map(operation.results.map((result) => [result.taskId, result]));
  if (operation.terminating) return terminated(operation, results);
  const open = plan.tasks.filter((task) => !results.has(task.id) && task.phase !== 'SyncFail');
  const namespace = open.find((task) => task.kind === 'namespace');
  if (namespace && !hasFailed(operation.results))
    return { kind: 'write', wave: namespace.wave, phase: namespace.phase, groups: [[namespace]] };
  return validation(operation) ?? settled(operation, observation, results) ?? next(operation, observation, open);
}

/** What still runs is deleted; nothing else is begun. */
function terminated(operation: RunningOperation, results: ReadonlyMap<string, TaskResult>): Step {
  return removalOf(running(operation, results), results) ?? finish('Failed', 'Operation terminated');
}

/** Everything is tried on the server first; what it refuses there stops the operation before the first write. */
function validation(operation: RunningOperation): Step | undefined {
  if (operation.validated) return operation.request.sync?.dryRun ? finish('Succeeded', 'successfully synced (dry run)') : undefined;
  const failures = failed(operation.results);
  if (failures.length > 0) return finish('Failed', `one or more objects failed to apply (dry run): ${reasons(operation, failures)}`);
  return {
    kind: 'dry-run',
    tasks: operation.plan.tasks.filter((task) => (task.kind === 'apply' || task.kind === 'hook') && !task.skipDryRun),
  };
}

function next(operation: RunningOperation, observation: Observation, open: readonly Task[]): Step {
  const results = new Map(operation.results.map((result) => [result.taskId, result]));
  const first = open[0];
  const group = first ? open.filter((task) => task.wave === first.wave && task.phase === first.phase) : [];
  // A wave that has begun is carried to its end: a failed kind does not stop the later kinds of the same wave.
  const begun = first !== undefined && operation.plan.tasks.some((task) => sameWave(task, first) && results.has(task.id));
  const failures = failed(operation.results);
  const stillRuns = awaited(running(operation, results));
  if (failures.length > 0 && !(first && begun)) return stillRuns ?? failing(operation, results, failures);
  if (!(first && begun) && stillRuns) return stillRuns;
  if (!first) return cleared(operation, results, 'HookSucceeded') ?? finish('Succeeded', 'successfully synced (all tasks run)');
  const before = operation.plan.tasks.filter((task) => results.has(task.id) && !sameWave(task, first));
  return (
    gate(operation, before, observation) ??
    makesRoom(group, observation, results) ?? { kind: 'write', wave: first.wave, phase: first.phase, groups: grouped(group) }
  );
}

/** The way down: SyncFail hooks run, then hooks go that do not outlive a failure, then it has failed. */
function failing(operation: RunningOperation, results: ReadonlyMap<string, TaskResult>, failures: readonly TaskResult[]): Step {
  const lastWords = operation.plan.tasks.filter((task) => task.phase === 'SyncFail' && !results.has(task.id));
  const [first] = lastWords;
  if (first && operation.validated)
    return { kind: 'write', wave: first.wave, phase: 'SyncFail', groups: grouped(lastWords.filter(({ wave }) => wave === first.wave)) };
  return cleared(operation, results, 'HookFailed') ?? finish('Failed', failureMessage(operation, failures));
}

/** A write that was refused, or a hook that came to a bad end. */
function failureMessage(operation: RunningOperation, failures: readonly TaskResult[]): string {
  const refused = failures.filter(({ hook }) => hook === undefined);
  return refused.length > 0
    ? `one or more objects failed to apply, reason: ${reasons(operation, refused)}`
    : `one or more synchronization tasks completed unsuccessfully, reason: ${reasons(operation, failures)}`;
}

/** Wave n+1 never starts before wave n is healthy and its prunes are gone. */
function gate(operation: RunningOperation, before: readonly Task[], observation: Observation): Step | undefined {
  const waiting: string[] = [];
  for (const task of before) {
    const seen = observation.tasks[task.id];
    if (task.kind === 'prune') {
      if (task.skipped === undefined && seen?.exists && seen.uid === task.uid) waiting.push(`deletion of ${title(task)}`);
      continue;
    }
    if (task.kind === 'namespace' || task.kind === 'hook' || !seen) continue;
    const health = seen.health;
    if (health?.status === 'Degraded') {
      const message = health.message ? ` (${health.message})` : '';
      return degraded(
        operation,
        `one or more synchronization tasks completed unsuccessfully, reason: ${title(task)} is Degraded${message}`,
      );
    }
    if (!seen.exists || (health && health.status !== 'Healthy')) waiting.push(`healthy state of ${title(task)}`);
  }
  if (waiting.length === 0) return undefined;
  const more = waiting.length > 1 ? ` and ${waiting.length - 1} more resources` : '';
  return { kind: 'wait', reason: `waiting for ${waiting[0]}${more}`, pollMs: POLL_MS };
}

/** An object that an earlier wave applied is Degraded: SyncFail hooks have their say before it has failed. */
function degraded(operation: RunningOperation, message: string): Step {
  const results = new Map(operation.results.map((result) => [result.taskId, result]));
  const end = failing(operation, results, []);
  return awaited(running(operation, results)) ?? (end.kind === 'finish' ? finish('Failed', message) : end);
}

/** Prunes first, then kind after kind; the members of a group are written side by side. */
function grouped(tasks: readonly Task[]): Task[][] {
  const prunes = tasks.filter((task) => task.kind === 'prune');
  const groups: Task[][] = prunes.length > 0 ? [prunes] : [];
  let rank: number | undefined;
  for (const task of tasks) {
    if (task.kind === 'prune') continue;
    const own = kindRank(task.ref.kind);
    if (own === rank) groups.at(-1)?.push(task);
    else groups.push([task]);
    rank = own;
  }
  return groups;
}

function sameWave(a: Task, b: Task): boolean {
  return a.wave === b.wave && a.phase === b.phase;
}

function failed(results: readonly TaskResult[]): TaskResult[] {
  return results.filter(({ outcome }) => outcome.kind === 'failed');
}

function hasFailed(results: readonly TaskResult[]): boolean {
  return results.some(({ outcome }) => outcome.kind === 'failed');
}

function reasons(operation: RunningOperation, failures: readonly TaskResult[]): string {
  const byId = new Map(operation.plan.tasks.map((task) => [task.id, task]));
  return listed(
    failures.map(({ taskId, outcome }) => {
      const task = byId.get(taskId);
      return task ? `${title(task)}: ${outcome.message}` : outcome.message;
    }),
  );
}

function listed(messages: readonly string[]): string {
  const shown = messages.slice(0, 3).join('; ');
  return messages.length > 3 ? `${shown}; and ${messages.length - 3} more` : shown;
}

function title(task: Task): string {
  return resourceId(task.ref).replace(/^\//, '').replace('//', '/');
}

function finish(phase: 'Failed' | 'Succeeded', message: string): Step {
  return { kind: 'finish', phase, message };
}
