// How an application, a cluster or an object is doing, as one of six states: each has its colour and its glyph.
import type { HealthStatusCode, OperationPhase, SyncStatusCode } from '../src/domain/application.js';
import type { AppRow, ClusterRow } from '../src/domain/fleet.js';
import type { ColourName } from './theme.js';

export type State = 'bad' | 'unk' | 'warn' | 'prog' | 'susp' | 'ok';

/** From the worst to the best: the order of what needs attention. */
export const STATES: readonly State[] = ['bad', 'unk', 'warn', 'prog', 'susp', 'ok'];

export const GLYPH: Readonly<Record<State, string>> = { ok: '✓', warn: '◐', bad: '✗', prog: '↻', susp: '‖', unk: '·' };
export const TINT: Readonly<Record<State, ColourName>> = {
  ok: 'okBg',
  warn: 'warnBg',
  bad: 'badBg',
  prog: 'progBg',
  susp: 'suspBg',
  unk: 'unkBg',
};

const HEALTH: Readonly<Record<HealthStatusCode, State>> = {
  Healthy: 'ok',
  Suspended: 'susp',
  Progressing: 'prog',
  Missing: 'warn',
  Degraded: 'bad',
  Unknown: 'unk',
};
const SYNC: Readonly<Record<SyncStatusCode, State>> = { Synced: 'ok', OutOfSync: 'warn', Unknown: 'unk' };
const PHASE: Readonly<Record<OperationPhase, State>> = {
  Running: 'prog',
  Terminating: 'prog',
  Failed: 'bad',
  Error: 'bad',
  Succeeded: 'ok',
};

export function healthState(health: HealthStatusCode | undefined): State {
  return health === undefined ? 'ok' : (HEALTH[health] ?? 'unk');
}

export function syncState(sync: SyncStatusCode | undefined): State {
  return sync === undefined ? 'ok' : (SYNC[sync] ?? 'unk');
}

export function phaseState(phase: OperationPhase): State {
  return PHASE[phase] ?? 'unk';
}

/** The worse of two states. */
export function worse(a: State, b: State): State {
  return STATES.indexOf(a) <= STATES.indexOf(b) ? a : b;
}

/** What the glyph of an application says: the worse of health and sync; under way while an operation runs; unknown once stale. */
export function appState(row: AppRow): State {
  if (row.stale !== undefined) return 'unk';
  if (row.health === 'Degraded') return 'bad';
  if (row.running) return 'prog';
  if (row.last && !row.last.dryRun && phaseState(row.last.phase) === 'bad' && row.sync !== 'Synced') return 'bad';
  return worse(healthState(row.health), syncState(row.sync));
}

export function clusterState(row: ClusterRow): State {
  if (row.connection === 'live') return 'ok';
  return row.connection === 'connecting' ? 'prog' : row.connection === 'stale' ? 'warn' : 'bad';
}

/** Whether a cluster counts as production: by its label `environment` or `env`, else by its name. */
export function isProduction(key: string, row: ClusterRow | undefined): boolean {
  const label = row?.labels['environment'] ?? row?.labels['env'] ?? row?.labels['tier'];
  return /(^|[-_.])(prod|production|prd|live)([-_.0-9]|$)/i.test(label ?? key);
}
