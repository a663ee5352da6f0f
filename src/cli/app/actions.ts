// `argosy app actions list` and `argosy app actions run`.
import type { ActionFilter, OfferedAction } from '../../domain/actions.js';
import type { Invocation } from '../invocation.js';
import { type Column, table } from '../output/table.js';
import type { Session } from '../session.js';

export async function appActionsList(session: Session): Promise<number> {
  const { invocation, io } = session;
  const row = await session.app();
  const engine = await session.engine();
  const offered = await engine.inspect({ kind: 'actions', app: row.key, filter: filterOf(invocation) }, io.signal);
  if (session.printed(offered.map(offeredObject))) return 0;
  io.out(table(invocation.output() === 'wide' ? [...COLUMNS.slice(0, 2), NAMESPACE, ...COLUMNS.slice(2), PARAMETERS] : COLUMNS, offered));
  return 0;
}

export async function appActionsRun(session: Session): Promise<number> {
  const { invocation } = session;
  const row = await session.app();
  const engine = await session.engine();
  await engine.request({
    kind: 'action',
    app: row.key,
    action: invocation.arg(1),
    filter: filterOf(invocation),
    all: invocation.on('all'),
    parameters: invocation.pairs('param'),
    actor: session.actor,
  });
  return 0;
}

function filterOf(invocation: Invocation): ActionFilter {
  const given = { group: 'group', kind: 'kind', namespace: 'namespace', name: 'resource-name' };
  return Object.fromEntries(
    Object.entries(given).flatMap(([field, flag]) => {
      const value = invocation.text(flag);
      return value === undefined ? [] : [[field, value]];
    }),
  );
}

const COLUMNS: readonly Column<OfferedAction>[] = [
  { header: 'GROUP', cell: ({ ref }) => ref.group },
  { header: 'KIND', cell: ({ ref }) => ref.kind },
  { header: 'NAME', cell: ({ ref }) => ref.name },
  { header: 'ACTION', cell: ({ action }) => action },
  { header: 'DISABLED', cell: ({ disabled }) => String(disabled) },
];
const NAMESPACE: Column<OfferedAction> = { header: 'NAMESPACE', cell: ({ ref }) => ref.namespace };
const PARAMETERS: Column<OfferedAction> = {
  header: 'PARAMETERS',
  cell: ({ params }) => (params ?? []).map(({ name }) => name ?? '').join(','),
};

/** With the names that Argo CD prints. */
function offeredObject({ ref, action, disabled }: OfferedAction): object {
  return { Group: ref.group, Kind: ref.kind, Name: ref.name, Action: action, Disabled: disabled };
}
