// `argosy app get`: facts, conditions, the last operation where it was asked for, resources as a table or a tree.
import type { Application } from '../../domain/application.js';
import type { AppRow } from '../../domain/fleet.js';
import { table } from '../output/table.js';
import type { Session } from '../session.js';
import { appHeader, windowStateOf } from './header.js';
import { factsOfState, operationBlock } from './operation-block.js';
import { refreshIfAsked } from './refresh.js';
import { resourceTable } from './resource-table.js';
import { printTree } from './resources.js';

export async function appGet(session: Session): Promise<number> {
  const row = await session.app();
  await refreshIfAsked(session, row);
  await printApplication(session, row);
  return 0;
}

/** The application as `app get` prints it, in the form that was asked for. */
export async function printApplication(session: Session, row: AppRow): Promise<void> {
  const { io, ports } = session;
  const engine = await session.engine();
  const app = (await engine.inspect({ kind: 'application', app: row.key }, io.signal)) as Application;
  if (session.printed(app)) return;
  const at = { nowMs: ports.clock.now(), signal: io.signal };
  io.out(appHeader(app, await windowStateOf(engine, app, at)));
  const state = app.status?.operationState;
  if (session.invocation.on('show-operation') && state) io.out(`\n${operationBlock(factsOfState(state), at.nowMs)}`);
  io.out(conditionTable(app));
  if (row.stale !== undefined) io.out(`\nStale:              ${row.stale}\n`);
  if (row.why !== '' && row.why !== app.status?.health?.message && row.stale === undefined) io.out(`Why:                ${row.why}\n`);
  io.out('\n');
  if (session.invocation.output() === 'tree') await printTree(session, row);
  else io.out(resourceTable(app, io.colour));
}

function conditionTable(app: Application): string {
  const conditions = app.status?.conditions ?? [];
  if (conditions.length === 0) return '';
  return `\n${table(
    [
      { header: 'CONDITION', cell: (condition) => condition.type },
      { header: 'MESSAGE', cell: (condition) => condition.message },
      { header: 'LAST TRANSITION', cell: (condition) => condition.lastTransitionTime ?? '<nil>' },
    ],
    conditions,
  )}`;
}
