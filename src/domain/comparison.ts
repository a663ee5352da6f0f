// Target against live: the one verdict from which status, screen, plan and exit code are derived.
import type { AppKey, Health, HealthStatusCode, Source, SyncStatusCode } from './application.js';
import type { Problem } from './problem.js';
import type { Manifest, ResourceKey } from './resource.js';

/** What a sync would do with one resource; 'none' where target and live agree. */
export type Change = 'none' | 'create' | 'update' | 'prune';

export interface ComparedResource {
  readonly key: ResourceKey;
  readonly version: string;
  /** The cluster that holds it: an in-cluster destination may be split between hub and another cluster. */
  readonly target?: Manifest;
  readonly live?: Manifest;
  readonly change: Change;
  /** What is applied instead of the target: with the live values of ignored fields, where RespectIgnoreDifferences asks for it. */
  readonly applied?: Manifest;
  /** Absent for hooks and for what neither counts nor is applied. */
  readonly sync?: SyncStatusCode;
  /** Absent for kinds that have no health. */
  readonly health?: Health;
  readonly hook?: boolean;
  readonly wave: number;
  readonly requiresPruning?: boolean;
  /** Counts for nothing in the app's own sync status (IgnoreExtraneous). */
  readonly ignored?: boolean;
  /** Both sides after normalisation; only where change is 'update'. `predicted` is live after an apply. */
  readonly normalized?: { readonly live: Manifest; readonly predicted: Manifest };
}

export interface Comparison {
  readonly app: AppKey;
  /** Resolved revision of each source, in order of the sources. */
  readonly revisions: readonly string[];
  readonly sources: readonly Source[];
  readonly sync: SyncStatusCode;
  readonly health: HealthStatusCode;
  readonly healthMessage?: string;
  readonly resources: readonly ComparedResource[];
  readonly problems: readonly Problem[];
  /** Milliseconds since the epoch: when live was read. */
  readonly comparedAtMs: number;
  /** Hash over target manifests; equal hashes mean equal targets. */
  readonly targetHash: string;
}

/** One object's difference, ready to be shown: Secret values are masked already. */
export interface ResourceDiff {
  readonly key: ResourceKey;
  readonly version: string;
  readonly change: Change;
  readonly hook?: boolean;
  /** Live and predicted, normalised and masked; absent on the side where the object is not. */
  readonly live?: Manifest;
  readonly target?: Manifest;
  readonly fields: readonly FieldChange[];
}

/** One changed field in the semantic view: containers and env by name, not by index. */
export interface FieldChange {
  /** 'spec.template.spec.containers[name=api].image' */
  readonly path: string;
  readonly live?: unknown;
  readonly target?: unknown;
  /** Who wrote the live value last, from managedFields. */
  readonly by?: { readonly manager: string; readonly at?: string; readonly operation?: string };
}
