// Sync windows: which of a project's windows concern an application, which are open, and whether it may sync (behaviour 2.8).
import type { Application } from '../../domain/application.js';
import type { SyncWindow } from '../../domain/project.js';
import { parseGoDuration } from '../duration.js';
import { globMatches } from '../glob.js';
import { parseSchedule } from './cron.js';

export interface WindowQuestion {
  /** All windows of the project, global projects' included. */
  readonly windows: readonly SyncWindow[];
  readonly app: Pick<Application, 'metadata' | 'spec'>;
  /** A person asked for it; automated syncs have fewer exceptions. */
  readonly manual: boolean;
  readonly nowMs: number;
  /** For an operation that runs already: `syncOverrun` lets it finish when it was allowed to start. */
  readonly startedAtMs?: number;
}

export type WindowAnswer =
  | { readonly allowed: true }
  /** `window` is the first that stands in the way; `error` is set where a window cannot be read. */
  | { readonly allowed: false; readonly reason: string; readonly window?: SyncWindow; readonly error?: string };

const BLOCKED = 'Sync operation blocked by sync window';

/** Whether an application may sync now. A window that cannot be read forbids it. */
export function canSync(question: WindowQuestion): WindowAnswer {
  const windows = windowsOf(question.windows, question.app);
  const states = windows.map((window) => ({ window, ...stateOf(window, question.nowMs) }));
  const broken = states.find(({ error }) => error !== undefined);
  if (broken?.error !== undefined) {
    return { allowed: false, reason: `a sync window cannot be read: ${broken.error}`, window: broken.window, error: broken.error };
  }
  const isAllow = ({ window }: { window: SyncWindow }) => window.kind === 'allow';
  const denying = states.filter((state) => !isAllow(state) && state.active);
  if (denying.length > 0) return excused(denying, question);
  const allowing = states.filter(isAllow);
  if (allowing.length === 0 || allowing.some(({ active }) => active)) return { allowed: true };
  return excused(allowing, question);
}

/** Windows that forbid give way when every one of them says so: to a person (manualSync), or to what was begun in time (syncOverrun). */
function excused(states: readonly { window: SyncWindow }[], question: WindowQuestion): WindowAnswer {
  if (question.manual && states.every(({ window }) => window.manualSync === true)) return { allowed: true };
  const { startedAtMs, ...atStart } = question;
  if (startedAtMs !== undefined && states.every(({ window }) => window.syncOverrun === true)) {
    if (canSync({ ...atStart, nowMs: startedAtMs }).allowed) return { allowed: true };
  }
  const window = states[0]?.window;
  return { allowed: false, reason: BLOCKED, ...(window ? { window } : {}) };
}

/** The windows that concern an application: any selector matches, or with andOperator every selector that is there. */
export function windowsOf(windows: readonly SyncWindow[], app: Pick<Application, 'metadata' | 'spec'>): SyncWindow[] {
  const { name, server, namespace } = app.spec.destination;
  const any = (patterns: readonly string[] | undefined, values: readonly (string | undefined)[]) =>
    (patterns ?? []).some((pattern) => values.some((value) => value !== undefined && value !== '' && globMatches(pattern, value)));
  return windows.filter((window) => {
    const selectors = [
      { patterns: window.applications, values: [app.metadata.name] },
      // As the application writes it: a window for a cluster's name does not concern an application that gives its server.
      { patterns: window.clusters, values: [name, server] },
      { patterns: window.namespaces, values: [namespace] },
    ].filter(({ patterns }) => (patterns ?? []).length > 0);
    if (selectors.length === 0) return false;
    const matched = ({ patterns, values }: (typeof selectors)[number]) => any(patterns, values);
    return window.andOperator === true ? selectors.every(matched) : selectors.some(matched);
  });
}

/**
 * Whether a window is open: an occurrence s of its schedule with t - duration < s < t, both strictly, on a clock that is moved by
 * the zone's offset at this moment (Argo CD's formula; changes of daylight saving within the window do not matter to it).
 */
export function stateOf(window: SyncWindow, nowMs: number): { readonly active: boolean; readonly error?: string } {
  const schedule = parseSchedule(window.schedule ?? '');
  if (schedule.error !== undefined) return { active: false, error: `cannot parse schedule '${window.schedule ?? ''}': ${schedule.error}` };
  const durationMs = parseGoDuration(window.duration ?? '');
  if (durationMs === undefined) return { active: false, error: `cannot parse duration '${window.duration ?? ''}'` };
  const localMs = nowMs + zoneOffsetMs(window.timeZone, nowMs);
  const next = schedule.nextAfter(localMs - durationMs);
  return { active: next !== undefined && next < localMs };
}

/** The zone's distance from UTC at a time; 0 for UTC and for zones that do not exist. */
export function zoneOffsetMs(timeZone: string | undefined, atMs: number): number {
  if (!timeZone || timeZone === 'UTC') return 0;
  try {
    const format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    const part = new Map(format.formatToParts(atMs).map(({ type, value }) => [type, Number(value)]));
    const get = (type: Intl.DateTimeFormatPartTypes) => part.get(type) ?? 0;
    const local = Date.UTC(get('year'), get('month') - 1, get('day'), get('hour'), get('minute'), get('second'));
    return local - Math.floor(atMs / 1000) * 1000;
  } catch {
    return 0;
  }
}
