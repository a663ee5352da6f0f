// Keys of the boxes: palette, help, questions. A box takes every key; none of them reaches the page.
import { commandById } from '../../src/commands/registry.js';
import type { ConfirmDialog, Dialog, HelpDialog, PaletteDialog } from '../dialogs.js';
import { edit, insert, type Line, lineOf } from '../editor.js';
import type { FleetView } from '../fleet-view.js';
import { helpEntries } from '../keymap.js';
import type { Updated } from '../message.js';
import { pageOf, type Ui } from '../model.js';
import { type PaletteAction, paletteItems } from '../palette.js';
import { askForClusters } from './asking.js';
import { run } from './commands.js';
import { openCluster } from './opening.js';
import { listPage, open, openApp } from './pages.js';
import { close, planKey, planPaste } from './plan-dialog.js';
import { send } from './sending.js';

interface Pressed {
  readonly key: string;
  readonly fleet: FleetView;
}

export function dialogKey(ui: Ui, dialog: Dialog, pressed: Pressed): Updated {
  switch (dialog.kind) {
    case 'plan':
      return planKey(ui, dialog, pressed);
    case 'confirm':
      return confirmKey(ui, dialog, pressed.key);
    case 'palette':
      return paletteKey(ui, dialog, pressed);
    case 'help':
      return helpKey(ui, dialog, pressed);
    default:
      return dialog satisfies never;
  }
}

export function dialogPaste(ui: Ui, dialog: Dialog, text: string): Updated {
  if (dialog.kind === 'plan') return planPaste(ui, dialog, text);
  if (dialog.kind === 'confirm') return [ui, []];
  return [{ ...ui, dialog: { ...dialog, line: insert(dialog.line, text), cursor: 0 } }, []];
}

function confirmKey(ui: Ui, dialog: ConfirmDialog, key: string): Updated {
  if (key === 'esc' || key === 'q' || key === 'n') return close(ui);
  if (key !== 'enter') return [ui, []];
  const [closed] = close(ui);
  return send({ ...closed, marks: dialog.intents.length > 1 ? new Set() : closed.marks }, dialog.intents);
}

function paletteKey(ui: Ui, dialog: PaletteDialog, { key, fleet }: Pressed): Updated {
  const items = paletteItems(fleet, dialog);
  const cursor = Math.min(dialog.cursor, Math.max(0, items.length - 1));
  const chosen = items[cursor];
  if (key === 'esc') return close(ui);
  if (key === 'enter') return chosen ? act(close(ui)[0], fleet, chosen.action) : [ui, []];
  if (key === 'tab') return chosen ? [{ ...ui, dialog: { ...dialog, line: lineOf(chosen.completion), cursor: 0 } }, []] : [ui, []];
  const step = choice(key);
  if (step !== undefined) return [{ ...ui, dialog: { ...dialog, cursor: Math.max(0, Math.min(cursor + step, items.length - 1)) } }, []];
  return typed(ui, dialog, key);
}

function helpKey(ui: Ui, dialog: HelpDialog, { key, fleet }: Pressed): Updated {
  const entries = helpEntries(pageOf(ui), dialog.line.text);
  const cursor = Math.min(dialog.cursor, Math.max(0, entries.length - 1));
  if (key === 'esc') return close(ui);
  if (key === 'enter') {
    const entry = entries[cursor];
    return entry ? run(close(ui)[0], fleet, entry.command.id) : [ui, []];
  }
  const step = choice(key);
  if (step !== undefined) return [{ ...ui, dialog: { ...dialog, cursor: Math.max(0, Math.min(cursor + step, entries.length - 1)) } }, []];
  return typed(ui, dialog, key);
}

/** Keys that choose; letters are for the line. */
function choice(key: string): number | undefined {
  return ({ down: 1, up: -1, 'C-n': 1, 'C-p': -1, pgdn: 10, pgup: -10 } as Readonly<Record<string, number>>)[key];
}

function typed(ui: Ui, dialog: PaletteDialog | HelpDialog, key: string): Updated {
  const line: Line | undefined = edit(dialog.line, key);
  if (!line) return [ui, []];
  if (key === 'backspace' && dialog.line.text === '') return close(ui);
  return [{ ...ui, dialog: { ...dialog, line, cursor: 0 } }, []];
}

function act(ui: Ui, fleet: FleetView, action: PaletteAction): Updated {
  switch (action.kind) {
    case 'command': {
      if (action.clusters) {
        const command = commandById(action.id);
        return command ? askForClusters(ui, fleet, { command, clusters: action.clusters }) : [ui, []];
      }
      const app = action.app === undefined ? undefined : fleet.apps.get(action.app);
      return run(ui, fleet, action.id, app && { app, cluster: fleet.clusters.get(app.cluster) });
    }
    case 'open-app':
      return openApp(ui, action.app);
    case 'open-cluster':
      return openCluster(ui, action.cluster);
    case 'filter':
      return open({ ...ui, filter: action.query, inverted: false }, listPage(ui.serial + 1));
    default:
      return action satisfies never;
  }
}
