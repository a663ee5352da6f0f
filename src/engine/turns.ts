// Automated operations take turns on each cluster: a few at a time are over sooner than a thousand at once, and the hub hears of each
// once. One that waits for health gives its turn away, so that a slow rollout holds nobody up; what a person asks for never waits here.
import type { AppKey } from '../domain/application.js';
import type { ClusterKey } from '../domain/fleet.js';

const AT_ONCE = 8;

export class Turns {
  readonly #working = new Map<ClusterKey, Set<AppKey>>();
  readonly #waiting = new Map<ClusterKey, Set<AppKey>>();
  /** Who was told that a turn is free and has not answered yet. */
  readonly #invited = new Map<AppKey, ClusterKey>();
  readonly #next: (app: AppKey) => void;

  /** `next` is called for an application whose turn has come. */
  constructor(next: (app: AppKey) => void) {
    this.#next = next;
  }

  /** Takes a turn, or remembers that the application waits for one. */
  take(cluster: ClusterKey, app: AppKey): boolean {
    this.#invited.delete(app);
    const working = setOf(this.#working, cluster);
    if (working.size < AT_ONCE) {
      setOf(this.#waiting, cluster).delete(app);
      working.add(app);
      return true;
    }
    setOf(this.#waiting, cluster).add(app);
    return false;
  }

  /** Gives the turn to whoever waits longest; nothing happens when the application has none. */
  give(cluster: ClusterKey, app: AppKey): void {
    if (this.#working.get(cluster)?.delete(app)) this.#invite(cluster);
  }

  /** The application had its run: a turn that it was invited to and did not take goes to the next. */
  ran(app: AppKey): void {
    const cluster = this.#invited.get(app);
    if (cluster === undefined) return;
    this.#invited.delete(app);
    this.#invite(cluster);
  }

  #invite(cluster: ClusterKey): void {
    const waiting = setOf(this.#waiting, cluster);
    const [first] = waiting;
    if (first === undefined) return;
    waiting.delete(first);
    this.#invited.set(first, cluster);
    this.#next(first);
  }

  waits(cluster: ClusterKey | undefined, app: AppKey): boolean {
    return this.#invited.has(app) || (cluster !== undefined && this.#waiting.get(cluster)?.has(app) === true);
  }

  /** The application wants no turn any more, or is gone. */
  forget(cluster: ClusterKey | undefined, app: AppKey): void {
    if (cluster !== undefined) this.#waiting.get(cluster)?.delete(app);
  }
}

function setOf(sets: Map<ClusterKey, Set<AppKey>>, key: ClusterKey): Set<AppKey> {
  const known = sets.get(key) ?? new Set<AppKey>();
  sets.set(key, known);
  return known;
}
