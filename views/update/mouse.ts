// The mouse: the wheel moves, a click goes to a line or a cell, a second click on it opens it, a click on the footer is its key.
import { commandById } from '../../src/commands/registry.js';
import type { FleetView } from '../fleet-view.js';
import type { MouseEvent } from '../input/input-event.js';
import { footerKeys } from '../keymap.js';
import { inside, MATRIX_HEAD, overviewLayout, split, stacked } from '../layout.js';
import { matrixWindow } from '../matrix-window.js';
import type { Updated } from '../message.js';
import { type OverviewPage, type Page, pageOf, type Ui, withPage } from '../model.js';
import { listWindow } from '../screens/list.js';
import type { Rect } from '../surface.js';
import { textWidth } from '../text.js';
import { treeWindow } from '../tree-window.js';
import { run } from './commands.js';
import { lensFollows, scrollBy } from './movement.js';

const WHEEL_LINES = 3;

export function mouse(ui: Ui, event: MouseEvent, fleet: FleetView): Updated {
  if (ui.dialog || ui.filtering) return [ui, []];
  if (event.action === 'wheel-down') return scrollBy(ui, fleet, WHEEL_LINES);
  if (event.action === 'wheel-up') return scrollBy(ui, fleet, -WHEEL_LINES);
  if (event.action !== 'press' || event.button !== 0) return [ui, []];
  if (event.y === ui.size.height - 1) return footer(ui, event.x, fleet);
  const page = pageOf(ui);
  const clicked = clickedPage(ui, fleet, { page, event });
  if (!clicked) return [ui, []];
  if (clicked.again) return run(ui, fleet, 'open');
  return lensFollows(withPage(ui, clicked.page));
}

function footer(ui: Ui, x: number, fleet: FleetView): Updated {
  let at = 1;
  for (const { key, label, id } of footerKeys(pageOf(ui))) {
    const width = textWidth(key) + 1 + textWidth(label);
    if (x >= at && x < at + width) return commandById(id) ? run(ui, fleet, id) : [ui, []];
    at += width + 2;
  }
  return [ui, []];
}

function within({ x, y, w, h }: Rect, event: MouseEvent): boolean {
  return event.x >= x && event.x < x + w && event.y >= y && event.y < y + h;
}

interface Clicked {
  readonly page: Page;
  /** The cursor was there already. */
  readonly again: boolean;
}

function clickedPage(ui: Ui, fleet: FleetView, { page, event }: { readonly page: Page; readonly event: MouseEvent }): Clicked | undefined {
  switch (page.kind) {
    case 'overview':
      return clickedOverview(ui, fleet, { page, event });
    case 'list': {
      const inner = inside(split(ui, 'narrow').main);
      const window = listWindow({ ui, fleet }, page);
      const index = window.top + event.y - inner.y - 1;
      const key = within(inner, event) && event.y > inner.y ? window.keys[index] : undefined;
      return key === undefined ? undefined : { page: { ...page, cursor: key, index, top: window.top }, again: index === window.index };
    }
    case 'app': {
      const { main, side } = split(ui, 'even');
      if (side && within(side, event)) return { page: { ...page, focus: 'lens' }, again: false };
      const window = treeWindow(ui, page);
      const index = window.top + event.y - inside(main).y;
      if (page.focus === 'lens' && !side) return undefined;
      if (!within(inside(main), event) || index > window.lines.length) return undefined;
      return {
        page: { ...page, focus: 'tree', node: window.lines[index - 1]?.node.id ?? '', top: window.top },
        again: index === window.index,
      };
    }
    case 'history':
    case 'clusters': {
      const inner = inside(stacked(ui.size, page.kind === 'history' ? 0.42 : 0.4).main);
      const cursor = page.scroll.top + event.y - inner.y - 1;
      if (!within(inner, event) || event.y <= inner.y) return undefined;
      return { page: { ...page, scroll: { ...page.scroll, cursor } }, again: cursor === page.scroll.cursor };
    }
    case 'diff':
    case 'text':
    case 'inbox':
    case 'writes':
      return undefined;
    default:
      return page satisfies never;
  }
}

function clickedOverview(
  ui: Ui,
  fleet: FleetView,
  { page, event }: { readonly page: OverviewPage; readonly event: MouseEvent },
): Clicked | undefined {
  const layout = overviewLayout(ui);
  if (layout.attention && within(inside(layout.attention), event)) {
    const room = inside(layout.attention);
    const perEntry = layout.attention.w < 90 && room.h >= 8 ? 2 : 1;
    const attention = Math.floor((event.y - room.y) / perEntry);
    return { page: { ...page, focus: 'attention', attention }, again: page.focus === 'attention' && page.attention === attention };
  }
  const window = matrixWindow({ ui, fleet }, page);
  if (!within(window.inner, event)) return undefined;
  const line = window.lines[window.top + Math.floor((event.y - window.inner.y - MATRIX_HEAD) / window.lineHeight)];
  if (event.y < window.inner.y + MATRIX_HEAD || !line) return undefined;
  const column = window.left + Math.floor((event.x - window.inner.x - window.nameWidth) / window.cellWidth);
  const cluster = event.x < window.inner.x + window.nameWidth ? window.columns[window.column] : window.columns[column];
  if (cluster === undefined) return undefined;
  const again = page.focus === 'matrix' && line === window.lines[window.line] && cluster === window.columns[window.column];
  return { page: { ...page, focus: 'matrix', line: line.label, cluster, top: window.top, left: window.left }, again };
}
