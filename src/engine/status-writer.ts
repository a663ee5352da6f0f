// Writes an application's status to the hub when it says something new, and takes back what was asked of us (refresh, operation).
// A hub that is only observed gets nothing.
import { statusOf } from '../core/application/status.js';
import { sameJson } from '../core/merge/record.js';
import type { ApplicationStatus } from '../domain/application.js';
import { IoError } from '../domain/problem.js';
import { type ResourceRef, refOf } from '../domain/resource.js';
import type { AppState } from './app-state.js';
import { stateOf } from './operation-state.js';
import type { World } from './world.js';

export const REFRESH = 'argocd.argoproj.io/refresh';
/** Only the time of the comparison moved: written at most this often. */
const TIME_ONLY_MS = 600_000;
const QUIET_MS = 500;
const BETWEEN_WRITES_MS = 2_000;

/** The status as it should be, whether or not it may be written. */
export function currentStatus(world: World, state: AppState): ApplicationStatus {
  const running =
    state.operation &&
    stateOf(state, state.operation, {
      phase: state.operation.running.terminating ? 'Terminating' : 'Running',
      message: state.operation.waitsFor,
      atMs: world.now(),
    });
  const operationState = running ?? state.operationState;
  return statusOf({
    app: state.app,
    history: state.history,
    sourceTypes: state.target?.sourceTypes ?? [],
    nowMs: world.now(),
    controlNamespace: world.options.controlNamespace,
    problems: [...(state.comparison ? [] : state.specProblems), ...state.notes],
    ...(state.comparison ? { comparison: state.comparison } : {}),
    ...(operationState ? { operationState } : {}),
  });
}

export async function writeStatus(world: World, state: AppState): Promise<void> {
  if (world.signal.aborted || !state.object.metadata.uid || world.modes.refusal(world.options.hub.info.key) !== undefined) return;
  const quietUntilMs = quietUntil(state);
  if (world.now() < quietUntilMs) return world.statuses.addAt(state.key, quietUntilMs);
  const status = currentStatus(world, state);
  const asked = state.object.metadata.annotations?.[REFRESH] !== undefined && state.refresh === undefined;
  if (!asked && !isNews(state.app.status, status)) return;
  const body = { status: withNulls(state.app.status, status), ...(asked ? { metadata: { annotations: { [REFRESH]: null } } } : {}) };
  state.statusWrittenAtMs = world.now();
  await patchHub(world, state, body);
}

/** Most operations are over in a moment: what they did is then written once, with its result. Of a long one the hub hears now and then. */
function quietUntil({ operation, statusWrittenAtMs }: AppState): number {
  if (!operation) return 0;
  const { startedAtMs } = operation.running;
  return Math.max(startedAtMs + QUIET_MS, statusWrittenAtMs < startedAtMs ? 0 : statusWrittenAtMs + BETWEEN_WRITES_MS);
}

/** `.operation` was carried out: it is taken off the Application. */
export async function clearRequestedOperation(world: World, state: AppState): Promise<void> {
  await patchHub(world, state, { operation: null });
}

export async function patchHub(world: World, state: AppState, body: Record<string, unknown>): Promise<void> {
  const { hub } = world.options;
  try {
    const after = await hub.patch(applicationRef(state), { type: 'merge', body, fieldManager: 'argocd-controller' }, world.signal);
    world.hub.learn(after);
  } catch (error) {
    if (!(error instanceof IoError)) throw error;
    if (error.status !== 404 && !world.closing) world.store.notice('warning', error.message, { app: state.key });
  }
}

export function applicationRef(state: AppState): ResourceRef {
  return refOf(state.object);
}

function isNews(old: ApplicationStatus | undefined, status: ApplicationStatus): boolean {
  if (!sameJson({ ...old, reconciledAt: '' }, { ...status, reconciledAt: '' })) return true;
  return Date.parse(status.reconciledAt ?? '') - Date.parse(old?.reconciledAt ?? '1970-01-01T00:00:00Z') > TIME_ONLY_MS;
}

/** A merge patch removes only what it names: fields that are gone are named as null, one level deep and inside operationState. */
function withNulls(old: ApplicationStatus | undefined, status: ApplicationStatus): Record<string, unknown> {
  const patch: Record<string, unknown> = { ...status };
  for (const key of Object.keys(old ?? {})) if (!(key in status)) patch[key] = null;
  for (const key of ['operationState', 'health', 'sync', 'summary']) {
    const before = old?.[key];
    const after = status[key];
    if (isObject(before) && isObject(after)) {
      const gone = Object.keys(before).filter((each) => !(each in after));
      if (gone.length > 0) patch[key] = { ...after, ...Object.fromEntries(gone.map((each) => [each, null])) };
    }
  }
  return patch;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
