// `argosy approve [HASH]`: the plans that wait, and letting one of them go on.
import type { Answers } from '../../domain/events.js';
import { UserError } from '../../domain/problem.js';
import { planText } from '../app/plan-text.js';
import { table } from '../output/table.js';
import type { Session } from '../session.js';

type Waiting = Answers['approvals'][number];

const SHORTEST = 8;

export async function approve(session: Session): Promise<number> {
  const { io, invocation } = session;
  const engine = await session.engine();
  const waiting = await engine.inspect({ kind: 'approvals' }, io.signal);
  const [hash] = invocation.args;
  if (hash === undefined) {
    if (!session.printed(waiting)) io.out(waiting.length === 0 ? 'no plan waits for an approval\n' : listOf(waiting));
    return 0;
  }
  const one = chosen(waiting, hash);
  if (one) io.out(`${one.app}: ${one.reason}\n\n${planText(one.plan)}`);
  if (!(await session.confirm(one ? `Approve this plan of ${one.app}?` : `Approve the plan ${hash}?`))) {
    io.out('not approved\n');
    return 1;
  }
  // A plan that is not an application's (a set that would delete many) is known to the engine alone: it refuses what does not wait.
  const operation = await engine.request({ kind: 'approve', hash: one?.hash ?? hash, actor: session.actor });
  const wait = one ? `; \`argosy app wait ${one.app} --operation\` waits until it is done` : '';
  io.out(operation === undefined ? 'approved\n' : `approved: operation #${operation} started${wait}\n`);
  return 0;
}

function listOf(waiting: readonly Waiting[]): string {
  return table(
    [
      { header: 'HASH', cell: ({ hash }) => hash.slice(0, 12) },
      { header: 'APP', cell: ({ app }) => app },
      { header: 'DELETES', cell: ({ plan }) => String(plan.deletes.reduce((sum, { cascade }) => sum + 1 + cascade.length, 0)) },
      { header: 'REASON', cell: ({ reason }) => reason },
    ],
    waiting,
  );
}

function chosen(waiting: readonly Waiting[], hash: string): Waiting | undefined {
  if (hash.length < SHORTEST) throw new UserError(`"${hash}" is too short: give at least ${SHORTEST} characters of the hash`);
  const found = waiting.filter((one) => one.hash.startsWith(hash.toLowerCase()));
  if (found.length > 1) throw new UserError(`"${hash}" is the beginning of ${found.length} hashes; give more of it`);
  return found[0];
}
