// Opening pages and going back.
import type { AppKey } from '../../src/domain/application.js';
import type { FleetView } from '../fleet-view.js';
import { NOTHING } from '../loadable.js';
import type { Effect, Updated } from '../message.js';
import { AT_TOP, type HistoryPage, type ListPage, type OverviewPage, type Page, pageOf, type TextPage, type Ui } from '../model.js';
import { load } from './loading.js';

const DEEPEST = 20;

/** Puts a page on top; asks for what it shows. */
export function open(ui: Ui, page: Page): Updated {
  const stack = ui.stack.length >= DEEPEST ? [ui.stack[0] as Page, ...ui.stack.slice(2)] : ui.stack;
  return load({ ...ui, stack: [...stack, page], serial: ui.serial + 1 });
}

/** Replaces all pages by this one: the pages of the digits. */
function root(ui: Ui, page: Page): Updated {
  return load({ ...ui, stack: [page], serial: ui.serial + 1 });
}

export function back(ui: Ui): Updated {
  if (ui.stack.length > 1) return load({ ...ui, stack: ui.stack.slice(0, -1) });
  const page = pageOf(ui);
  if (page.kind !== 'overview') return root(ui, overviewPage(ui.serial + 1));
  return [ui, []];
}

export function overviewPage(id: number, at: Partial<OverviewPage> = {}): OverviewPage {
  return { kind: 'overview', id, line: '', cluster: '', top: 0, left: 0, focus: 'matrix', attention: 0, ...at };
}

export function listPage(id: number, cursor: AppKey = ''): ListPage {
  return { kind: 'list', id, cursor, index: 0, top: 0 };
}

export function openApp(ui: Ui, app: AppKey): Updated {
  const page = pageOf(ui);
  if (page.kind === 'app' && page.app === app) return [ui, []];
  return open(ui, {
    kind: 'app',
    id: ui.serial + 1,
    app,
    tree: NOTHING,
    closed: new Set(),
    onlyTrouble: false,
    flat: false,
    node: '',
    top: 0,
    focus: 'tree',
    tab: 'summary',
    lensTop: 0,
    diff: NOTHING,
    object: NOTHING,
  });
}

export function openDiff(ui: Ui, app: AppKey, wanted?: string): Updated {
  return open(ui, {
    kind: 'diff',
    id: ui.serial + 1,
    app,
    diffs: NOTHING,
    file: 0,
    top: 0,
    focus: 'text',
    context: 3,
    unfolded: false,
    ...(wanted === undefined ? {} : { wanted }),
  });
}

export function historyPage(id: number, app?: AppKey): HistoryPage {
  return { kind: 'history', id, operations: NOTHING, scroll: AT_TOP, detail: NOTHING, ...(app === undefined ? {} : { app }) };
}

export function openText(ui: Ui, page: Pick<TextPage, 'title' | 'what'> & { readonly app: AppKey }): Updated {
  return open(ui, { kind: 'text', id: ui.serial + 1, lines: NOTHING, scroll: AT_TOP, ...page });
}

/** The pages of the digits: 1 overview, 2 applications, 3 clusters, 4 history, 5 inbox, 6 command log. */
export function goTo(ui: Ui, place: string): Updated {
  const id = ui.serial + 1;
  switch (place) {
    case 'page.1':
    case 'page.overview':
      return root(ui, overviewPage(id));
    case 'page.2':
    case 'page.applications':
      return root(ui, listPage(id));
    case 'page.3':
    case 'page.clusters':
      return root(ui, { kind: 'clusters', id, scroll: AT_TOP });
    case 'page.4':
    case 'page.history':
      return root(ui, historyPage(id));
    case 'page.5':
    case 'inbox':
      return open({ ...ui, unseen: 0 }, { kind: 'inbox', id, scroll: AT_TOP });
    case 'page.6':
    case 'writes':
      return open(ui, { kind: 'writes', id, scroll: AT_TOP });
    default:
      return [ui, []];
  }
}

/** A line that leads back to this place: 'app argocd/payments', 'list health:degraded'. */
export function locationOf(ui: Ui): string {
  const page = pageOf(ui);
  const filter = ui.filter === '' ? '' : ` ${ui.filter}`;
  if (page.kind === 'overview' || page.kind === 'list') return `${page.kind}${filter}`;
  if ('app' in page && page.app !== undefined) return `${page.kind === 'text' ? page.what : page.kind} ${page.app}`;
  return page.kind;
}

/** The model at a location; an unknown one is the overview. */
export function atLocation(ui: Ui, location: string, fleet: FleetView): Updated {
  const [kind = '', ...rest] = location.trim().split(/\s+/);
  const text = rest.join(' ');
  const app = fleet.apps.get(text)?.key ?? [...fleet.apps.values()].find(({ name }) => name === text)?.key;
  const withFilter = { ...ui, filter: kind === 'list' || kind === 'overview' ? text : '' };
  if (kind === 'list') return root(withFilter, listPage(ui.serial + 1));
  if (kind === 'clusters') return goTo(ui, 'page.3');
  if (kind === 'history' && app === undefined) return goTo(ui, 'page.4');
  if (app !== undefined) {
    if (kind === 'app') return openApp(ui, app);
    if (kind === 'diff') return openDiff(ui, app);
    if (kind === 'history') return open(ui, historyPage(ui.serial + 1, app));
  }
  return [withFilter, [] as readonly Effect[]];
}
