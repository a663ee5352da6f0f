// Actions on live objects: who ran which on what, recorded before the write and again after it.
import type { RecordedAction } from '../src/domain/actions.js';
import type { History } from '../src/domain/history.js';
import type { ResourceRef } from '../src/domain/resource.js';
import type { Database } from './database.js';

interface Row {
  readonly id: number;
  readonly app: string;
  readonly cluster: string;
  readonly ref: string;
  readonly action: string;
  readonly parameters: string;
  readonly actor: string;
  readonly started_ms: number;
  readonly finished_ms: number | null;
  readonly outcome: 'done' | 'failed' | null;
  readonly message: string;
}

const MOST_LISTED = 1_000;

export function actionRecords(database: Database): Pick<History, 'beginAction' | 'endAction' | 'actions'> {
  return {
    beginAction: (run) =>
      database.transaction(
        () =>
          database.run(
            `INSERT INTO action_runs (app, cluster, ref, action, parameters, actor, started_ms, message) VALUES (?, ?, ?, ?, ?, ?, ?, '')`,
            ...[run.app, run.cluster, JSON.stringify(run.ref), run.action, JSON.stringify(run.parameters), run.actor, run.startedAtMs],
          ).id,
        { durable: true },
      ),
    endAction: (id, outcome, message, atMs) =>
      void database.run('UPDATE action_runs SET outcome = ?, message = ?, finished_ms = ? WHERE id = ?', outcome, message, atMs, id),
    actions: ({ app, limit = 100 }) =>
      database
        .all<Row>(
          'SELECT * FROM action_runs WHERE (? IS NULL OR app = ?) ORDER BY id DESC LIMIT ?',
          ...[app ?? null, app ?? null, Math.min(limit, MOST_LISTED)],
        )
        .map(recorded),
  };
}

function recorded({ ref, parameters, started_ms, finished_ms, outcome, ...row }: Row): RecordedAction {
  return {
    ...row,
    ref: JSON.parse(ref) as ResourceRef,
    parameters: JSON.parse(parameters) as Record<string, string>,
    startedAtMs: Number(started_ms),
    ...(finished_ms === null ? {} : { finishedAtMs: Number(finished_ms) }),
    ...(outcome === null ? {} : { outcome }),
  };
}
