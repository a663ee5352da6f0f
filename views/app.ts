// The loop of the screen: events of the engine and keys go into the model, effects come out, frames are shown. Keys are answered
// at once; events at most every 33 ms, however many there are.
import type { AppKey } from '../src/domain/application.js';
import type { EngineEvent } from '../src/domain/events.js';
import type { OperationId } from '../src/domain/operation.js';
import type { Clock, Engine } from '../src/domain/ports.js';
import { FleetView, type Notice } from './fleet-view.js';
import type { Effect, Message, Ticket } from './message.js';
import { startUi, type Ui } from './model.js';
import { paintFrame } from './paint.js';
import type { Surface } from './surface.js';
import type { Terminal } from './terminal-port.js';
import { atLocation } from './update/pages.js';
import { withToast } from './update/toast.js';
import { update } from './update.js';

export interface ScreenOptions {
  readonly engine: Engine;
  readonly terminal: Terminal;
  readonly clock: Clock;
  /** Where to begin, as the key C copies it: 'app argocd/payments', 'list health:degraded'. */
  readonly location?: string;
  /** Who writes: goes into the history. */
  readonly actor?: string;
  /** Offers the tour in one line. */
  readonly newcomer?: boolean;
}

const FRAME_MS = 33;
const TICK_MS = 1_000;

/** Shows the fleet until the user leaves. Resolves with the exit code; the terminal is restored by then. */
export function runScreen(options: ScreenOptions): Promise<number> {
  return new Loop(options).run();
}

class Loop {
  readonly #options: ScreenOptions;
  readonly #fleet = new FleetView();
  readonly #stop = new AbortController();
  #ui: Ui;
  #frame: Surface | undefined;
  #paintedAtMs = 0;
  #paintDue = false;
  #changed = new Set<AppKey>();
  #finished = new Set<OperationId>();
  #notices: Notice[] = [];
  #located = false;
  #finish: (code: number) => void = () => undefined;

  constructor(options: ScreenOptions) {
    this.#options = options;
    this.#ui = startUi({ size: options.terminal.size(), nowMs: options.clock.now(), actor: options.actor ?? 'screen' });
  }

  async run(): Promise<number> {
    const { engine, terminal } = this.#options;
    const ended = new Promise<number>((resolve) => {
      this.#finish = resolve;
    });
    terminal.start({
      input: (events) => {
        this.#now();
        for (const event of events) this.#dispatch({ kind: 'input', event });
        this.#paint();
      },
      resized: (size) => {
        this.#dispatch({ kind: 'resize', size });
        this.#paint();
      },
      stale: () => this.#paint(),
      ended: (code) => this.#finish(code),
    });
    const unsubscribe = engine.subscribe((event) => this.#heard(event));
    this.#paint();
    void this.#beat();
    const code = await ended;
    unsubscribe();
    this.#stop.abort();
    await terminal.leave();
    return code;
  }

  #heard(event: EngineEvent): void {
    this.#fleet.apply(event);
    if (event.kind === 'app.changed') this.#changed.add(event.row.key);
    else if (event.kind === 'resource.changed' || event.kind === 'app.removed') this.#changed.add(event.app);
    else if (event.kind === 'operation.finished') {
      this.#finished.add(event.operation.id);
      this.#changed.add(event.operation.app);
    } else if (event.kind === 'notice') this.#notices.push(noticeOf(event));
    else if (event.kind === 'snapshot') this.#locate();
    this.#paintSoon();
  }

  /** The first snapshot knows the applications that a location may name. */
  #locate(): void {
    if (this.#located) return;
    this.#located = true;
    const { location, newcomer } = this.#options;
    if (newcomer) this.#ui = withToast(this.#ui, 'info', 'new here? :tour takes five steps, ? shows every key');
    if (location === undefined || location === '') return;
    const [ui, effects] = atLocation(this.#ui, location, this.#fleet);
    this.#ui = ui;
    for (const effect of effects) this.#perform(effect);
  }

  async #beat(): Promise<void> {
    const { clock } = this.#options;
    while (!this.#stop.signal.aborted) {
      await clock.sleep(TICK_MS, this.#stop.signal);
      if (!this.#stop.signal.aborted) this.#tickAndPaint();
    }
  }

  #paintSoon(): void {
    if (this.#paintDue || this.#stop.signal.aborted) return;
    this.#paintDue = true;
    const { clock } = this.#options;
    const waitMs = Math.max(0, this.#paintedAtMs + FRAME_MS - clock.now());
    void clock.sleep(waitMs, this.#stop.signal).then(() => {
      this.#paintDue = false;
      if (!this.#stop.signal.aborted) this.#tickAndPaint();
    });
  }

  #tickAndPaint(): void {
    const message: Message = {
      kind: 'tick',
      nowMs: this.#options.clock.now(),
      changed: this.#changed,
      finished: this.#finished,
      notices: this.#notices,
    };
    this.#changed = new Set();
    this.#finished = new Set();
    this.#notices = [];
    this.#dispatch(message);
    this.#paint();
  }

  #now(): void {
    this.#ui = { ...this.#ui, nowMs: this.#options.clock.now() };
  }

  #paint(): void {
    this.#paintedAtMs = this.#options.clock.now();
    this.#frame = paintFrame({ ui: this.#ui, fleet: this.#fleet }, this.#frame);
    this.#options.terminal.show(this.#frame);
  }

  #dispatch(message: Message): void {
    const [ui, effects] = update(this.#ui, message, this.#fleet);
    this.#ui = ui;
    for (const effect of effects) this.#perform(effect);
  }

  /** An answer: into the model, and on the screen with the next frame. */
  #later(message: Message): void {
    if (this.#stop.signal.aborted) return;
    this.#now();
    this.#dispatch(message);
    this.#paintSoon();
  }

  #perform(effect: Effect): void {
    const { terminal, clock } = this.#options;
    switch (effect.kind) {
      case 'inspect':
        void this.#inspect(effect.query, effect.ticket);
        break;
      case 'request':
        void this.#request(effect);
        break;
      case 'timer':
        void clock.sleep(effect.ms, this.#stop.signal).then(() => this.#later({ kind: 'timer', id: effect.id, serial: effect.serial }));
        break;
      case 'copy':
        terminal.copy(effect.text);
        break;
      case 'suspend':
        terminal.suspend();
        break;
      case 'redraw':
        if (this.#frame) terminal.redraw(this.#frame);
        break;
      case 'quit':
        this.#finish(0);
        break;
      default:
        effect satisfies never;
    }
  }

  async #inspect(query: Extract<Effect, { kind: 'inspect' }>['query'], ticket: Ticket): Promise<void> {
    try {
      const value: unknown = await this.#options.engine.inspect(query, this.#stop.signal);
      this.#later({ kind: 'answer', ticket, value });
    } catch (error) {
      this.#later({ kind: 'no-answer', ticket, message: messageOf(error) });
    }
  }

  async #request({ intent, command, serial }: Extract<Effect, { kind: 'request' }>): Promise<void> {
    try {
      const operation = await this.#options.engine.request(intent);
      this.#later({ kind: 'accepted', serial, command, ...(operation === undefined ? {} : { operation }) });
    } catch (error) {
      this.#later({ kind: 'refused', serial, command, message: messageOf(error) });
    }
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function noticeOf({ atMs, level, message, app, cluster }: Extract<EngineEvent, { kind: 'notice' }>): Notice {
  return { atMs, level, message, ...(app === undefined ? {} : { app }), ...(cluster === undefined ? {} : { cluster }) };
}
