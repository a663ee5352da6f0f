// `argosy app resources`: what an application manages, and with -o tree what that owns.
import type { AppRow, ResourceNode } from '../../domain/fleet.js';
import { paintState } from '../output/colour.js';
import { table, textWidth } from '../output/table.js';
import { treeLines } from '../output/tree.js';
import type { Session } from '../session.js';

export async function appResources(session: Session): Promise<number> {
  const row = await session.app();
  const { io, invocation } = session;
  const form = invocation.output();
  if (form === 'tree') {
    await printTree(session, row);
    return 0;
  }
  const engine = await session.engine();
  const nodes = await engine.inspect({ kind: 'tree', app: row.key }, io.signal);
  const managed = nodes.filter(({ parent }) => parent === undefined);
  if (session.printed(managed)) return 0;
  if (form === 'name') {
    io.out(managed.map((node) => `${resourceName(node)}\n`).join(''));
    return 0;
  }
  const columns = [
    { header: 'GROUP', cell: (node: ResourceNode) => node.group },
    { header: 'KIND', cell: (node: ResourceNode) => node.kind },
    { header: 'NAMESPACE', cell: (node: ResourceNode) => node.namespace },
    { header: 'NAME', cell: (node: ResourceNode) => node.name },
    { header: 'ORPHANED', cell: () => 'No' },
  ];
  const wide = [
    { header: 'STATUS', cell: (node: ResourceNode) => node.sync ?? '' },
    { header: 'HEALTH', cell: (node: ResourceNode) => node.health?.status ?? '' },
    { header: 'WAVE', cell: (node: ResourceNode) => String(node.wave ?? 0) },
    { header: 'NOTES', cell: (node: ResourceNode) => node.notes.join(', ') },
  ];
  io.out(table(form === 'wide' ? [...columns, ...wide] : columns, managed, io.colour));
  return 0;
}

/** The resource tree of an application: KIND/NAME, STATUS, HEALTH, MESSAGE. */
export async function printTree(session: Session, row: AppRow): Promise<void> {
  const engine = await session.engine();
  const nodes = await engine.inspect({ kind: 'tree', app: row.key }, session.io.signal);
  const lines = treeLines(nodes, (node) => `${node.kind}/${node.name}`);
  const width = Math.max(9, ...lines.map(({ line }) => textWidth(line)));
  const padded = lines.map(({ line, item }) => ({ item, head: line + ' '.repeat(width - textWidth(line)) }));
  session.io.out(
    table(
      [
        { header: 'KIND/NAME'.padEnd(width), cell: ({ head }) => head },
        { header: 'STATUS', cell: ({ item }) => item.sync ?? '', paint: ({ item }, text) => paintState(item.sync ?? '', text) },
        {
          header: 'HEALTH',
          cell: ({ item }) => item.health?.status ?? '',
          paint: ({ item }, text) => paintState(item.health?.status ?? '', text),
        },
        { header: 'MESSAGE', cell: ({ item }) => [...item.notes, item.health?.message ?? ''].filter((note) => note !== '').join(', ') },
      ],
      padded,
      session.io.colour,
    ),
  );
}

/** 'apps/Deployment/payments/api' */
export function resourceName(node: Pick<ResourceNode, 'group' | 'kind' | 'namespace' | 'name'>): string {
  return [node.group, node.kind, node.namespace, node.name].filter((part) => part !== '').join('/');
}
