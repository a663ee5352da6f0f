// Asking for an operation and staying with it until it has ended: for sync and rollback alike.

import { inertLine } from '../../core/inert.js';
import type { Application } from '../../domain/application.js';
import type { Intent } from '../../domain/events.js';
import type { AppRow } from '../../domain/fleet.js';
import type { OperationDetail, OperationId, OperationSummary } from '../../domain/operation.js';
import { table } from '../output/table.js';
import type { Session } from '../session.js';
import { appHeader, windowStateOf } from './header.js';
import { operationBlock } from './operation-block.js';
import { approvalText, planText } from './plan-text.js';
import { RESOURCE_COLUMNS, type ResourceRow } from './resource-table.js';
import { RowMemory, untilRow, watching } from './until.js';

const SETTLE_MS = 10_000;

/** Asks, waits unless --async, prints what happened. Resolves with the exit code: 0 only where it succeeded. */
export async function runOperation(session: Session, row: AppRow, intent: Intent): Promise<number> {
  const { io, invocation } = session;
  const engine = await session.engine();
  if (invocation.on('async')) {
    const id = await asked(session, row, () => engine.request(intent));
    if (id === 'approval') return 1;
    if (id === undefined) {
      io.out(`${row.name} was asked to\n`);
      return 0;
    }
    io.out(`operation #${id} of ${row.name} started\n`);
    return 0;
  }
  const ended = await watchOperation(session, row, intent);
  if (ended === undefined) {
    io.err(`argosy: ${row.name}: timed out waiting for the operation; it goes on, and \`argosy app wait ${row.name}\` waits for it\n`);
    return 1;
  }
  if (ended === 'approval') return 1;
  if (!ended.dryRun) await settled(session, row, ended);
  await printOutcome(session, row, ended.id);
  return ended.phase === 'Succeeded' ? 0 : 1;
}

async function watchOperation(session: Session, row: AppRow, intent: Intent): Promise<OperationSummary | 'approval' | undefined> {
  const engine = await session.engine();
  const finished = new Map<OperationId, OperationSummary>();
  const rows = new RowMemory();
  const progress = new Progress(session);
  let id: OperationId | undefined;
  let begun = false;
  let waits = false;
  return watching<OperationSummary | 'approval'>(session, {
    timeoutMs: session.invocation.number('timeout') ?? 0,
    take: (event) => {
      rows.take(event);
      if (event.kind === 'operation.started' && begun && event.operation.app === row.key) id ??= event.operation.id;
      if (event.kind === 'operation.finished') finished.set(event.operation.id, event.operation);
      if (event.kind === 'operation.progress') progress.waitsFor = event.waitsFor;
    },
    start: async () => {
      begun = true;
      const answer = await asked(session, row, () => engine.request(intent));
      if (answer === 'approval') waits = true;
      else id = answer ?? id;
    },
    done: async () => {
      if (waits) return 'approval';
      if (id === undefined) return rows.get(row.key)?.approval && (await printApproval(session, row)) ? 'approval' : undefined;
      await progress.print(id);
      return finished.get(id);
    },
  });
}

/**
 * Sends the request. A plan that needs an approval is refused by the engine and kept: it is printed with the command that lets
 * it go on. Every other refusal is thrown as it came.
 */
async function asked(
  session: Session,
  row: AppRow,
  request: () => Promise<OperationId | undefined>,
): Promise<OperationId | undefined | 'approval'> {
  try {
    return await request();
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'UserError') throw error;
    if (!error.message.includes('argosy approve') || !(await printApproval(session, row))) throw error;
    return 'approval';
  }
}

async function printApproval(session: Session, row: AppRow): Promise<boolean> {
  const engine = await session.engine();
  const waiting = await engine.inspect({ kind: 'approvals' }, session.io.signal);
  const one = waiting.find(({ app }) => app === row.key);
  if (one) session.io.out(`${planText(one.plan)}\n${approvalText(row.name, one.hash, one.reason)}`);
  return one !== undefined;
}

/** Results of single objects as they come, in the table form only. */
class Progress {
  waitsFor = '';
  readonly #session: Session;
  readonly #printed = new Set<string>();
  #said = '';

  constructor(session: Session) {
    this.#session = session;
  }

  async print(id: OperationId): Promise<void> {
    const { io, invocation, ports } = this.#session;
    if (invocation.output() !== 'table' || !io.terminal) return;
    const engine = await this.#session.engine();
    const detail = await engine.inspect({ kind: 'operation', id }, io.signal);
    const time = new Date(ports.clock.now()).toISOString().slice(11, 19);
    for (const result of detail.results) {
      const name = [result.ref.group, result.ref.kind, result.ref.namespace, result.ref.name].filter(Boolean).join('/');
      const text = `${name}  ${result.code}  ${result.message}`;
      if (result.code === 'Pending' || this.#printed.has(text)) continue;
      this.#printed.add(text);
      io.out(`${time}  ${inertLine(text)}\n`);
    }
    if (this.waitsFor !== '' && this.waitsFor !== this.#said && detail.finishedAtMs === undefined)
      io.out(`${time}  waits for ${inertLine(this.waitsFor)}\n`);
    this.#said = this.waitsFor;
  }
}

/** What is shown afterwards should be compared after the operation; ten seconds are enough to wait for it. */
async function settled(session: Session, row: AppRow, ended: OperationSummary): Promise<void> {
  const endedMs = ended.finishedAtMs ?? 0;
  await untilRow(session, row.key, {
    timeoutMs: SETTLE_MS,
    reached: (now) => now === undefined || (now.comparedAtMs >= endedMs && now.running === undefined),
  });
}

async function printOutcome(session: Session, row: AppRow, id: OperationId): Promise<void> {
  const { io, ports, invocation } = session;
  const engine = await session.engine();
  const app = (await engine.inspect({ kind: 'application', app: row.key }, io.signal)) as Application;
  if (session.printed(app)) return;
  const detail = await engine.inspect({ kind: 'operation', id }, io.signal);
  const nowMs = ports.clock.now();
  io.out(`${io.terminal ? '\n' : ''}${appHeader(app, await windowStateOf(engine, app, { nowMs, signal: io.signal }))}\n`);
  io.out(operationBlock(detail, nowMs));
  // A dry run has results only for what was refused: its plan was shown already.
  const rows = resultRows(detail, app).filter(({ status }) => !detail.dryRun || status !== 'Pending');
  if (rows.length > 0) io.out(`\n${table(RESOURCE_COLUMNS, rows, io.colour)}`);
  const prunable = (app.status?.resources ?? []).filter(({ requiresPruning }) => requiresPruning).length;
  if (prunable > 0 && !invocation.on('prune'))
    io.out(`\n${prunable} ${prunable === 1 ? 'resource requires' : 'resources require'} pruning\n`);
}

function resultRows(detail: OperationDetail, app: Application): ResourceRow[] {
  const health = new Map(
    (app.status?.resources ?? []).map(({ group = '', kind, namespace = '', name, health: h }) => [
      `${group}/${kind}/${namespace}/${name}`,
      h,
    ]),
  );
  return detail.results.map(({ ref, code, message, phase }) => ({
    group: ref.group,
    kind: ref.kind,
    namespace: ref.namespace,
    name: ref.name,
    status: code,
    health: health.get(`${ref.group}/${ref.kind}/${ref.namespace}/${ref.name}`)?.status ?? '',
    hook: phase === 'Sync' ? '' : phase,
    message,
  }));
}
