// RollingSync of an ApplicationSet: its applications are synced step by step (behaviour 2.1). A state machine over the set's own status,
// so that a rollout that was cut short goes on where it was: Waiting, Pending, Progressing, Healthy.
import type { Manifest } from '../../domain/resource.js';
import { isRecord } from './generator.js';

export type RolloutState = 'Waiting' | 'Pending' | 'Progressing' | 'Healthy';

/** As Argo CD keeps it in `status.applicationStatus`. */
export interface ApplicationStatus {
  readonly application: string;
  readonly status: RolloutState;
  readonly message: string;
  /** Counted from 1; '-1' for an application that no step selects. */
  readonly step: string;
  readonly targetRevisions: readonly string[];
  readonly lastTransitionTime: string;
}

/** What is known of an application now. */
export interface RolloutApplication {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly sync: string;
  readonly health: string;
  /** What Git wants now. */
  readonly targetRevisions: readonly string[];
  /** Of the last operation, '' where there was none. */
  readonly phase: string;
  /** When that operation began, '' where there was none. */
  readonly startedAt: string;
  /** It cannot be compared: its spec or its source is wrong. */
  readonly broken: boolean;
  /** Its spec is being changed by this very look at the set. */
  readonly changed: boolean;
}

export interface RolloutStep {
  readonly matchExpressions: readonly { readonly key: string; readonly operator: string; readonly values: readonly string[] }[];
  readonly maxUpdate?: number | string;
}

export interface RolloutInput {
  readonly steps: readonly RolloutStep[];
  readonly applications: readonly RolloutApplication[];
  readonly before: readonly ApplicationStatus[];
  /** RFC 3339. */
  readonly now: string;
  readonly paused: boolean;
  /** Steps up to this number count as passed, whatever their applications say; 0 for none. */
  readonly promoted: number;
}

export interface Rollout {
  readonly statuses: readonly ApplicationStatus[];
  /** Applications to sync now. */
  readonly syncs: readonly string[];
  readonly progressing: boolean;
  /** The first step that is not through, from 1; one more than there are steps at the end. */
  readonly step: number;
  /** The applications that the step waits for. */
  readonly waitsFor: readonly string[];
  /** What is wrong with the steps: an application in two of them, an unknown operator. */
  readonly problems: readonly string[];
}

const NO_STEP = -1;

/** The steps of a set; undefined where it has no rolling strategy. */
export function rolloutSteps(set: Manifest): readonly RolloutStep[] | undefined {
  const strategy = isRecord(set['spec']) ? set['spec']['strategy'] : undefined;
  if (!isRecord(strategy) || strategy['type'] !== 'RollingSync' || !isRecord(strategy['rollingSync'])) return undefined;
  const steps = strategy['rollingSync']['steps'];
  if (!Array.isArray(steps) || steps.length === 0) return undefined;
  return steps.filter(isRecord).map((step): RolloutStep => {
    const expressions = Array.isArray(step['matchExpressions']) ? step['matchExpressions'].filter(isRecord) : [];
    const maxUpdate = step['maxUpdate'];
    return {
      matchExpressions: expressions.map(({ key, operator, values }) => ({
        key: String(key ?? ''),
        operator: String(operator ?? ''),
        values: Array.isArray(values) ? values.map(String) : [],
      })),
      ...(typeof maxUpdate === 'number' || typeof maxUpdate === 'string' ? { maxUpdate } : {}),
    };
  });
}

export function statusesIn(set: Manifest): readonly ApplicationStatus[] {
  const status = isRecord(set['status']) ? set['status']['applicationStatus'] : undefined;
  return Array.isArray(status) ? (status as readonly ApplicationStatus[]) : [];
}

export function rollOut(input: RolloutInput): Rollout {
  const { steps, applications } = input;
  const problems = new Set<string>();
  const stepOf = new Map(applications.map((each) => [each.name, stepFor(each, steps, problems)]));
  const moved = applications.map((each) => moveOn(each, input, stepOf.get(each.name) ?? NO_STEP));
  const enabled = enabledSteps(moved, input, stepOf);
  const statuses = beginUpdates(moved, input, { stepOf, enabled });
  const byName = new Map(applications.map((each) => [each.name, each]));
  const syncs = statuses
    .filter(({ application, status }) => status === 'Pending' && byName.get(application)?.sync === 'OutOfSync')
    .map(({ application }) => application);
  const inSteps = statuses.filter(({ application }) => stepOf.get(application) !== NO_STEP);
  const open = inSteps.filter(({ status }) => status !== 'Healthy');
  const step = Math.min(...open.map(({ application }) => stepOf.get(application) ?? 0), steps.length);
  return {
    statuses,
    syncs,
    progressing: open.length > 0,
    step: step + 1,
    waitsFor: open.filter(({ application }) => stepOf.get(application) === step).map(({ application }) => application),
    problems: [...problems],
  };
}

/** The first step that selects it, from 0. A label that is missing fits NotIn, and no In. */
function stepFor({ name, labels }: RolloutApplication, steps: readonly RolloutStep[], problems: Set<string>): number {
  const selecting = steps.flatMap(({ matchExpressions }, i) => {
    const fits = matchExpressions.every(({ key, operator, values }) => {
      if (operator !== 'In' && operator !== 'NotIn') {
        problems.add(`step ${i + 1} has the operator ${JSON.stringify(operator)}; only In and NotIn are known`);
        return false;
      }
      const value = labels[key];
      return (value !== undefined && values.includes(value)) === (operator === 'In');
    });
    return fits ? [i] : [];
  });
  if (selecting.length > 1)
    problems.add(`${name} is selected by the steps ${selecting.map((i) => i + 1).join(' and ')}; it belongs to the first of them`);
  return selecting[0] ?? NO_STEP;
}

/** What became of an application since the last look. */
function moveOn(app: RolloutApplication, { before, now }: RolloutInput, step: number): ApplicationStatus {
  const known = before.find(({ application }) => application === app.name);
  const current: ApplicationStatus = known
    ? { ...known, targetRevisions: known.targetRevisions?.length > 0 ? known.targetRevisions : app.targetRevisions }
    : {
        application: app.name,
        status: 'Waiting',
        message: 'No Application status found, defaulting status to Waiting.',
        step: stepText(step),
        targetRevisions: app.targetRevisions,
        lastTransitionTime: now,
      };
  const to = (from: ApplicationStatus, status: RolloutState, message: string): ApplicationStatus => ({
    ...from,
    ...{ status, message, step: stepText(step), lastTransitionTime: now },
  });
  let status = current;
  const news = app.changed || (app.targetRevisions.length > 0 && app.targetRevisions.join() !== status.targetRevisions.join());
  if (news && status.status !== 'Waiting') status = to(status, 'Waiting', 'Application has pending changes, setting status to Waiting.');
  if (news) status = { ...status, targetRevisions: app.targetRevisions };
  if (status.status === 'Pending') status = afterPending(app, status, to);
  const isThrough = app.health === 'Healthy' && app.sync === 'Synced' && (app.phase === 'Succeeded' || app.phase === '') && !app.changed;
  if (status.status === 'Waiting' && isThrough)
    return to(status, 'Healthy', 'Application resource is already Healthy, updating status from Waiting to Healthy.');
  if (status.status === 'Waiting' && app.sync === 'Synced' && !app.changed)
    return to(status, 'Progressing', 'Application resource is already Synced, updating status from Waiting to Progressing.');
  if (status.status === 'Progressing' && isThrough)
    return to(status, 'Healthy', 'Application resource became Healthy, updating status from Progressing to Healthy.');
  return status.step === stepText(step) ? status : { ...status, step: stepText(step) };
}

function afterPending(
  { phase, startedAt, broken, sync }: RolloutApplication,
  status: ApplicationStatus,
  to: (from: ApplicationStatus, status: RolloutState, message: string) => ApplicationStatus,
): ApplicationStatus {
  const begun = startedAt !== '' && Date.parse(startedAt) >= Date.parse(status.lastTransitionTime);
  if (begun && phase === 'Succeeded')
    return to(status, 'Progressing', 'Application resource completed a sync successfully, updating status from Pending to Progressing.');
  if (begun) return to(status, 'Progressing', 'Application resource became Progressing, updating status from Pending to Progressing.');
  if (broken) return to(status, 'Progressing', 'Application cannot be compared, updating status from Pending to Progressing.');
  if (sync === 'Synced')
    return to(status, 'Progressing', 'Application resource is already Synced, updating status from Pending to Progressing.');
  return status;
}

/** A step may begin when every application of all steps before it is through. */
function enabledSteps(
  statuses: readonly ApplicationStatus[],
  { steps, promoted, paused }: RolloutInput,
  stepOf: ReadonlyMap<string, number>,
): ReadonlySet<number> {
  const enabled = new Set<number>();
  if (paused) return enabled;
  for (let step = 0; step < steps.length; step++) {
    enabled.add(step);
    const own = statuses.filter(({ application }) => stepOf.get(application) === step);
    if (step + 1 > promoted && own.some(({ status }) => status !== 'Healthy')) break;
  }
  return enabled;
}

interface Beginning {
  readonly stepOf: ReadonlyMap<string, number>;
  readonly enabled: ReadonlySet<number>;
}

/** So many of a step as may be under way at one time. */
function beginUpdates(
  statuses: readonly ApplicationStatus[],
  { steps, now }: RolloutInput,
  { stepOf, enabled }: Beginning,
): readonly ApplicationStatus[] {
  const total = new Map<number, number>();
  const updating = new Map<number, number>();
  for (const { application, status } of statuses) {
    const step = stepOf.get(application) ?? NO_STEP;
    total.set(step, (total.get(step) ?? 0) + 1);
    if (status === 'Pending' || status === 'Progressing') updating.set(step, (updating.get(step) ?? 0) + 1);
  }
  return statuses.map((status) => {
    const step = stepOf.get(status.application) ?? NO_STEP;
    if (status.status !== 'Waiting' || !enabled.has(step)) return status;
    if ((updating.get(step) ?? 0) >= most(steps[step]?.maxUpdate, total.get(step) ?? 0)) return status;
    updating.set(step, (updating.get(step) ?? 0) + 1);
    const message = 'Application moved to Pending status, watching for the Application resource to start Progressing.';
    return { ...status, status: 'Pending', message, lastTransitionTime: now };
  });
}

/** A number, or a share: rounded down, but at least one unless it is '0%'. Absent, or not readable: all. */
export function most(maxUpdate: number | string | undefined, total: number): number {
  if (typeof maxUpdate === 'number') return maxUpdate;
  const share = /^(\d+)%$/.exec(maxUpdate ?? '')?.[1];
  if (share !== undefined) return share === '0' ? 0 : Math.max(1, Math.floor((total * Number(share)) / 100));
  return /^\d+$/.test(maxUpdate ?? '') ? Number(maxUpdate) : Number.POSITIVE_INFINITY;
}

function stepText(step: number): string {
  return String(step === NO_STEP ? NO_STEP : step + 1);
}
