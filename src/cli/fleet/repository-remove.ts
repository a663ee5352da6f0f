// `argosy repo rm` and `argosy repocreds rm`: deletes Secrets of the hub; no repository is touched.
import { nearest } from '../../core/nearest.js';
import { printableUrl, sameRepository } from '../../core/repository/url.js';
import { UserError } from '../../domain/problem.js';
import { type Manifest, refOf } from '../../domain/resource.js';
import type { Session } from '../session.js';
import { secretField, secretType } from './secret-fields.js';

export const repositoryRemove = (session: Session): Promise<number> => remove(session, 'repository');
export const credentialsRemove = (session: Session): Promise<number> => remove(session, 'repo-creds');

async function remove(session: Session, kind: 'repository' | 'repo-creds'): Promise<number> {
  const { invocation, io } = session;
  const engine = await session.engine();
  const secrets = (await engine.inspect({ kind: 'objects', of: 'Secret' }, io.signal)).filter((secret) => secretType(secret) === kind);
  const project = invocation.text('project');
  const found = invocation.args.map((url) => secretOf(secrets, { url, project, kind }));
  for (const [i, secret] of found.entries()) {
    const url = printableUrl(invocation.arg(i));
    if (!(await session.confirm(`Forget how ${url} is reached?`))) {
      io.out(`${url} is left as it is\n`);
      continue;
    }
    await engine.request({ kind: 'remove', ref: refOf(secret), actor: session.actor });
    io.out(kind === 'repository' ? `Repository '${url}' removed\n` : `Repository credentials for '${url}' removed\n`);
  }
  return 0;
}

interface Wanted {
  readonly url: string;
  readonly project: string | undefined;
  readonly kind: 'repository' | 'repo-creds';
}

function secretOf(secrets: readonly Manifest[], { url, project, kind }: Wanted): Manifest {
  const same = secrets.filter((secret) => sameRepository(secretField(secret, 'url'), url));
  const found = project === undefined ? same : same.filter((secret) => secretField(secret, 'project') === project);
  const [one] = found;
  if (found.length > 1)
    throw new UserError(
      `${printableUrl(url)} is there for several projects; choose one by --project: ${found.map((secret) => secretField(secret, 'project') || "''").join(', ')}`,
    );
  if (one) return one;
  const meant = nearest(
    url,
    secrets.map((secret) => secretField(secret, 'url')),
  );
  const hint = meant ? `did you mean "${meant}"?` : `\`argosy ${kind === 'repository' ? 'repo' : 'repocreds'} list\` shows them`;
  throw new UserError(`repo '${printableUrl(url)}' not found; ${hint}`);
}
