// ApplicationSets: their needs are read, they are expanded by pure code, and what they plan is written to the hub. Deletions that are
// more than a few wait for a person; a set that cannot be expanded completely changes nothing.
import type { Expansion } from '../core/expand/expand.js';
import type { ClusterFacts } from '../core/expand/generator.js';
import { planSet, type SetPlan } from '../core/expand/set-plan.js';
import { stableJson } from '../core/hash.js';
import { IoError } from '../domain/problem.js';
import { type Manifest, refOf } from '../domain/resource.js';
import { expandWith } from './answers.js';
import { Queue } from './queue.js';
import type { World } from './world.js';

const REQUEUE_MS = 180_000;

export class Sets {
  readonly #world: World;
  readonly #sets = new Map<string, Manifest>();
  readonly #said = new Map<string, string>();
  readonly #waiting = new Map<string, SetPlan>();
  readonly queue: Queue;

  constructor(world: World) {
    this.#world = world;
    this.queue = new Queue({
      concurrency: 2,
      clock: world.options.clock,
      work: (name) => this.#work(name),
      onChange: () => world.store.touch(),
    });
  }

  changed(object: Manifest, after: Manifest | undefined): void {
    const { name } = object.metadata;
    const before = this.#sets.get(name);
    if (!after) this.#sets.delete(name);
    else this.#sets.set(name, after);
    if (after && (!before || stableJson(before['spec']) !== stableJson(after['spec']))) this.queue.add(name);
  }

  /** Clusters came, went or changed their labels. */
  again(): void {
    for (const name of this.#sets.keys()) this.queue.add(name);
  }

  approvals(): readonly { readonly set: string; readonly plan: SetPlan }[] {
    return [...this.#waiting].map(([set, plan]) => ({ set, plan }));
  }

  /** Carries a plan out that was waiting; false where none has this hash. */
  approve(hash: string): boolean {
    const found = [...this.#waiting].find(([, plan]) => plan.hash.startsWith(hash));
    if (!found) return false;
    this.#world.options.history.approve(found[1].hash, 'argosy', this.#world.now());
    this.queue.add(found[0]);
    return true;
  }

  async #work(name: string): Promise<void> {
    const set = this.#sets.get(name);
    if (!set || !this.#world.started || this.#world.closing) return;
    try {
      const expansion = await this.#expand(set);
      this.#say(name, expansion.problems.map(({ message }) => message).join('; '));
      await this.#apply(set, planSet(set, expansion, this.#owned(set)));
    } catch (error) {
      if (!(error instanceof IoError)) throw error;
      this.#say(name, `${error.message}; its applications stay as they are`);
    }
    this.queue.addAt(name, this.#world.now() + REQUEUE_MS);
  }

  #expand(set: Manifest): Promise<Expansion> {
    const { sources, core } = this.#world.options;
    return expandWith(set, { sources, core, clusters: this.#clusters(), signal: this.#world.signal });
  }

  #clusters(): ClusterFacts[] {
    return this.#world.clusterInfos().map(({ key, server, labels, annotations }) => ({ name: key, server, labels, annotations }));
  }

  #owned(set: Manifest): Manifest[] {
    const objects = [...this.#world.apps.values()].map(({ object }) => object);
    return objects.filter(({ metadata }) =>
      metadata.ownerReferences?.some(({ kind, uid }) => kind === 'ApplicationSet' && uid === set.metadata.uid),
    );
  }

  async #apply(set: Manifest, plan: SetPlan): Promise<void> {
    const { hub, history } = this.#world.options;
    if (this.#world.modes.refusal(hub.info.key) !== undefined) return;
    for (const manifest of plan.create)
      this.#world.hub.learn(await hub.apply(manifest, { mode: 'server-side', fieldManager: 'applicationset-controller', force: true }));
    for (const { after } of plan.update)
      this.#world.hub.learn(await hub.apply(after, { mode: 'replace', fieldManager: 'applicationset-controller' }));
    const approved = plan.approval === undefined || history.approvals().some(({ hash }) => hash === plan.hash);
    if (!approved) {
      this.#waiting.set(set.metadata.name, plan);
      this.#say(
        set.metadata.name,
        `its plan waits for an approval: ${plan.approval}; \`argosy approve ${plan.hash.slice(0, 12)}\` carries it out`,
      );
      return;
    }
    this.#waiting.delete(set.metadata.name);
    for (const { application } of plan.remove) await hub.remove(refOf(application), application.metadata.uid ?? '', 'background');
  }

  /** Each trouble is told once, not at every look. */
  #say(name: string, message: string): void {
    if (this.#said.get(name) === message) return;
    this.#said.set(name, message);
    if (message !== '') this.#world.store.notice('warning', `ApplicationSet ${name}: ${message}`);
  }
}
