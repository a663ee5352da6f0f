// What goes in (intents, queries) and what comes out (one ordered stream). All values are plain JSON, so that a
// worker thread or a socket can carry them.

import type { ActionFilter, OfferedAction } from './actions.js';
import type { AppKey, Operation, SyncRequest } from './application.js';
import type { ResourceDiff } from './comparison.js';
import type { Drift, DriftFilter } from './drift.js';
import type { AppRow, ClusterKey, ClusterRow, EngineActivity, Mode, ResourceNode } from './fleet.js';
import type { OperationDetail, OperationId, OperationSummary, Plan } from './operation.js';
import type { Manifest, ResourceKey, ResourceRef } from './resource.js';
import type { SetPreview } from './sets.js';
import type { WebhookEvent } from './webhook.js';

export type EngineEvent =
  /** First event of every subscription. */
  | {
      readonly kind: 'snapshot';
      readonly atMs: number;
      readonly apps: readonly AppRow[];
      readonly clusters: readonly ClusterRow[];
      readonly activity: EngineActivity;
      readonly fleet: string;
    }
  | { readonly kind: 'app.changed'; readonly atMs: number; readonly row: AppRow }
  | { readonly kind: 'app.removed'; readonly atMs: number; readonly app: AppKey }
  | { readonly kind: 'cluster.changed'; readonly atMs: number; readonly row: ClusterRow }
  | { readonly kind: 'cluster.removed'; readonly atMs: number; readonly cluster: ClusterKey }
  | { readonly kind: 'operation.started'; readonly atMs: number; readonly operation: OperationSummary }
  | { readonly kind: 'operation.progress'; readonly atMs: number; readonly operation: OperationSummary; readonly waitsFor: string }
  | { readonly kind: 'operation.finished'; readonly atMs: number; readonly operation: OperationSummary }
  | { readonly kind: 'resource.changed'; readonly atMs: number; readonly app: AppKey }
  | { readonly kind: 'activity'; readonly atMs: number; readonly activity: EngineActivity }
  | {
      readonly kind: 'notice';
      readonly atMs: number;
      readonly level: 'info' | 'warning' | 'error';
      readonly message: string;
      readonly app?: AppKey;
      readonly cluster?: ClusterKey;
    };

/** What somebody wants to happen. `request` answers when it is accepted, not when it is finished. */
export type Intent =
  | {
      readonly kind: 'sync';
      readonly app: AppKey;
      readonly operation: Operation;
      readonly actor: string /** Hash of the plan that was seen and approved. */;
      readonly approved?: string /** `--local`: these instead of Git. */;
      readonly manifests?: readonly Manifest[];
    }
  | {
      readonly kind: 'rollback';
      readonly app: AppKey /** Argo CD's history id; absent = the one before the newest. */;
      readonly historyId?: number /** Or one of our own operations. */;
      readonly operation?: OperationId;
      readonly pin: boolean;
      readonly prune: boolean;
      readonly dryRun: boolean;
      readonly actor: string;
      readonly approved?: string;
    }
  | { readonly kind: 'unpin'; readonly app: AppKey; readonly actor: string }
  | { readonly kind: 'refresh'; readonly app?: AppKey; readonly hard: boolean }
  | { readonly kind: 'terminate'; readonly app: AppKey; readonly actor: string }
  | {
      readonly kind: 'delete';
      readonly app: AppKey;
      readonly cascade: 'foreground' | 'background' | 'none';
      readonly actor: string;
      readonly approved?: string;
    }
  | { readonly kind: 'approve'; readonly hash: string; readonly actor: string }
  | { readonly kind: 'auto-sync'; readonly app: AppKey; readonly enabled: boolean; readonly actor: string }
  | { readonly kind: 'mode'; readonly clusters: readonly string[]; readonly mode: Mode; readonly actor: string }
  | { readonly kind: 'notify-commit'; readonly repo: string }
  /** An action on live objects; on more than one only with `all`. Accepted when it is finished. */
  | {
      readonly kind: 'action';
      readonly app: AppKey;
      readonly action: string;
      readonly filter: ActionFilter;
      readonly all: boolean;
      readonly parameters: Readonly<Record<string, string>>;
      readonly actor: string;
    }
  /** A Git server says something, or something is to be said of what one sent. */
  | { readonly kind: 'webhook'; readonly event?: WebhookEvent; readonly notice?: string }
  /** Writes a control object to the hub: `app create`, `cluster add` ... */
  | { readonly kind: 'put'; readonly manifest: Manifest; readonly how: 'create' | 'upsert' | 'merge'; readonly actor: string }
  | { readonly kind: 'remove'; readonly ref: ResourceRef; readonly actor: string };

/** Heavy reads. The answer of each is in `Answers` under the same name. */
export type Query =
  /** The whole object with its status, shaped as Argo CD's. */
  | { readonly kind: 'application'; readonly app: AppKey }
  | { readonly kind: 'applications' }
  | { readonly kind: 'rows' }
  | {
      readonly kind: 'diff';
      readonly app: AppKey;
      /** For each source; '' leaves its own. */
      readonly revisions?: readonly string[];
      readonly manifests?: readonly Manifest[];
      readonly serverSide?: boolean;
      readonly operation?: OperationId;
    }
  | { readonly kind: 'plan'; readonly app: AppKey; readonly request: SyncRequest; readonly manifests?: readonly Manifest[] }
  | {
      readonly kind: 'rollback-plan';
      readonly app: AppKey;
      readonly historyId?: number;
      readonly operation?: OperationId;
      readonly prune: boolean;
    }
  /** What deleting the app would delete. */
  | { readonly kind: 'delete-plan'; readonly app: AppKey }
  | { readonly kind: 'manifests'; readonly app: AppKey; readonly source: 'git' | 'live'; readonly revisions?: readonly string[] }
  | { readonly kind: 'tree'; readonly app: AppKey }
  | { readonly kind: 'resource'; readonly app: AppKey; readonly key: ResourceKey }
  | { readonly kind: 'history'; readonly filter: HistoryFilter }
  | { readonly kind: 'operation'; readonly id: OperationId }
  | { readonly kind: 'drifts'; readonly filter: DriftFilter }
  /** Control objects of the hub by kind: AppProject, ApplicationSet, Secret with its label ... Secret values never leave. */
  | { readonly kind: 'objects'; readonly of: string; readonly name?: string }
  | { readonly kind: 'approvals' }
  /** What an ApplicationSet would do: one of the hub by name, or one that is only tried. */
  | { readonly kind: 'set-preview'; readonly set: string | Manifest }
  | { readonly kind: 'why'; readonly app: AppKey }
  | { readonly kind: 'actions'; readonly app: AppKey; readonly filter: ActionFilter }
  | { readonly kind: 'engine' };

export interface HistoryFilter {
  readonly app?: AppKey;
  readonly cluster?: ClusterKey;
  readonly actor?: string;
  readonly sinceMs?: number;
  readonly phases?: readonly string[];
  readonly dryRuns?: boolean;
  readonly limit?: number;
  readonly beforeId?: OperationId;
}

export interface Answers {
  application: Manifest;
  applications: readonly Manifest[];
  rows: { readonly apps: readonly AppRow[]; readonly clusters: readonly ClusterRow[]; readonly activity: EngineActivity };
  diff: readonly ResourceDiff[];
  plan: Plan;
  'rollback-plan': Plan;
  'delete-plan': Plan;
  manifests: readonly Manifest[];
  tree: readonly ResourceNode[];
  resource: { readonly live?: Manifest; readonly target?: Manifest };
  history: readonly OperationSummary[];
  operation: OperationDetail;
  drifts: readonly Drift[];
  objects: readonly Manifest[];
  approvals: readonly { readonly hash: string; readonly app: AppKey; readonly reason: string; readonly plan: Plan }[];
  'set-preview': SetPreview;
  why: readonly string[];
  actions: readonly OfferedAction[];
  engine: {
    readonly version: string;
    readonly fleet: string;
    readonly pid: number;
    readonly startedAtMs: number;
    readonly data: string;
    readonly socket: string;
    readonly sandboxKubeconfig?: string;
  };
}

export type Answer<K extends Query['kind']> = Answers[K];
