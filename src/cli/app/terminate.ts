// `argosy app terminate-op`
import { UserError } from '../../domain/problem.js';
import type { Session } from '../session.js';

export async function appTerminate(session: Session): Promise<number> {
  const row = await session.app();
  if (!row.running) throw new UserError(`no operation is running on ${row.name}`);
  const engine = await session.engine();
  await engine.request({ kind: 'terminate', app: row.key, actor: session.actor });
  session.io.out(`application '${row.name}' operation terminating\n`);
  return 0;
}
