// `argosy act CONTEXT...` and `argosy observe CONTEXT...`: a glob means the clusters that match today.
import { globMatch } from '../../core/fleet/text-match.js';
import { nearest } from '../../core/nearest.js';
import type { ClusterRow, Mode } from '../../domain/fleet.js';
import { UserError } from '../../domain/problem.js';
import type { Session } from '../session.js';

export async function act(session: Session): Promise<number> {
  if (session.config.mode === 'observe')
    throw new UserError(
      `cannot act: mode is observe${session.config.file ? ` (${session.config.file})` : ''}, and that is a ceiling over every cluster`,
    );
  return setMode(session, 'act');
}

export async function observe(session: Session): Promise<number> {
  return setMode(session, 'observe');
}

async function setMode(session: Session, mode: Mode): Promise<number> {
  const { io, invocation } = session;
  const engine = await session.engine();
  const { clusters } = await engine.inspect({ kind: 'rows' }, io.signal);
  const chosen = [...new Set(invocation.args.flatMap((glob) => matching(clusters, glob)))];
  const changing = chosen.filter((row) => row.mode !== mode);
  for (const row of chosen) if (row.mode === mode) io.out(`${row.key} is in ${mode} mode already\n`);
  if (changing.length === 0) return 0;
  if (mode === 'act') {
    io.out(changing.map((row) => `${row.key}  ${row.server}  ${row.apps} applications\n`).join(''));
    const noun = changing.length === 1 ? 'this cluster' : `these ${changing.length} clusters`;
    if (!(await session.confirm(`Allow writing to ${noun}?`))) {
      io.out('nothing was changed\n');
      return 0;
    }
  }
  await engine.request({ kind: 'mode', clusters: changing.map(({ key }) => key), mode, actor: session.actor });
  io.out(changing.map((row) => `${row.key}: ${mode}\n`).join(''));
  return 0;
}

function matching(clusters: readonly ClusterRow[], glob: string): ClusterRow[] {
  const found = clusters.filter(({ key, aliases }) => [key, ...aliases].some((name) => globMatch(glob, name)));
  if (found.length > 0) return found;
  const meant = nearest(
    glob,
    clusters.map(({ key }) => key),
  );
  throw new UserError(`no cluster matches "${glob}"${meant ? `; did you mean "${meant}"?` : '; `argosy cluster list` shows them'}`);
}
