// A plan as it is stored: its target manifests apart, by content hash, so that a thousand syncs of one state cost one copy.
import type { Plan, Task } from '../src/domain/operation.js';
import type { Manifest } from '../src/domain/resource.js';
import type { Database } from './database.js';
import { pack, readManifest, storeManifest, unpack } from './manifest-store.js';
import type { Vault } from './vault.js';

/** A task without its target. */
type TaskRecord = { [K in Task['kind']]: Omit<Extract<Task, { kind: K }>, 'target'> }[Task['kind']];
interface PlanRecord extends Omit<Plan, 'tasks'> {
  readonly tasks: readonly TaskRecord[];
}

/** Stores the targets; returns the rest, and which task has which target. */
export function storePlan(database: Database, vault: Vault, plan: Plan): { packed: Buffer; targets: ReadonlyMap<string, string> } {
  const targets = new Map<string, string>();
  const tasks = plan.tasks.map((task): TaskRecord => {
    if (task.kind === 'prune') return task;
    const { target, ...rest } = task;
    targets.set(task.id, storeManifest(database, vault, target));
    return rest;
  });
  return { packed: pack({ ...plan, tasks } satisfies PlanRecord), targets };
}

/** The plan without targets: enough for lists and for what was done to which object. */
export function tasksOf(packed: Buffer): readonly TaskRecord[] {
  return unpack<PlanRecord>(packed).tasks;
}

/** The whole plan. Values of Secrets are keyed hashes: such a target may be compared, never applied. */
export function loadPlan(database: Database, operation: number, packed: Buffer): Plan {
  const record = unpack<PlanRecord>(packed);
  const hashes = targetsOf(database, operation);
  const tasks = record.tasks.map((task): Task => {
    if (task.kind === 'prune') return task as Task;
    const target = readManifest(database, hashes.get(task.id) ?? '') ?? missing(task.ref);
    return { ...task, target } as Task;
  });
  return { ...record, tasks };
}

/** Content hash of each task's target. */
export function targetsOf(database: Database, operation: number): ReadonlyMap<string, string> {
  const rows = database.all<{ task: string; hash: string }>('SELECT task, hash FROM operation_manifests WHERE operation = ?', operation);
  return new Map(rows.map(({ task, hash }) => [task, hash]));
}

function missing(ref: { kind: string; name: string }): Manifest {
  throw new Error(`history has lost the manifest of ${ref.kind} ${ref.name}`);
}
