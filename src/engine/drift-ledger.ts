// Keeps the ledger of drift: after each comparison that may be trusted, what began, changed or ended is written down.
import { driftNews, type OpenDrift } from '../core/compare/drift.js';
import { resourceDiff } from '../core/diff/resource-diff.js';
import { contentHash } from '../core/hash.js';
import type { AppKey } from '../domain/application.js';
import type { ComparedResource, Comparison } from '../domain/comparison.js';
import type { Drift, EndedDrift, NewDrift } from '../domain/drift.js';
import { IoError, isError } from '../domain/problem.js';
import type { Manifest } from '../domain/resource.js';
import type { AppState } from './app-state.js';
import type { World } from './world.js';

const MOST_OPEN = 10_000;

export class DriftLedger {
  readonly #world: World;
  #open: Map<AppKey, OpenDrift[]> | undefined;

  constructor(world: World) {
    this.#world = world;
  }

  /** Between operations only: while one runs, what differs is its work. */
  look(state: AppState): void {
    const { comparison } = state;
    if (!comparison || state.operation || state.stale !== undefined || comparison.problems.some(({ type }) => isError(type))) return;
    this.#tolerant(state.key, () => {
      const open = this.#opened().get(state.key) ?? [];
      if (open.length > 0 || comparison.sync === 'OutOfSync') this.#note(state, comparison, open);
    });
  }

  /** The application is gone: nothing of it drifts any more. */
  forget(app: AppKey): void {
    const open = this.#open?.get(app) ?? [];
    this.#open?.delete(app);
    this.#tolerant(app, () => {
      for (const { drift } of open) this.#removed(drift);
    });
  }

  /** A full disk: the ledger has a gap, the fleet goes on. */
  #tolerant(app: AppKey, work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!(error instanceof IoError)) throw error;
      this.#world.store.notice('error', error.message, { app });
    }
  }

  #removed({ id }: Drift): void {
    this.#world.options.history.endDrift(id, { end: 'removed', endedAtMs: this.#world.now() });
  }

  #opened(): Map<AppKey, OpenDrift[]> {
    if (this.#open) return this.#open;
    this.#open = new Map();
    for (const drift of this.#world.options.history.drifts({ open: true, limit: MOST_OPEN }))
      if (this.#world.started && !this.#world.apps.has(drift.app)) this.#removed(drift);
      else this.#open.set(drift.app, [...(this.#open.get(drift.app) ?? []), { drift }]);
    return this.#open;
  }

  #note(state: AppState, comparison: Comparison, open: readonly OpenDrift[]): void {
    const { options, settings } = this.#world;
    const { history } = options;
    const last = state.last;
    let applied: ReadonlySet<string> | undefined;
    const news = driftNews({
      open,
      resources: comparison.resources,
      isSynced: isSyncedTarget(state, comparison),
      wasApplied: (id) => {
        applied ??= history.applied(state.key);
        return applied.has(id);
      },
      diffOf: (resource) => resourceDiff(resource, settings),
      printOf: (resource, side) => printOf(resource[side]),
      nowMs: this.#world.now(),
      ...(last?.finishedAtMs !== undefined && last.phase === 'Succeeded' ? { last } : {}),
    });
    if (news.begin.length + news.widen.length + news.end.length === 0) return;
    const ended = new Set(news.end.map((each) => each.open));
    const widened = new Map(news.widen.map((each) => [each.open, each.found]));
    for (const { open: each, end, byOperation } of news.end) history.endDrift(each.drift.id, this.#ended(end, byOperation, last));
    const kept = open
      .filter((each) => !ended.has(each))
      .map((each) => {
        const found = widened.get(each);
        if (!found) return each;
        history.widenDrift(each.drift.id, found.fields, found.by);
        return { drift: { ...each.drift, fields: found.fields, by: found.by }, ...printsOf(found.resource) };
      });
    const begun = news.begin.map(({ resource, ...found }): OpenDrift => {
      const drift: NewDrift = {
        app: state.key,
        cluster: state.destination?.cluster.key ?? '',
        key: resource.key,
        ...found,
        ...(last ? { after: last.id } : {}),
      };
      return { drift: { ...drift, id: history.beginDrift(drift) }, ...printsOf(resource) };
    });
    this.#opened().set(state.key, [...kept, ...begun]);
  }

  #ended(end: EndedDrift['end'], byOperation: boolean, last: AppState['last']): EndedDrift {
    const by = byOperation && last ? { operation: last.id, endedBy: last.actor } : {};
    return { end, endedAtMs: this.#world.now(), ...by };
  }
}

/** The last operation succeeded with these very revisions and sources. */
function isSyncedTarget({ operationState }: AppState, { revisions, sources }: Comparison): boolean {
  const result = operationState?.phase === 'Succeeded' ? operationState.syncResult : undefined;
  if (!result) return false;
  const synced = [result.revisions ?? [result.revision], result.sources ?? (result.source ? [result.source] : [])];
  return contentHash(synced) === contentHash([revisions, sources]);
}

function printsOf(resource: ComparedResource): Pick<OpenDrift, 'target' | 'live'> {
  return { target: printOf(resource.target), live: printOf(resource.live) };
}

/** What a person or a rule could mean by "the same object": not its bookkeeping, and not its status. Kept in memory only. */
function printOf(manifest: Manifest | undefined): string {
  if (!manifest) return '';
  const { status: _, metadata, ...rest } = manifest as Manifest & { status?: unknown };
  const { name, namespace, uid, labels, annotations } = metadata;
  return contentHash([rest, name, namespace ?? '', uid ?? '', labels ?? {}, annotations ?? {}]);
}
