// The order of tasks: phase, wave, kind, name; then a namespace moves before what lives in it and a CRD before its objects.
import type { SyncPhase, Task } from '../../domain/operation.js';
import { kindRank } from '../manifest/order.js';

const PHASES: readonly SyncPhase[] = ['PreSync', 'Sync', 'PostSync', 'SyncFail', 'PreDelete', 'PostDelete'];

/** Sorted tasks, with the dependencies of behaviour 2.3 ("Dependency bubbling") moved up: they take wave and phase of what needs them. */
export function orderTasks(tasks: readonly Task[]): Task[] {
  const sorted = [...tasks].sort(compareTasks);
  for (const task of tasks) {
    if (task.kind !== 'apply') continue;
    const needs = dependants(task);
    if (needs) bubble(sorted, task, needs);
  }
  return sorted;
}

function compareTasks(a: Task, b: Task): number {
  return (
    PHASES.indexOf(a.phase) - PHASES.indexOf(b.phase) ||
    a.wave - b.wave ||
    kindRank(a.ref.kind) - kindRank(b.ref.kind) ||
    compareText(a.ref.name, b.ref.name) ||
    compareText(a.id, b.id)
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Which other tasks cannot run before this one; undefined for kinds that nobody waits for. */
function dependants(task: Extract<Task, { kind: 'apply' }>): ((other: Task) => boolean) | undefined {
  const { ref, target } = task;
  if (ref.kind === 'Namespace' && ref.group === '') return (other) => other.ref.namespace === ref.name;
  if (ref.kind !== 'CustomResourceDefinition') return undefined;
  const spec = target['spec'] as { group?: string; names?: { kind?: string } } | undefined;
  return (other) => other.ref.group === spec?.group && other.ref.kind === spec?.names?.kind;
}

function bubble(sorted: Task[], task: Task, needs: (other: Task) => boolean): void {
  const from = sorted.findIndex(({ id }) => id === task.id);
  const to = sorted.findIndex((other) => other.kind !== 'prune' && other.kind !== 'namespace' && other.id !== task.id && needs(other));
  const first = sorted[to];
  if (first === undefined || to > from) return;
  sorted.splice(from, 1);
  sorted.splice(to, 0, { ...task, wave: first.wave, phase: first.phase });
}
