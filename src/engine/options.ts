// What the engine is built from. compose.ts fills it in; the engine knows only ports.
import type { Source } from '../domain/application.js';
import type { ClusterKey, Mode } from '../domain/fleet.js';
import type { Clock, Cluster, History, Renderer, Sources } from '../domain/ports.js';
import type { Problem } from '../domain/problem.js';
import type { Manifest } from '../domain/resource.js';
import type { ScriptCore } from '../domain/wasm.js';
import type { WebhookSettings } from '../domain/webhook.js';
import type { SetReaderOptions } from './set-inputs.js';

export interface EngineOptions {
  /** Where the control objects live. */
  readonly hub: Cluster;
  readonly controlNamespace: string;
  /** Clusters that are known from the start: contexts and sandboxes. Those of cluster Secrets come and go with the Secrets. */
  readonly clusters: readonly Cluster[];
  /** Makes a cluster of a cluster Secret, or says why it cannot be used. */
  readonly clusterOfSecret: (secret: Manifest) => { readonly cluster?: Cluster; readonly problem?: Problem };
  /** With an embedded hub: where an in-cluster destination's workloads go. Absent: such a destination is a problem. */
  readonly inCluster?: ClusterKey;
  readonly sources: Sources;
  readonly renderer: Renderer;
  /** Templates, Lua, jq and expressions. */
  readonly core: ScriptCore;
  readonly history: History;
  readonly clock: Clock;
  readonly random: () => number;
  readonly fleet?: FleetSource;
  /** 'hub': by itself it writes to the embedded hub only; everything else has to be asked for. For commands that come and go. */
  readonly automation: 'all' | 'hub';
  /** The user has named the real hub once more: it may be written to although an Argo CD controller is alive in it. */
  readonly hubForced: boolean;
  /** `observe` in the configuration is above every grant. */
  readonly ceiling: Mode;
  /** Namespace of the Lease in managed clusters. */
  readonly leaseNamespace: string;
  readonly timings: Timings;
  readonly instance: Instance;
  /** Rises with every owner of this hub; stored with each operation. */
  readonly fence: number;
  /** Kept when another engine has taken the hub over: this one ends, and writes nothing more. Never kept otherwise. */
  readonly lost?: Promise<void>;
  /** Asks SCM providers, plugins and placements for ApplicationSets. */
  readonly setServices?: SetReaderOptions['services'];
  /** What the environment says of ApplicationSets; absent: argocd-cmd-params-cm says it. */
  readonly setSettings?: { readonly newGlobbing?: boolean; readonly hiddenDirectories?: boolean };
  /** Tells the adapters how repositories are reached, when repository Secrets or the ConfigMaps of trusted hosts change. */
  readonly onRepositories?: (access: { readonly secrets: readonly Manifest[]; readonly configMaps: readonly Manifest[] }) => void;
  /** Tells the webhook listener what to check by, whenever that changes. */
  readonly onWebhookSettings?: (settings: WebhookSettings) => void;
}

export interface FleetSource {
  readonly name: string;
  readonly source: Source;
  /** Take another fleet source than the one this data folder knows. */
  readonly replace: boolean;
}

export interface Timings {
  /** Wait before the first heal of a drift. */
  readonly selfHealMs: number;
  readonly selfHealCooldownMs: number;
  /** Overrides timeout.reconciliation of argocd-cm. */
  readonly resyncMs?: number;
  /** A status that failed to be loaded keeps its old verdict this long (behaviour 2.2, grace period). */
  readonly graceMs: number;
  /** Progressing longer than this does not keep a fleet from being steady. */
  readonly progressDeadlineMs: number;
}

export const DEFAULT_TIMINGS: Timings = { selfHealMs: 2_000, selfHealCooldownMs: 330_000, graceMs: 180_000, progressDeadlineMs: 600_000 };

export interface Instance {
  /** What people call this fleet. */
  readonly fleet: string;
  readonly version: string;
  readonly host: string;
  readonly pid: number;
  /** The same after a restart on the same host and data folder, and nowhere else. */
  readonly identity: string;
  readonly startedAtMs: number;
  readonly data: string;
  readonly socket: string;
  readonly sandboxKubeconfig?: string;
}
