// Approved plans, by hash. The first approval of a hash stands.
import type { History } from '../src/domain/history.js';
import type { Database } from './database.js';

export function approvalRecords(database: Database): Pick<History, 'approvals' | 'approve'> {
  return {
    approvals: () =>
      database.all<{ hash: string; actor: string; atMs: number }>('SELECT hash, actor, at_ms AS atMs FROM approvals ORDER BY at_ms, hash'),
    approve: (hash, actor, atMs) =>
      database.transaction(
        () => void database.run('INSERT OR IGNORE INTO approvals (hash, actor, at_ms) VALUES (?, ?, ?)', hash, actor, atMs),
        { durable: true },
      ),
  };
}
