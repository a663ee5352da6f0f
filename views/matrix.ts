// Applications by clusters. `payments-production-eu` on production-eu and `payments-staging-us` on staging-us are one line,
// payments: what the name repeats of its cluster is left out. Kept up to date row by row; nothing is rebuilt for an event.
import type { AppKey } from '../src/domain/application.js';
import type { AppRow, ClusterKey } from '../src/domain/fleet.js';

export interface MatrixLine {
  readonly label: string;
  /** Keys of the applications in each cluster: nearly always one. */
  readonly cells: Map<ClusterKey, AppKey[]>;
}

/** The name of an application without the name of its cluster. */
export function lineLabel(row: Pick<AppRow, 'name' | 'cluster' | 'labels'>): string {
  const { name, cluster } = row;
  if (cluster === '') return name;
  if (name.length > cluster.length + 1) {
    if (name.endsWith(cluster) && isJoint(name[name.length - cluster.length - 1])) return name.slice(0, -cluster.length - 1);
    if (name.startsWith(cluster) && isJoint(name[cluster.length])) return name.slice(cluster.length + 1);
  }
  return name;
}

function isJoint(char: string | undefined): boolean {
  return char === '-' || char === '.' || char === '_';
}

export class Matrix {
  readonly #lines = new Map<string, MatrixLine>();
  readonly #place = new Map<AppKey, { readonly label: string; readonly cluster: ClusterKey }>();
  #sorted: readonly MatrixLine[] | undefined;

  put(row: AppRow): void {
    const label = lineLabel(row);
    const place = this.#place.get(row.key);
    if (place && place.label === label && place.cluster === row.cluster) return;
    if (place) this.remove(row.key);
    let line = this.#lines.get(label);
    if (!line) {
      line = { label, cells: new Map() };
      this.#lines.set(label, line);
      this.#sorted = undefined;
    }
    const cell = line.cells.get(row.cluster);
    if (cell) cell.push(row.key);
    else line.cells.set(row.cluster, [row.key]);
    this.#place.set(row.key, { label, cluster: row.cluster });
  }

  remove(key: AppKey): void {
    const place = this.#place.get(key);
    const line = place && this.#lines.get(place.label);
    if (!place || !line) return;
    this.#place.delete(key);
    const left = (line.cells.get(place.cluster) ?? []).filter((each) => each !== key);
    if (left.length > 0) line.cells.set(place.cluster, left);
    else line.cells.delete(place.cluster);
    if (line.cells.size > 0) return;
    this.#lines.delete(place.label);
    this.#sorted = undefined;
  }

  clear(): void {
    this.#lines.clear();
    this.#place.clear();
    this.#sorted = undefined;
  }

  /** By name. */
  lines(): readonly MatrixLine[] {
    this.#sorted ??= [...this.#lines.values()].sort((a, b) => (a.label < b.label ? -1 : a.label > b.label ? 1 : 0));
    return this.#sorted;
  }

  /** The line of an application. */
  labelOf(key: AppKey): string | undefined {
    return this.#place.get(key)?.label;
  }
}
