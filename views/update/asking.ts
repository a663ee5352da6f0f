// Questions before something small is written, and writes to several applications at once.
import type { Command, Target } from '../../src/commands/command.js';
import { cannotOperate } from '../../src/commands/refusals.js';
import type { Intent } from '../../src/domain/events.js';
import type { AppRow } from '../../src/domain/fleet.js';
import type { ConfirmDialog } from '../dialogs.js';
import type { FleetView } from '../fleet-view.js';
import type { Updated } from '../message.js';
import type { Ui } from '../model.js';
import { changeText } from '../screens/list-columns.js';
import { contextOf } from './context.js';
import { send } from './sending.js';
import { withToast } from './toast.js';

export function askFirst(ui: Ui, fleet: FleetView, { command, target }: { readonly command: Command; readonly target: Target }): Updated {
  const intent = command.intent?.(target, contextOf(ui, fleet));
  if (!intent)
    return [withToast(ui, 'warning', `${command.title}: name what it is for, as in ":${command.id.split('.').at(-1)} NAME"`), []];
  const name = target.app ? `${target.app.name} @ ${target.app.cluster || '?'}` : (target.cluster?.key ?? '');
  const production = fleet.isProduction(target.app?.cluster ?? target.cluster?.key ?? '');
  const dialog: ConfirmDialog = {
    kind: 'confirm',
    title: `${command.title}: ${name}`,
    lines: consequences(intent, target),
    verb: verbOf(intent),
    intents: [{ intent, command: commandLine(intent) }],
    danger: production,
  };
  return [{ ...ui, dialog }, []];
}

/** Grants several clusters at once: `:act stage-*`. */
export function askForClusters(
  ui: Ui,
  fleet: FleetView,
  { command, clusters }: { readonly command: Command; readonly clusters: readonly string[] },
): Updated {
  const mode = command.id === 'cluster.act' ? 'act' : 'observe';
  const open = clusters.filter((key) => fleet.clusters.get(key)?.mode !== mode);
  if (open.length === 0)
    return [withToast(ui, 'info', `${clusters.join(', ')}: ${mode === 'act' ? 'in act mode already' : 'only observed already'}`), []];
  const intent: Intent = { kind: 'mode', clusters: open, mode, actor: ui.actor };
  if (mode === 'observe') return send(ui, [{ intent, command: commandLine(intent) }]);
  const dialog: ConfirmDialog = {
    kind: 'confirm',
    title: `${command.title}: ${open.length} cluster${open.length === 1 ? '' : 's'}`,
    lines: consequences(intent, {}),
    verb: 'act',
    intents: [{ intent, command: commandLine(intent) }],
    danger: open.some((key) => fleet.isProduction(key)),
  };
  return [{ ...ui, dialog }, []];
}

function verbOf(intent: Intent): string {
  if (intent.kind === 'auto-sync') return intent.enabled ? 'resume' : 'pause';
  return intent.kind === 'mode' ? intent.mode : intent.kind;
}

function consequences(intent: Intent, { app }: Target): readonly string[] {
  switch (intent.kind) {
    case 'auto-sync':
      return intent.enabled
        ? [
            'Automated sync begins again: what differs from Git is synced at once, and what Git no longer has is deleted where its policy prunes.',
            differs(app),
          ]
        : ['Automated sync and self-heal stop until they are resumed. What is running goes on.'];
    case 'unpin':
      return ['Git is the target again. Automated applications are synced to it at once.', differs(app)];
    case 'terminate':
      return ['The operation stops after the step that it is at. What was applied stays applied.'];
    case 'mode':
      return [
        `From now on argosy writes to: ${intent.clusters.join(', ')}.`,
        'The grant is bound to the very cluster that answers now. Automated applications are synced at once.',
      ];
    default:
      return [];
  }
}

function differs(app: AppRow | undefined): string {
  const text = app ? changeText(app) : '';
  return text === '' ? '' : `It differs now: ${text}.`;
}

function commandLine(intent: Intent): string {
  switch (intent.kind) {
    case 'mode':
      return `argosy ${intent.mode} ${intent.clusters.join(' ')}`;
    case 'terminate':
      return `argosy app terminate-op ${intent.app}`;
    case 'auto-sync':
      return `kubectl patch application ${intent.app}: spec.syncPolicy.automated.enabled=${intent.enabled}`;
    case 'unpin':
      return `unpin ${intent.app}`;
    case 'refresh':
      return `argosy app get ${intent.app ?? ''} ${intent.hard ? '--hard-refresh' : '--refresh'}`;
    case 'sync':
      return `argosy app sync ${intent.app}`;
    default:
      return intent.kind;
  }
}

const LISTED = 8;

/** The same for every marked application. What would delete objects is left to each application's own plan: nothing is pruned here. */
export function bulk(
  ui: Ui,
  fleet: FleetView,
  { command, rows }: { readonly command: Command; readonly rows: readonly AppRow[] },
): Updated {
  const context = contextOf(ui, fleet);
  const writes = command.id === 'app.sync' || command.id === 'app.auto-sync';
  const able = writes ? rows.filter((app) => cannotOperate({ app }, context) === undefined) : rows;
  const intents = able.flatMap((app): Intent[] => {
    if (command.id === 'app.sync')
      return [{ kind: 'sync', app: app.key, operation: { sync: { prune: false }, initiatedBy: { username: ui.actor } }, actor: ui.actor }];
    const intent = command.intent?.({ app }, context);
    return intent ? [intent] : [];
  });
  if (intents.length === 0)
    return [
      withToast(
        ui,
        'warning',
        `cannot ${command.title.toLowerCase()} any of the ${rows.length} marked applications: ${cannotOperate({ app: rows[0] }, context) ?? ''}`,
      ),
      [],
    ];
  const all = intents.map((intent) => ({ intent, command: commandLine(intent) }));
  if (!writes) return send(withToast(ui, 'info', `${command.title.toLowerCase()}: ${all.length} applications`), all);
  const clusters = new Set(able.map(({ cluster }) => cluster));
  const dialog: ConfirmDialog = {
    kind: 'confirm',
    title: `${command.title}: ${all.length} applications on ${clusters.size} cluster${clusters.size === 1 ? '' : 's'}`,
    lines: [
      ...able
        .slice(0, LISTED)
        .map((app) => `${app.name} @ ${app.cluster}  ${command.id === 'app.sync' ? changeText(app) || 'no changes' : app.syncPolicy}`),
      ...(able.length > LISTED ? [`and ${able.length - LISTED} more`] : []),
      ...(able.length < rows.length ? [`${rows.length - able.length} of the marked cannot be written to now and are left out.`] : []),
      ...(command.id === 'app.sync' ? ['Nothing is pruned; sync an application by itself to delete what Git no longer has.'] : []),
    ],
    verb: command.id === 'app.sync' ? 'sync all' : 'switch all',
    intents: all,
    danger: [...clusters].some((key) => fleet.isProduction(key)),
  };
  return [{ ...ui, dialog }, []];
}
