// Pages that are only lines: why, YAML, the inbox, the command log.
import { shortAge } from '../../src/core/duration.js';
import { bodyOf, inside } from '../layout.js';
import type { InboxPage, TextPage, Ui, WritesPage } from '../model.js';
import { GLYPH, type State } from '../state.js';
import type { Surface } from '../surface.js';
import { clip, wrap } from '../text.js';
import { BOLD, style } from '../theme.js';
import { emptyNote, panel, type Run, runs, scrollbar } from '../widgets/panel.js';
import { yamlLine } from '../widgets/yaml-colours.js';
import type { View } from './view.js';

type LinesPage = TextPage | InboxPage | WritesPage;

const LEVEL: Readonly<Record<'info' | 'warning' | 'error', State>> = { info: 'ok', warning: 'warn', error: 'bad' };
const OUTCOME: Readonly<Record<'sent' | 'accepted' | 'refused', State>> = { sent: 'prog', accepted: 'ok', refused: 'bad' };

/** All lines of the page. */
export function pageLines(ui: Ui, page: LinesPage): readonly (readonly Run[])[] {
  const width = Math.max(20, inside(bodyOf(ui.size)).w);
  switch (page.kind) {
    case 'text':
      return textLines(page, width);
    case 'inbox':
      return [...ui.inbox].reverse().flatMap((notice) => {
        const state = LEVEL[notice.level];
        const where = notice.app ?? notice.cluster;
        return entry(
          [`${GLYPH[state]} ${shortAge(ui.nowMs - notice.atMs).padStart(4)}  `, style(state, 'panel', BOLD)],
          `${where ? `${where.slice(where.indexOf('/') + 1)}: ` : ''}${notice.message}`,
          width,
        );
      });
    case 'writes':
      return [...ui.writes].reverse().flatMap((write) => {
        const state = OUTCOME[write.outcome];
        return [
          ...entry([`${GLYPH[state]} ${shortAge(ui.nowMs - write.atMs).padStart(4)}  `, style(state, 'panel', BOLD)], write.command, width),
          ...(write.message ? entry(['        ', style('dim')], write.message, width) : []),
        ];
      });
    default:
      return page satisfies never;
  }
}

const wrapped = new WeakMap<readonly string[], { readonly width: number; readonly lines: readonly (readonly Run[])[] }>();

function textLines(page: TextPage, width: number): readonly (readonly Run[])[] {
  const source = page.lines.value;
  if (!source) return [];
  const known = wrapped.get(source);
  if (known?.width === width) return known.lines;
  const lines =
    page.what === 'yaml'
      ? source.map((line) => yamlLine(line))
      : source.flatMap((line, i) =>
          i === 0
            ? entry(['▸ ', style('accent', 'panel', BOLD)], line, width)
            : [[], ...entry(['▸ ', style('accent', 'panel', BOLD)], line, width)],
        );
  wrapped.set(source, { width, lines });
  return lines;
}

/** A mark and text behind it, wrapped and indented below itself. */
function entry(mark: Run, text: string, width: number): (readonly Run[])[] {
  const indent = mark[0].length;
  return wrap(text, width - indent).map((line, i): Run[] => [i === 0 ? mark : [' '.repeat(indent), mark[1]], [line, style('text')]]);
}

export function linesWindow(ui: Ui, page: LinesPage): { readonly count: number; readonly height: number; readonly top: number } {
  const count = pageLines(ui, page).length;
  const height = Math.max(1, inside(bodyOf(ui.size)).h);
  return { count, height, top: Math.max(0, Math.min(page.scroll.top, count - height)) };
}

export function paintLines(surface: Surface, { ui }: View, page: LinesPage): void {
  const body = bodyOf(ui.size);
  const window = linesWindow(ui, page);
  const lines = pageLines(ui, page);
  const inner = panel(surface, body, {
    title: page.kind === 'text' ? page.title : page.kind === 'inbox' ? 'Inbox' : 'Command log',
    right:
      page.kind === 'text'
        ? page.lines.loading
          ? 'reading'
          : ''
        : page.kind === 'inbox'
          ? 'what happened, the newest first'
          : 'every write, as the command line that does the same',
    bottom: window.count > window.height ? `${Math.min(window.count, window.top + window.height)}/${window.count}` : '',
    focus: true,
  });
  if (lines.length === 0) emptyNote(surface, inner, emptyText(page));
  for (let i = 0; i < inner.h; i++) {
    const line = lines[window.top + i];
    if (line) runs(surface, { x: inner.x, y: inner.y + i, limit: inner.x + inner.w }, line);
  }
  scrollbar(surface, { x: body.x + body.w - 1, y: inner.y, w: 1, h: inner.h }, { top: window.top, count: window.count, focus: true });
}

function emptyText(page: LinesPage): string[] {
  if (page.kind === 'inbox') return ['nothing happened yet', 'failures, finished operations and lost clusters are kept here'];
  if (page.kind === 'writes') return ['nothing was written from this screen'];
  if (page.lines.error !== undefined) return [clip(page.lines.error, 200)];
  return [page.lines.value ? 'nothing' : 'reading'];
}

/** The first visible line after moving by `by`. */
export function scrolled(window: { readonly count: number; readonly height: number; readonly top: number }, by: number): number {
  return Math.max(0, Math.min(window.top + by, window.count - window.height));
}
