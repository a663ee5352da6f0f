// Drives the model as the loop does: messages in, effects out, and the fleet beside it.
import type { Intent, Query } from '../../src/domain/events.js';
import type { FleetView } from '../../views/fleet-view.js';
import type { Effect, Message } from '../../views/message.js';
import { type Page, pageOf, type Ui } from '../../views/model.js';
import { paintFrame } from '../../views/paint.js';
import { update } from '../../views/update.js';
import { demoFleet } from './fleet.js';
import { ui } from './scenes.js';

export class Driver {
  ui: Ui;
  readonly fleet: FleetView;
  readonly effects: Effect[] = [];

  constructor(options: { readonly fleet?: FleetView; readonly size?: { width: number; height: number }; readonly ui?: Partial<Ui> } = {}) {
    this.fleet = options.fleet ?? demoFleet();
    this.ui = ui(options.size ?? { width: 120, height: 40 }, options.ui);
  }

  send(message: Message): this {
    const [next, effects] = update(this.ui, message, this.fleet);
    this.ui = next;
    this.effects.push(...effects);
    return this;
  }

  keys(...keys: string[]): this {
    for (const key of keys) this.send({ kind: 'input', event: { kind: 'key', key } });
    return this;
  }

  type(text: string): this {
    return this.keys(...[...text].map((char) => (char === ' ' ? 'space' : char)));
  }

  tick(ms = 0, more: Partial<Extract<Message, { kind: 'tick' }>> = {}): this {
    return this.send({ kind: 'tick', nowMs: this.ui.nowMs + ms, changed: new Set(), finished: new Set(), notices: [], ...more });
  }

  /** Lets the last timer with this name run out. */
  timer(id: 'chord' | 'lens'): this {
    const effect = this.effects.findLast((each) => each.kind === 'timer' && each.id === id);
    if (effect?.kind !== 'timer') throw new Error(`no ${id} timer was set`);
    return this.send({ kind: 'timer', id, serial: effect.serial });
  }

  /** Answers the newest question of this kind. */
  answer(kind: Query['kind'], value: unknown): this {
    return this.send({ kind: 'answer', ticket: this.question(kind).ticket, value });
  }

  fail(kind: Query['kind'], message: string): this {
    return this.send({ kind: 'no-answer', ticket: this.question(kind).ticket, message });
  }

  question(kind: Query['kind']): Extract<Effect, { kind: 'inspect' }> {
    const effect = this.effects.findLast((each) => each.kind === 'inspect' && each.query.kind === kind);
    if (effect?.kind !== 'inspect') throw new Error(`nobody asked for ${kind}`);
    return effect;
  }

  asked(kind: Query['kind']): number {
    return this.effects.filter((each) => each.kind === 'inspect' && each.query.kind === kind).length;
  }

  get intents(): Intent[] {
    return this.effects.flatMap((effect) => (effect.kind === 'request' ? [effect.intent] : []));
  }

  get page(): Page {
    return pageOf(this.ui);
  }

  screen(): string {
    return paintFrame({ ui: this.ui, fleet: this.fleet }).toText();
  }
}
