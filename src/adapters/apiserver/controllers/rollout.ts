// A Deployment and its ReplicaSets, as the parts of its controller see them.
import type { Manifest } from '../../../domain/resource.js';

export const REVISION = 'deployment.kubernetes.io/revision';

export interface DeploymentSpec {
  readonly replicas?: number;
  readonly paused?: boolean;
  readonly minReadySeconds?: number;
  readonly revisionHistoryLimit?: number;
  readonly progressDeadlineSeconds?: number;
  readonly strategy?: {
    readonly type?: string;
    readonly rollingUpdate?: { readonly maxSurge?: unknown; readonly maxUnavailable?: unknown };
  };
  readonly selector?: { readonly matchLabels?: Record<string, string>; readonly matchExpressions?: readonly unknown[] };
}

/** A Deployment with its sets: the one of its template, if it exists, and the others. */
export interface Rollout {
  readonly deployment: Manifest;
  readonly spec: DeploymentSpec;
  readonly current: Manifest | undefined;
  readonly old: readonly Manifest[];
}

/** Replicas that a set is asked for. */
export function replicasOf(set: Manifest | undefined): number {
  return (set?.spec as { replicas?: number } | undefined)?.replicas ?? 0;
}

export function revisionOf(object: Manifest | undefined): number {
  return Number(object?.metadata.annotations?.[REVISION] ?? 0) || 0;
}
