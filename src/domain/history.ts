// What must survive a crash: intents before writes, outcomes after, manifests by their content, pins, approvals, grants.
import type { ActionRun, RecordedAction } from './actions.js';
import type { AppKey, Operation, Source } from './application.js';
import type { DriftRecords } from './drift.js';
import type { HistoryFilter } from './events.js';
import type { ClusterKey } from './fleet.js';
import type { OperationDetail, OperationId, OperationSummary, Plan, TaskResult, Trigger } from './operation.js';
import type { Commit } from './ports.js';
import type { Manifest } from './resource.js';

/** Everything that must survive: intents before writes, outcomes after, manifests by content. Synchronous: SQLite. */
export interface History extends DriftRecords {
  /** Recorded when it returns, and durable at the latest with the first `intend`. */
  begin(operation: {
    app: AppKey;
    cluster: ClusterKey;
    request: Operation;
    plan: Plan;
    trigger: Trigger;
    actor: string;
    dryRun: boolean;
    fromRevisions: readonly string[];
    sources: readonly Source[];
    commit?: Commit;
    rollbackTo?: OperationId;
    startedAtMs: number;
    fence: number;
  }): OperationId;
  /** Called before the writes of a step; durable when it returns. */
  intend(operation: OperationId, taskIds: readonly string[], atMs: number): void;
  outcome(operation: OperationId, results: readonly TaskResult[]): void;
  finish(operation: OperationId, phase: string, message: string, atMs: number, historyId?: number): void;
  /** Operations without an end: what a crash left behind. */
  unfinished(): readonly {
    readonly id: OperationId;
    readonly app: AppKey;
    readonly request: Operation;
    readonly plan: Plan;
    readonly trigger: Trigger;
    readonly actor: string;
    readonly startedAtMs: number;
    readonly results: readonly TaskResult[];
    readonly intended: readonly string[];
  }[];
  find(filter: HistoryFilter): readonly OperationSummary[];
  detail(id: OperationId): OperationDetail | undefined;
  /** The manifests that the operation applied, byte for byte but for Secret values, which are keyed hashes. */
  manifests(id: OperationId): readonly Manifest[];
  /** Keys that this app has ever applied successfully: only these may be pruned without asking. */
  applied(app: AppKey): ReadonlySet<string>;
  pins(): readonly Pin[];
  pin(pin: Pin): void;
  unpin(app: AppKey): void;
  approvals(): readonly { readonly hash: string; readonly actor: string; readonly atMs: number }[];
  approve(hash: string, actor: string, atMs: number): void;
  /** Grants to act, bound to the UID of the cluster's kube-system namespace. */
  grants(): readonly { readonly cluster: ClusterKey; readonly uid: string; readonly actor: string; readonly atMs: number }[];
  grant(cluster: ClusterKey, uid: string, actor: string, atMs: number): void;
  revoke(cluster: ClusterKey): void;
  /** An action on a live object, on disk when it returns. */
  beginAction(run: ActionRun): number;
  endAction(id: number, outcome: 'done' | 'failed', message: string, atMs: number): void;
  /** Newest first. */
  actions(filter: { readonly app?: AppKey; readonly limit?: number }): readonly RecordedAction[];
  /** Small facts that outlive the process, by name: last good revisions, the fleet source's identity. */
  fact(name: string): string | undefined;
  remember(name: string, value: string): void;
}

/** A rollback that sticks: these manifests are the target until what Git renders differs from what was skipped. */
export interface Pin {
  readonly app: AppKey;
  readonly operation: OperationId;
  /** targetHash of what Git rendered when the pin was set. */
  readonly skipsTargetHash: string;
  readonly skipsRevisions: readonly string[];
  readonly atMs: number;
  readonly actor: string;
}
