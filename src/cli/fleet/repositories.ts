// `argosy repo list`: repositories that were added with credentials, and those that applications use without.
import type { AppRow } from '../../domain/fleet.js';
import type { Manifest } from '../../domain/resource.js';
import { paintState } from '../output/colour.js';
import { type Column, table } from '../output/table.js';
import type { Session } from '../session.js';
import { secretField, secretType } from './secret-fields.js';

interface RepositoryRow {
  readonly type: string;
  readonly name: string;
  readonly repo: string;
  readonly insecure: string;
  readonly oci: string;
  readonly lfs: string;
  readonly creds: string;
  readonly status: string;
  readonly message: string;
  readonly project: string;
}

export async function repositoryList(session: Session): Promise<number> {
  const { io, invocation } = session;
  const engine = await session.engine();
  const secrets = await engine.inspect({ kind: 'objects', of: 'Secret' }, io.signal);
  const rows = await session.rows();
  const added = secrets
    .filter((secret) => secretType(secret) === 'repository' && secretField(secret, 'url') !== '')
    .map((secret) => ofSecret(secret, rows));
  const urls = new Set(added.map(({ repo }) => repo));
  const used = [...new Set(rows.map(({ repo }) => repo))].filter((repo) => repo !== '' && !urls.has(repo));
  const repositories = [...added, ...used.map((repo) => ({ ...EMPTY, repo, ...stateOf(repo, rows) }))];
  if (session.printed(repositories.map(repositoryObject))) return 0;
  if (invocation.output() === 'url') io.out(repositories.map(({ repo }) => `${repo}\n`).join(''));
  else io.out(table(COLUMNS, repositories, io.colour));
  return 0;
}

const EMPTY: RepositoryRow = {
  type: 'git',
  name: '',
  repo: '',
  insecure: 'false',
  oci: 'false',
  lfs: 'false',
  creds: 'false',
  status: '',
  message: '',
  project: '',
};

function ofSecret(secret: Manifest, rows: readonly AppRow[]): RepositoryRow {
  const field = (name: Parameters<typeof secretField>[1]) => secretField(secret, name);
  return {
    type: field('type') || 'git',
    name: field('name'),
    repo: field('url'),
    insecure: field('insecure') || 'false',
    oci: field('enableOCI') || 'false',
    lfs: field('enableLfs') || 'false',
    creds: 'true',
    project: field('project'),
    ...stateOf(field('url'), rows),
  };
}

/** A repository is as good as what the applications got from it. */
function stateOf(repo: string, rows: readonly AppRow[]): { status: string; message: string } {
  const using = rows.filter((row) => row.repo === repo);
  if (using.some((row) => row.revision !== '' && row.stale === undefined)) return { status: 'Successful', message: '' };
  const problem = using.flatMap((row) => row.conditions).find(({ type }) => type === 'ComparisonError');
  const stale = using.find((row) => row.stale !== undefined)?.stale;
  if (problem || stale !== undefined) return { status: 'Failed', message: problem?.message ?? stale ?? '' };
  return { status: 'Unknown', message: using.length === 0 ? 'no application uses it' : '' };
}

const COLUMNS: readonly Column<RepositoryRow>[] = [
  { header: 'TYPE', cell: (row) => row.type },
  { header: 'NAME', cell: (row) => row.name },
  { header: 'REPO', cell: (row) => row.repo },
  { header: 'INSECURE', cell: (row) => row.insecure },
  { header: 'OCI', cell: (row) => row.oci },
  { header: 'LFS', cell: (row) => row.lfs },
  { header: 'CREDS', cell: (row) => row.creds },
  { header: 'STATUS', cell: (row) => row.status, paint: (row, text) => paintState(row.status, text) },
  { header: 'MESSAGE', cell: (row) => row.message },
  { header: 'PROJECT', cell: (row) => row.project },
];

function repositoryObject(row: RepositoryRow): object {
  return {
    type: row.type,
    ...(row.name ? { name: row.name } : {}),
    repo: row.repo,
    ...(row.project ? { project: row.project } : {}),
    connectionState: { status: row.status, message: row.message },
  };
}
