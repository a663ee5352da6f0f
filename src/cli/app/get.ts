// `argosy app get`: facts, conditions, the last operation where it was asked for, resources as a table or a tree.
import { parametersOf } from '../../core/application/parameters.js';
import { type Application, sourcesOf } from '../../domain/application.js';
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
  if (session.invocation.on('show-params')) io.out(parameterTable(app));
  io.out('\n');
  if (session.invocation.output() === 'tree') await printTree(session, row);
  else io.out(resourceTable(app, io.colour));
}

const LONGEST_VALUE = 80;

/** Parameters of charts, images and replicas of kustomizations, variables of Jsonnet; of several sources with their number. */
function parameterTable(app: Application): string {
  const sources = sourcesOf(app.spec);
  const rows = sources.flatMap((source, i) =>
    parametersOf(source).map(({ name, value }) => ({ name: sources.length > 1 ? `${i + 1}: ${name}` : name, value })),
  );
  if (rows.length === 0) return '';
  const shown = (value: string) => (value.length > LONGEST_VALUE ? `${value.slice(0, LONGEST_VALUE - 3)}...` : value);
  return `\n${table(
    [
      { header: 'NAME', cell: (row) => row.name },
      { header: 'VALUE', cell: (row) => shown(row.value) },
    ],
    rows,
  )}`;
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
