// Drift: a live object departs from what was synced last, although Git is as it was. The ledger says when, which fields, who, and how it ended.
import type { AppKey } from './application.js';
import type { ClusterKey } from './fleet.js';
import type { OperationId } from './operation.js';
import type { ResourceKey } from './resource.js';

/** 'missing': somebody deleted it; 'extra': somebody made it with the marks of the application. */
export type DriftKind = 'changed' | 'missing' | 'extra';

/**
 * healed, synced: an operation put it back, by itself or asked for; adopted: Git wants it now; ignored: a rule covers it now;
 * undone: somebody put it back; removed: neither Git nor the cluster has it any more.
 */
export type DriftEnd = 'healed' | 'synced' | 'adopted' | 'ignored' | 'undone' | 'removed';

export interface NewDrift {
  readonly app: AppKey;
  readonly cluster: ClusterKey;
  readonly key: ResourceKey;
  readonly kind: DriftKind;
  /** Paths of the fields that differ, without values; [] where the whole object is the difference. */
  readonly fields: readonly string[];
  /** Field manager that wrote the live value last; '' where that is not known. */
  readonly by: string;
  readonly sinceMs: number;
  /** The last operation before it; a later one is what ends it. */
  readonly after?: OperationId;
}

export interface EndedDrift {
  readonly end: DriftEnd;
  readonly endedAtMs: number;
  readonly operation?: OperationId;
  /** Who started that operation. */
  readonly endedBy?: string;
}

export interface Drift extends NewDrift, Partial<EndedDrift> {
  readonly id: number;
}

export interface DriftFilter {
  readonly app?: AppKey;
  readonly cluster?: ClusterKey;
  /** Begun or ended then or later, or not ended. */
  readonly sinceMs?: number;
  readonly open?: boolean;
  readonly limit?: number;
  readonly beforeId?: number;
}

/** The ledger on disk. Of values it holds nothing. */
export interface DriftRecords {
  beginDrift(drift: NewDrift): number;
  /** The fields that differ became others while it lasts. */
  widenDrift(id: number, fields: readonly string[], by: string): void;
  endDrift(id: number, end: EndedDrift): void;
  /** Newest first. */
  drifts(filter: DriftFilter): readonly Drift[];
}
