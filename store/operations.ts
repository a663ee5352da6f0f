// Operations: written before the cluster is, task by task, so that a crash at any point leaves what was meant.
import type { History } from '../src/domain/history.js';
import type { OperationId, Task, TaskResult } from '../src/domain/operation.js';
import type { Manifest } from '../src/domain/resource.js';
import { resourceId } from '../src/domain/resource.js';
import type { Database, Value } from './database.js';
import { readManifest } from './manifest-store.js';
import { detailOf, type OperationRow, operationColumns, resultsOf, summaryOf } from './operation-rows.js';
import { loadPlan, storePlan, tasksOf } from './plan-record.js';
import type { Vault } from './vault.js';

type Records = Pick<History, 'begin' | 'intend' | 'outcome' | 'finish' | 'unfinished' | 'find' | 'detail' | 'manifests' | 'applied'>;

/** How many operations a list has when nobody says. */
const LIMIT = 500;

export function operationRecords(database: Database, vault: Vault): Records {
  const running = new Map<OperationId, Running>();
  return {
    // Not durable by itself: the first `intend` puts it on disk, and nothing is written to a cluster before that.
    begin: (operation) => {
      const id = database.transaction(() => insert(database, vault, operation));
      running.set(id, { app: operation.app, dryRun: operation.dryRun, objects: objectsOf(operation.plan.tasks) });
      return id;
    },
    intend: (operation, taskIds, atMs) =>
      database.transaction(
        () => {
          for (const task of taskIds) {
            database.run('INSERT OR IGNORE INTO intents (operation, task, at_ms) VALUES (?, ?, ?)', operation, task, atMs);
          }
        },
        { durable: true },
      ),
    outcome: (operation, results) =>
      database.transaction(() => {
        writeResults(database, operation, results);
        rememberApplied(database, running.get(operation) ?? recorded(database, operation), results);
      }),
    finish(operation, phase, message, atMs, historyId) {
      rememberIntended(database, operation, running.get(operation) ?? recorded(database, operation));
      running.delete(operation);
      database.run(
        'UPDATE operations SET phase = ?, message = ?, finished_ms = ?, history_id = ? WHERE id = ?',
        ...[phase, message, atMs, historyId ?? null, operation],
      );
    },
    unfinished: () =>
      database
        .all<OperationRow>(`SELECT ${operationColumns(true)} FROM operations o WHERE o.finished_ms IS NULL ORDER BY o.id`)
        .map((row) => unfinished(database, row)),
    find: (filter) => find(database, filter),
    detail(id) {
      const row = database.get<OperationRow>(`SELECT ${operationColumns(true)} FROM operations o WHERE o.id = ?`, id);
      return row && detailOf(database, row);
    },
    manifests: (id) => appliedManifests(database, id),
    applied: (app) =>
      new Set(database.all<{ object: string }>('SELECT object FROM applied WHERE app = ?', app).map(({ object }) => object)),
  };
}

function insert(database: Database, vault: Vault, operation: Parameters<History['begin']>[0]): number {
  const { packed, targets } = storePlan(database, vault, operation.plan);
  const columns: Record<string, Value> = {
    app: operation.app,
    cluster: operation.cluster,
    phase: 'Running',
    message: '',
    trigger_kind: operation.trigger,
    actor: operation.actor,
    dry_run: operation.dryRun ? 1 : 0,
    started_ms: operation.startedAtMs,
    revisions: JSON.stringify(operation.plan.revisions),
    from_revisions: JSON.stringify(operation.fromRevisions),
    commit_json: operation.commit ? JSON.stringify(operation.commit) : null,
    sources: JSON.stringify(operation.sources),
    request: JSON.stringify(operation.request),
    plan: packed,
    total: operation.plan.tasks.length,
    rollback_to: operation.rollbackTo ?? null,
    fence: operation.fence,
  };
  const names = Object.keys(columns);
  const { id } = database.run(
    `INSERT INTO operations (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`,
    ...Object.values(columns),
  );
  for (const [task, hash] of targets) {
    database.run('INSERT INTO operation_manifests (operation, task, hash) VALUES (?, ?, ?)', id, task, hash);
  }
  return id;
}

function writeResults(database: Database, operation: number, results: readonly TaskResult[]): void {
  for (const { taskId, outcome, startedAtMs, finishedAtMs } of results) {
    const failed = outcome.kind === 'failed';
    database.run(
      `INSERT OR REPLACE INTO results (operation, task, kind, code, message, retry, uid, resource_version, started_ms, finished_ms)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ...[operation, taskId, outcome.kind, outcome.code, outcome.message, failed ? outcome.retry : null],
      ...[failed ? null : (outcome.uid ?? null), failed ? null : (outcome.resourceVersion ?? null), startedAtMs, finishedAtMs],
    );
  }
}

/** What the outcomes of an operation are about. */
interface Running {
  readonly app: string;
  readonly dryRun: boolean;
  /** Objects that its tasks apply, by the ids of the tasks. */
  readonly objects: ReadonlyMap<string, string>;
}

function objectsOf(tasks: readonly Pick<Task, 'id' | 'kind' | 'ref'>[]): ReadonlyMap<string, string> {
  return new Map(tasks.filter(({ kind }) => kind === 'apply').map(({ id, ref }) => [id, resourceId(ref)]));
}

/** An operation that another process began. */
function recorded(database: Database, operation: number): Running | undefined {
  const row = database.get<{ app: string; plan: Buffer; dry_run: number }>(
    'SELECT app, plan, dry_run FROM operations WHERE id = ?',
    operation,
  );
  return row && { app: row.app, dryRun: row.dry_run !== 0, objects: objectsOf(tasksOf(row.plan)) };
}

/** What this app has applied: only that may be pruned without asking. */
function rememberApplied(database: Database, operation: Running | undefined, results: readonly TaskResult[]): void {
  if (!operation || operation.dryRun) return;
  for (const { taskId, outcome } of results) {
    const object = outcome.kind === 'done' && outcome.code === 'Synced' ? operation.objects.get(taskId) : undefined;
    if (object !== undefined) database.run('INSERT OR IGNORE INTO applied (app, object) VALUES (?, ?)', operation.app, object);
  }
}

/** Writes that were begun and of which nobody knows what became: what is live with our mark then is ours, not a stranger's. */
function rememberIntended(database: Database, id: OperationId, operation: Running | undefined): void {
  if (!operation || operation.dryRun) return;
  const open = database.all<{ task: string }>(
    'SELECT task FROM intents WHERE operation = ? AND task NOT IN (SELECT task FROM results WHERE operation = ?)',
    ...[id, id],
  );
  for (const { task } of open) {
    const object = operation.objects.get(task);
    if (object !== undefined) database.run('INSERT OR IGNORE INTO applied (app, object) VALUES (?, ?)', operation.app, object);
  }
}

function unfinished(database: Database, row: OperationRow): ReturnType<History['unfinished']>[number] {
  const { id, app, trigger, actor, startedAtMs } = summaryOf(row);
  const intended = database.all<{ task: string }>('SELECT task FROM intents WHERE operation = ? ORDER BY at_ms, task', id);
  return {
    ...{ id, app, trigger, actor, startedAtMs },
    request: JSON.parse(row.request),
    plan: loadPlan(database, id, row.plan),
    results: resultsOf(database, id),
    intended: intended.map(({ task }) => task),
  };
}

/** Newest first. Dry runs are listed only on request. */
function find(database: Database, filter: Parameters<History['find']>[0]): ReturnType<History['find']> {
  const conditions: [string, Value][] = [];
  if (filter.app !== undefined) conditions.push(['o.app = ?', filter.app]);
  if (filter.cluster !== undefined) conditions.push(['o.cluster = ?', filter.cluster]);
  if (filter.actor !== undefined) conditions.push(['o.actor = ?', filter.actor]);
  if (filter.sinceMs !== undefined) conditions.push(['o.started_ms >= ?', filter.sinceMs]);
  if (filter.beforeId !== undefined) conditions.push(['o.id < ?', filter.beforeId]);
  if (filter.phases?.length) conditions.push(['o.phase IN (SELECT value FROM json_each(?))', JSON.stringify(filter.phases)]);
  if (!filter.dryRuns) conditions.push(['o.dry_run = ?', 0]);
  const where = conditions.length > 0 ? `WHERE ${conditions.map(([sql]) => sql).join(' AND ')}` : '';
  return database
    .all<OperationRow>(
      `SELECT ${operationColumns(false)} FROM operations o ${where} ORDER BY o.id DESC LIMIT ?`,
      ...conditions.map(([, value]) => value),
      filter.limit ?? LIMIT,
    )
    .map(summaryOf);
}

/** In the order of the plan; only what the operation did apply. */
function appliedManifests(database: Database, id: number): readonly Manifest[] {
  const row = database.get<{ plan: Buffer }>('SELECT plan FROM operations WHERE id = ?', id);
  if (!row) return [];
  const hashes = new Map(
    database
      .all<{ task: string; hash: string }>(
        `SELECT m.task, m.hash FROM operation_manifests m JOIN results r ON r.operation = m.operation AND r.task = m.task
         WHERE m.operation = ? AND r.kind = 'done'`,
        id,
      )
      .map(({ task, hash }) => [task, hash]),
  );
  return tasksOf(row.plan).flatMap((task) => {
    const hash = task.kind === 'apply' ? hashes.get(task.id) : undefined;
    return hash === undefined ? [] : (readManifest(database, hash) ?? []);
  });
}
