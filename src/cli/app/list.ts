// `argosy app list`: Argo CD's columns; wide adds where it comes from, how old the verdict is, and why.
import { shortAge } from '../../core/duration.js';
import { labelSelector } from '../../core/fleet/label-selector.js';
import { compileQuery } from '../../core/fleet/query.js';
import type { AppRow } from '../../domain/fleet.js';
import { UserError } from '../../domain/problem.js';
import { paintState } from '../output/colour.js';
import { type Column, table } from '../output/table.js';
import type { Session } from '../session.js';

export async function appList(session: Session): Promise<number> {
  const { invocation, io } = session;
  const nowMs = session.ports.clock.now();
  const rows = chosen(session, await session.rows(), nowMs);
  const form = invocation.output();
  if (form === 'name') io.out(rows.map((row) => `${nameOf(row)}\n`).join(''));
  else if (form === 'json' || form === 'yaml') session.printed(await wholeObjects(session, rows));
  else {
    io.out(appTable(rows, { wide: form === 'wide', nowMs, colour: io.colour }));
    if (io.terminal) io.out(`\n${summary(rows)}\n`);
  }
  return 0;
}

function chosen(session: Session, rows: readonly AppRow[], nowMs: number): readonly AppRow[] {
  const { invocation } = session;
  const query = compileQuery(invocation.text('query') ?? '');
  const problem = query.problems[0];
  if (problem !== undefined) throw new UserError(`cannot use the query: ${problem}`);
  const selects = labelSelector(invocation.text('selector') ?? '');
  const [projects, repos] = [invocation.list('project'), invocation.list('repo')];
  const is = (flag: string, ...values: string[]) => invocation.text(flag) === undefined || values.includes(invocation.text(flag) as string);
  return rows.filter(
    (row) =>
      query.matches(row, nowMs) &&
      selects(row.labels) &&
      (projects.length === 0 || projects.includes(row.project)) &&
      (repos.length === 0 || repos.some((repo) => sameRepo(repo, row.repo))) &&
      is('cluster', row.cluster, row.server) &&
      is('path', row.path) &&
      is('app-namespace', row.namespace),
  );
}

function sameRepo(a: string, b: string): boolean {
  const plain = (url: string) =>
    url
      .toLowerCase()
      .replace(/\/+$/, '')
      .replace(/\.git$/, '');
  return plain(a) === plain(b);
}

/** The whole objects of these rows, in their order. */
async function wholeObjects(session: Session, rows: readonly AppRow[]) {
  const engine = await session.engine();
  const all = await engine.inspect({ kind: 'applications' }, session.io.signal);
  const byKey = new Map(all.map((object) => [`${object.metadata.namespace ?? ''}/${object.metadata.name}`, object]));
  return rows.flatMap((row) => byKey.get(row.key) ?? []);
}

/** Applications as a table with Argo CD's columns; wide adds more. */
export function appTable(
  rows: readonly AppRow[],
  options: { readonly wide: boolean; readonly nowMs: number; readonly colour: boolean },
): string {
  return table(options.wide ? [...COLUMNS, ...wideColumns(options.nowMs)] : COLUMNS, rows, options.colour);
}

/** 'argocd/my-app', as Argo CD prints it. */
export function nameOf(row: Pick<AppRow, 'namespace' | 'name'>): string {
  return row.namespace === '' ? row.name : `${row.namespace}/${row.name}`;
}

const COLUMNS: readonly Column<AppRow>[] = [
  { header: 'NAME', cell: nameOf },
  { header: 'CLUSTER', cell: (row) => row.cluster || row.server },
  { header: 'NAMESPACE', cell: (row) => row.destinationNamespace },
  { header: 'PROJECT', cell: (row) => row.project },
  { header: 'STATUS', cell: (row) => row.sync, paint: (row, text) => paintState(row.sync, text) },
  { header: 'HEALTH', cell: (row) => row.health, paint: (row, text) => paintState(row.health, text) },
  { header: 'SYNCPOLICY', cell: (row) => row.syncPolicy },
  { header: 'CONDITIONS', cell: conditions },
];

function wideColumns(nowMs: number): readonly Column<AppRow>[] {
  return [
    { header: 'REPO', cell: (row) => row.repo },
    { header: 'PATH', cell: (row) => row.path },
    { header: 'TARGET', cell: (row) => row.targetRevision },
    { header: 'REVISION', cell: (row) => shortRevision(row.revision) },
    { header: 'SEEN', cell: (row) => (row.comparedAtMs > 0 ? shortAge(nowMs - row.comparedAtMs) : 'never') },
    { header: 'WHY', cell: (row) => row.stale ?? row.why },
  ];
}

/** 'SyncError', 'ComparisonError(2),SyncError' or '<none>'. */
function conditions(row: AppRow): string {
  const counts = new Map<string, number>();
  for (const { type } of row.conditions) counts.set(type, (counts.get(type) ?? 0) + 1);
  const words = [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([type, count]) => (count > 1 ? `${type}(${count})` : type));
  return words.join(',') || '<none>';
}

/** Seven characters of a commit, or of a working tree's hash after 'local-'; a tag or chart version as it is. */
export function shortRevision(revision: string): string {
  const [, local = '', hash] = /^(local-)?([0-9a-f]{40})$/.exec(revision) ?? [];
  return hash === undefined ? revision : local + hash.slice(0, 7);
}

function summary(rows: readonly AppRow[]): string {
  const count = (values: readonly string[]) => {
    const counts = new Map<string, number>();
    for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
    return [...counts].map(([value, n]) => `${n} ${value}`).join(', ');
  };
  const noun = rows.length === 1 ? 'application' : 'applications';
  if (rows.length === 0) return 'no applications';
  return `${rows.length} ${noun}: ${count(rows.map(({ sync }) => sync))}; ${count(rows.map(({ health }) => health))}`;
}
