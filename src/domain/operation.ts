// A plan is the ordered tasks that turn live into target. An operation is a plan being carried out, recorded before each write.
import type { AppKey, Operation, OperationPhase, ResultCode, Source } from './application.js';
import type { Manifest, ResourceKey, ResourceRef } from './resource.js';

export type OperationId = number;
/** The phases of a sync in their order; then those around the deletion of an application. */
export type SyncPhase = 'PreSync' | 'Sync' | 'PostSync' | 'SyncFail' | 'PreDelete' | 'PostDelete';
export type HookDeletePolicy = 'HookSucceeded' | 'HookFailed' | 'BeforeHookCreation';
export type Propagation = 'foreground' | 'background' | 'orphan';

/** How an object is written. */
export type ApplyHow =
  | {
      readonly mode: 'server-side';
      readonly fieldManager: string;
      readonly force: boolean;
      readonly dryRun?: boolean;
      readonly validate?: boolean;
    }
  /** Three-way patch from the last-applied annotation, as `kubectl apply` writes. */
  | { readonly mode: 'client-side'; readonly fieldManager: string; readonly dryRun?: boolean; readonly validate?: boolean }
  | {
      readonly mode: 'replace';
      readonly fieldManager: string;
      readonly force?: boolean;
      readonly dryRun?: boolean;
      readonly validate?: boolean;
    }
  | { readonly mode: 'create'; readonly fieldManager: string; readonly dryRun?: boolean; readonly validate?: boolean };

/** One write of a plan. */
export type Task =
  | {
      readonly kind: 'apply';
      readonly id: string;
      readonly ref: ResourceRef;
      readonly phase: SyncPhase;
      readonly wave: number;
      readonly target: Manifest;
      readonly how: ApplyHow;
      /** What it does, as far as the comparison knows: 'create', 'update' or 'none' (a refresh of ownership). */
      readonly change: 'create' | 'update' | 'none';
      readonly skipDryRun?: boolean;
    }
  | {
      readonly kind: 'prune';
      readonly id: string;
      readonly ref: ResourceRef;
      readonly phase: SyncPhase;
      readonly wave: number;
      /** The very object that was observed: a precondition of the delete. */
      readonly uid: string;
      readonly propagation: Propagation;
      /** Set where the object is kept: prune is off, or `Prune=false`. The message of PruneSkipped. */
      readonly skipped?: string;
    }
  /** A hook is created, waited for, and deleted as its policies say. */
  | {
      readonly kind: 'hook';
      readonly id: string;
      readonly ref: ResourceRef;
      readonly phase: SyncPhase;
      readonly wave: number;
      /** With the finalizer that keeps it until its end was seen. */
      readonly target: Manifest;
      readonly how: ApplyHow;
      readonly deletePolicies: readonly HookDeletePolicy[];
      /** uid of the hook of an earlier run, which is deleted first. */
      readonly replaces?: string;
      readonly propagation: Propagation;
      readonly skipDryRun?: boolean;
    }
  | {
      readonly kind: 'namespace';
      readonly id: string;
      readonly ref: ResourceRef;
      readonly phase: SyncPhase;
      readonly wave: number;
      readonly target: Manifest;
      readonly how: ApplyHow;
    };

/** Everything that an operation would do, decided before anything moves. */
export interface Plan {
  readonly app: AppKey;
  readonly revisions: readonly string[];
  readonly tasks: readonly Task[];
  /** What would be deleted (prunes that are not skipped), with what falls with it. */
  readonly deletes: readonly PlannedDelete[];
  /** Over tasks and deletes: an approval is for this very plan. Hex SHA-256. */
  readonly hash: string;
  /** Why a person has to approve it first; absent when nobody has to. */
  readonly approval?: string;
  /** Errors that stop the plan: kind not permitted, unknown kind ... */
  readonly invalid: readonly { readonly ref: ResourceRef; readonly message: string }[];
}

export interface PlannedDelete {
  readonly ref: ResourceRef;
  readonly uid: string;
  /** Dependents known from the live cache that the server will collect with it. */
  readonly cascade: readonly ResourceKey[];
}

export type TaskOutcome =
  | { readonly kind: 'done'; readonly code: ResultCode; readonly message: string; readonly uid?: string; readonly resourceVersion?: string }
  | { readonly kind: 'failed'; readonly code: ResultCode; readonly message: string; readonly retry: 'backoff' | 'never' };

export interface TaskResult {
  readonly taskId: string;
  readonly outcome: TaskOutcome;
  readonly startedAtMs: number;
  readonly finishedAtMs: number;
  /** Of a hook that was created: what has become of it. */
  readonly hook?: { readonly phase: 'Running' | 'Succeeded' | 'Failed'; readonly uid: string; readonly cleared?: boolean };
}

/** An operation under way: what `decide` looks at, and what recovery rebuilds from history. */
export interface RunningOperation {
  readonly id: OperationId;
  readonly app: AppKey;
  readonly request: Operation;
  readonly plan: Plan;
  readonly startedAtMs: number;
  /** The server has validated every task by a dry run. */
  readonly validated: boolean;
  readonly terminating: boolean;
  readonly results: readonly TaskResult[];
}

/** What the operation's objects look like now, by task id. */
export interface Observation {
  readonly nowMs: number;
  readonly tasks: Readonly<
    Record<
      string,
      {
        readonly exists: boolean;
        readonly uid?: string;
        readonly deleting: boolean;
        readonly health?: { readonly status: string; readonly message?: string };
      }
    >
  >;
}

export type HookTask = Extract<Task, { kind: 'hook' }>;

export interface HookEnd {
  readonly task: HookTask;
  readonly phase: 'Succeeded' | 'Failed';
  readonly message: string;
}

/** The very object that was created or observed. */
export interface HookRemoval {
  readonly task: HookTask;
  readonly uid: string;
}

/** The next thing to do. `decide` returns it, the engine performs it. */
export type Step =
  | { readonly kind: 'dry-run'; readonly tasks: readonly Task[] }
  /** Tasks of one wave. `groups` are run in order, the members of a group side by side. */
  | { readonly kind: 'write'; readonly wave: number; readonly phase: SyncPhase; readonly groups: readonly (readonly Task[])[] }
  /** Hooks whose end was seen: it is recorded, and they are let go. */
  | { readonly kind: 'settle'; readonly hooks: readonly HookEnd[] }
  /** Hooks to delete: those of an earlier run that are in the way, or finished ones as their policies say. */
  | { readonly kind: 'clear'; readonly hooks: readonly HookRemoval[] }
  | { readonly kind: 'wait'; readonly reason: string; readonly pollMs: number }
  | { readonly kind: 'finish'; readonly phase: OperationPhase; readonly message: string };

/** What started an operation. */
export type Trigger = 'manual' | 'auto-sync' | 'self-heal' | 'rollback' | 'fleet' | 'delete' | 'hub';

/** One finished or running operation, as history lists it. */
export interface OperationSummary {
  readonly id: OperationId;
  readonly app: AppKey;
  readonly cluster: string;
  readonly phase: OperationPhase;
  readonly message: string;
  readonly trigger: Trigger;
  readonly actor: string;
  readonly dryRun: boolean;
  readonly startedAtMs: number;
  readonly finishedAtMs?: number;
  readonly revisions: readonly string[];
  readonly fromRevisions: readonly string[];
  readonly commit?: { readonly author: string; readonly subject: string; readonly atMs: number };
  /** Argo CD's id in status.history, where the operation made an entry there. */
  readonly historyId?: number;
  readonly rollbackTo?: OperationId;
  readonly pinned?: boolean;
  readonly counts: { readonly total: number; readonly done: number; readonly failed: number; readonly pruned: number };
  readonly wave?: number;
}

export interface OperationDetail extends OperationSummary {
  readonly request: Operation;
  readonly sources: readonly Source[];
  readonly options: readonly string[];
  readonly results: readonly {
    readonly ref: ResourceRef;
    readonly phase: SyncPhase;
    readonly wave: number;
    readonly code: ResultCode | 'Pending';
    readonly message: string;
    readonly durationMs?: number;
    readonly manifestHash?: string;
  }[];
}
