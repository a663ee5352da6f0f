// `argosy drift list` and `argosy drift export`: who departed from Git, when, and how it ended.
import { resolve } from 'node:path';
import { shortAge } from '../../core/duration.js';
import { csvLine } from '../../domain/csv.js';
import type { Drift, DriftFilter } from '../../domain/drift.js';
import { type Column, table } from '../output/table.js';
import type { Session } from '../session.js';
import { sinceMs, writeTo } from './history-export.js';

const PAGE = 1_000;

export async function driftList(session: Session): Promise<number> {
  const { invocation, io, ports } = session;
  const drifts: Drift[] = [];
  for await (const page of pages(session)) drifts.push(...page);
  if (session.printed(drifts.map(shown))) return 0;
  const columns = COLUMNS(ports.clock.now());
  io.out(table(invocation.output() === 'wide' ? [...columns, ...WIDE] : columns, drifts));
  return 0;
}

export async function driftExport(session: Session): Promise<number> {
  const { invocation, io } = session;
  const output = invocation.text('output');
  const pieces = exported(session, invocation.text('format') ?? 'json');
  if (output === undefined) for await (const piece of pieces) io.out(piece);
  else await writeTo(resolve(io.cwd, output), pieces);
  return 0;
}

async function* exported(session: Session, format: string): AsyncGenerator<string> {
  if (format === 'csv') yield csvLine(CSV.map(([name]) => name));
  if (format === 'json') yield '[';
  let first = true;
  for await (const page of pages(session))
    for (const drift of page) {
      if (format === 'csv') yield csvLine(CSV.map(([, value]) => value(drift)));
      else if (format === 'ndjson') yield `${JSON.stringify(shown(drift))}\n`;
      else yield `${first ? '\n' : ',\n'}${JSON.stringify(shown(drift))}`;
      first = false;
    }
  if (format === 'json') yield '\n]\n';
}

async function* pages(session: Session): AsyncGenerator<readonly Drift[]> {
  const engine = await session.engine();
  const filter = filterOf(session);
  let beforeId: number | undefined;
  for (;;) {
    const page = await engine.inspect(
      { kind: 'drifts', filter: { ...filter, limit: PAGE, ...(beforeId === undefined ? {} : { beforeId }) } },
      session.io.signal,
    );
    yield page;
    beforeId = page.at(-1)?.id;
    if (page.length < PAGE) return;
  }
}

function filterOf({ invocation, ports, config }: Session): DriftFilter {
  const [since, app, cluster] = ['since', 'app', 'cluster'].map((name) => invocation.text(name));
  return {
    ...(since === undefined ? {} : { sinceMs: sinceMs(since, ports.clock.now()) }),
    ...(app === undefined ? {} : { app: app.includes('/') ? app : `${config.hub.namespace}/${app}` }),
    ...(cluster === undefined ? {} : { cluster }),
    ...(invocation.on('open') ? { open: true } : {}),
  };
}

const COLUMNS = (nowMs: number): readonly Column<Drift>[] => [
  { header: 'SINCE', cell: ({ sinceMs: atMs }) => time(atMs) },
  { header: 'LASTED', cell: ({ sinceMs: atMs, endedAtMs }) => shortAge((endedAtMs ?? nowMs) - atMs) },
  { header: 'APP', cell: ({ app }) => app.slice(app.indexOf('/') + 1) },
  { header: 'RESOURCE', cell: ({ key }) => `${key.kind} ${key.name}` },
  { header: 'WHAT', cell: whatOf },
  { header: 'BY', cell: ({ by }) => by || '-' },
  { header: 'END', cell: endOf },
];

const WIDE: readonly Column<Drift>[] = [
  { header: 'CLUSTER', cell: ({ cluster }) => cluster },
  { header: 'NAMESPACE', cell: ({ key }) => key.namespace },
];

function whatOf({ kind, fields }: Drift): string {
  if (kind !== 'changed' || fields.length === 0) return kind;
  return fields.length > 2 ? `${fields.slice(0, 2).join(', ')} and ${fields.length - 2} more` : fields.join(', ');
}

function endOf({ end, operation, endedBy }: Drift): string {
  if (end === undefined) return 'open';
  return operation === undefined ? end : `${end} by ${endedBy ?? ''} (#${operation})`;
}

/** For other programs: times that anybody reads. */
function shown({ sinceMs: atMs, endedAtMs, after: _, ...drift }: Drift): object {
  return { ...drift, since: time(atMs), ...(endedAtMs === undefined ? {} : { ended: time(endedAtMs) }) };
}

function time(atMs: number): string {
  return new Date(atMs).toISOString().replace(/\.\d+Z$/, 'Z');
}

const CSV: readonly (readonly [string, (drift: Drift) => unknown])[] = [
  ['id', ({ id }) => id],
  ['app', ({ app }) => app],
  ['cluster', ({ cluster }) => cluster],
  ['group', ({ key }) => key.group],
  ['kind', ({ key }) => key.kind],
  ['namespace', ({ key }) => key.namespace],
  ['name', ({ key }) => key.name],
  ['what', ({ kind }) => kind],
  ['fields', ({ fields }) => fields.join(' ')],
  ['by', ({ by }) => by],
  ['since', ({ sinceMs: atMs }) => time(atMs)],
  ['ended', ({ endedAtMs }) => (endedAtMs === undefined ? '' : time(endedAtMs))],
  ['end', ({ end }) => end ?? ''],
  ['operation', ({ operation }) => operation ?? ''],
  ['endedBy', ({ endedBy }) => endedBy ?? ''],
];
