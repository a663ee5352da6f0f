// What was deployed, by whom and how it went; Enter rolls back to the line under the cursor, after its plan was shown.
import { shortAge } from '../../src/core/duration.js';
import type { OperationDetail, OperationSummary } from '../../src/domain/operation.js';
import { stacked } from '../layout.js';
import type { HistoryPage, Ui } from '../model.js';
import { GLYPH, phaseState } from '../state.js';
import type { Rect, Surface } from '../surface.js';
import { clip, pad, textWidth } from '../text.js';
import { BOLD, type ColourName, DIM, style } from '../theme.js';
import { emptyNote, panel, reveal, scrollbar } from '../widgets/panel.js';
import { authorName, counted, waveText } from '../words.js';
import type { View } from './view.js';

const LENS_SHARE = 0.42;

export function historyWindow(
  ui: Ui,
  page: HistoryPage,
): { readonly index: number; readonly top: number; readonly height: number; readonly rows: readonly OperationSummary[] } {
  const rows = page.operations.value ?? [];
  const height = Math.max(1, stacked(ui.size, LENS_SHARE).main.h - 3);
  const index = Math.max(0, Math.min(page.scroll.cursor, rows.length - 1));
  return { rows, index, height, top: reveal({ cursor: index, top: page.scroll.top, count: rows.length, height }) };
}

export function paintHistory(surface: Surface, view: View, page: HistoryPage): void {
  const { main, below } = stacked(view.ui.size, LENS_SHARE);
  const window = historyWindow(view.ui, page);
  const inner = panel(surface, main, {
    title: page.app === undefined ? 'History of the fleet' : 'History',
    right: `${counted(window.rows.length, 'operation')}${page.operations.loading ? ' · reading' : ''}`,
    bottom: 'Enter rolls back to it, plan first',
    focus: true,
  });
  if (window.rows.length === 0)
    emptyNote(
      surface,
      inner,
      page.operations.error !== undefined
        ? [page.operations.error]
        : page.operations.value
          ? ['nothing was deployed yet', 's syncs']
          : ['reading'],
    );
  else {
    surface.text(inner.x + 2, inner.y, clip(titles(page, inner.w), inner.w - 2), style('dim', 'panel', BOLD));
    for (let i = 0; i < Math.min(window.height, window.rows.length - window.top); i++) {
      const operation = window.rows[window.top + i] as OperationSummary;
      operationLine(surface, view, {
        operation,
        page,
        at: { x: inner.x, y: inner.y + 1 + i, w: inner.w, h: 1 },
        here: window.top + i === window.index,
      });
    }
    scrollbar(
      surface,
      { x: main.x + main.w - 1, y: inner.y + 1, w: 1, h: window.height },
      { top: window.top, count: window.rows.length, focus: true },
    );
  }
  if (below) paintDetail(surface, view, { page, operation: window.rows[window.index], rect: below });
}

function titles(page: HistoryPage, width: number): string {
  return `  ${pad('#', 6)}${pad('WHEN', 6)}${pad('RESULT', 12)}${pad('REVISION', 10)}${page.app === undefined ? pad('APPLICATION', 26) : ''}${pad('BY', 14)}${pad('TRIGGER', 10)}${width >= 90 ? pad('OBJECTS', 9) : ''}${width >= 100 ? pad('TOOK', 6) : ''}WHAT`;
}

interface LineAt {
  readonly operation: OperationSummary;
  readonly page: HistoryPage;
  readonly at: Rect;
  readonly here: boolean;
}

function operationLine(surface: Surface, { ui, fleet }: View, { operation, page, at, here }: LineAt): void {
  const bg: ColourName = here ? 'sel' : 'panel';
  const dim = operation.dryRun ? DIM : 0;
  const limit = at.x + at.w;
  if (here) surface.fill({ ...at, x: at.x - 1, w: at.w + 2 }, style('text', bg));
  const state = phaseState(operation.phase);
  const app = fleet.apps.get(operation.app);
  const current = app?.last?.id === operation.id;
  let x = surface.text(at.x, at.y, current ? '▸ ' : '  ', style('accent', bg, BOLD));
  const put = (text: string, width: number, colour: ColourName, bold = 0) => {
    surface.text(x, at.y, clip(text, width - 1), style(colour, bg, bold | dim), limit);
    x += width;
  };
  put(`${GLYPH[state]}`, 2, state, BOLD);
  put(`#${operation.id}`, 6, here ? 'hi' : 'text');
  put(shortAge(ui.nowMs - operation.startedAtMs), 6, 'dim');
  put(operation.dryRun ? 'dry run' : operation.phase, 12, state);
  put(operation.revisions[0]?.slice(0, 7) ?? '-', 10, 'text');
  if (page.app === undefined) put(operation.app.slice(operation.app.indexOf('/') + 1), 26, 'text');
  put(operation.actor, 14, 'text');
  put(operation.trigger, 10, 'dim');
  if (at.w >= 90) put(`${operation.counts.done}/${operation.counts.total}`, 9, operation.counts.failed > 0 ? 'bad' : 'dim');
  if (at.w >= 100) put(operation.finishedAtMs === undefined ? '' : shortAge(operation.finishedAtMs - operation.startedAtMs), 6, 'dim');
  surface.text(x, at.y, clip(whatText(operation), limit - x), style(state === 'bad' ? 'bad' : 'dim', bg, dim), limit);
}

function whatText(operation: OperationSummary): string {
  const back = operation.rollbackTo === undefined ? '' : `rollback to #${operation.rollbackTo}${operation.pinned ? ', pinned' : ''}: `;
  return back + (operation.phase !== 'Succeeded' || !operation.commit ? operation.message : operation.commit.subject);
}

function paintDetail(
  surface: Surface,
  { ui }: View,
  { page, operation, rect }: { readonly page: HistoryPage; readonly operation: OperationSummary | undefined; readonly rect: Rect },
): void {
  const inner = panel(surface, rect, {
    title: operation ? `#${operation.id} ${operation.phase}` : 'Nothing chosen',
    ...(page.detail.loading ? { right: 'reading' } : {}),
  });
  if (!operation) return;
  const limit = inner.x + inner.w;
  const from = operation.fromRevisions[0];
  const head = `${from ? `${from.slice(0, 7)} → ` : ''}${operation.revisions[0]?.slice(0, 7) ?? '-'}${operation.commit ? `  ${operation.commit.subject} (${authorName(operation.commit.author)}, ${shortAge(ui.nowMs - operation.commit.atMs)} ago)` : ''}`;
  surface.text(inner.x, inner.y, clip(head, inner.w), style('hi', 'panel', BOLD), limit);
  surface.text(
    inner.x,
    inner.y + 1,
    clip(operation.message, inner.w),
    style(phaseState(operation.phase) === 'bad' ? 'bad' : 'text'),
    limit,
  );
  const detail = page.detail.of === operation.id ? page.detail.value : undefined;
  if (page.detail.error !== undefined) surface.text(inner.x, inner.y + 2, clip(page.detail.error, inner.w), style('bad'), limit);
  if (detail) resultLines(surface, { detail, room: { ...inner, y: inner.y + 2, h: inner.h - 2 } });
}

const RESULT_STATE = { Synced: 'ok', Pruned: 'ok', PruneSkipped: 'warn', SyncFailed: 'bad', Pending: 'unk' } as const;

/** The objects of an operation: those that failed first. */
export function resultLines(surface: Surface, { detail, room }: { readonly detail: OperationDetail; readonly room: Rect }): void {
  const rank = (code: keyof typeof RESULT_STATE) => (code === 'SyncFailed' ? 0 : code === 'Pending' ? 1 : 2);
  const sorted = [...detail.results].sort((a, b) => rank(a.code) - rank(b.code));
  const shown = sorted.slice(0, sorted.length > room.h ? room.h - 1 : room.h);
  shown.forEach((result, i) => {
    const state = RESULT_STATE[result.code];
    const limit = room.x + room.w;
    let x = surface.text(room.x, room.y + i, `${GLYPH[state]} `, style(state, 'panel', BOLD), limit);
    x = surface.text(x, room.y + i, `${result.ref.kind} `, style('kind'), limit);
    x = surface.text(x, room.y + i, result.ref.name, style('text'), limit);
    const message = clip(`${result.wave !== 0 ? `${waveText(result.wave)} ` : ''}${result.message || result.code}`, limit - x - 2);
    surface.text(Math.max(x + 2, limit - textWidth(message)), room.y + i, message, style(state === 'bad' ? 'bad' : 'dim'), limit);
  });
  if (sorted.length > shown.length) surface.text(room.x, room.y + shown.length, `⋯ ${sorted.length - shown.length} more`, style('dim'));
}
