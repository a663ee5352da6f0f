// `argosy repo list` and `argosy repo get`: repositories that were added with credentials, and those that applications use without.
import { nearest } from '../../core/nearest.js';
import { printableUrl, sameRepository } from '../../core/repository/url.js';
import type { AppRow } from '../../domain/fleet.js';
import { UserError } from '../../domain/problem.js';
import type { Manifest } from '../../domain/resource.js';
import { paintState } from '../output/colour.js';
import { type Column, table } from '../output/table.js';
import type { Session } from '../session.js';
import { hasSecretField, secretField, secretType } from './secret-fields.js';

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
  return print(session, await allRepositories(session));
}

export async function repositoryGet(session: Session): Promise<number> {
  const url = session.invocation.arg(0);
  const project = session.invocation.text('project');
  const all = await allRepositories(session);
  const found = all.filter((row) => sameRepository(row.repo, url) && (project === undefined || row.project === project));
  if (found.length > 0) return print(session, found, found.length === 1);
  const meant = nearest(
    url,
    all.map(({ repo }) => repo),
  );
  throw new UserError(`repo '${printableUrl(url)}' not found${meant ? `; did you mean "${meant}"?` : '; `argosy repo list` shows them'}`);
}

async function allRepositories(session: Session): Promise<readonly RepositoryRow[]> {
  const { io } = session;
  const engine = await session.engine();
  const secrets = await engine.inspect({ kind: 'objects', of: 'Secret' }, io.signal);
  const rows = await session.rows();
  const added = secrets
    .filter((secret) => secretType(secret) === 'repository' && secretField(secret, 'url') !== '')
    .map((secret) => ofSecret(secret, rows));
  const urls = new Set(added.map(({ repo }) => repo));
  const used = [...new Set(rows.map(({ repo }) => repo))].filter((repo) => repo !== '' && !urls.has(repo));
  return [...added, ...used.map((repo) => ({ ...EMPTY, repo, ...stateOf(repo, rows) }))];
}

function print(session: Session, repositories: readonly RepositoryRow[], alone = false): number {
  const { io, invocation } = session;
  const objects = repositories.map(repositoryObject);
  if (session.printed(alone ? objects[0] : objects)) return 0;
  if (invocation.output() === 'url') io.out(repositories.map(({ repo }) => `${repo}\n`).join(''));
  else io.out(table(COLUMNS, repositories, io.colour));
  return 0;
}

/** Any of them makes a repository one with credentials. */
const CREDENTIALS = ['username', 'password', 'bearerToken', 'sshPrivateKey', 'tlsClientCertData', 'githubAppPrivateKey'];

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
    creds: String(hasSecretField(secret, ...CREDENTIALS)),
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
