// What can happen to the screen (messages), and what it wants done (effects). `update` is the pure function between them.
import type { AppKey } from '../src/domain/application.js';
import type { Intent, Query } from '../src/domain/events.js';
import type { OperationId } from '../src/domain/operation.js';
import type { Notice } from './fleet-view.js';
import type { InputEvent } from './input/input-event.js';
import type { Ui } from './model.js';
import type { Size } from './surface.js';

export type Message =
  | { readonly kind: 'input'; readonly event: InputEvent }
  | { readonly kind: 'resize'; readonly size: Size }
  /** The fleet changed, or a second passed: ages move, messages go away, what is outdated is asked for again. */
  | {
      readonly kind: 'tick';
      readonly nowMs: number;
      readonly changed: ReadonlySet<AppKey>;
      readonly finished: ReadonlySet<OperationId>;
      readonly notices: readonly Notice[];
    }
  | { readonly kind: 'timer'; readonly id: TimerId; readonly serial: number }
  | { readonly kind: 'answer'; readonly ticket: Ticket; readonly value: unknown }
  | { readonly kind: 'no-answer'; readonly ticket: Ticket; readonly message: string }
  | { readonly kind: 'accepted'; readonly serial: number; readonly command: string; readonly operation?: OperationId }
  | { readonly kind: 'refused'; readonly serial: number; readonly command: string; readonly message: string };

/** Who asked: a page or dialog and what of it. Where it is gone, or has asked again since, the answer is dropped. */
export interface Ticket {
  readonly page: number;
  readonly slot: Slot;
  readonly serial: number;
}

export type Slot = 'tree' | 'diff' | 'object' | 'diffs' | 'operations' | 'detail' | 'lines' | 'plan' | 'progress';
export type TimerId = 'chord' | 'lens';

export type Effect =
  | { readonly kind: 'inspect'; readonly query: Query; readonly ticket: Ticket }
  | { readonly kind: 'request'; readonly intent: Intent; readonly command: string; readonly serial: number }
  | { readonly kind: 'timer'; readonly id: TimerId; readonly serial: number; readonly ms: number }
  | { readonly kind: 'copy'; readonly text: string }
  | { readonly kind: 'suspend' }
  | { readonly kind: 'redraw' }
  | { readonly kind: 'quit' };

export type Updated = readonly [ui: Ui, effects: readonly Effect[]];
