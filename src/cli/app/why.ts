// `argosy app why`: the state of an application in sentences.
import { inertLine } from '../../core/inert.js';
import type { Session } from '../session.js';

export async function appWhy(session: Session): Promise<number> {
  const row = await session.app();
  const engine = await session.engine();
  const lines = await engine.inspect({ kind: 'why', app: row.key }, session.io.signal);
  const head = `${row.name} @ ${row.cluster || row.server}: ${row.sync}, ${row.health}`;
  session.io.out(`${[head, ...lines.map((line) => `  ${line}`)].map(inertLine).join('\n')}\n`);
  return 0;
}
