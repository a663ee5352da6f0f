// The read model of the screen, fed by the engine's events. One writer; changed in place and never copied for an event. Everything
// painted comes from here, so the screen never shows a state that the engine has not reported.
import type { AppKey } from '../src/domain/application.js';
import type { EngineEvent } from '../src/domain/events.js';
import type { AppRow, ClusterKey, ClusterRow, EngineActivity } from '../src/domain/fleet.js';
import type { OperationId, OperationSummary } from '../src/domain/operation.js';
import { Matrix } from './matrix.js';
import { Rates } from './rates.js';
import { type ListSpec, RowList } from './row-list.js';
import { appState, isProduction, STATES, type State } from './state.js';

export interface Notice {
  readonly atMs: number;
  readonly level: 'info' | 'warning' | 'error';
  readonly message: string;
  readonly app?: AppKey;
  readonly cluster?: ClusterKey;
}

/** An operation as it was last reported, with what it waits for. */
export type SeenOperation = OperationSummary & { readonly waitsFor?: string };

const MAX_OPERATIONS = 500;
const MAX_LISTS = 8;
const NONE: ReadonlySet<AppKey> = new Set();
const NO_COUNTS: Readonly<Record<State, number>> = { bad: 0, unk: 0, warn: 0, prog: 0, susp: 0, ok: 0 };
const IDLE: EngineActivity = { queued: 0, reconciling: 0, operations: 0, due: 0, steady: false, waitsFor: ['the first snapshot'] };

/** What a list is made from: another order from the order by name, a filtered list from the whole one. */
function baseOf(spec: ListSpec): ListSpec | undefined {
  if (spec.sort !== 'name' || spec.descending || spec.group !== 'none') return { ...spec, sort: 'name', descending: false, group: 'none' };
  return spec.query === '' ? undefined : { ...spec, query: '', invert: false };
}

export class FleetView {
  readonly apps = new Map<AppKey, AppRow>();
  readonly clusters = new Map<ClusterKey, ClusterRow>();
  readonly matrix = new Matrix();
  /** Operations that were seen running or ending, by id; the oldest are dropped. */
  readonly operations = new Map<OperationId, SeenOperation>();
  readonly counts: Record<State, number> = { ...NO_COUNTS };
  readonly rates = { changes: new Rates(), operations: new Rates(), failures: new Rates() };
  activity: EngineActivity = IDLE;
  fleet = '';
  /** False until the first snapshot. */
  known = false;
  /** Grows with every event that may change a frame. */
  version = 0;
  /** The longest name so far: columns may grow, and do not jump while one scrolls. */
  readonly widest = { name: 8, cluster: 7, project: 7 };
  readonly #stateOf = new Map<AppKey, State>();
  readonly #lists = new Map<string, RowList>();
  readonly #byCluster = new Map<ClusterKey, Set<AppKey>>();
  readonly #countsOf = new Map<ClusterKey, Record<State, number>>();
  #columns: readonly ClusterKey[] | undefined;

  apply(event: EngineEvent): void {
    this.version++;
    switch (event.kind) {
      case 'snapshot':
        this.#snapshot(event);
        break;
      case 'app.changed':
        this.rates.changes.add(event.atMs);
        this.#putApp(event.row);
        break;
      case 'app.removed':
        this.#removeApp(event.app);
        break;
      case 'cluster.changed':
        if (!this.clusters.has(event.row.key)) this.#columns = undefined;
        this.clusters.set(event.row.key, event.row);
        break;
      case 'cluster.removed':
        this.clusters.delete(event.cluster);
        this.#columns = undefined;
        break;
      case 'operation.started':
        this.#putOperation(event.operation);
        break;
      case 'operation.progress':
        this.#putOperation({ ...event.operation, waitsFor: event.waitsFor });
        break;
      case 'operation.finished':
        this.rates.operations.add(event.atMs);
        if (event.operation.phase !== 'Succeeded') this.rates.failures.add(event.atMs);
        this.#putOperation(event.operation);
        break;
      case 'activity':
        this.activity = event.activity;
        break;
      case 'resource.changed':
      case 'notice':
        break;
      default:
        event satisfies never;
    }
  }

  /** The list with this filter and order; the last few are kept and follow the events. */
  list(spec: ListSpec): RowList {
    const id = `${spec.group} ${spec.sort} ${spec.descending} ${spec.invert} ${spec.query}`;
    const base = baseOf(spec);
    const whole = base && this.list(base);
    const list = this.#lists.get(id) ?? new RowList(this.apps, spec, whole);
    this.#lists.delete(id);
    this.#lists.set(id, list);
    if (this.#lists.size > MAX_LISTS) {
      const [oldest, retired] = this.#lists.entries().next().value as [string, RowList];
      this.#lists.delete(oldest);
      retired.retire();
    }
    return list;
  }

  state(key: AppKey): State {
    return this.#stateOf.get(key) ?? 'unk';
  }

  /** Columns of the heat map: production first, then by name; the embedded hub last, and only where it has applications. */
  columns(): readonly ClusterKey[] {
    this.#columns ??= this.#orderedColumns();
    return this.#columns;
  }

  /** How many applications of a cluster are in each state. */
  countsOf(key: ClusterKey): Readonly<Record<State, number>> {
    return this.#countsOf.get(key) ?? NO_COUNTS;
  }

  appsOf(key: ClusterKey): ReadonlySet<AppKey> {
    return this.#byCluster.get(key) ?? NONE;
  }

  isProduction(key: ClusterKey): boolean {
    return isProduction(key, this.clusters.get(key));
  }

  #orderedColumns(): readonly ClusterKey[] {
    const used = this.#byCluster;
    const keys = [...new Set([...this.clusters.keys(), ...used.keys()])].filter(
      (key) => used.has(key) || this.clusters.get(key)?.kind !== 'embedded',
    );
    const rank = (key: ClusterKey) => (key === '' ? 3 : this.clusters.get(key)?.kind === 'embedded' ? 2 : this.isProduction(key) ? 0 : 1);
    return keys.sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
  }

  #snapshot(event: Extract<EngineEvent, { kind: 'snapshot' }>): void {
    this.apps.clear();
    this.clusters.clear();
    this.matrix.clear();
    this.#stateOf.clear();
    this.#byCluster.clear();
    this.#countsOf.clear();
    for (const state of STATES) this.counts[state] = 0;
    for (const row of event.clusters) this.clusters.set(row.key, row);
    for (const row of event.apps) this.#putApp(row);
    for (const list of this.#lists.values()) list.invalidate();
    this.#columns = undefined;
    this.activity = event.activity;
    this.fleet = event.fleet;
    this.known = true;
  }

  #putApp(row: AppRow): void {
    const before = this.apps.get(row.key);
    this.apps.set(row.key, row);
    this.#count(row.key, { from: before?.cluster, to: row.cluster }, appState(row));
    this.matrix.put(row);
    if (before?.cluster !== row.cluster) this.#move(row.key, before?.cluster, row.cluster);
    for (const list of this.#lists.values()) list.touch(row.key);
    const { widest } = this;
    widest.name = Math.max(widest.name, row.name.length);
    widest.cluster = Math.max(widest.cluster, row.cluster.length);
    widest.project = Math.max(widest.project, row.project.length);
    if (row.running && !this.operations.has(row.running.id)) this.#putOperation(row.running);
  }

  #removeApp(key: AppKey): void {
    const row = this.apps.get(key);
    if (!row) return;
    this.apps.delete(key);
    this.#move(key, row.cluster, undefined);
    this.#count(key, { from: row.cluster, to: row.cluster }, undefined);
    this.matrix.remove(key);
    for (const list of this.#lists.values()) list.touch(key);
  }

  #move(key: AppKey, from: ClusterKey | undefined, to: ClusterKey | undefined): void {
    const left = from === undefined ? undefined : this.#byCluster.get(from);
    left?.delete(key);
    if (left?.size === 0) this.#byCluster.delete(from as ClusterKey);
    if (left?.size === 0 || (to !== undefined && !this.#byCluster.has(to))) this.#columns = undefined;
    if (to === undefined) return;
    const joined = this.#byCluster.get(to);
    if (joined) joined.add(key);
    else this.#byCluster.set(to, new Set([key]));
  }

  #count(key: AppKey, cluster: { readonly from: ClusterKey | undefined; readonly to: ClusterKey }, after: State | undefined): void {
    const before = this.#stateOf.get(key);
    if (before === after && cluster.from === cluster.to) return;
    if (before) {
      this.counts[before]--;
      const left = cluster.from === undefined ? undefined : this.#countsOf.get(cluster.from);
      if (left) left[before]--;
    }
    if (!after) {
      this.#stateOf.delete(key);
      return;
    }
    this.counts[after]++;
    this.#stateOf.set(key, after);
    const joined = this.#countsOf.get(cluster.to);
    if (joined) joined[after]++;
    else this.#countsOf.set(cluster.to, { ...NO_COUNTS, [after]: 1 });
  }

  #putOperation(operation: SeenOperation): void {
    this.operations.delete(operation.id);
    this.operations.set(operation.id, operation);
    if (this.operations.size > MAX_OPERATIONS) this.operations.delete(this.operations.keys().next().value as OperationId);
  }
}
