// Rollbacks that stick: one per application.
import type { AppKey } from '../src/domain/application.js';
import type { History, Pin } from '../src/domain/history.js';
import type { Database } from './database.js';

interface Row {
  app: AppKey;
  operation: number;
  skips_target_hash: string;
  skips_revisions: string;
  at_ms: number;
  actor: string;
}

export function pinRecords(database: Database): Pick<History, 'pins' | 'pin' | 'unpin'> {
  return {
    pins: () => database.all<Row>('SELECT * FROM pins ORDER BY app').map(fromRow),
    pin: ({ app, operation, skipsTargetHash, skipsRevisions, atMs, actor }) =>
      database.transaction(
        () =>
          void database.run(
            'INSERT OR REPLACE INTO pins (app, operation, skips_target_hash, skips_revisions, at_ms, actor) VALUES (?, ?, ?, ?, ?, ?)',
            ...[app, operation, skipsTargetHash, JSON.stringify(skipsRevisions), atMs, actor],
          ),
        { durable: true },
      ),
    unpin: (app) => database.transaction(() => void database.run('DELETE FROM pins WHERE app = ?', app), { durable: true }),
  };
}

function fromRow({ app, operation, skips_target_hash, skips_revisions, at_ms, actor }: Row): Pin {
  return {
    app,
    operation,
    skipsTargetHash: skips_target_hash,
    skipsRevisions: JSON.parse(skips_revisions) as string[],
    atMs: at_ms,
    actor,
  };
}
