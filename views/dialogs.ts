// What lies over a page and takes the keys: the plan of a write, a question, the palette, help.
import type { AppKey } from '../src/domain/application.js';
import type { Intent } from '../src/domain/events.js';
import type { OperationDetail, OperationId, Plan } from '../src/domain/operation.js';
import type { Line } from './editor.js';
import type { Loadable } from './loadable.js';

export type Dialog = PlanDialog | ConfirmDialog | PaletteDialog | HelpDialog;

/** Why a plan is shown, and so what confirming it asks for. */
export type Purpose =
  | { readonly kind: 'sync'; readonly prune: boolean; readonly force: boolean; readonly dryRun: boolean; readonly revision: Line }
  | {
      readonly kind: 'rollback';
      readonly operation: OperationId;
      readonly pin: boolean;
      readonly prune: boolean;
      readonly revision: string;
    }
  | { readonly kind: 'delete'; readonly cascade: 'foreground' | 'background' | 'none' }
  | { readonly kind: 'approve'; readonly hash: string };

/** The plan first; the same box then shows the progress. */
export interface PlanDialog {
  readonly kind: 'plan';
  readonly id: number;
  readonly app: AppKey;
  readonly purpose: Purpose;
  readonly plan: Loadable<Plan>;
  readonly typed: Line;
  readonly top: number;
  readonly focus: PlanField;
  /** The plan is shown; it was sent; an operation runs or has ended. */
  readonly phase: 'plan' | 'sent' | 'running';
  readonly operation?: OperationId;
  readonly detail: Loadable<OperationDetail>;
}

export type PlanField = 'prune' | 'force' | 'dry-run' | 'pin' | 'cascade' | 'revision' | 'typed' | 'go';

/** A question about something small; what it would do stands in the lines. */
export interface ConfirmDialog {
  readonly kind: 'confirm';
  readonly title: string;
  readonly lines: readonly string[];
  /** The word of the button: 'pause', 'unpin'. */
  readonly verb: string;
  readonly intents: readonly { readonly intent: Intent; readonly command: string }[];
  readonly danger: boolean;
}

export interface PaletteDialog {
  readonly kind: 'palette';
  /** 'jump' offers applications and clusters first, 'command' offers commands. */
  readonly mode: 'command' | 'jump';
  readonly line: Line;
  readonly cursor: number;
}

export interface HelpDialog {
  readonly kind: 'help';
  readonly line: Line;
  readonly cursor: number;
}
