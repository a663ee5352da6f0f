// Actions on live objects: restart, pause, promote. What a kind offers is said by scripts, of argocd-cm or built in.
import type { AppKey } from './application.js';
import type { ClusterKey } from './fleet.js';
import type { ResourceRef } from './resource.js';

export interface OfferedAction {
  readonly ref: ResourceRef;
  readonly action: string;
  /** Offered, but not now: a Deployment that is paused cannot be paused. */
  readonly disabled: boolean;
  readonly params?: readonly { readonly name?: string; readonly default?: string }[];
}

/** Which objects of an application are meant; what is left out means any. */
export interface ActionFilter {
  readonly group?: string;
  readonly kind?: string;
  readonly namespace?: string;
  readonly name?: string;
}

/** One action on one object, as it is recorded. */
export interface ActionRun {
  readonly app: AppKey;
  readonly cluster: ClusterKey;
  readonly ref: ResourceRef;
  readonly action: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly actor: string;
  readonly startedAtMs: number;
}

export interface RecordedAction extends ActionRun {
  readonly id: number;
  readonly finishedAtMs?: number;
  /** Absent while it runs, and where a crash came between. */
  readonly outcome?: 'done' | 'failed';
  readonly message: string;
}
