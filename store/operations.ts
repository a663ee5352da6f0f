// Operations: written before the cluster is, task by task, so that a crash at any point leaves what was meant.
import type { History } from '../src/domain/history.js';
import type { TaskResult } from '../src/domain/operation.js';
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
  return {
    begin: (operation) => database.transaction(() => insert(database, vault, operation), { durable: true }),
    intend: (operation, taskIds, atMs) =>
      database.transaction(
        () => {
          for (const task of taskIds) {
            database.run('INSERT OR IGNORE INTO intents (operation, task, at_ms) VALUES (?, ?, ?)', operation, task, atMs);
          }
        },
        { durable: true },
      ),
    outcome: (operation, results) => database.transaction(() => writeResults(database, operation, results)),
    finish: (operation, phase, message, atMs, historyId) =>
      database.transaction(() => {
        database.run(
          'UPDATE operations SET phase = ?, message = ?, finished_ms = ?, history_id = ? WHERE id = ?',
          ...[phase, message, atMs, historyId ?? null, operation],
        );
      }),
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
  rememberApplied(database, operation, results);
}

/** What this app has applied: only that may be pruned without asking. */
function rememberApplied(database: Database, operation: number, results: readonly TaskResult[]): void {
  const written = new Set(
    results.filter(({ outcome }) => outcome.kind === 'done' && outcome.code === 'Synced').map(({ taskId }) => taskId),
  );
  if (written.size === 0) return;
  const row = database.get<{ app: string; plan: Buffer; dry_run: number }>(
    'SELECT app, plan, dry_run FROM operations WHERE id = ?',
    operation,
  );
  if (!row || row.dry_run) return;
  for (const task of tasksOf(row.plan)) {
    if (task.kind === 'apply' && written.has(task.id)) {
      database.run('INSERT OR IGNORE INTO applied (app, object) VALUES (?, ?)', row.app, resourceId(task.ref));
    }
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
