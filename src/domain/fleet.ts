// The read model: one row per application and per cluster, flat and small, made by the engine and shown by everyone else.
import type { AppKey, HealthStatusCode, SyncStatusCode } from './application.js';
import type { OperationId, OperationSummary } from './operation.js';
import type { Condition } from './problem.js';

/** Unique name of a cluster: kubeconfig context, cluster Secret's name, or sandbox; 'hub' is the embedded hub. */
export type ClusterKey = string;

export const HUB: ClusterKey = 'hub';
export const IN_CLUSTER_SERVER = 'https://kubernetes.default.svc';
export const IN_CLUSTER_NAME = 'in-cluster';

export interface AppRow {
  readonly key: AppKey;
  readonly name: string;
  readonly namespace: string;
  readonly project: string;
  /** Name of the destination cluster; '' where the destination cannot be resolved. */
  readonly cluster: ClusterKey;
  readonly server: string;
  readonly destinationNamespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly sync: SyncStatusCode;
  readonly health: HealthStatusCode;
  readonly healthMessage: string;
  readonly repo: string;
  readonly path: string;
  readonly targetRevision: string;
  /** Resolved revision of the first source. */
  readonly revision: string;
  /** 'Auto', 'Auto-Prune' or 'Manual', as Argo CD prints it. */
  readonly syncPolicy: string;
  readonly selfHeal: boolean;
  readonly conditions: readonly Condition[];
  /** Numbers of resources by what a sync would do. */
  readonly changes: { readonly create: number; readonly update: number; readonly prune: number };
  readonly resources: number;
  /** One line: the reason for the state, '' when there is nothing to explain. */
  readonly why: string;
  /** When live was last compared, ms since the epoch; 0 = never. */
  readonly comparedAtMs: number;
  /** Set when the verdict may not be trusted any more: cluster unreachable since ..., Git unreachable since ... */
  readonly stale?: string;
  readonly running?: OperationSummary;
  /** The newest real (not dry-run) operation that ended. */
  readonly last?: OperationSummary;
  readonly pinned?: { readonly operation: OperationId; readonly skips: readonly string[] };
  /** Its definition is missing from the fleet source; it is deleted only by an approved plan. */
  readonly gone?: boolean;
  /** A plan waits for `argosy approve HASH`. */
  readonly approval?: { readonly hash: string; readonly reason: string };
  readonly drift?: { readonly sinceMs: number; readonly fields: readonly string[]; readonly by: string };
  /** Self-heal acts at this time. */
  readonly healAtMs?: number;
  readonly createdAtMs: number;
}

export type ClusterKind = 'embedded' | 'sandbox' | 'real';
export type Mode = 'observe' | 'act';

export interface ClusterRow {
  readonly key: ClusterKey;
  readonly server: string;
  readonly kind: ClusterKind;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly mode: Mode;
  /** Other contexts that point to the same server. */
  readonly aliases: readonly string[];
  readonly connection: 'connecting' | 'live' | 'stale' | 'unreachable';
  readonly message: string;
  readonly version: string;
  readonly objects: number;
  readonly apps: number;
  readonly latencyMs: number;
  readonly seenAtMs: number;
  /** The Lease: held by us, by whom else, or why there is none. */
  readonly lease?: string;
}

/** How busy the engine is. Steady: nothing queued, running or due, every verdict current, nothing Progressing before its deadline. */
export interface EngineActivity {
  readonly queued: number;
  readonly reconciling: number;
  readonly operations: number;
  readonly due: number;
  readonly steady: boolean;
  /** What keeps it from being steady, for `run --once --timeout`. */
  readonly waitsFor: readonly string[];
}

/** One node of an application's resource tree: managed resources at the top, what they own below. */
export interface ResourceNode {
  readonly id: string;
  readonly parent?: string;
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid?: string;
  readonly sync?: SyncStatusCode;
  readonly change?: 'none' | 'create' | 'update' | 'prune';
  readonly health?: { readonly status: HealthStatusCode; readonly message?: string };
  readonly hook?: boolean;
  readonly wave?: number;
  readonly createdAtMs?: number;
  readonly images?: readonly string[];
  /** 'Ready 3/4', 'restarts 14', 'exit 137': short facts for the row. */
  readonly notes: readonly string[];
}
