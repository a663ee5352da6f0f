// Conditions of a status: one of each type, with a transition time that moves only when the status does.
import type { Manifest } from '../../../domain/resource.js';

export interface StatusCondition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason?: string;
  readonly message?: string;
  readonly lastTransitionTime?: string;
  readonly lastUpdateTime?: string;
  readonly lastProbeTime?: string | null;
}

export function conditionsOf(object: Manifest): readonly StatusCondition[] {
  const list = (object.status as { conditions?: unknown } | undefined)?.conditions;
  return Array.isArray(list) ? (list as StatusCondition[]) : [];
}

export function conditionOf(object: Manifest, type: string): StatusCondition | undefined {
  return conditionsOf(object).find((condition) => condition.type === type);
}

export function isTrue(object: Manifest, type: string): boolean {
  return conditionOf(object, type)?.status === 'True';
}

/**
 * The conditions with these set, in place where they existed. With `updates`, lastUpdateTime moves whenever status, reason or
 * message change, as Deployments have it.
 */
export function withConditions(
  before: readonly StatusCondition[],
  changes: readonly StatusCondition[],
  now: string,
  options: { readonly updates?: boolean } = {},
): StatusCondition[] {
  const after = [...before];
  for (const change of changes) {
    const index = after.findIndex((condition) => condition.type === change.type);
    const old = after[index];
    const lastTransitionTime = old && old.status === change.status ? (old.lastTransitionTime ?? now) : now;
    const unchanged = old && old.status === change.status && old.reason === change.reason && old.message === change.message;
    const lastUpdateTime = change.lastUpdateTime ?? (unchanged ? (old.lastUpdateTime ?? now) : now);
    const next = { ...change, lastTransitionTime, ...(options.updates ? { lastUpdateTime } : {}) };
    if (index < 0) after.push(next);
    else after[index] = next;
  }
  return after;
}
