// Asking the engine for what a page shows, and putting the answers where they belong. An answer that is late is dropped.
import type { Query } from '../../src/domain/events.js';
import { answered, asked, failed, type Loadable } from '../loadable.js';
import type { Effect, Message, Slot, Ticket, Updated } from '../message.js';
import { type AppPage, type DiffPage, type HistoryPage, type Page, pageOf, type TextPage, type Ui, withPage } from '../model.js';
import { historyWindow } from '../screens/history.js';
import { selectedNode } from '../tree-window.js';
import { pageLinesOfManifests } from '../yaml-lines.js';
import { answeredDialog } from './plan-dialog.js';

const HISTORY_LIMIT = 200;
/** What a page shows is asked for again at most this often while its application changes. */
const AGAIN_MS = 300;

interface Question {
  readonly slot: Slot;
  readonly query: Query;
}

/** What the page shows and does not know yet, or not any more. */
export function load(ui: Ui, options: { readonly again?: boolean } = {}): Updated {
  const page = pageOf(ui);
  let next: Page = page;
  let serial = ui.serial;
  const effects: Effect[] = [];
  for (const { slot, query } of questions(page)) {
    const before = slotOf(next, slot);
    if (!before || before.loading) continue;
    const stale = before.outdated === true && ui.nowMs - before.sinceMs >= AGAIN_MS;
    if (before.value !== undefined && !options.again && !stale) continue;
    if (before.error !== undefined && !options.again && !stale) continue;
    serial++;
    next = withSlot(next, slot, asked(before, serial, ui.nowMs));
    effects.push({ kind: 'inspect', query, ticket: { page: page.id, slot, serial } });
  }
  return effects.length === 0 ? [ui, effects] : [{ ...withPage(ui, next), serial }, effects];
}

function questions(page: Page): Question[] {
  switch (page.kind) {
    case 'app':
      return [
        { slot: 'tree', query: { kind: 'tree', app: page.app } },
        ...(page.tab === 'diff' ? [{ slot: 'diff', query: { kind: 'diff', app: page.app } } as const] : []),
      ];
    case 'diff':
      return [{ slot: 'diffs', query: { kind: 'diff', app: page.app } }];
    case 'history':
      return [
        {
          slot: 'operations',
          query: { kind: 'history', filter: { ...(page.app === undefined ? {} : { app: page.app }), dryRuns: true, limit: HISTORY_LIMIT } },
        },
      ];
    case 'text':
      if (page.app === undefined) return [];
      return [
        {
          slot: 'lines',
          query: page.what === 'why' ? { kind: 'why', app: page.app } : { kind: 'manifests', app: page.app, source: 'git' },
        },
      ];
    case 'overview':
    case 'list':
    case 'clusters':
    case 'inbox':
    case 'writes':
      return [];
    default:
      return page satisfies never;
  }
}

/** What the lens shows of the line under the cursor; asked for a moment after the cursor came to rest. */
export function loadLens(ui: Ui): Updated {
  const page = pageOf(ui);
  if (page.kind === 'app') return loadObject(ui, page);
  if (page.kind === 'history') return loadDetail(ui, page);
  return [ui, []];
}

function loadObject(ui: Ui, page: AppPage): Updated {
  if (page.tab === 'diff') return load(ui);
  const node = page.tab === 'summary' ? undefined : selectedNode(ui, page);
  if (!node || (page.object.of === node.id && !page.object.outdated && page.object.error === undefined)) return [ui, []];
  const serial = ui.serial + 1;
  const { group, kind, namespace, name } = node;
  const fresh = page.object.of === node.id ? page.object : { serial: 0, loading: false, sinceMs: 0 };
  const object = { ...asked(fresh, serial, ui.nowMs), of: node.id };
  return [
    { ...withPage(ui, { ...page, object }), serial },
    [
      {
        kind: 'inspect',
        query: { kind: 'resource', app: page.app, key: { group, kind, namespace, name } },
        ticket: { page: page.id, slot: 'object', serial },
      },
    ],
  ];
}

function loadDetail(ui: Ui, page: HistoryPage): Updated {
  const window = historyWindow(ui, page);
  const operation = window.rows[window.index];
  if (!operation || (page.detail.of === operation.id && !page.detail.outdated)) return [ui, []];
  const serial = ui.serial + 1;
  const detail = {
    ...asked(page.detail.of === operation.id ? page.detail : { serial: 0, loading: false, sinceMs: 0 }, serial, ui.nowMs),
    of: operation.id,
  };
  return [
    { ...withPage(ui, { ...page, detail }), serial },
    [{ kind: 'inspect', query: { kind: 'operation', id: operation.id }, ticket: { page: page.id, slot: 'detail', serial } }],
  ];
}

/** The answer, put where it was asked for; the model as it was when nobody waits for it any more. */
export function answer(ui: Ui, message: Extract<Message, { kind: 'answer' | 'no-answer' }>): Updated {
  const { ticket } = message;
  if (ticket.slot === 'plan' || ticket.slot === 'progress') return [answeredDialog(ui, message), []];
  const index = ui.stack.findIndex(({ id }) => id === ticket.page);
  const page = ui.stack[index];
  const before = page && slotOf(page, ticket.slot);
  if (!page || !before || before.serial !== ticket.serial || !before.loading) return [ui, []];
  const after =
    message.kind === 'answer' ? answered(before, valueFor(ticket, message.value), ui.nowMs) : failed(before, message.message, ui.nowMs);
  const changed = settled(withSlot(page, ticket.slot, after), ticket);
  const next = { ...ui, stack: ui.stack.map((each, i) => (i === index ? changed : each)) };
  return index === ui.stack.length - 1 && ticket.slot === 'operations' ? loadLens(next) : [next, []];
}

function valueFor({ slot }: Ticket, value: unknown): unknown {
  return slot === 'lines' ? pageLinesOfManifests(value) : value;
}

/** The object that the user came from is the one that is shown first. */
function settled(page: Page, { slot }: Ticket): Page {
  if (page.kind !== 'diff' || slot !== 'diffs' || page.wanted === undefined || !page.diffs.value) return page;
  const { wanted, ...rest } = page;
  const file = page.diffs.value.findIndex(({ key }) => `${key.kind}/${key.namespace}/${key.name}` === wanted);
  return { ...rest, file: Math.max(0, file) };
}

type Slots = { readonly [name in Slot]?: Loadable<unknown> };

function slotOf(page: Page, slot: Slot): Loadable<unknown> | undefined {
  return (page as Slots)[slot];
}

function withSlot(page: Page, slot: Slot, value: Loadable<unknown>): Page {
  const kept = slotOf(page, slot);
  return { ...page, [slot]: kept && 'of' in kept ? { ...value, of: kept.of } : value } as Page;
}

/** What the page knows about these applications may not be true any more. */
export function outdate(page: Page): Page {
  switch (page.kind) {
    case 'app':
      return { ...page, tree: old(page.tree), diff: old(page.diff), object: old(page.object) } satisfies AppPage;
    case 'diff':
      return { ...page, diffs: old(page.diffs) } satisfies DiffPage;
    case 'history':
      return { ...page, operations: old(page.operations), detail: old(page.detail) } satisfies HistoryPage;
    case 'text':
      return { ...page, lines: old(page.lines) } satisfies TextPage;
    default:
      return page;
  }
}

function old<T extends Loadable<unknown>>(value: T): T {
  return value.outdated || value.serial === 0 ? value : { ...value, outdated: true };
}
