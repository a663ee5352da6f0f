// `argosy cluster rm NAME`: deletes the cluster Secret; nothing in the cluster is touched.
import { nearest } from '../../core/nearest.js';
import { UserError } from '../../domain/problem.js';
import { refOf } from '../../domain/resource.js';
import type { Session } from '../session.js';
import { secretField, secretType } from './secret-fields.js';

export async function clusterRemove(session: Session): Promise<number> {
  const { invocation, io } = session;
  const wanted = invocation.arg(0);
  const engine = await session.engine();
  const { clusters } = await engine.inspect({ kind: 'rows' }, io.signal);
  const row = clusters.find(({ key, server, aliases }) => key === wanted || server === wanted || aliases.includes(wanted));
  if (!row) {
    const meant = nearest(
      wanted,
      clusters.map(({ key }) => key),
    );
    throw new UserError(`cluster "${wanted}" not found${meant ? `; did you mean "${meant}"?` : '; `argosy cluster list` shows them'}`);
  }
  const secrets = await engine.inspect({ kind: 'objects', of: 'Secret' }, io.signal);
  const secret = secrets.find(
    (object) =>
      secretType(object) === 'cluster' && (secretField(object, 'name') === row.key || secretField(object, 'server') === row.server),
  );
  if (!secret) throw new UserError(`cluster ${row.key} was not added to the hub: it comes from ${origin(row.kind)}; take it out there`);
  const used = row.apps > 0 ? `; ${row.apps} ${row.apps === 1 ? 'application points' : 'applications point'} to it` : '';
  if (!(await session.confirm(`Forget cluster ${row.key} (${row.server})${used}?`))) {
    io.out(`cluster ${row.key} is left as it is\n`);
    return 0;
  }
  await engine.request({ kind: 'remove', ref: refOf(secret), actor: session.actor });
  io.out(`Cluster '${row.server}' removed\n`);
  return 0;
}

function origin(kind: string): string {
  return kind === 'real' ? 'the contexts of argosy.yaml' : 'the clusters of argosy.yaml, or --sandbox';
}
