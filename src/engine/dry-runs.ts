// Dry runs that a comparison asks for (ServerSideDiff=true): sent once for a target and a live object, and remembered as long as both are.
import type { DryRunNeed, DryRuns } from '../core/compare/server-diff.js';
import { FIELD_MANAGER } from '../core/sync/how.js';
import { IoError, type Problem } from '../domain/problem.js';
import type { Manifest } from '../domain/resource.js';
import type { Destination } from './destination.js';
import type { World } from './world.js';

const AT_ONCE = 10;

export class ServerDryRuns {
  readonly #world: World;
  readonly #answers = new WeakMap<Manifest, WeakMap<Manifest, Manifest>>();
  /** How many were sent, for whoever wonders what it costs. */
  sent = 0;

  constructor(world: World) {
    this.#world = world;
  }

  /** For one comparison. Undefined where nothing may be sent, not even a dry run: then what is computed here decides. */
  of(destination: Destination, always: boolean): DryRuns | undefined {
    const observed = destination.clusters.some((key) => this.#world.modes.refusal(key) !== undefined);
    if (observed && !always) return undefined;
    return { always, needs: [], answerTo: (target, live) => this.#answers.get(target)?.get(live) };
  }

  /** Sends what is needed. What a server refuses comes back as an error of the application, as Argo CD has it. */
  async answer(needs: readonly DryRunNeed[], destination: Destination): Promise<Problem[]> {
    const problems: Problem[] = [];
    for (let at = 0; at < needs.length; at += AT_ONCE)
      await Promise.all(
        needs.slice(at, at + AT_ONCE).map(async (need) => {
          const problem = await this.#one(need, destination);
          if (problem) problems.push(problem);
        }),
      );
    return problems;
  }

  async #one({ ref, target, live }: DryRunNeed, destination: Destination): Promise<Problem | undefined> {
    const { lives, modes, signal } = this.#world;
    const place = destination.route(ref);
    const cluster = typeof place === 'string' ? lives.get(place)?.cluster : undefined;
    const how = { mode: 'server-side', fieldManager: FIELD_MANAGER, force: true, dryRun: true } as const;
    try {
      this.sent++;
      const answer = cluster ? await modes.limited(cluster.info.key, () => cluster.apply(target, how, signal)) : live;
      this.#remember(target, live, answer);
      return undefined;
    } catch (error) {
      if (!(error instanceof IoError)) throw error;
      this.#remember(target, live, live);
      return { type: 'ComparisonError', message: `the server-side diff of ${ref.kind} ${ref.name} failed: ${error.message}` };
    }
  }

  #remember(target: Manifest, live: Manifest, answer: Manifest): void {
    const known = this.#answers.get(target) ?? new WeakMap<Manifest, Manifest>();
    known.set(live, answer);
    this.#answers.set(target, known);
  }
}
