// What the hooks of a running operation want next: their end is noted, they are waited for, they are cleared away. Behaviour 2.3.
import type { HookEnd, HookRemoval, HookTask, Observation, RunningOperation, Step, Task, TaskResult } from '../../domain/operation.js';

const POLL_MS = 1_000;

type Results = ReadonlyMap<string, TaskResult>;

export function hooksOf(tasks: readonly Task[]): HookTask[] {
  return tasks.filter((task): task is HookTask => task.kind === 'hook');
}

/** Hooks that have come to their end since the last look. */
export function settled(operation: RunningOperation, observation: Observation, results: Results): Step | undefined {
  const hooks = running(operation, results).flatMap((task): HookEnd[] => {
    const end = endOf(observation.tasks[task.id]);
    return end ? [{ task, ...end }] : [];
  });
  return hooks.length > 0 ? { kind: 'settle', hooks } : undefined;
}

/** Healthy or without a health: succeeded. Degraded or Unknown: failed. Gone, or going before it ended: failed. Else it still runs. */
function endOf(seen: Observation['tasks'][string] | undefined): Pick<HookEnd, 'phase' | 'message'> | undefined {
  if (!seen) return undefined;
  if (!seen.exists) return { phase: 'Failed', message: 'it was deleted before its end was seen' };
  const { health } = seen;
  const message = health?.message ?? '';
  if (!health || health.status === 'Healthy') return { phase: 'Succeeded', message };
  if (health.status === 'Degraded' || health.status === 'Unknown') return { phase: 'Failed', message };
  return seen.deleting ? { phase: 'Failed', message: 'it was deleted while it ran' } : undefined;
}

export function running({ plan }: RunningOperation, results: Results): HookTask[] {
  return hooksOf(plan.tasks).filter(({ id }) => results.get(id)?.hook?.phase === 'Running');
}

export function awaited(hooks: readonly HookTask[]): Step | undefined {
  const [first] = hooks;
  if (!first) return undefined;
  const more = hooks.length > 1 ? ` and ${hooks.length - 1} more hooks` : '';
  return { kind: 'wait', reason: `waiting for completion of hook ${title(first)}${more}`, pollMs: POLL_MS };
}

/** Hooks of an earlier run, or of an earlier phase, have to be gone before those of this group are created. */
export function makesRoom(group: readonly Task[], observation: Observation, results: Results): Step | undefined {
  const inTheWay = hooksOf(group).flatMap((task): HookRemoval[] => {
    const uid = observation.tasks[task.id]?.uid;
    return uid !== undefined && task.deletePolicies.includes('BeforeHookCreation') && isKnown(task, uid, results) ? [{ task, uid }] : [];
  });
  const untouched = inTheWay.filter(({ task }) => observation.tasks[task.id]?.deleting !== true);
  if (untouched.length > 0) return { kind: 'clear', hooks: untouched };
  const [first] = inTheWay;
  return first && { kind: 'wait', reason: `waiting for deletion of hook ${title(first.task)}`, pollMs: POLL_MS };
}

/** The hook that the plan saw, or one that this operation has created itself. */
function isKnown({ replaces }: HookTask, uid: string, results: Results): boolean {
  return uid === replaces || [...results.values()].some((result) => result.hook?.uid === uid);
}

/** Finished hooks that the end of the operation takes along. */
export function cleared(operation: RunningOperation, results: Results, policy: 'HookSucceeded' | 'HookFailed'): Step | undefined {
  const hooks = hooksOf(operation.plan.tasks).filter(({ id, deletePolicies }) => {
    const hook = results.get(id)?.hook;
    return hook !== undefined && hook.phase !== 'Running' && !hook.cleared && deletePolicies.includes(policy);
  });
  return removalOf(hooks, results);
}

/** The step that deletes hooks which this operation has created. */
export function removalOf(hooks: readonly HookTask[], results: Results): Step | undefined {
  const removals = hooks.flatMap((task): HookRemoval[] => {
    const result = results.get(task.id);
    const uid = result?.hook?.cleared ? undefined : result?.hook?.uid;
    return uid === undefined ? [] : [{ task, uid }];
  });
  return removals.length > 0 ? { kind: 'clear', hooks: removals } : undefined;
}

function title({ ref }: HookTask): string {
  return `${ref.group}/${ref.kind}/${ref.name}`.replace(/^\//, '');
}
