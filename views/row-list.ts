// A filtered, sorted list of applications that follows the fleet: a changed row is taken out and put back where it belongs now;
// only a new filter or another order looks at every row again.
import { compileQuery, type FleetQuery } from '../src/core/fleet/query.js';
import type { AppKey } from '../src/domain/application.js';
import type { AppRow } from '../src/domain/fleet.js';
import { type Grouping, groupKey, type SortColumn, sortKey } from './sorting.js';

export interface ListSpec {
  readonly query: string;
  readonly invert: boolean;
  readonly sort: SortColumn;
  readonly descending: boolean;
  readonly group: Grouping;
}

interface Entry {
  readonly key: AppKey;
  readonly group: string;
  readonly by: string | number;
  readonly name: string;
}

/** Queries about time (age<10m) change their answer without an event; such lists are made anew this often. */
const TIMED_REFRESH_MS = 2_000;
const TIMED = /(^|\s)!?(age|seen|drift|synced)[<>]/i;

export class RowList {
  readonly spec: ListSpec;
  readonly query: FleetQuery;
  readonly #rows: ReadonlyMap<AppKey, AppRow>;
  /** What this list is made from: the same order without a filter, or the order by name. */
  readonly #base: RowList | undefined;
  readonly #changed = new Set<AppKey>();
  /** Made when the first change has to be followed. */
  #entryOf: Map<AppKey, Entry> | undefined;
  #entries: Entry[] = [];
  #builtAtMs = Number.NEGATIVE_INFINITY;
  #stale = true;
  #retired = false;
  #keys: readonly AppKey[] | undefined;

  constructor(rows: ReadonlyMap<AppKey, AppRow>, spec: ListSpec, base?: RowList) {
    this.#rows = rows;
    this.#base = base;
    this.spec = spec;
    this.query = compileQuery(spec.query);
  }

  /** The row changed, appeared or went away. */
  touch(key: AppKey): void {
    if (!this.#stale) this.#changed.add(key);
  }

  /** Nobody tells it of changes any more: whoever still asks gets it made anew. */
  retire(): void {
    this.#retired = true;
  }

  invalidate(): void {
    this.#stale = true;
    this.#changed.clear();
  }

  /** Keys in order. The same array until something in it changes its place. */
  keys(nowMs: number): readonly AppKey[] {
    const timed = TIMED.test(this.spec.query) && nowMs - this.#builtAtMs >= TIMED_REFRESH_MS;
    if (this.#stale || this.#retired || timed || this.#changed.size > Math.max(200, this.#rows.size / 8)) this.#rebuild(nowMs);
    else if (this.#changed.size > 0) this.#follow(nowMs);
    this.#keys ??= this.#entries.map(({ key }) => key);
    return this.#keys;
  }

  #rebuild(nowMs: number): void {
    this.#entryOf = undefined;
    this.#entries = [];
    if (!this.#base) this.#sortAll(nowMs);
    else if (this.#base.spec.query === this.spec.query) this.#regroup(this.#base, nowMs);
    else this.#filter(this.#base, nowMs);
    this.#changed.clear();
    this.#stale = false;
    this.#builtAtMs = nowMs;
    this.#keys = undefined;
  }

  #sortAll(nowMs: number): void {
    for (const row of this.#rows.values()) if (this.#shows(row, nowMs)) this.#entries.push(this.#entry(row));
    this.#entries.sort(this.#compare);
  }

  /** Names are in order already: what has the same group and value stays together in that order, and only those are sorted. */
  #regroup(byName: RowList, nowMs: number): void {
    byName.keys(nowMs);
    const buckets = new Map<string | number, Entry[]>();
    for (const { key } of byName.#entries) {
      const row = this.#rows.get(key);
      if (!row) continue;
      const entry = this.#entry(row);
      const id = entry.group === '' ? entry.by : `${entry.group}\n${entry.by}`;
      const bucket = buckets.get(id);
      if (bucket) bucket.push(entry);
      else buckets.set(id, [entry]);
    }
    const sorted = [...buckets.values()].sort((a, b) => this.#compareLeading(a[0] as Entry, b[0] as Entry));
    for (const bucket of sorted) for (const entry of bucket) this.#entries.push(entry);
  }

  #filter(whole: RowList, nowMs: number): void {
    whole.keys(nowMs);
    for (const entry of whole.#entries) {
      const row = this.#rows.get(entry.key);
      if (row && this.#shows(row, nowMs)) this.#entries.push(entry);
    }
  }

  #follow(nowMs: number): void {
    this.#entryOf ??= new Map(this.#entries.map((entry) => [entry.key, entry]));
    const entryOf = this.#entryOf;
    for (const key of this.#changed) {
      const before = entryOf.get(key);
      const row = this.#rows.get(key);
      const after = row && this.#shows(row, nowMs) ? this.#entry(row) : undefined;
      if (before && after && before.group === after.group && before.by === after.by && before.name === after.name) continue;
      if (before) this.#entries.splice(this.#position(before), 1);
      if (after) this.#entries.splice(this.#position(after), 0, after);
      if (after) entryOf.set(key, after);
      else entryOf.delete(key);
      if (before || after) this.#keys = undefined;
    }
    this.#changed.clear();
  }

  #shows(row: AppRow, nowMs: number): boolean {
    return this.query.empty || this.query.matches(row, nowMs) !== this.spec.invert;
  }

  #entry(row: AppRow): Entry {
    return { key: row.key, group: groupKey(row, this.spec.group), by: sortKey(row, this.spec.sort), name: row.name };
  }

  /** Where an entry is, or would be put: entries are totally ordered. */
  #position(entry: Entry): number {
    let [low, high] = [0, this.#entries.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#compare(this.#entries[middle] as Entry, entry) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #compareLeading(a: Entry, b: Entry): number {
    if (a.group !== b.group) return a.group < b.group ? -1 : 1;
    const by = a.by < b.by ? -1 : a.by > b.by ? 1 : 0;
    return this.spec.descending ? -by : by;
  }

  readonly #compare = (a: Entry, b: Entry): number => {
    const leading = this.#compareLeading(a, b);
    if (leading !== 0) return leading;
    return a.name < b.name ? -1 : a.name > b.name ? 1 : a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
  };
}
