// status of an Application, derived once from a comparison, in Argo CD's shape. Behaviour 2.2 ("Status").
import {
  type Application,
  type ApplicationStatus,
  type OperationState,
  type ResourceStatus,
  type RevisionHistory,
  sourcesOf,
} from '../../domain/application.js';
import type { ComparedResource, Comparison } from '../../domain/comparison.js';
import type { Condition, Problem } from '../../domain/problem.js';
import { resourceId } from '../../domain/resource.js';
import { SYNC_OPTIONS } from '../sync/options.js';
import { imagesOf, urlsOf } from './summary.js';

export interface StatusInput {
  readonly app: Application;
  readonly comparison?: Comparison;
  readonly operationState?: OperationState;
  readonly history?: readonly RevisionHistory[];
  /** 'Directory', 'Helm' ... per source. */
  readonly sourceTypes: readonly string[];
  readonly nowMs: number;
  readonly controlNamespace: string;
  /** Problems that come from elsewhere than the comparison: auto-sync refusals, deletion. */
  readonly problems?: readonly Problem[];
}

/** The new status. Times of what did not change are taken over from the old one, so that equal states give equal statuses. */
export function statusOf(input: StatusInput): ApplicationStatus {
  const { app, comparison } = input;
  const old = app.status ?? {};
  const now = rfc3339(input.nowMs);
  const many = (app.spec.sources?.length ?? 0) > 0;
  const operationState = input.operationState ?? old.operationState;
  const history = input.history ?? old.history;
  const status: ApplicationStatus = { ...old, controllerNamespace: input.controlNamespace };
  const conditions = conditionsOf([...(comparison?.problems ?? []), ...(input.problems ?? [])], old.conditions, now);
  if (conditions.length > 0) status.conditions = conditions;
  else delete status.conditions;
  if (operationState) status.operationState = operationState;
  if (history && history.length > 0) status.history = [...history];
  if (!comparison) return status;
  status.sync = {
    status: comparison.sync,
    ...(many ? { revisions: [...comparison.revisions] } : { revision: comparison.revisions[0] ?? '' }),
    comparedTo: {
      ...(many ? { sources: [...comparison.sources] } : comparison.sources[0] ? { source: comparison.sources[0] } : {}),
      destination: app.spec.destination,
      ...(app.spec.ignoreDifferences ? { ignoreDifferences: app.spec.ignoreDifferences } : {}),
    },
  };
  status.health = healthOfStatus(comparison, old.health, now);
  status.resources = resourceStatuses(comparison.resources);
  status.reconciledAt = rfc3339(comparison.comparedAtMs);
  const [type] = input.sourceTypes;
  if (many) status.sourceTypes = [...input.sourceTypes];
  else if (type !== undefined) status.sourceType = type;
  const live = comparison.resources.flatMap((resource) => (resource.live ? [resource.live] : []));
  status.summary = { ...nonEmpty('images', imagesOf(live)), ...nonEmpty('externalURLs', urlsOf(live)) };
  return status;
}

function nonEmpty(name: string, values: readonly string[]): Record<string, string[]> {
  return values.length > 0 ? { [name]: [...values] } : {};
}

/** Seconds, as Kubernetes writes metav1.Time. */
export function rfc3339(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d{3}Z$/, 'Z');
}

function healthOfStatus(comparison: Comparison, old: ApplicationStatus['health'], now: string): NonNullable<ApplicationStatus['health']> {
  const since = old?.status === comparison.health ? (old.lastTransitionTime ?? now) : now;
  return {
    status: comparison.health,
    ...(comparison.healthMessage ? { message: comparison.healthMessage } : {}),
    lastTransitionTime: since,
  };
}

/** One row per resource, sorted by group/kind/namespace/name as Argo CD sorts them. */
export function resourceStatuses(resources: readonly ComparedResource[]): ResourceStatus[] {
  return [...resources].sort((a, b) => compareIds(resourceId(a.key), resourceId(b.key))).map(resourceStatus);
}

function compareIds(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function resourceStatus(resource: ComparedResource): ResourceStatus {
  const { key } = resource;
  const options = resource.live?.metadata.annotations?.[SYNC_OPTIONS] ?? '';
  const confirms = /(^|,)\s*(Prune|Delete)=confirm\s*(,|$)/.test(options);
  return {
    ...(key.group === '' ? {} : { group: key.group }),
    version: resource.version,
    kind: key.kind,
    ...(key.namespace === '' ? {} : { namespace: key.namespace }),
    name: key.name,
    ...(resource.sync ? { status: resource.sync } : {}),
    ...(resource.health ? { health: resource.health } : {}),
    ...(resource.hook ? { hook: true } : {}),
    ...(resource.requiresPruning ? { requiresPruning: true } : {}),
    ...(confirms ? { requiresDeletionConfirmation: true } : {}),
    ...(resource.wave !== 0 ? { syncWave: resource.wave } : {}),
  };
}

/** Conditions keep their time while type and message stay the same. */
export function conditionsOf(problems: readonly Problem[], old: readonly Condition[] | undefined, now: string): Condition[] {
  const seen = new Set<string>();
  const conditions: Condition[] = [];
  for (const { type, message } of problems) {
    const id = `${type} ${message}`;
    if (seen.has(id)) continue;
    seen.add(id);
    const before = old?.find((condition) => condition.type === type && condition.message === message);
    conditions.push({ type, message, lastTransitionTime: before?.lastTransitionTime ?? now });
  }
  return conditions;
}

/** History after a successful operation: one more entry with the next id, the newest `revisionHistoryLimit` kept (behaviour 2.3). */
export function extendHistory(app: Application, entry: Omit<RevisionHistory, 'id'>): RevisionHistory[] {
  const old = app.status?.history ?? [];
  const newest = old.reduce((max, each) => Math.max(max, each.id), -1);
  const limit = app.spec.revisionHistoryLimit ?? 10;
  return limit <= 0 ? [] : [...old, { id: newest + 1, ...entry }].slice(-limit);
}

/** 'Auto', 'Auto-Prune' or 'Manual', as `app list` prints it. */
export function syncPolicyLabel(app: Application): string {
  const automated = app.spec.syncPolicy?.automated;
  if (!automated || automated.enabled === false) return 'Manual';
  return automated.prune ? 'Auto-Prune' : 'Auto';
}

/** Revisions of the sources as one operation records them. */
export function revisionFields(app: Application, revisions: readonly string[]): { revision?: string; revisions?: string[] } {
  return (app.spec.sources?.length ?? 0) > 0 || sourcesOf(app.spec).length > 1
    ? { revisions: [...revisions] }
    : { revision: revisions[0] ?? '' };
}
