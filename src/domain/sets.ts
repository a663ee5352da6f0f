// What an ApplicationSet would do, and why: the preview that `appset plan`, `appset why` and `appset generate` show.
import type { Manifest } from './resource.js';

/** Which parameters an Application comes from. */
export interface Lineage {
  /** Index in spec.generators, from 0. */
  readonly generator: number;
  /** 'clusters[0] x git[4]': the elements of the generators, as they were combined. */
  readonly origin: string;
  readonly params: Readonly<Record<string, unknown>>;
}

export interface SetPreview {
  readonly set: string;
  /** False: a generator or a template failed, nothing is changed. `problems` say why. */
  readonly complete: boolean;
  readonly problems: readonly string[];
  /** Everything that was generated, invalid ones too, in the order of the generators. */
  readonly applications: readonly Manifest[];
  /** In the order of `applications`. */
  readonly lineages: readonly Lineage[];
  readonly added: readonly string[];
  readonly changed: readonly { readonly name: string; readonly before: Manifest; readonly after: Manifest }[];
  /** `cascades`: its finalizer deletes what it deployed too. */
  readonly removed: readonly { readonly name: string; readonly cascades: boolean; readonly resources: number }[];
  readonly unchanged: readonly string[];
  /** Applications that are not written, with the reason. */
  readonly invalid: readonly { readonly name: string; readonly message: string }[];
  /** Parameter sets that a selector, an exclude or a merge left out. */
  readonly dropped: readonly { readonly origin: string; readonly by: string; readonly params: Readonly<Record<string, unknown>> }[];
  readonly policy: string;
  /** The plan waits for this approval. */
  readonly approval?: { readonly hash: string; readonly reason: string };
  /** Since when the set could not be expanded, ms since the epoch: its applications are those of the last good look. */
  readonly staleSinceMs?: number;
}
