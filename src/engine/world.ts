// Everything that the parts of the engine share: clusters and what they hold, applications, settings, projects, the row store, the queue.

import { appOfInstance } from '../core/manifest/tracking.js';
import { effectiveProject } from '../core/project/global.js';
import { defaultProject } from '../core/project/parse.js';
import { type ComparisonSettings, DEFAULT_SETTINGS } from '../core/settings.js';
import type { AppKey, Application } from '../domain/application.js';
import type { ClusterKey } from '../domain/fleet.js';
import type { Cluster, ClusterInfo } from '../domain/ports.js';
import type { Project } from '../domain/project.js';
import type { ResourceKey } from '../domain/resource.js';
import type { AppState } from './app-state.js';
import { describedInfo } from './cluster-secrets.js';
import { destinationOf } from './destination.js';
import { DriftLedger } from './drift-ledger.js';
import { ServerDryRuns } from './dry-runs.js';
import type { FleetStore } from './fleet-store.js';
import { HealthScripts } from './health-scripts.js';
import { JqRuns } from './jq-runs.js';
import type { ClusterLive } from './live.js';
import type { IndexChange } from './live-index.js';
import type { Modes } from './modes.js';
import type { EngineOptions } from './options.js';
import type { Queue } from './queue.js';
import type { Sets } from './sets.js';
import { Turns } from './turns.js';

export class World {
  readonly options: EngineOptions;
  readonly lives = new Map<ClusterKey, ClusterLive>();
  readonly apps = new Map<AppKey, AppState>();
  readonly projects = new Map<string, Project>();
  settings: ComparisonSettings = DEFAULT_SETTINGS;
  /** Rises when settings or projects change, so that comparisons are made again. */
  settingsVersion = 0;
  queue!: Queue;
  /** Statuses that are to be written to the hub: behind everything else, because nobody waits for them. */
  statuses!: Queue;
  store!: FleetStore;
  modes!: Modes;
  sets: Sets | undefined;
  readonly health: HealthScripts;
  readonly dryRuns: ServerDryRuns;
  readonly jq: JqRuns;
  readonly drifts: DriftLedger;
  readonly turns = new Turns((app) => this.queue.add(app));
  readonly stops = new Map<ClusterKey, AbortController>();
  /** The loops of running operations: who stops waits until none of them writes any more. */
  readonly operations = new Set<Promise<void>>();
  readonly secretClusters = new Map<string, ClusterKey>();
  /** What cluster Secrets say of clusters that are there already: by cluster, then by Secret. */
  readonly descriptions = new Map<ClusterKey, Map<string, ClusterInfo>>();
  /** Applications by the ids of their targets: an object that is created by hand without marks concerns them too. */
  readonly wantedBy = new Map<string, Set<AppKey>>();
  /** Takes over a change of a control object. */
  hubObjectChanged: (change: IndexChange) => void = () => undefined;
  /** Called when the hub's connection or currency changed. */
  hubChanged: () => void = () => undefined;
  signal: AbortSignal = new AbortController().signal;
  readonly readiness = readiness();
  /** The control objects were read once. */
  started = false;
  closing = false;

  constructor(options: EngineOptions) {
    this.options = options;
    this.dryRuns = new ServerDryRuns(this);
    this.drifts = new DriftLedger(this);
    this.jq = new JqRuns(options.core);
    this.health = new HealthScripts(options.core, () => this.settings);
  }

  get hub(): ClusterLive {
    return this.live(this.options.hub.info.key);
  }

  live(key: ClusterKey): ClusterLive {
    const live = this.lives.get(key);
    if (!live) throw new Error(`no live view of cluster ${key}`);
    return live;
  }

  keyOfInstance(instance: string): AppKey {
    return appOfInstance(instance, this.options.controlNamespace);
  }

  now(): number {
    return this.options.clock.now();
  }

  /** Clusters that an application may name; the hub is one only when it is real. */
  clusterInfos(): readonly ClusterInfo[] {
    return [...this.lives.values()].map(({ cluster }) => describedInfo(this, cluster.info)).filter((info) => info.kind !== 'embedded');
  }

  clusters(): readonly Cluster[] {
    return [...this.lives.values()].map(({ cluster }) => cluster);
  }

  destination(state: AppState) {
    const { options } = this;
    return destinationOf({
      app: state.app,
      clusters: this.clusterInfos(),
      hub: options.hub.info,
      controlNamespace: options.controlNamespace,
      ...(options.inCluster === undefined ? {} : { inCluster: options.inCluster }),
    });
  }

  /** The project of an application with the global ones merged in; undefined when it does not exist. */
  project(state: Pick<AppState, 'app'>): Project | undefined {
    return this.projectOf(state.app);
  }

  projectOf(app: Application): Project | undefined {
    const name = app.spec.project || 'default';
    const own = this.projects.get(name) ?? (name === 'default' ? defaultProject(this.options.controlNamespace) : undefined);
    return own && effectiveProject(own, [...this.projects.values()], this.settings.globalProjects);
  }

  /** Where an object of an application is kept; undefined where no cluster takes it. */
  placeOf(state: AppState, key: ResourceKey): ClusterLive | undefined {
    const place = state.destination?.route(key);
    return typeof place === 'string' ? this.lives.get(place) : undefined;
  }
}

/** A promise that is kept once. */
function readiness(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((kept) => {
    resolve = kept;
  });
  return { promise, resolve: () => resolve() };
}
