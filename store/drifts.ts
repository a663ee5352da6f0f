// The ledger of drift: one line per object and departure, closed when it ended.
import type { Drift, DriftEnd, DriftKind, DriftRecords } from '../src/domain/drift.js';
import type { ResourceKey } from '../src/domain/resource.js';
import type { Database } from './database.js';

interface Row {
  readonly id: number;
  readonly app: string;
  readonly cluster: string;
  readonly object: string;
  readonly kind: DriftKind;
  readonly fields: string;
  readonly writer: string;
  readonly since_ms: number;
  readonly after_operation: number | null;
  readonly ended_ms: number | null;
  readonly end: DriftEnd | null;
  readonly operation: number | null;
  readonly ended_by: string | null;
}

const MOST_LISTED = 10_000;

export function driftRecords(database: Database): DriftRecords {
  return {
    beginDrift: ({ app, cluster, key, kind, fields, by, sinceMs, after }) =>
      database.run(
        'INSERT INTO drifts (app, cluster, object, kind, fields, writer, since_ms, after_operation) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
        ...[app, cluster, JSON.stringify(key), kind, JSON.stringify(fields), by, sinceMs, after ?? null],
      ).id,
    widenDrift: (id, fields, by) =>
      void database.run('UPDATE drifts SET fields = ?, writer = ? WHERE id = ?', JSON.stringify(fields), by, id),
    endDrift: (id, { end, endedAtMs, operation, endedBy }) =>
      void database.run(
        'UPDATE drifts SET "end" = ?, ended_ms = ?, operation = ?, ended_by = ? WHERE id = ?',
        ...[end, endedAtMs, operation ?? null, endedBy ?? null, id],
      ),
    drifts: ({ app = null, cluster = null, sinceMs = 0, open, limit = 1_000, beforeId = Number.MAX_SAFE_INTEGER }) =>
      database
        .all<Row>(
          `SELECT * FROM drifts WHERE (? IS NULL OR app = ?) AND (? IS NULL OR cluster = ?) AND id < ?
             AND (ended_ms IS NULL OR (? = 0 AND ended_ms >= ?)) ORDER BY id DESC LIMIT ?`,
          ...[app, app, cluster, cluster, beforeId, open ? 1 : 0, sinceMs, Math.min(limit, MOST_LISTED)],
        )
        .map(drift),
  };
}

function drift({ object, fields, writer, since_ms, after_operation, ended_ms, end, operation, ended_by, ...row }: Row): Drift {
  return {
    ...row,
    key: JSON.parse(object) as ResourceKey,
    fields: JSON.parse(fields) as string[],
    by: writer,
    sinceMs: Number(since_ms),
    ...(after_operation === null ? {} : { after: after_operation }),
    ...(ended_ms === null ? {} : { endedAtMs: Number(ended_ms) }),
    ...(end === null ? {} : { end }),
    ...(operation === null ? {} : { operation }),
    ...(ended_by === null ? {} : { endedBy: ended_by }),
  };
}
