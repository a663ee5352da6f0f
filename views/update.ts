// (model, message, fleet) -> (model, effects). Pure: the same key in the same state does the same.

import { edit, insert } from './editor.js';
import type { FleetView } from './fleet-view.js';
import { beginsSequence, commandFor } from './keymap.js';
import { tooSmall } from './layout.js';
import type { Effect, Message, Updated } from './message.js';
import { type Page, pageOf, type Ui } from './model.js';
import { run } from './update/commands.js';
import { dialogKey, dialogPaste } from './update/dialog-keys.js';
import { answer, load, loadLens, outdate } from './update/loading.js';
import { mouse } from './update/mouse.js';
import { accepted, follow, refused } from './update/plan-dialog.js';
import { settleWrite } from './update/sending.js';
import { withoutToast, withToast } from './update/toast.js';

const CHORD_MS = 350;
const MAX_INBOX = 300;

export function update(ui: Ui, message: Message, fleet: FleetView): Updated {
  switch (message.kind) {
    case 'input':
      return input(ui, message.event, fleet);
    case 'resize':
      return [{ ...ui, size: message.size }, []];
    case 'tick':
      return tick(ui, message);
    case 'timer':
      return timer(ui, message, fleet);
    case 'answer':
    case 'no-answer':
      return answer(ui, message);
    case 'accepted': {
      const settled = settleWrite(ui, message.command, { outcome: 'accepted' });
      const [next, effects] = accepted(settled, message.operation);
      return [next.dialog ? next : acknowledged(next, message), effects];
    }
    case 'refused': {
      const settled = settleWrite(ui, message.command, { outcome: 'refused', message: message.message });
      return [withToast(refused(settled, message.message), 'error', message.message), []];
    }
    default:
      return message satisfies never;
  }
}

/** Where no box follows what was asked for, a line says that it was taken. */
function acknowledged(ui: Ui, { command, operation }: Extract<Message, { kind: 'accepted' }>): Ui {
  if (ui.toast?.level === 'error' || /refresh/.test(command)) return ui;
  return withToast(ui, 'info', operation === undefined ? `accepted: ${command}` : `operation #${operation} started: ${command}`);
}

function input(ui: Ui, event: Extract<Message, { kind: 'input' }>['event'], fleet: FleetView): Updated {
  switch (event.kind) {
    case 'key':
      return key(withoutToast(ui), event.key, fleet);
    case 'paste':
      if (ui.dialog) return dialogPaste(ui, ui.dialog, event.text);
      if (ui.filtering) return filterLine(ui, insert(ui.filtering, event.text));
      return [withToast(ui, 'info', 'pasted text is not run as commands; / or : takes it'), []];
    case 'mouse':
      return mouse(ui, event, fleet);
    case 'reply':
    case 'focus':
      return [ui, []];
    default:
      return event satisfies never;
  }
}

function key(ui: Ui, name: string, fleet: FleetView): Updated {
  if (name === 'C-c') return [ui, [{ kind: 'quit' }]];
  if (tooSmall(ui.size)) return name === 'q' ? [ui, [{ kind: 'quit' }]] : [ui, []];
  if (name === 'C-z' || name === 'C-g') return run(ui, fleet, name === 'C-z' ? 'suspend' : 'redraw');
  if (ui.dialog) return dialogKey(ui, ui.dialog, { key: name, fleet });
  if (ui.filtering) return filterKey(ui, name);
  if (ui.tour !== undefined && name === 'esc' && ui.stack.length === 1) {
    const { tour: _, ...rest } = ui;
    return [rest, []];
  }
  const { chord, ...rest } = ui;
  if (chord !== undefined) {
    if (commandFor(chord + name, pageOf(ui))) return pressed(rest, chord + name, fleet);
    const [after, effects] = pressed(rest, chord, fleet);
    const [next, more] = key(after, name, fleet);
    return [next, [...effects, ...more]];
  }
  if (beginsSequence(name)) {
    const serial = ui.serial + 1;
    return [{ ...ui, chord: name, chordSerial: serial, serial }, [{ kind: 'timer', id: 'chord', serial, ms: CHORD_MS }]];
  }
  return pressed(ui, name, fleet);
}

function pressed(ui: Ui, name: string, fleet: FleetView): Updated {
  const page = pageOf(ui);
  if ((name === 'q' || name === 'esc') && ui.stack.length === 1 && page.kind === 'overview') {
    if (ui.filter !== '') return [{ ...ui, filter: '', inverted: false }, []];
    return name === 'q' ? [ui, [{ kind: 'quit' }]] : [withToast(ui, 'info', 'q leaves; ? shows every key'), []];
  }
  // The lens took the place of the tree, or has the focus: Esc goes back to the tree first.
  if (name === 'esc' && page.kind === 'app' && page.focus === 'lens') return run(ui, fleet, 'pane.next');
  const command = commandFor(name, page);
  return command ? run(ui, fleet, command.id) : [ui, []];
}

function filterKey(ui: Ui, name: string): Updated {
  const { filtering, ...rest } = ui;
  if (!filtering) return [ui, []];
  if (name === 'enter') return [rest, []];
  if (name === 'esc') return [{ ...rest, filter: '', inverted: false }, []];
  const line = edit(filtering, name);
  return line ? filterLine(ui, line) : [ui, []];
}

function filterLine(ui: Ui, line: NonNullable<Ui['filtering']>): Updated {
  return [{ ...ui, filtering: line, filter: line.text.trim() }, []];
}

function timer(ui: Ui, message: Extract<Message, { kind: 'timer' }>, fleet: FleetView): Updated {
  if (message.id === 'lens') return message.serial === ui.lensSerial ? loadLens(ui) : [ui, []];
  if (message.serial !== ui.chordSerial || ui.chord === undefined) return [ui, []];
  const { chord, ...rest } = ui;
  return pressed(rest, chord, fleet);
}

function tick(ui: Ui, { nowMs, changed, finished, notices }: Extract<Message, { kind: 'tick' }>): Updated {
  let next: Ui = { ...ui, nowMs };
  if (next.toast && next.toast.untilMs <= nowMs) next = withoutToast(next);
  if (changed.size > 0 || finished.size > 0)
    next = { ...next, stack: next.stack.map((page) => (concerns(page, changed, finished.size > 0) ? outdate(page) : page)) };
  if (notices.length > 0) next = withNotices(next, notices);
  const effects: Effect[] = [];
  for (const step of [load, loadAgain, follow]) {
    const [after, more] = step(next);
    next = after;
    effects.push(...more);
  }
  return [next, effects];
}

/** The lens, where what it shows is outdated. */
function loadAgain(ui: Ui): Updated {
  const page = pageOf(ui);
  const lens = page.kind === 'app' ? page.object : page.kind === 'history' ? page.detail : undefined;
  if (!lens?.outdated || lens.loading || ui.nowMs - lens.sinceMs < CHORD_MS) return [ui, []];
  return loadLens(ui);
}

function concerns(page: Page, changed: ReadonlySet<string>, anyFinished: boolean): boolean {
  if (page.kind === 'history' && page.app === undefined) return anyFinished;
  return 'app' in page && page.app !== undefined && changed.has(page.app);
}

function withNotices(ui: Ui, notices: Extract<Message, { kind: 'tick' }>['notices']): Ui {
  const watching = pageOf(ui).kind === 'inbox';
  const next = {
    ...ui,
    inbox: [...ui.inbox, ...notices].slice(-MAX_INBOX),
    unseen: watching ? 0 : Math.min(MAX_INBOX, ui.unseen + notices.length),
  };
  const last = notices.findLast(({ level }) => level === 'error') ?? (notices.at(-1) as (typeof notices)[number]);
  // An error that nobody has seen yet is not covered by news.
  if (ui.toast?.level === 'error' && last.level !== 'error') return next;
  const toasted = withToast(
    next,
    last.level,
    `${last.app ? `${last.app.slice(last.app.indexOf('/') + 1)}: ` : last.cluster ? `${last.cluster}: ` : ''}${last.message}`,
  );
  return toasted;
}
