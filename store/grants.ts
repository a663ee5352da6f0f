// On which clusters the engine may write, each bound to the UID of the cluster's kube-system namespace.
import type { History } from '../src/domain/history.js';
import type { Database } from './database.js';

export function grantRecords(database: Database): Pick<History, 'grants' | 'grant' | 'revoke'> {
  const durably = (work: () => void) => database.transaction(work, { durable: true });
  return {
    grants: () =>
      database.all<{ cluster: string; uid: string; actor: string; atMs: number }>(
        'SELECT cluster, uid, actor, at_ms AS atMs FROM grants ORDER BY cluster',
      ),
    grant: (cluster, uid, actor, atMs) =>
      durably(
        () =>
          void database.run('INSERT OR REPLACE INTO grants (cluster, uid, actor, at_ms) VALUES (?, ?, ?, ?)', cluster, uid, actor, atMs),
      ),
    revoke: (cluster) => durably(() => void database.run('DELETE FROM grants WHERE cluster = ?', cluster)),
  };
}
