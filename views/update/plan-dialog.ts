// The box of a plan: choosing, confirming, following what happens.
import type { AppKey } from '../../src/domain/application.js';
import type { Answers } from '../../src/domain/events.js';
import type { AppRow } from '../../src/domain/fleet.js';
import type { OperationDetail, OperationId, Plan } from '../../src/domain/operation.js';
import type { PlanDialog, PlanField, Purpose } from '../dialogs.js';
import { EMPTY_LINE, edit, insert } from '../editor.js';
import type { FleetView } from '../fleet-view.js';
import { answered, asked, failed, NOTHING } from '../loadable.js';
import type { Effect, Message, Updated } from '../message.js';
import type { Ui } from '../model.js';
import { fieldsOf, wordToType } from '../plan-fields.js';
import { planLines } from '../plan-lines.js';
import { planQuery, written } from './plan-intent.js';
import { send } from './sending.js';
import { withToast } from './toast.js';

/** Opens the box and asks for the plan. */
export function openPlan(ui: Ui, app: AppKey, purpose: Purpose): Updated {
  const dialog: PlanDialog = {
    kind: 'plan',
    id: ui.serial + 1,
    app,
    purpose,
    plan: NOTHING,
    typed: EMPTY_LINE,
    top: 0,
    focus: 'go',
    phase: 'plan',
    detail: NOTHING,
  };
  return askForPlan({ ...ui, serial: ui.serial + 1, dialog }, dialog);
}

/** A sync with what the application's own policy says about pruning. */
export function syncPurpose(row: AppRow): Purpose {
  return { kind: 'sync', prune: row.syncPolicy === 'Auto-Prune', force: false, dryRun: false, revision: EMPTY_LINE };
}

function askForPlan(ui: Ui, dialog: PlanDialog): Updated {
  const serial = ui.serial + 1;
  const next = { ...dialog, plan: asked(dialog.plan, serial, ui.nowMs), typed: EMPTY_LINE, top: 0 };
  return [
    { ...ui, serial, dialog: next },
    [{ kind: 'inspect', query: planQuery(dialog), ticket: { page: dialog.id, slot: 'plan', serial } }],
  ];
}

export function planKey(ui: Ui, dialog: PlanDialog, { key, fleet }: { readonly key: string; readonly fleet: FleetView }): Updated {
  if (key === 'esc') return close(ui);
  if (dialog.phase !== 'plan') return runningKey(ui, dialog, { key, fleet });
  const row = fleet.apps.get(dialog.app);
  const fields = fieldsOf(dialog, row);
  const at = fields.indexOf(dialog.focus);
  const focus = (by: number): Updated => [
    { ...ui, dialog: { ...dialog, focus: fields[(at + by + fields.length) % fields.length] as PlanField } },
    [],
  ];
  if (key === 'tab') return focus(1);
  if (key === 'backtab') return focus(-1);
  if (key === 'down' || key === 'pgdn') return scrollPlan(ui, dialog, key === 'down' ? 1 : 10);
  if (key === 'up' || key === 'pgup') return scrollPlan(ui, dialog, key === 'up' ? -1 : -10);
  if (key === 'enter')
    return dialog.focus === 'revision'
      ? askForPlan({ ...ui, dialog: { ...dialog, focus: 'go' } }, { ...dialog, focus: 'go' })
      : go(ui, dialog, row);
  if (dialog.focus === 'typed') return type(ui, dialog, key);
  if (dialog.focus === 'revision') return revision(ui, dialog, key);
  if (key === 'left' || key === 'right') return focus(key === 'left' ? -1 : 1);
  if (key === 'space') return toggle(ui, dialog, dialog.focus);
  const letter: PlanField | undefined = ({ p: 'prune', f: 'force', o: 'dry-run', n: 'pin', c: 'cascade' } as const)[key];
  return letter !== undefined && fields.includes(letter) ? toggle(ui, dialog, letter) : [ui, []];
}

/** Pasted text goes into the field that is being typed, and nowhere else. */
export function planPaste(ui: Ui, dialog: PlanDialog, text: string): Updated {
  if (dialog.phase !== 'plan') return [ui, []];
  if (dialog.focus === 'typed') return [{ ...ui, dialog: { ...dialog, typed: insert(dialog.typed, text.trim()) } }, []];
  if (dialog.focus === 'revision' && dialog.purpose.kind === 'sync')
    return [{ ...ui, dialog: { ...dialog, purpose: { ...dialog.purpose, revision: insert(dialog.purpose.revision, text.trim()) } } }, []];
  return [ui, []];
}

export function close(ui: Ui): Updated {
  const { dialog: _, ...rest } = ui;
  return [rest, []];
}

function scrollPlan(ui: Ui, dialog: PlanDialog, by: number): Updated {
  const most = dialog.plan.value ? Math.max(0, planLines(dialog.plan.value).length - 1) : 0;
  return [{ ...ui, dialog: { ...dialog, top: Math.max(0, Math.min(dialog.top + by, most)) } }, []];
}

function type(ui: Ui, dialog: PlanDialog, key: string): Updated {
  const typed = edit(dialog.typed, key);
  return typed ? [{ ...ui, dialog: { ...dialog, typed } }, []] : [ui, []];
}

function revision(ui: Ui, dialog: PlanDialog, key: string): Updated {
  if (dialog.purpose.kind !== 'sync') return [ui, []];
  const line = edit(dialog.purpose.revision, key);
  return line ? [{ ...ui, dialog: { ...dialog, purpose: { ...dialog.purpose, revision: line } } }, []] : [ui, []];
}

const CASCADES = { foreground: 'background', background: 'none', none: 'foreground' } as const;

function toggle(ui: Ui, dialog: PlanDialog, field: PlanField): Updated {
  const { purpose } = dialog;
  if (purpose.kind === 'sync') {
    if (field === 'prune') return again(ui, dialog, { ...purpose, prune: !purpose.prune });
    if (field === 'force') return again(ui, dialog, { ...purpose, force: !purpose.force });
    if (field === 'dry-run') return [{ ...ui, dialog: { ...dialog, purpose: { ...purpose, dryRun: !purpose.dryRun } } }, []];
  }
  if (purpose.kind === 'rollback') {
    if (field === 'prune') return again(ui, dialog, { ...purpose, prune: !purpose.prune });
    if (field === 'pin') return [{ ...ui, dialog: { ...dialog, purpose: { ...purpose, pin: !purpose.pin } } }, []];
  }
  if (purpose.kind === 'delete' && field === 'cascade')
    return [{ ...ui, dialog: { ...dialog, purpose: { ...purpose, cascade: CASCADES[purpose.cascade] } } }, []];
  return [ui, []];
}

/** Another choice, another plan. */
function again(ui: Ui, dialog: PlanDialog, purpose: Purpose): Updated {
  return askForPlan(ui, { ...dialog, purpose });
}

function go(ui: Ui, dialog: PlanDialog, row: AppRow | undefined): Updated {
  const plan = dialog.plan.value;
  if (!plan || dialog.plan.loading) return [withToast(ui, 'warning', dialog.plan.error ?? 'the plan is not there yet'), []];
  const word = wordToType(dialog, row);
  if (word !== undefined && dialog.typed.text !== word) {
    const focused = { ...ui, dialog: { ...dialog, focus: 'typed' as const } };
    return [dialog.focus === 'typed' ? withToast(focused, 'warning', `type ${word} to confirm, or Esc`) : focused, []];
  }
  const { intent, command } = written(ui, dialog, { plan, row });
  return send({ ...ui, dialog: { ...dialog, phase: 'sent' } }, [{ intent, command }]);
}

function runningKey(ui: Ui, dialog: PlanDialog, { key, fleet }: { readonly key: string; readonly fleet: FleetView }): Updated {
  const operation = dialog.operation === undefined ? undefined : fleet.operations.get(dialog.operation);
  if (key === 'enter' || key === 'q') return operation?.finishedAtMs !== undefined || dialog.operation === undefined ? close(ui) : [ui, []];
  if (key === 'T' && operation && operation.finishedAtMs === undefined)
    return send(ui, [
      { intent: { kind: 'terminate', app: dialog.app, actor: ui.actor }, command: `argosy app terminate-op ${dialog.app}` },
    ]);
  return [ui, []];
}

/** The engine took it: the box follows the operation, or closes where there is none. */
export function accepted(ui: Ui, operation: OperationId | undefined): Updated {
  const { dialog } = ui;
  if (dialog?.kind !== 'plan' || dialog.phase !== 'sent') return [ui, []];
  if (operation === undefined) return close(ui);
  return follow({ ...ui, dialog: { ...dialog, phase: 'running', operation } });
}

export function refused(ui: Ui, message: string): Ui {
  const { dialog } = ui;
  if (dialog?.kind !== 'plan' || dialog.phase !== 'sent') return ui;
  return { ...ui, dialog: { ...dialog, phase: 'plan', focus: 'go', plan: { ...dialog.plan, loading: false, error: message } } };
}

const FOLLOW_MS = 250;

/** While the operation runs, its objects are read again as they change. */
export function follow(ui: Ui): Updated {
  const { dialog } = ui;
  if (dialog?.kind !== 'plan' || dialog.operation === undefined || dialog.detail.loading) return [ui, []];
  const ended = dialog.detail.value?.finishedAtMs !== undefined;
  if (ended || (dialog.detail.value && ui.nowMs - dialog.detail.sinceMs < FOLLOW_MS)) return [ui, []];
  const serial = ui.serial + 1;
  const effect: Effect = {
    kind: 'inspect',
    query: { kind: 'operation', id: dialog.operation },
    ticket: { page: dialog.id, slot: 'progress', serial },
  };
  return [{ ...ui, serial, dialog: { ...dialog, detail: asked(dialog.detail, serial, ui.nowMs) } }, [effect]];
}

export function answeredDialog(ui: Ui, message: Extract<Message, { kind: 'answer' | 'no-answer' }>): Ui {
  const { dialog } = ui;
  const { ticket } = message;
  if (dialog?.kind !== 'plan' || dialog.id !== ticket.page) return ui;
  if (ticket.slot === 'progress') {
    if (dialog.detail.serial !== ticket.serial) return ui;
    const detail =
      message.kind === 'answer'
        ? answered(dialog.detail, message.value as OperationDetail, ui.nowMs)
        : failed(dialog.detail, message.message, ui.nowMs);
    return { ...ui, dialog: { ...dialog, detail } };
  }
  if (dialog.plan.serial !== ticket.serial || dialog.phase !== 'plan') return ui;
  if (message.kind === 'no-answer') return { ...ui, dialog: { ...dialog, plan: failed(dialog.plan, message.message, ui.nowMs) } };
  const value =
    dialog.purpose.kind === 'approve' ? approvalPlan(dialog.purpose.hash, message.value as Answers['approvals']) : (message.value as Plan);
  if (!value)
    return {
      ...ui,
      dialog: {
        ...dialog,
        plan: failed(dialog.plan, 'this plan does not wait any more: it was approved, or another took its place', ui.nowMs),
      },
    };
  const next: PlanDialog = { ...dialog, plan: answered(dialog.plan, value, ui.nowMs) };
  const word = wordToType(next, undefined);
  return { ...ui, dialog: { ...next, focus: dialog.focus === 'go' && word !== undefined ? 'typed' : dialog.focus } };
}

function approvalPlan(hash: string, approvals: Answers['approvals']): Plan | undefined {
  return approvals.find((each) => each.hash === hash)?.plan;
}
