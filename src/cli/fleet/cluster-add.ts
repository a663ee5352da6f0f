// `argosy cluster add CONTEXT`: writes a cluster Secret of Argo CD's shape to the hub.
import { UserError } from '../../domain/problem.js';
import type { Session } from '../session.js';
import { secretField } from './secret-fields.js';

export async function clusterAdd(session: Session): Promise<number> {
  const { invocation, io, ports, config } = session;
  const context = invocation.arg(0);
  const name = invocation.text('name') ?? context;
  const secret = await ports.clusterSecret(config, {
    context,
    name,
    project: invocation.text('project'),
    labels: invocation.pairs('label'),
    annotations: invocation.pairs('annotation'),
  });
  const server = secretField(secret, 'server');
  const engine = await session.engine();
  const { clusters } = await engine.inspect({ kind: 'rows' }, io.signal);
  const known = clusters.find((row) => row.key === name || (server !== '' && row.server === server));
  if (known && !invocation.on('upsert'))
    throw new UserError(`cluster ${known.key} (${known.server}) is there already; --upsert replaces it`);
  if (!(await session.confirm(`Keep credentials of context ${context} (${server}) in the hub as cluster ${name}?`))) {
    io.out('nothing was added\n');
    return 0;
  }
  await engine.request({ kind: 'put', manifest: secret, how: known ? 'upsert' : 'create', actor: session.actor });
  io.out(`Cluster '${server}' added\n`);
  return 0;
}
