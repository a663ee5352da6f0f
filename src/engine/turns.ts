// Automated operations take turns on each cluster: a few at a time are over sooner than a thousand at once, and the hub hears of each
// once. One that waits for health gives its turn away, so that a slow rollout holds nobody up; what a person asks for never waits here.
import type { AppKey } from '../domain/application.js';
import type { ClusterKey } from '../domain/fleet.js';

const AT_ONCE = 8;

interface Line {
  working: number;
  readonly waiting: Set<AppKey>;
}

export class Turns {
  readonly #lines = new Map<ClusterKey, Line>();
  /** Where an application has its turn, waits for one, or was called to one: its destination may have changed since. */
  readonly #working = new Map<AppKey, ClusterKey>();
  readonly #waiting = new Map<AppKey, ClusterKey>();
  readonly #called = new Map<AppKey, ClusterKey>();
  readonly #next: (app: AppKey) => void;

  /** `next` is called for an application whose turn has come. */
  constructor(next: (app: AppKey) => void) {
    this.#next = next;
  }

  /** Takes a turn, or remembers that the application waits for one. */
  take(cluster: ClusterKey, app: AppKey): boolean {
    this.#called.delete(app);
    const line = this.#line(cluster);
    if (line.working < AT_ONCE) {
      this.#working.set(app, cluster);
      line.working++;
      return true;
    }
    this.#waiting.set(app, cluster);
    line.waiting.add(app);
    return false;
  }

  /** Gives the turn to whoever waits longest; nothing happens when the application has none. */
  give(app: AppKey): void {
    const cluster = this.#working.get(app);
    if (cluster === undefined) return;
    this.#working.delete(app);
    this.#line(cluster).working--;
    this.#call(cluster);
  }

  /** The application had its run: a turn that it was called to and did not take goes to the next. */
  ran(app: AppKey): void {
    const cluster = this.#called.get(app);
    if (cluster === undefined) return;
    this.#called.delete(app);
    this.#call(cluster);
  }

  waits(app: AppKey): boolean {
    return this.#waiting.has(app) || this.#called.has(app);
  }

  /** It is looked at again whether the application wants a turn. */
  forget(app: AppKey): void {
    const cluster = this.#waiting.get(app);
    if (cluster === undefined) return;
    this.#waiting.delete(app);
    this.#line(cluster).waiting.delete(app);
  }

  #call(cluster: ClusterKey): void {
    const { working, waiting } = this.#line(cluster);
    const [first] = waiting;
    if (first === undefined || working >= AT_ONCE) return;
    this.forget(first);
    this.#called.set(first, cluster);
    this.#next(first);
  }

  #line(cluster: ClusterKey): Line {
    const known = this.#lines.get(cluster) ?? { working: 0, waiting: new Set<AppKey>() };
    this.#lines.set(cluster, known);
    return known;
  }
}
