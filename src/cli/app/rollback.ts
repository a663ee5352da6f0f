// `argosy app rollback APP [ID]`: Argo CD's ids, or '#N' for one of our operations.
import { type Application, isAutomated } from '../../domain/application.js';
import { UserError } from '../../domain/problem.js';
import type { Session } from '../session.js';
import { runOperation } from './operation-run.js';
import { planText } from './plan-text.js';

export async function appRollback(session: Session): Promise<number> {
  const { invocation, io } = session;
  const row = await session.app();
  const engine = await session.engine();
  const [pin, prune, dryRun] = [invocation.on('pin'), invocation.on('prune'), invocation.on('dry-run')];
  const app = (await engine.inspect({ kind: 'application', app: row.key }, io.signal)) as Application;
  if (isAutomated(app.spec) && !pin && !dryRun)
    throw new UserError(
      `rollback cannot be initiated when auto-sync is enabled; --pin rolls back and stays there, \`argosy app why\` says until when`,
    );
  const target = targetOf(invocation.args[1]);
  if (dryRun && invocation.output() === 'table') {
    io.out(planText(await engine.inspect({ kind: 'rollback-plan', app: row.key, prune, ...target }, io.signal)));
    io.out('\n');
  }
  const approved = invocation.text('approve');
  return runOperation(session, row, {
    kind: 'rollback',
    app: row.key,
    ...target,
    pin,
    prune,
    dryRun,
    actor: session.actor,
    ...(approved === undefined ? {} : { approved }),
  });
}

function targetOf(text: string | undefined): { historyId?: number; operation?: number } {
  if (text === undefined) return {};
  const [, hash, number] = /^(#?)(\d{1,12})$/.exec(text) ?? [];
  if (number === undefined)
    throw new UserError(`cannot roll back to "${text}": name an id of \`argosy app history\`, or #N for an operation`);
  return hash === '#' ? { operation: Number(number) } : { historyId: Number(number) };
}
