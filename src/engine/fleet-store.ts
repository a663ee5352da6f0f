// The one ordered stream: rows as they change, operations, notices, how busy the engine is. One writer; listeners never see a half-made row.
import { sameJson } from '../core/merge/record.js';
import type { AppKey } from '../domain/application.js';
import type { EngineEvent } from '../domain/events.js';
import type { AppRow, ClusterKey, ClusterRow, EngineActivity } from '../domain/fleet.js';
import type { OperationSummary } from '../domain/operation.js';
import { activityOf } from './activity.js';
import type { AppState } from './app-state.js';
import { appRow, clusterRow } from './rows.js';
import { summaryOf } from './summaries.js';
import type { World } from './world.js';

type Listener = (event: EngineEvent) => void;

export class FleetStore {
  readonly #world: World;
  readonly #apps = new Map<AppKey, AppRow>();
  readonly #clusters = new Map<ClusterKey, ClusterRow>();
  /** Applications on each cluster, and the clusters whose number has changed since they were told. */
  readonly #appsOn = new Map<ClusterKey, number>();
  readonly #counted = new Set<ClusterKey>();
  readonly #listeners = new Set<Listener>();
  #activity: EngineActivity = { queued: 0, reconciling: 0, operations: 0, due: 0, steady: false, waitsFor: ['the engine to start'] };
  #told: EngineActivity | undefined;
  #checking = false;

  constructor(world: World) {
    this.#world = world;
  }

  /** The first event is a snapshot of everything. A listener that throws is a mistake of ours and is not caught. */
  subscribe(listener: Listener): () => void {
    listener({ kind: 'snapshot', atMs: this.#world.now(), ...this.rows(), fleet: this.#world.options.instance.fleet });
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  rows(): { readonly apps: readonly AppRow[]; readonly clusters: readonly ClusterRow[]; readonly activity: EngineActivity } {
    return {
      apps: [...this.#apps.values()],
      clusters: [...this.#clusters.values()],
      activity: this.#activity,
    };
  }

  row(key: AppKey): AppRow | undefined {
    return this.#apps.get(key);
  }

  /** Derives an application's row again, and tells it when it says something new. */
  refresh(state: AppState): void {
    if (!this.#world.apps.has(state.key)) return;
    const row = appRow(this.#world, state);
    const known = this.#apps.get(state.key);
    this.#apps.set(state.key, row);
    if (known?.cluster !== row.cluster) {
      this.#countApp(known?.cluster, -1);
      this.#countApp(row.cluster, 1);
    }
    if (!known || !sameJson({ ...known, comparedAtMs: 0 }, { ...row, comparedAtMs: 0 })) {
      this.#emit({ kind: 'app.changed', atMs: this.#world.now(), row });
      this.#world.sets?.applicationChanged(state);
    }
    this.touch();
  }

  removed(key: AppKey): void {
    this.#countApp(this.#apps.get(key)?.cluster, -1);
    if (this.#apps.delete(key)) this.#emit({ kind: 'app.removed', atMs: this.#world.now(), app: key });
    this.touch();
  }

  #countApp(cluster: ClusterKey | undefined, change: number): void {
    if (!cluster) return;
    this.#appsOn.set(cluster, (this.#appsOn.get(cluster) ?? 0) + change);
    this.#counted.add(cluster);
  }

  refreshCluster(key: ClusterKey): void {
    const live = this.#world.lives.get(key);
    if (!live) {
      if (this.#clusters.delete(key)) this.#emit({ kind: 'cluster.removed', atMs: this.#world.now(), cluster: key });
      return;
    }
    const row = clusterRow(this.#world, live, this.#appsOn.get(key) ?? 0);
    const known = this.#clusters.get(key);
    this.#clusters.set(key, row);
    if (!known || !sameJson({ ...known, seenAtMs: 0, objects: 0 }, { ...row, seenAtMs: 0, objects: 0 }))
      this.#emit({ kind: 'cluster.changed', atMs: this.#world.now(), row });
    this.touch();
  }

  operationStarted(state: AppState): void {
    if (state.operation) this.#emit({ kind: 'operation.started', atMs: this.#world.now(), operation: summaryOf(state, state.operation) });
    this.refresh(state);
  }

  operationProgress(state: AppState): void {
    if (state.operation)
      this.#emit({
        kind: 'operation.progress',
        atMs: this.#world.now(),
        operation: summaryOf(state, state.operation),
        waitsFor: state.operation.waitsFor,
      });
    this.refresh(state);
  }

  operationFinished(state: AppState, operation: OperationSummary): void {
    this.#emit({ kind: 'operation.finished', atMs: this.#world.now(), operation });
    this.refresh(state);
  }

  resourceChanged(app: AppKey): void {
    this.#emit({ kind: 'resource.changed', atMs: this.#world.now(), app });
  }

  notice(level: 'info' | 'warning' | 'error', message: string, about: { readonly app?: AppKey; readonly cluster?: ClusterKey } = {}): void {
    this.#emit({ kind: 'notice', atMs: this.#world.now(), level, message, ...about });
  }

  /** Looks, once the present work is done, whether the engine is steady. */
  touch(): void {
    if (this.#checking) return;
    this.#checking = true;
    void this.#world.options.clock.sleep(20).then(() => {
      this.#checking = false;
      for (const cluster of this.#counted) this.refreshCluster(cluster);
      this.#counted.clear();
      this.#activity = activityOf(this.#world);
      if (this.#told && sameJson(this.#told, this.#activity)) return;
      this.#told = this.#activity;
      this.#emit({ kind: 'activity', atMs: this.#world.now(), activity: this.#activity });
    });
  }

  #emit(event: EngineEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}
