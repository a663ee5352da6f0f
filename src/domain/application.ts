// Argo CD's Application, as it is written. Types name what we read; every other field stays in the object.
import type { Condition } from './problem.js';
import type { Manifest, ObjectMeta } from './resource.js';

export const ARGO_GROUP = 'argoproj.io';
export const ARGO_VERSION = 'v1alpha1';

/** 'namespace/name' of an Application. */
export type AppKey = string;

export function appKey(meta: { name: string; namespace?: string | undefined }): AppKey {
  return `${meta.namespace ?? ''}/${meta.name}`;
}

export interface Application extends Manifest {
  kind: 'Application';
  spec: ApplicationSpec;
  operation?: Operation;
  status?: ApplicationStatus;
}

export interface ApplicationSpec {
  project?: string;
  source?: Source;
  sources?: Source[];
  destination: Destination;
  syncPolicy?: SyncPolicy;
  ignoreDifferences?: IgnoreDifference[];
  info?: { name: string; value: string }[];
  revisionHistoryLimit?: number;
  [field: string]: unknown;
}

export interface Destination {
  server?: string;
  name?: string;
  namespace?: string;
}

export interface Source {
  repoURL: string;
  path?: string;
  targetRevision?: string;
  chart?: string;
  ref?: string;
  name?: string;
  directory?: DirectoryOptions;
  helm?: Record<string, unknown>;
  kustomize?: Record<string, unknown>;
  plugin?: Record<string, unknown>;
  [field: string]: unknown;
}

export interface DirectoryOptions {
  recurse?: boolean;
  include?: string;
  exclude?: string;
  disableExtensionFilter?: boolean;
  jsonnet?: Record<string, unknown>;
}

export interface SyncPolicy {
  automated?: { prune?: boolean; selfHeal?: boolean; allowEmpty?: boolean; enabled?: boolean };
  syncOptions?: string[];
  retry?: RetryStrategy;
  managedNamespaceMetadata?: { labels?: Record<string, string>; annotations?: Record<string, string> };
  [field: string]: unknown;
}

export interface RetryStrategy {
  limit?: number;
  refresh?: boolean;
  backoff?: { duration?: string; factor?: number; maxDuration?: string };
}

export interface IgnoreDifference {
  group?: string;
  kind: string;
  name?: string;
  namespace?: string;
  jsonPointers?: string[];
  jqPathExpressions?: string[];
  managedFieldsManagers?: string[];
}

export type SyncStatusCode = 'Synced' | 'OutOfSync' | 'Unknown';
export type HealthStatusCode = 'Healthy' | 'Suspended' | 'Progressing' | 'Missing' | 'Degraded' | 'Unknown';
export type OperationPhase = 'Running' | 'Terminating' | 'Failed' | 'Error' | 'Succeeded';

export interface Health {
  readonly status: HealthStatusCode;
  readonly message?: string;
}

/** A request to sync, as in `.operation.sync`. */
export interface SyncRequest {
  revision?: string;
  revisions?: string[];
  prune?: boolean;
  dryRun?: boolean;
  syncStrategy?: { apply?: { force?: boolean }; hook?: { force?: boolean } };
  syncOptions?: string[];
  resources?: { group?: string; kind: string; name: string; namespace?: string; exclude?: boolean }[];
  source?: Source;
  sources?: Source[];
  autoHealAttemptsCount?: number;
}

/** `.operation` of an Application. */
export interface Operation {
  sync?: SyncRequest;
  initiatedBy?: { username?: string; automated?: boolean };
  info?: { name: string; value: string }[];
  retry?: RetryStrategy;
}

export type ResultCode = 'Synced' | 'SyncFailed' | 'Pruned' | 'PruneSkipped';

/** One row of status.operationState.syncResult.resources. */
export interface ResourceResult {
  group: string;
  version: string;
  kind: string;
  namespace: string;
  name: string;
  status?: ResultCode;
  message?: string;
  hookType?: string;
  hookPhase?: OperationPhase;
  syncPhase?: string;
  images?: string[];
}

export interface OperationState {
  operation: Operation;
  phase: OperationPhase;
  message?: string;
  startedAt: string;
  finishedAt?: string;
  retryCount?: number;
  syncResult?: {
    revision?: string;
    revisions?: string[];
    source?: Source;
    sources?: Source[];
    resources?: ResourceResult[];
  };
}

export interface ResourceStatus {
  group?: string;
  version: string;
  kind: string;
  namespace?: string;
  name: string;
  status?: SyncStatusCode;
  health?: Health;
  hook?: boolean;
  requiresPruning?: boolean;
  requiresDeletionConfirmation?: boolean;
  syncWave?: number;
}

export interface RevisionHistory {
  id: number;
  revision?: string;
  revisions?: string[];
  source?: Source;
  sources?: Source[];
  deployStartedAt?: string;
  deployedAt: string;
  initiatedBy?: { username?: string; automated?: boolean };
}

export interface ApplicationStatus {
  sync?: {
    status: SyncStatusCode;
    revision?: string;
    revisions?: string[];
    comparedTo?: { source?: Source; sources?: Source[]; destination: Destination; ignoreDifferences?: IgnoreDifference[] };
  };
  health?: { status: HealthStatusCode; message?: string; lastTransitionTime?: string };
  resources?: ResourceStatus[];
  history?: RevisionHistory[];
  operationState?: OperationState;
  conditions?: Condition[];
  reconciledAt?: string;
  sourceType?: string;
  sourceTypes?: string[];
  summary?: { images?: string[]; externalURLs?: string[] };
  controllerNamespace?: string;
  [field: string]: unknown;
}

/** The sources that count: `sources` wins over `source` when it is not empty. */
export function sourcesOf(spec: Pick<ApplicationSpec, 'source' | 'sources'>): readonly Source[] {
  if (spec.sources && spec.sources.length > 0) return spec.sources;
  return spec.source ? [spec.source] : [];
}

/** Automated sync is on when `automated` is there and not switched off by `enabled: false`. */
export function isAutomated(spec: ApplicationSpec): boolean {
  const automated = spec.syncPolicy?.automated;
  return automated !== undefined && automated !== null && automated.enabled !== false;
}

export type { ObjectMeta };
