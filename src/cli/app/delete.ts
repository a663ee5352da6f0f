// `argosy app delete`: shows everything that falls with it, asks, and with --wait stays until it is gone.
import { inertLine } from '../../core/inert.js';
import type { AppRow } from '../../domain/fleet.js';
import type { Plan } from '../../domain/operation.js';
import type { Session } from '../session.js';
import { nameOf } from './list.js';
import { approvalText, planText } from './plan-text.js';
import { RowMemory, watching } from './until.js';

export async function appDelete(session: Session): Promise<number> {
  let code = 0;
  for (const row of await session.apps()) code = Math.max(code, await deleteOne(session, row));
  return code;
}

async function deleteOne(session: Session, row: AppRow): Promise<number> {
  const { invocation, io } = session;
  const engine = await session.engine();
  const cascades = invocation.given('cascade') !== false;
  const propagation = invocation.text('propagation-policy') === 'background' ? 'background' : 'foreground';
  const plan = cascades ? await deletePlan(session, row) : undefined;
  if (plan && !invocation.on('yes')) io.out(planText(plan));
  const question = cascades ? `Delete ${nameOf(row)} and its resources?` : `Delete ${nameOf(row)} and leave its resources?`;
  if (!(await session.confirm(question))) {
    io.out(`${nameOf(row)} is left as it is\n`);
    return 0;
  }
  const intent = {
    kind: 'delete',
    app: row.key,
    cascade: cascades ? propagation : 'none',
    actor: session.actor,
    // What was shown is what is agreed to: the engine refuses when the plan has changed meanwhile.
    ...(plan ? { approved: plan.hash } : {}),
  } as const;
  if (!invocation.on('wait')) {
    await engine.request(intent);
    io.out(`application '${nameOf(row)}' deleted\n`);
    return 0;
  }
  return waitUntilGone(session, row, async () => {
    await engine.request(intent);
  });
}

/** What would be deleted; undefined, with the reason said, where its cluster is not known or not reached: Argo CD deletes the application then as well. */
async function deletePlan(session: Session, row: AppRow): Promise<Plan | undefined> {
  const engine = await session.engine();
  try {
    return await engine.inspect({ kind: 'delete-plan', app: row.key }, session.io.signal);
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'UserError') throw error;
    session.io.err(`argosy: ${inertLine(error.message)}; what it deployed there cannot be shown\n`);
    return undefined;
  }
}

async function waitUntilGone(session: Session, row: AppRow, start: () => Promise<void>): Promise<number> {
  const rows = new RowMemory();
  const outcome = await watching<'gone' | 'approval'>(session, {
    timeoutMs: 0,
    start,
    take: (event) => rows.take(event),
    done: () => {
      if (!rows.known) return undefined;
      const now = rows.get(row.key);
      if (!now) return 'gone';
      if (now.approval) session.io.out(approvalText(row.name, now.approval.hash, now.approval.reason));
      return now.approval ? 'approval' : undefined;
    },
  });
  if (outcome === 'gone') session.io.out(`application '${nameOf(row)}' deleted\n`);
  return outcome === 'gone' ? 0 : 1;
}
