// What the cursor is on: what a command is done with.
import type { Target } from '../src/commands/command.js';
import type { AppRow } from '../src/domain/fleet.js';
import { pageOf } from './model.js';
import { clusterWindow } from './screens/clusters.js';
import { historyWindow } from './screens/history.js';
import { listWindow } from './screens/list.js';
import { overviewTarget } from './screens/overview.js';
import type { View } from './screens/view.js';
import { selectedNode } from './tree-window.js';

export function targetOf(view: View): Target {
  const { ui, fleet } = view;
  const page = pageOf(ui);
  switch (page.kind) {
    case 'overview': {
      const found = overviewTarget(view, page);
      return found?.kind === 'cluster' ? { cluster: found.row } : withCluster(view, found?.row);
    }
    case 'list': {
      const window = listWindow(view, page);
      return withCluster(view, fleet.apps.get(window.keys[window.index] ?? ''));
    }
    case 'app':
      return { ...withCluster(view, fleet.apps.get(page.app)), node: selectedNode(ui, page) };
    case 'history': {
      const window = historyWindow(ui, page);
      const operation = window.rows[window.index];
      return { ...withCluster(view, fleet.apps.get(page.app ?? operation?.app ?? '')), operation };
    }
    case 'clusters': {
      const window = clusterWindow(view, page);
      return { cluster: window.rows[window.index] };
    }
    case 'diff':
    case 'text':
      return withCluster(view, fleet.apps.get(page.app ?? ''));
    case 'inbox':
    case 'writes':
      return {};
    default:
      return page satisfies never;
  }
}

function withCluster({ fleet }: View, app: AppRow | undefined): Target {
  return { app, cluster: app && fleet.clusters.get(app.cluster) };
}

/** The applications that a command is for: those that are marked, else the one under the cursor. */
export function appsOf(view: View, target: Target): readonly AppRow[] {
  const marked = [...view.ui.marks].flatMap((key) => view.fleet.apps.get(key) ?? []);
  if (marked.length > 0 && (pageOf(view.ui).kind === 'list' || pageOf(view.ui).kind === 'overview')) return marked;
  return target.app ? [target.app] : [];
}
