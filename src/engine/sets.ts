// ApplicationSets: they are expanded by pure code from what is read for them, and what they plan is written to the hub. Deletions that are
// more than a few wait for a person; a set that cannot be expanded completely changes nothing and keeps what it made last.
import type { Expansion } from '../core/expand/expand.js';
import { previewOf } from '../core/expand/preview.js';
import { requeueAfterMs, VALIDATION_REQUEUE_MS } from '../core/expand/requeue.js';
import type { Rollout } from '../core/expand/rolling-sync.js';
import { planSet, type SetPlan } from '../core/expand/set-plan.js';
import type { WriteFailure } from '../core/expand/status.js';
import { stableJson } from '../core/hash.js';
import { appKey } from '../domain/application.js';
import { IoError } from '../domain/problem.js';
import type { Manifest } from '../domain/resource.js';
import type { SetPreview } from '../domain/sets.js';
import type { AppState } from './app-state.js';
import { Queue } from './queue.js';
import { heldBack, isDue, isRolling, owningSet, rolloutOf, syncApplications } from './rolling.js';
import { SetReader } from './set-inputs.js';
import { worldInputs } from './set-world.js';
import { carryOut, releaseOwned, writeSetStatus } from './set-writer.js';
import type { World } from './world.js';

export const SET_REFRESH = 'argocd.argoproj.io/application-set-refresh';
const RECENT_MS = 20_000;
/** Changes of many applications are looked at together. */
const ROLLOUT_PAUSE_MS = 250;
/** A first empty answer that would delete is asked again after this. */
const SECOND_READ_MS = 5_000;

export class Sets {
  readonly #world: World;
  readonly #reader: SetReader;
  readonly #sets = new Map<string, Manifest>();
  readonly #said = new Map<string, string>();
  readonly #waiting = new Map<string, SetPlan>();
  readonly #rollouts = new Map<string, { readonly rollout: Rollout; readonly refused: ReadonlySet<string> }>();
  readonly #staleSinceMs = new Map<string, number>();
  /** Sets whose last answer was empty although they own applications. */
  readonly #emptySinceMs = new Map<string, number>();
  #askedAtMs = 0;
  readonly queue: Queue;

  constructor(world: World) {
    const { sources, core, setServices, clock } = world.options;
    this.#world = world;
    this.#reader = new SetReader({ sources, ...(core ? { core } : {}), ...(setServices ? { services: setServices } : {}) });
    this.queue = new Queue({ concurrency: 2, clock, work: (name) => this.#work(name), onChange: () => world.store.touch() });
  }

  changed(object: Manifest, after: Manifest | undefined): void {
    const key = appKey(object.metadata);
    const before = this.#sets.get(key);
    if (after) this.#sets.set(key, after);
    else for (const map of [this.#sets, this.#said, this.#waiting, this.#rollouts, this.#staleSinceMs, this.#emptySinceMs]) map.delete(key);
    if (after && (!before || essence(before) !== essence(after))) this.queue.add(key);
  }

  /** Clusters came, went or changed their labels; or a repository has news, for those that it concerns. */
  again(concerns: (set: Manifest) => boolean = () => true): void {
    const keys = [...this.#sets].filter(([, set]) => concerns(set)).map(([key]) => key);
    if (keys.length > 0) this.#askedAtMs = this.#world.now();
    for (const key of keys) this.queue.add(key);
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

  /** What a set would do now; one that is not in the hub is tried as if it were. Nothing is written. */
  async preview(wanted: string | Manifest): Promise<SetPreview | undefined> {
    const set = typeof wanted === 'string' ? this.#find(wanted) : wanted;
    if (!set) return undefined;
    const expansion = await this.#expand(set);
    const owned = this.#owned(set);
    return previewOf({
      set,
      expansion,
      owned,
      plan: planSet(set, expansion, owned, (name) => this.#other(set, name)),
      staleSinceMs: this.#staleSinceMs.get(appKey(set.metadata)),
    });
  }

  /** Before a set is deleted that must not delete: its applications stay, without an owner. */
  release(set: Manifest): Promise<void> {
    return releaseOwned(this.#world, set, this.#owned(set));
  }

  #find(name: string): Manifest | undefined {
    return this.#sets.get(name) ?? [...this.#sets.values()].find(({ metadata }) => metadata.name === name);
  }

  async #work(key: string): Promise<void> {
    const set = this.#sets.get(key);
    const world = this.#world;
    if (!set || !world.started || world.closing || set.metadata.deletionTimestamp !== undefined) return;
    try {
      const expansion = await this.#expand(set);
      const failure = expansion.complete ? await this.#apply(key, set, expansion) : this.#keep(key, expansion);
      const rollout = isRolling(world, set) ? this.#rollout(key, set, expansion) : undefined;
      await writeSetStatus(world, set, {
        expansion,
        owned: this.#owned(set),
        ...(failure ? { failure } : {}),
        ...(rollout ? { rollout } : {}),
      });
      if (rollout) this.#rollouts.set(key, { rollout, refused: await syncApplications(world, set, rollout) });
      else this.#rollouts.delete(key);
    } catch (error) {
      if (!(error instanceof IoError)) throw error;
      if (!world.closing) this.#say(key, `${error.message}; its applications stay as they are`);
    }
    this.queue.addAt(key, world.now() + (requeueAfterMs(set) ?? VALIDATION_REQUEUE_MS));
  }

  /** What the sets are still going to do by themselves. */
  waitsFor(): readonly string[] {
    const { waiting, running } = this.queue.busy();
    const rollouts = [...this.#rollouts].flatMap(([key, { rollout, refused }]) => {
      const set = this.#sets.get(key);
      const soon = (this.queue.dueAtMs(key) ?? Number.POSITIVE_INFINITY) - this.#world.now() <= ROLLOUT_PAUSE_MS;
      const open = soon || rollout.syncs.some((name) => !refused.has(name) && set && isDue(this.#world, set, name));
      return set && open ? [`${set.metadata.name}: its rollout`] : [];
    });
    return waiting + running > 0 ? ['the ApplicationSets', ...rollouts] : rollouts;
  }

  /** An application of a set that is rolled out says something new. */
  applicationChanged(state: AppState): void {
    const key = owningSet(state);
    const set = key === undefined ? undefined : this.#sets.get(key);
    if (set && isRolling(this.#world, set))
      this.queue.addAt(set.metadata.namespace ? appKey(set.metadata) : set.metadata.name, this.#world.now() + ROLLOUT_PAUSE_MS);
  }

  #rollout(key: string, set: Manifest, expansion: Expansion): Rollout {
    const owned = this.#owned(set);
    const plan = expansion.complete ? planSet(set, expansion, owned, (name) => this.#other(set, name)) : undefined;
    const rollout = rolloutOf(this.#world, set, { owned, plan });
    const waits = rollout.progressing
      ? `step ${rollout.step} waits for ${rollout.waitsFor.slice(0, 5).join(', ')}${rollout.waitsFor.length > 5 ? ', ...' : ''}`
      : '';
    this.#say(`${key} (rollout)`, [waits, ...rollout.problems].filter(Boolean).join('; '));
    return rollout;
  }

  /** Nothing is written; what the set made last is kept, and its age is known. */
  #keep(key: string, expansion: Expansion): undefined {
    if (!this.#staleSinceMs.has(key)) this.#staleSinceMs.set(key, this.#world.now());
    const since = new Date(this.#staleSinceMs.get(key) ?? 0).toISOString();
    this.#say(key, `${expansion.problems.map(({ message }) => message).join('; ')}; its applications stay as they were at ${since}`);
    return undefined;
  }

  #expand(set: Manifest): Promise<Expansion> {
    const sinceMs = Math.max(this.#askedAtMs, this.#world.now() - RECENT_MS);
    const expanding = this.#reader.expand(set, worldInputs(this.#world), {
      freshness: { fresh: true, sinceMs },
      signal: this.#world.signal,
    });
    return isRolling(this.#world, set) ? expanding.then(heldBack) : expanding;
  }

  #owned(set: Manifest): Manifest[] {
    const { uid } = set.metadata;
    const objects = [...this.#world.apps.values()].map(({ object }) => object);
    return objects.filter(({ metadata }) =>
      metadata.ownerReferences?.some((owner) => owner.kind === 'ApplicationSet' && owner.uid === uid),
    );
  }

  #other(set: Manifest, name: string): Manifest | undefined {
    return this.#world.apps.get(appKey({ name, namespace: set.metadata.namespace }))?.object;
  }

  async #apply(key: string, set: Manifest, expansion: Expansion): Promise<WriteFailure | undefined> {
    const { hub, history } = this.#world.options;
    this.#staleSinceMs.delete(key);
    const plan = planSet(set, expansion, this.#owned(set), (name) => this.#other(set, name));
    const said = [...expansion.problems.map(({ message }) => message), ...plan.refused.map(({ message }) => message)];
    this.#say(key, said.join('; '));
    if (this.#world.modes.refusal(hub.info.key) !== undefined) return undefined;
    const approved = plan.approval === undefined || history.approvals().some(({ hash }) => hash === plan.hash);
    if (approved) this.#waiting.delete(key);
    else {
      this.#waiting.set(key, plan);
      this.#say(key, `its plan waits for an approval: ${plan.approval}; \`argosy approve ${plan.hash.slice(0, 12)}\` carries it out`);
    }
    const deletes = approved && this.#isConsistent(key, expansion, plan);
    return carryOut(this.#world, plan, { writes: approved || plan.waits !== 'all', deletes });
  }

  /** An empty answer counts from its second time on: a generator's source may be gone for a moment only. */
  #isConsistent(key: string, { generated }: Expansion, { remove }: SetPlan): boolean {
    if (generated.length > 0 || remove.length === 0) {
      this.#emptySinceMs.delete(key);
      return true;
    }
    const now = this.#world.now();
    const since = this.#emptySinceMs.get(key);
    if (since === undefined) this.#emptySinceMs.set(key, now);
    const second = since !== undefined && now - since >= SECOND_READ_MS;
    if (!second) this.queue.addAt(key, (since ?? now) + SECOND_READ_MS);
    return second;
  }

  /** Each trouble is told once, not at every look. */
  #say(key: string, message: string): void {
    if (this.#said.get(key) === message) return;
    this.#said.set(key, message);
    if (message !== '') this.#world.store.notice('warning', `ApplicationSet ${key.split('/').at(-1)}: ${message}`);
  }
}

/** What of a set asks for another look. */
function essence({ spec, metadata }: Manifest): string {
  const annotations = Object.entries(metadata.annotations ?? {}).filter(([name]) => name === SET_REFRESH || name.startsWith('argosy.dev/'));
  return stableJson([spec, annotations, metadata.uid, metadata.deletionTimestamp ?? '']);
}
