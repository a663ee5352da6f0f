// `argosy app wait`: until applications, or some of their resources, are in the states that were asked for.
import type { Application, HealthStatusCode } from '../../domain/application.js';
import type { AppRow } from '../../domain/fleet.js';
import type { Invocation } from '../invocation.js';
import type { Session } from '../session.js';
import { printApplication } from './get.js';
import { resourceTest } from './sync-request.js';
import { RowMemory, watching } from './until.js';

interface Wanted {
  readonly sync: boolean;
  /** Empty: health does not count. */
  readonly health: readonly HealthStatusCode[];
  readonly operation: boolean;
  readonly gone: boolean;
  /** Becoming Degraded while waiting is a failure. */
  readonly abortOnDegraded: boolean;
}

export async function appWait(session: Session): Promise<number> {
  const { invocation, io, ports } = session;
  const apps = await session.apps();
  const wanted = wantedOf(invocation);
  const timeoutMs = invocation.number('timeout') ?? 0;
  const deadlineMs = ports.clock.now() + timeoutMs;
  for (const row of apps) {
    const leftMs = timeoutMs === 0 ? 0 : Math.max(1, deadlineMs - ports.clock.now());
    const outcome = await waitFor(session, row, { wanted, timeoutMs: leftMs });
    if (outcome === 'reached') {
      if (!wanted.gone) await printApplication(session, row);
      continue;
    }
    if (outcome === 'degraded') io.err(`argosy: application ${row.name} became Degraded while waiting\n`);
    else io.err(`argosy: timed out after ${timeoutMs / 1000}s waiting for ${row.name}: ${await missing(session, row, wanted)}\n`);
    return 1;
  }
  return 0;
}

/** Without any flag: sync, health and operation. */
function wantedOf(invocation: Invocation): Wanted {
  const on = (flag: string) => invocation.on(flag);
  const none = !['sync', 'health', 'operation', 'suspended', 'degraded', 'delete'].some(on);
  const health: HealthStatusCode[] = [];
  if (on('health') || none) health.push('Healthy');
  if (on('suspended')) health.push('Suspended');
  if (on('degraded')) health.push('Degraded');
  return {
    sync: on('sync') || none,
    health,
    operation: on('operation') || none,
    gone: on('delete'),
    abortOnDegraded: on('health') && !on('degraded'),
  };
}

async function waitFor(
  session: Session,
  row: AppRow,
  options: { readonly wanted: Wanted; readonly timeoutMs: number },
): Promise<'reached' | 'degraded' | undefined> {
  const { wanted } = options;
  const rows = new RowMemory();
  const tests = session.invocation.list('resource').map(resourceTest);
  let before: HealthStatusCode | undefined;
  return watching<'reached' | 'degraded'>(session, {
    timeoutMs: options.timeoutMs,
    take: (event) => rows.take(event),
    done: async () => {
      const now = rows.get(row.key);
      if (!rows.known) return undefined;
      if (!now || wanted.gone) return !now ? 'reached' : undefined;
      const states = tests.length === 0 ? [{ sync: now.sync, health: now.health }] : await resourceStates(session, row, tests);
      const worst = states.some(({ health }) => health === 'Degraded') ? 'Degraded' : now.health;
      if (wanted.abortOnDegraded && before !== undefined && before !== 'Degraded' && worst === 'Degraded') return 'degraded';
      before = worst;
      const current = now.stale === undefined && (!wanted.operation || !now.running);
      const reached = states.length > 0 && states.every((state) => inState(state, wanted));
      return current && reached ? 'reached' : undefined;
    },
  });
}

interface State {
  readonly sync: string | undefined;
  /** undefined: a kind that has no health. */
  readonly health: string | undefined;
}

function inState(state: State, wanted: Wanted): boolean {
  if (wanted.sync && state.sync !== undefined && state.sync !== 'Synced') return false;
  return wanted.health.length === 0 || state.health === undefined || wanted.health.some((health) => health === state.health);
}

async function resourceStates(session: Session, row: AppRow, tests: readonly ReturnType<typeof resourceTest>[]): Promise<State[]> {
  const engine = await session.engine();
  const app = (await engine.inspect({ kind: 'application', app: row.key }, session.io.signal)) as Application;
  return (app.status?.resources ?? [])
    .filter((resource) => tests.some((test) => test(resource)))
    .map(({ status, health }) => ({ sync: status, health: health?.status }));
}

/** What it still waits for, in words. */
async function missing(session: Session, row: AppRow, wanted: Wanted): Promise<string> {
  const now = (await session.rows()).find(({ key }) => key === row.key);
  if (!now) return 'it does not exist';
  if (wanted.gone) return 'it still exists';
  return [
    now.sync,
    now.health + (now.healthMessage ? ` (${now.healthMessage})` : ''),
    ...(now.running ? [`operation #${now.running.id} is running`] : []),
    ...(now.stale === undefined ? [] : [now.stale]),
  ].join(', ');
}
