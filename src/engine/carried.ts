// A hook that has run is not run again because the process was killed: a database is migrated once. What the record says of the hooks of
// an operation that was cut short is taken over by the operation that takes its place, as far as it is about the same hook.
import { sameJson } from '../core/merge/record.js';
import type { HookTask, Plan, TaskResult } from '../domain/operation.js';
import type { Manifest, ResourceRef } from '../domain/resource.js';
import type { StartRequest } from './start.js';

/** Results with which an operation begins: hooks that have succeeded, and hooks that were begun and are still there. */
export function carriedOver(plan: Plan, { carried }: StartRequest, liveOf: (ref: ResourceRef) => Manifest | undefined): TaskResult[] {
  if (!carried) return [];
  const before = new Map(carried.plan.tasks.map((task) => [task.id, task]));
  const ended = new Map(carried.results.map((result) => [result.taskId, result]));
  return plan.tasks
    .filter((task): task is HookTask => task.kind === 'hook')
    .flatMap((task): TaskResult[] => {
      const was = before.get(task.id);
      if (was?.kind !== 'hook' || !sameJson(was.target, task.target)) return [];
      const result = ended.get(task.id);
      if (result?.outcome.kind === 'done') return [{ ...result, hook: { phase: 'Succeeded', uid: result.outcome.uid ?? '' } }];
      const object = liveOf(task.ref);
      const uid = object?.metadata.uid;
      if (result || uid === undefined || uid === was.replaces || !carried.intended.includes(task.id)) return [];
      const at = { startedAtMs: carried.startedAtMs, finishedAtMs: carried.startedAtMs };
      return [
        { taskId: task.id, outcome: { kind: 'done', code: 'Synced', message: 'created', uid }, ...at, hook: { phase: 'Running', uid } },
      ];
    });
}
