// Carrying out a command of the registry: what changes the screen happens here, what writes opens a box first.
import type { Command, Target } from '../../src/commands/command.js';
import { commandById } from '../../src/commands/registry.js';
import type { AppRow } from '../../src/domain/fleet.js';
import { EMPTY_LINE, lineOf } from '../editor.js';
import type { FleetView } from '../fleet-view.js';
import type { Effect, Updated } from '../message.js';
import { pageOf, type Ui, withPage } from '../model.js';
import { GROUPINGS, SORT_COLUMNS } from '../sorting.js';
import { appsOf, targetOf } from '../target.js';
import { afterCommand } from '../tour.js';
import { askFirst, bulk } from './asking.js';
import { contextOf } from './context.js';
import { load } from './loading.js';
import { mark } from './marks.js';
import { move } from './movement.js';
import { enter } from './opening.js';
import { back, goTo, historyPage, locationOf, open, openDiff, openText } from './pages.js';
import { openPlan, syncPurpose } from './plan-dialog.js';
import { send } from './sending.js';
import { withToast } from './toast.js';

/** `aim`: what it is done with, where that is not what the cursor is on. */
export function run(ui: Ui, fleet: FleetView, id: string, aim?: Target): Updated {
  const command = commandById(id);
  if (!command) return [ui, []];
  const target = aim ?? targetOf({ ui, fleet });
  const refusal = command.refuse?.(target, contextOf(ui, fleet));
  const marked = aim === undefined && appsOf({ ui, fleet }, target).length > 1;
  if (refusal !== undefined && !marked) return [withToast(ui, 'warning', `cannot ${command.title.toLowerCase()}: ${refusal}`), []];
  const tour = afterCommand(ui.tour, id);
  const [next, effects] = perform(ui, fleet, { command, target, marked });
  if (tour === undefined) {
    const { tour: _, ...rest } = next;
    return [id === 'tour' ? next : rest, effects];
  }
  return [id === 'tour' ? next : { ...next, tour }, effects];
}

interface Doing {
  readonly command: Command;
  readonly target: Target;
  readonly marked: boolean;
}

function perform(ui: Ui, fleet: FleetView, doing: Doing): Updated {
  const { command, target } = doing;
  if (command.scope === 'app' || command.scope === 'operation') return onApp(ui, fleet, doing);
  if (command.id.startsWith('move.') || command.id.startsWith('object.') || command.id.startsWith('search.'))
    return move(ui, fleet, command.id);
  if (command.id.startsWith('mark')) return mark(ui, fleet, command.id);
  if (command.id.startsWith('page.') || command.id === 'inbox' || command.id === 'writes') return goTo(ui, command.id);
  const intent = command.intent?.(target, contextOf(ui, fleet));
  if (intent)
    return command.dialog
      ? askFirst(ui, fleet, { command, target })
      : send(ui, [{ intent, command: `argosy ${command.cli?.words.join(' ') ?? command.id}` }]);
  return screenCommand(ui, fleet, command.id);
}

function onApp(ui: Ui, fleet: FleetView, { command, target, marked }: Doing): Updated {
  const row = target.app;
  if (marked && ['app.sync', 'app.refresh', 'app.hard-refresh', 'app.auto-sync'].includes(command.id))
    return bulk(ui, fleet, { command, rows: appsOf({ ui, fleet }, target) });
  if (!row) return [ui, []];
  switch (command.id) {
    case 'app.sync':
      return openPlan(ui, row.key, syncPurpose(row));
    case 'app.sync-options': {
      const [next, effects] = openPlan(ui, row.key, syncPurpose(row));
      return [next.dialog?.kind === 'plan' ? { ...next, dialog: { ...next.dialog, focus: 'prune' } } : next, effects];
    }
    case 'app.delete':
      return openPlan(ui, row.key, { kind: 'delete', cascade: 'foreground' });
    case 'app.approve':
      return row.approval ? openPlan(ui, row.key, { kind: 'approve', hash: row.approval.hash }) : [ui, []];
    case 'app.rollback':
      return pageOf(ui).kind === 'history' ? enter(ui, fleet, target) : open(ui, historyPage(ui.serial + 1, row.key));
    case 'app.diff': {
      const { node } = target;
      return openDiff(ui, row.key, node && `${node.kind}/${node.namespace}/${node.name}`);
    }
    case 'app.why':
      return openText(ui, { app: row.key, what: 'why', title: `Why ${row.name} @ ${row.cluster || '?'} is ${row.sync} and ${row.health}` });
    case 'app.history':
      return open(ui, historyPage(ui.serial + 1, row.key));
    case 'app.manifests':
      return yaml(ui, row);
    case 'app.resources':
      return tree(ui, fleet, target);
    default:
      return intentOrNothing(ui, fleet, { command, target });
  }
}

function intentOrNothing(ui: Ui, fleet: FleetView, { command, target }: Pick<Doing, 'command' | 'target'>): Updated {
  if (command.dialog) return askFirst(ui, fleet, { command, target });
  const intent = command.intent?.(target, contextOf(ui, fleet));
  if (!intent || !target.app) return [ui, []];
  const hard = command.id === 'app.hard-refresh' ? ' --hard-refresh' : ' --refresh';
  const [next, effects] = send(ui, [{ intent, command: `argosy app get ${target.app.key}${hard}` }]);
  const [loaded, more] = load(next, { again: true });
  return [withToast(loaded, 'info', `${command.title.toLowerCase()}: ${target.app.name}`), [...effects, ...more]];
}

function yaml(ui: Ui, row: AppRow): Updated {
  const page = pageOf(ui);
  if (page.kind !== 'app') return openText(ui, { app: row.key, what: 'yaml', title: `What Git wants of ${row.name}` });
  const serial = ui.serial + 1;
  return [
    { ...withPage(ui, { ...page, tab: 'yaml', focus: 'lens', lensTop: 0 }), serial, lensSerial: serial },
    [{ kind: 'timer', id: 'lens', serial, ms: 0 }],
  ];
}

function tree(ui: Ui, fleet: FleetView, target: Target): Updated {
  const page = pageOf(ui);
  return page.kind === 'app' ? [withPage(ui, { ...page, flat: !page.flat }), []] : enter(ui, fleet, target);
}

function screenCommand(ui: Ui, fleet: FleetView, id: string): Updated {
  const page = pageOf(ui);
  switch (id) {
    case 'open':
      return enter(ui, fleet, targetOf({ ui, fleet }));
    case 'back':
      return back(ui);
    case 'pane.next':
    case 'pane.previous':
      return otherPane(ui);
    case 'help':
      return [{ ...ui, dialog: { kind: 'help', line: EMPTY_LINE, cursor: 0 } }, []];
    case 'palette':
    case 'jump':
      return [{ ...ui, dialog: { kind: 'palette', mode: id === 'jump' ? 'jump' : 'command', line: EMPTY_LINE, cursor: 0 } }, []];
    case 'filter':
      return page.kind === 'overview' || page.kind === 'list' ? [{ ...ui, filtering: lineOf(ui.filter) }, []] : [ui, []];
    case 'filter.invert':
      return [{ ...ui, inverted: !ui.inverted }, []];
    case 'filter.clear':
      return [{ ...ui, filter: '', inverted: false }, []];
    case 'sort':
      return [nextSort(ui), []];
    case 'wide':
      return [{ ...ui, wide: !ui.wide }, []];
    case 'group':
      return [{ ...ui, group: GROUPINGS[(GROUPINGS.indexOf(ui.group) + 1) % GROUPINGS.length] ?? 'none' }, []];
    case 'zoom.in':
    case 'zoom.out':
      return [zoom(ui, id === 'zoom.in'), []];
    case 'fold':
      return [fold(ui), []];
    case 'diff.style':
      return page.kind === 'diff'
        ? [withPage(ui, { ...page, sideBySide: !(page.sideBySide ?? ui.size.width >= 140), top: 0 }), []]
        : [ui, []];
    case 'diff.more':
    case 'diff.less':
      return page.kind === 'diff'
        ? [withPage(ui, { ...page, context: Math.max(0, Math.min(50, page.context + (id === 'diff.more' ? 2 : -2))) }), []]
        : [ui, []];
    case 'approve':
      return approveNext(ui, fleet);
    case 'tour':
      return [{ ...ui, tour: 0 }, []];
    default:
      return outside(ui, fleet, id);
  }
}

/** What happens outside of the model: the clipboard, the terminal, the end. */
function outside(ui: Ui, fleet: FleetView, id: string): Updated {
  const effects = (effect: Effect): Updated => [ui, [effect]];
  switch (id) {
    case 'copy.name': {
      const { app, cluster, node } = targetOf({ ui, fleet });
      const text = node?.name ?? app?.name ?? cluster?.key;
      return text === undefined ? [ui, []] : [withToast(ui, 'info', `copied ${text}`), [{ kind: 'copy', text }]];
    }
    case 'copy.location': {
      const text = locationOf(ui);
      return [withToast(ui, 'info', `copied "${text}"`), [{ kind: 'copy', text }]];
    }
    case 'suspend':
      return effects({ kind: 'suspend' });
    case 'redraw':
      return effects({ kind: 'redraw' });
    case 'quit':
      return effects({ kind: 'quit' });
    default:
      return [ui, []];
  }
}

function otherPane(ui: Ui): Updated {
  const page = pageOf(ui);
  if (ui.zoomed && page.kind !== 'app') return [ui, []];
  if (page.kind === 'overview') return [withPage(ui, { ...page, focus: page.focus === 'matrix' ? 'attention' : 'matrix' }), []];
  if (page.kind === 'diff') return [withPage(ui, { ...page, focus: page.focus === 'text' ? 'files' : 'text' }), []];
  if (page.kind !== 'app') return [ui, []];
  return [withPage(ui, { ...page, focus: page.focus === 'tree' ? 'lens' : 'tree' }), []];
}

/** The pane that gets all the room also has the focus. */
function zoom(ui: Ui, zoomed: boolean): Ui {
  const page = pageOf(ui);
  const next = { ...ui, zoomed };
  if (page.kind === 'overview') return withPage(next, { ...page, focus: 'matrix' });
  return page.kind === 'diff' ? withPage(next, { ...page, focus: 'text' }) : next;
}

/** The plan that waits: of the application under the cursor, else of the first one that has any. */
function approveNext(ui: Ui, fleet: FleetView): Updated {
  const here = targetOf({ ui, fleet }).app;
  const row = here?.approval ? here : [...fleet.apps.values()].find(({ approval }) => approval !== undefined);
  if (!row?.approval) return [withToast(ui, 'info', 'no plan waits for an approval'), []];
  return openPlan(ui, row.key, { kind: 'approve', hash: row.approval.hash });
}

/** The next column; the last one turns the order round and begins again. */
function nextSort(ui: Ui): Ui {
  const { column, descending } = ui.sort;
  const at = SORT_COLUMNS.indexOf(column) + 1;
  if (at < SORT_COLUMNS.length) return { ...ui, sort: { column: SORT_COLUMNS[at] ?? 'name', descending } };
  return { ...ui, sort: { column: 'name', descending: !descending } };
}

function fold(ui: Ui): Ui {
  const page = pageOf(ui);
  if (page.kind === 'diff') return withPage(ui, { ...page, unfolded: !page.unfolded, top: 0 });
  if (page.kind === 'app') return withPage(ui, { ...page, onlyTrouble: !page.onlyTrouble, node: '', top: 0 });
  return ui;
}
