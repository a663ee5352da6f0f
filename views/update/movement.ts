// Moving the cursor: the same commands on every page, whatever is listed there.
import type { AppKey } from '../../src/domain/application.js';
import { attention } from '../attention.js';
import type { FleetView } from '../fleet-view.js';
import { matrixWindow } from '../matrix-window.js';
import type { Updated } from '../message.js';
import { type AppPage, type DiffPage, LENS_TABS, type OverviewPage, type Page, pageOf, type Ui, withPage } from '../model.js';
import { clusterWindow } from '../screens/clusters.js';
import { diffWindow } from '../screens/diff-page.js';
import { historyWindow } from '../screens/history.js';
import { lensHeight, lensLines } from '../screens/lens.js';
import { linesWindow, scrolled } from '../screens/lines.js';
import { listWindow } from '../screens/list.js';
import { treeWindow } from '../tree-window.js';

const LENS_MS = 120;
const FAR = 1_000_000_000;

/** How many lines a command moves; undefined for commands that do not move up or down. */
function stepOf(command: string, height: number): number | undefined {
  switch (command) {
    case 'move.down':
      return 1;
    case 'move.up':
      return -1;
    case 'move.top':
      return -FAR;
    case 'move.bottom':
      return FAR;
    case 'move.half-down':
      return Math.max(1, height >> 1);
    case 'move.half-up':
      return -Math.max(1, height >> 1);
    case 'move.page-down':
      return Math.max(1, height - 1);
    case 'move.page-up':
      return -Math.max(1, height - 1);
    default:
      return undefined;
  }
}

/** The model after a movement. Where a lens follows the cursor, it does so once the cursor has come to rest. */
export function move(ui: Ui, fleet: FleetView, command: string): Updated {
  const page = pageOf(ui);
  const next = moved(ui, fleet, { page, command });
  if (next === page) return [ui, []];
  return lensFollows(withPage(ui, next));
}

/** The lens is filled a moment after the cursor came to rest. */
export function lensFollows(ui: Ui): Updated {
  const { kind } = pageOf(ui);
  if (kind !== 'app' && kind !== 'history') return [ui, []];
  const serial = ui.serial + 1;
  return [{ ...ui, serial, lensSerial: serial }, [{ kind: 'timer', id: 'lens', serial, ms: LENS_MS }]];
}

/** By so many lines: the wheel. */
export function scrollBy(ui: Ui, fleet: FleetView, lines: number): Updated {
  let current: Updated = [ui, []];
  for (let i = 0; i < Math.abs(lines); i++) current = move(current[0], fleet, lines > 0 ? 'move.down' : 'move.up');
  return current;
}

function moved(ui: Ui, fleet: FleetView, { page, command }: { readonly page: Page; readonly command: string }): Page {
  switch (page.kind) {
    case 'overview':
      return moveOverview(ui, fleet, { page, command });
    case 'list': {
      const window = listWindow({ ui, fleet }, page);
      const step = stepOf(command, window.height);
      if (step === undefined || window.keys.length === 0) return page;
      const index = clamp(window.index + step, window.keys.length);
      return { ...page, index, cursor: window.keys[index] as AppKey, top: window.top };
    }
    case 'app':
      return moveApp(ui, page, command);
    case 'diff':
      return moveDiff(ui, page, command);
    case 'history': {
      const window = historyWindow(ui, page);
      const step = stepOf(command, window.height);
      return step === undefined ? page : { ...page, scroll: { cursor: clamp(window.index + step, window.rows.length), top: window.top } };
    }
    case 'clusters': {
      const window = clusterWindow({ ui, fleet }, page);
      const step = stepOf(command, window.height);
      return step === undefined ? page : { ...page, scroll: { cursor: clamp(window.index + step, window.rows.length), top: window.top } };
    }
    case 'text':
    case 'inbox':
    case 'writes': {
      const window = linesWindow(ui, page);
      const step = stepOf(command, window.height);
      return step === undefined ? page : { ...page, scroll: { cursor: 0, top: scrolled(window, step) } };
    }
    default:
      return page satisfies never;
  }
}

function clamp(index: number, count: number): number {
  return Math.max(0, Math.min(index, count - 1));
}

function moveOverview(
  ui: Ui,
  fleet: FleetView,
  { page, command }: { readonly page: OverviewPage; readonly command: string },
): OverviewPage {
  const view = { ui, fleet };
  if (page.focus === 'attention') {
    const step = stepOf(command, 5);
    if (step === undefined) return page;
    return { ...page, attention: clamp(Math.min(page.attention + step, 1000), attention(view, 0).total) };
  }
  const window = matrixWindow(view, page);
  if (window.lines.length === 0) return page;
  const step = stepOf(command, window.height);
  const sideways = command === 'move.left' ? -1 : command === 'move.right' ? 1 : 0;
  if (step === undefined && sideways === 0) return page;
  return {
    ...page,
    line: window.lines[clamp(window.line + (step ?? 0), window.lines.length)]?.label ?? '',
    cluster: window.columns[clamp(window.column + sideways, window.columns.length)] ?? '',
    top: window.top,
    left: window.left,
  };
}

function moveApp(ui: Ui, page: AppPage, command: string): AppPage {
  if (page.focus === 'lens') {
    if (command === 'move.left' || command === 'move.right') {
      const at = LENS_TABS.indexOf(page.tab) + (command === 'move.left' ? -1 : 1);
      return { ...page, tab: LENS_TABS[clamp(at, LENS_TABS.length)] ?? 'summary', lensTop: 0 };
    }
    const height = lensHeight(ui);
    const step = stepOf(command, height);
    const count = page.tab === 'yaml' || page.tab === 'conditions' ? (lensLines(page)?.length ?? 0) : 500;
    return step === undefined ? page : { ...page, lensTop: scrolled({ count, height, top: page.lensTop }, step) };
  }
  const window = treeWindow(ui, page);
  const line = window.lines[window.index - 1];
  if (command === 'move.left' && line) {
    if (line.children > 0 && line.open && !page.flat) return { ...page, closed: new Set([...page.closed, line.node.id]) };
    return { ...page, node: line.node.parent ?? '', top: window.top, lensTop: 0 };
  }
  if (command === 'move.right' && line) {
    if (line.children === 0 || line.open) return page;
    return { ...page, closed: new Set([...page.closed].filter((id) => id !== line.node.id)) };
  }
  const step = stepOf(command, window.height);
  if (step === undefined) return page;
  const index = clamp(window.index + step, window.lines.length + 1);
  return { ...page, node: index === 0 ? '' : (window.lines[index - 1]?.node.id ?? ''), top: window.top, lensTop: 0 };
}

function moveDiff(ui: Ui, page: DiffPage, command: string): DiffPage {
  const window = diffWindow(ui, page);
  const count = page.diffs.value?.length ?? 0;
  if (command === 'object.next' || command === 'object.previous')
    return { ...page, file: clamp(window.index + (command === 'object.next' ? 1 : -1), count), top: 0 };
  if (command === 'search.next' || command === 'search.previous') return { ...page, top: nextHunk(window, command === 'search.next') };
  const step = stepOf(command, window.height);
  if (step === undefined) return page;
  if (page.focus === 'files') return { ...page, file: clamp(window.index + step, count), top: 0 };
  return { ...page, top: scrolled({ count: window.rows.length, height: window.height, top: window.top }, step) };
}

/** The first line of the next change after (or before) the top of the window. */
function nextHunk({ rows, top }: ReturnType<typeof diffWindow>, forward: boolean): number {
  const isChange = (i: number) => ['removed', 'added', 'changed'].includes(rows[i]?.kind ?? '');
  const starts = rows.map((_, i) => i).filter((i) => isChange(i) && !isChange(i - 1));
  const context = 2;
  const found = forward ? starts.find((i) => i - context > top) : starts.filter((i) => i - context < top).at(-1);
  return found === undefined ? top : Math.max(0, found - context);
}
