// Enter: opens what the cursor is on.
import type { Target } from '../../src/commands/command.js';
import { cannotOperate } from '../../src/commands/refusals.js';
import type { FleetView } from '../fleet-view.js';
import type { Updated } from '../message.js';
import { pageOf, type Ui, withPage } from '../model.js';
import { selectedNode, treeWindow } from '../tree-window.js';
import { listPage, open, openApp } from './pages.js';
import { openPlan } from './plan-dialog.js';
import { withToast } from './toast.js';

export function enter(ui: Ui, fleet: FleetView, target: Target): Updated {
  const page = pageOf(ui);
  switch (page.kind) {
    case 'overview':
    case 'list':
      if (target.app) return openApp(ui, target.app.key);
      return target.cluster ? openCluster(ui, target.cluster.key) : [ui, []];
    case 'clusters':
      return target.cluster ? openCluster(ui, target.cluster.key) : [ui, []];
    case 'history':
      return rollback(ui, fleet, target);
    case 'app': {
      const line = treeWindow(ui, page).lines.find(({ node }) => node.id === selectedNode(ui, page)?.id);
      if (page.focus === 'tree' && line && line.children > 0 && !line.open)
        return [withPage(ui, { ...page, closed: new Set([...page.closed].filter((id) => id !== line.node.id)) }), []];
      return [withPage(ui, { ...page, focus: 'lens' }), []];
    }
    case 'diff':
      return [withPage(ui, { ...page, focus: 'text' }), []];
    case 'text':
    case 'inbox':
    case 'writes':
      return [ui, []];
    default:
      return page satisfies never;
  }
}

/** The applications of a cluster: the list with a filter. */
export function openCluster(ui: Ui, cluster: string): Updated {
  return open({ ...ui, filter: `cluster:=${cluster}`, inverted: false }, listPage(ui.serial + 1));
}

function rollback(ui: Ui, fleet: FleetView, target: Target): Updated {
  const { operation, app } = target;
  if (!operation) return [ui, []];
  if (!app) return [withToast(ui, 'warning', 'this application is gone; it cannot be rolled back'), []];
  if (operation.dryRun)
    return [withToast(ui, 'warning', `#${operation.id} was a dry run: it applied nothing that one could roll back to`), []];
  const refusal = cannotOperate(target, { actor: ui.actor, clusterOf: (key) => fleet.clusters.get(key) });
  if (refusal !== undefined) return [withToast(ui, 'warning', `cannot roll back: ${refusal}`), []];
  return openPlan(ui, app.key, {
    kind: 'rollback',
    operation: operation.id,
    pin: true,
    prune: false,
    revision: operation.revisions[0] ?? '',
  });
}
