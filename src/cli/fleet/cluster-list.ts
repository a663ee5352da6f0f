// `argosy cluster list`: Argo CD's columns and words, with the mode and the number of applications.
import { shortAge } from '../../core/duration.js';
import type { ClusterRow } from '../../domain/fleet.js';
import { paintState } from '../output/colour.js';
import { type Column, table } from '../output/table.js';
import type { Session } from '../session.js';

export async function clusterList(session: Session): Promise<number> {
  const { io, invocation, ports } = session;
  const engine = await session.engine();
  const { clusters } = await engine.inspect({ kind: 'rows' }, io.signal);
  const form = invocation.output();
  if (session.printed(clusters.map(clusterObject))) return 0;
  if (form === 'name' || form === 'server') io.out(clusters.map((row) => `${form === 'name' ? row.key : row.server}\n`).join(''));
  else io.out(table(form === 'wide' ? [...COLUMNS, ...wideColumns(ports.clock.now())] : COLUMNS, clusters, io.colour));
  return 0;
}

const STATUS: Readonly<Record<ClusterRow['connection'], string>> = {
  live: 'Successful',
  unreachable: 'Failed',
  stale: 'Unknown',
  connecting: 'Unknown',
};

const COLUMNS: readonly Column<ClusterRow>[] = [
  { header: 'SERVER', cell: (row) => row.server },
  { header: 'NAME', cell: (row) => row.key },
  { header: 'VERSION', cell: (row) => row.version },
  { header: 'STATUS', cell: (row) => STATUS[row.connection], paint: (row, text) => paintState(row.connection, text) },
  { header: 'MODE', cell: (row) => row.mode },
  { header: 'APPS', cell: (row) => String(row.apps) },
  { header: 'MESSAGE', cell: (row) => row.message },
];

function wideColumns(nowMs: number): readonly Column<ClusterRow>[] {
  return [
    { header: 'KIND', cell: (row) => row.kind },
    { header: 'OBJECTS', cell: (row) => String(row.objects) },
    { header: 'LATENCY', cell: (row) => (row.latencyMs > 0 ? `${Math.round(row.latencyMs)}ms` : '') },
    { header: 'SEEN', cell: (row) => (row.seenAtMs > 0 ? shortAge(nowMs - row.seenAtMs) : 'never') },
    { header: 'LEASE', cell: (row) => row.lease ?? '' },
    {
      header: 'LABELS',
      cell: (row) =>
        Object.entries(row.labels)
          .map(([name, value]) => `${name}=${value}`)
          .join(','),
    },
    { header: 'ALIASES', cell: (row) => row.aliases.join(',') },
  ];
}

/** Shaped as Argo CD's; credentials are not part of it. */
function clusterObject(row: ClusterRow): object {
  return {
    name: row.key,
    server: row.server,
    serverVersion: row.version,
    labels: row.labels,
    annotations: row.annotations,
    config: {},
    connectionState: {
      status: STATUS[row.connection],
      message: row.message,
      attemptedAt: row.seenAtMs > 0 ? new Date(row.seenAtMs).toISOString() : null,
    },
    info: { applicationsCount: row.apps, cacheInfo: { resourcesCount: row.objects }, serverVersion: row.version },
    mode: row.mode,
    kind: row.kind,
  };
}
