// `argosy notify-commit URL`: a hook of a Git server, or a person, says that a repository has something new.
import { UserError } from '../../domain/problem.js';
import type { Session } from '../session.js';

export async function notifyCommit(session: Session): Promise<number> {
  const engine = await session.running();
  if (!engine)
    throw new UserError(
      `no engine is running on ${session.config.data}: there is nobody to notify; \`argosy run\` or \`argosy\` starts one`,
    );
  const repo = session.invocation.arg(0);
  await engine.request({ kind: 'notify-commit', repo });
  session.io.out(`notified of ${repo}\n`);
  return 0;
}
