// `argosy app history`: what was deployed, newest last, by Argo CD's ids.
import type { Application, RevisionHistory } from '../../domain/application.js';
import { table } from '../output/table.js';
import type { Session } from '../session.js';
import { shortRevision } from './list.js';

export async function appHistory(session: Session): Promise<number> {
  const { io, invocation } = session;
  const row = await session.app();
  const engine = await session.engine();
  const app = (await engine.inspect({ kind: 'application', app: row.key }, io.signal)) as Application;
  const history = app.status?.history ?? [];
  if (session.printed(history)) return 0;
  if (invocation.output() === 'id') {
    io.out(history.map(({ id }) => `${id}\n`).join(''));
    return 0;
  }
  const columns = [
    { header: 'ID', cell: (entry: RevisionHistory) => String(entry.id) },
    { header: 'DATE', cell: (entry: RevisionHistory) => entry.deployedAt },
    { header: 'REVISION', cell: revisionsOf },
  ];
  if (invocation.output() !== 'wide') io.out(table(columns, history));
  else {
    const operations = await engine.inspect({ kind: 'history', filter: { app: row.key } }, io.signal);
    const byHistoryId = new Map(
      operations.flatMap((operation) => (operation.historyId === undefined ? [] : [[operation.historyId, operation]])),
    );
    const operationOf = (entry: RevisionHistory) => byHistoryId.get(entry.id);
    const wide = [
      { header: 'OPERATION', cell: (entry: RevisionHistory) => (operationOf(entry) ? `#${operationOf(entry)?.id}` : '') },
      { header: 'ACTOR', cell: (entry: RevisionHistory) => operationOf(entry)?.actor ?? entry.initiatedBy?.username ?? '' },
      {
        header: 'TRIGGER',
        cell: (entry: RevisionHistory) => operationOf(entry)?.trigger ?? (entry.initiatedBy?.automated ? 'auto-sync' : ''),
      },
      { header: 'COMMIT', cell: (entry: RevisionHistory) => operationOf(entry)?.commit?.subject ?? '' },
    ];
    io.out(table([...columns, ...wide], history));
  }
  return 0;
}

/** 'HEAD (a1b2c3d)' of each source. */
function revisionsOf(entry: RevisionHistory): string {
  const revisions = entry.revisions ?? (entry.revision ? [entry.revision] : []);
  const sources = entry.sources ?? (entry.source ? [entry.source] : []);
  return revisions.map((revision, i) => `${sources[i]?.targetRevision ?? ''} (${shortRevision(revision)})`.trim()).join(', ');
}
