// What the engine remembers of one application between two runs. One writer: the engine's own thread.
import type { Application, OperationState, RevisionHistory, Source } from '../domain/application.js';
import type { Comparison } from '../domain/comparison.js';
import type { OperationSummary, Plan, RunningOperation, Trigger } from '../domain/operation.js';
import type { Commit, Pin, Rendered, Revision } from '../domain/ports.js';
import type { Problem } from '../domain/problem.js';
import type { Manifest } from '../domain/resource.js';
import type { Fingerprint } from './comparing.js';
import type { Destination } from './destination.js';
import type { Carried, StartRequest } from './start.js';

/** What Git wants, ready to be compared. */
export interface Target {
  readonly sources: readonly Source[];
  readonly revisions: readonly string[];
  readonly resolved: readonly Revision[];
  readonly manifests: readonly Manifest[];
  readonly problems: readonly Problem[];
  readonly sourceTypes: readonly string[];
  readonly hash: string;
  /** What it was made from: equal inputs give the same target. */
  readonly madeFrom: string;
  /** What each source rendered, and what else made targets of it: where both are the same, the targets are. */
  readonly rendered?: readonly Rendered[];
  readonly preparedFrom?: string;
  /** What the paths of manifest-generate-paths held; where they hold the same, nothing is rendered again. */
  readonly paths?: string;
  /** Earlier revisions with this very content, newest first: see `paths`. */
  readonly alike?: readonly (readonly string[])[];
}

export interface ActiveOperation {
  running: RunningOperation;
  readonly start: StartRequest;
  readonly trigger: Trigger;
  readonly actor: string;
  readonly target: Target;
  readonly destination: Destination;
  readonly comparison: Comparison;
  readonly commit?: Commit;
  readonly fromRevisions: readonly string[];
  waitsFor: string;
  wave?: number;
  /** Wakes the loop when something that it waits for may have changed. */
  wake: () => void;
}

export interface Refresh {
  readonly hard: boolean;
  readonly askedAtMs: number;
  /** Somebody says that a commit has come. */
  readonly announced?: boolean;
}

export interface WaitingApproval {
  readonly hash: string;
  readonly reason: string;
  readonly plan: Plan;
  readonly start: StartRequest;
}

export interface AppState {
  readonly key: string;
  app: Application;
  /** The object as the hub has it. */
  object: Manifest;
  specProblems: readonly Problem[];
  destination?: Destination;
  target?: Target;
  comparison?: Comparison;
  /** What the comparison was made from; equal fingerprints need no new comparison. */
  fingerprint?: Fingerprint;
  operation?: ActiveOperation;
  last?: OperationSummary;
  operationState?: OperationState;
  history: readonly RevisionHistory[];
  retry?: { readonly atMs: number; readonly count: number; readonly start: StartRequest };
  approval?: WaitingApproval;
  pin?: Pin;
  pinned?: Target;
  /** The hooks of a deletion that were begun, and by which operation. */
  deletionHooks?: { readonly key: string; readonly operation: number };
  /** The operation of a deletion that a stop cut short. */
  leftDeletion?: Carried;
  /** Problems that are not of the comparison: the gate's refusal, a failed deletion. */
  notes: readonly Problem[];
  stale?: string;
  /** A new look at the sources was asked for, and when. A run takes away only what it has seen at its beginning. */
  refresh?: Refresh;
  /** When sources are looked at again. */
  resyncAtMs: number;
  loadFailedSinceMs?: number;
  driftSinceMs?: number;
  healAtMs?: number;
  progressingSinceMs?: number;
  gone: boolean;
  /** Of the fleet source: objects that it no longer defines and that have no row, as they were told. */
  toldGone: ReadonlySet<string>;
  /** When a status was last written to the hub; 0 = never by this process. */
  statusWrittenAtMs: number;
  lastReconcileMs: number;
}

export function newAppState(key: string, app: Application, object: Manifest): AppState {
  const status = app.status;
  return {
    key,
    app,
    object,
    specProblems: [],
    history: status?.history ?? [],
    ...(status?.operationState ? { operationState: status.operationState } : {}),
    notes: [],
    resyncAtMs: 0,
    gone: false,
    toldGone: new Set(),
    statusWrittenAtMs: 0,
    lastReconcileMs: 0,
  };
}
