// What is around every page: the header with place, counts and link; the footer with keys; the line for filter, messages and tour.
import { keyLabel } from '../../src/commands/keys.js';
import { footerKeys } from '../keymap.js';
import { messageLine } from '../layout.js';
import { type Page, pageOf, type Ui } from '../model.js';
import { GLYPH, STATES } from '../state.js';
import type { Surface } from '../surface.js';
import { clip, textWidth } from '../text.js';
import { BOLD, style } from '../theme.js';
import { tourLine } from '../tour.js';
import { type Run, runs, runsWidth } from '../widgets/panel.js';
import { listSpec, type View } from './view.js';

export function paintHeader(surface: Surface, view: View): void {
  const { ui, fleet } = view;
  const { width } = ui.size;
  surface.fill({ x: 0, y: 0, w: width, h: 1 }, style('text', 'bar'));
  const link = linkRuns(view);
  const linkX = width - runsWidth(link) - 1;
  runs(surface, { x: linkX, y: 0, limit: width }, link);
  const counts = STATES.slice()
    .reverse()
    .filter((state) => fleet.counts[state] > 0 || state === 'bad')
    .map((state): Run => [`${GLYPH[state]}${fleet.counts[state]} `, style(fleet.counts[state] > 0 ? state : 'dim', 'bar', BOLD)]);
  const crumbs = crumbRuns(view);
  const crumbsWidth = runsWidth(crumbs) + 2;
  const countsX = linkX - runsWidth(counts) - 2;
  const roomForCounts = countsX > Math.min(crumbsWidth, 34);
  if (roomForCounts) runs(surface, { x: countsX, y: 0, limit: linkX - 1 }, counts);
  runs(surface, { x: 1, y: 0, limit: (roomForCounts ? countsX : linkX) - 1 }, crumbs);
}

function crumbRuns({ ui, fleet }: View): Run[] {
  const pieces: Run[] = [[`⎈ ${fleet.fleet || 'argosy'}`, style('accent', 'bar', BOLD)]];
  const page = pageOf(ui);
  const app = 'app' in page && page.app !== undefined ? fleet.apps.get(page.app) : undefined;
  if (app) {
    pieces.push(
      [' › ', style('dim', 'bar')],
      [app.name, style('hi', 'bar', BOLD)],
      [` @ ${app.cluster || '?'}`, style(fleet.isProduction(app.cluster) ? 'prod' : 'text', 'bar')],
    );
    if (fleet.clusters.get(app.cluster)?.mode === 'observe') pieces.push([' RO', style('warn', 'bar', BOLD)]);
  }
  if (page.kind !== 'app') pieces.push([' › ', style('dim', 'bar')], [TITLES[page.kind](page), style('text', 'bar')]);
  if (ui.filter !== '' && (page.kind === 'overview' || page.kind === 'list'))
    pieces.push([`  ${ui.inverted ? 'not ' : ''}/${clip(ui.filter, 30)}`, style('warn', 'bar')]);
  return pieces;
}

const TITLES: Readonly<Record<Page['kind'], (page: Page) => string>> = {
  overview: () => 'Overview',
  list: () => 'Applications',
  app: () => '',
  diff: () => 'Diff',
  history: () => 'History',
  clusters: () => 'Clusters',
  text: (page) => (page.kind === 'text' && page.what === 'why' ? 'Why' : 'YAML'),
  inbox: () => 'Inbox',
  writes: () => 'Command log',
};

function linkRuns({ ui, fleet }: View): Run[] {
  const all = [...fleet.clusters.values()];
  const live = all.filter(({ connection }) => connection === 'live').length;
  const observed = all.filter(({ mode }) => mode === 'observe').length;
  const inbox: Run[] = ui.unseen > 0 ? [[`i ${ui.unseen} `, style('warn', 'bar', BOLD)]] : [];
  const readOnly: Run[] = observed > 0 ? [[`RO ${observed} `, style('warn', 'bar', BOLD)]] : [];
  if (!fleet.known) return [['◌ connecting', style('dim', 'bar')]];
  return [
    ...inbox,
    ...readOnly,
    live === all.length
      ? [`● live ${live}/${all.length}`, style('ok', 'bar')]
      : [`◌ live ${live}/${all.length}`, style('bad', 'bar', BOLD)],
  ];
}

export function paintFooter(surface: Surface, { ui }: View): void {
  const { width, height } = ui.size;
  const y = height - 1;
  surface.fill({ x: 0, y, w: width, h: 1 }, style('text', 'bar'));
  const keys: readonly (readonly [string, string])[] = ui.dialog
    ? dialogKeys(ui)
    : ui.filtering
      ? FILTER_KEYS
      : footerKeys(pageOf(ui)).map(({ key, label }) => [key, label] as const);
  let x = 1;
  const help = keys.at(-1);
  const reserve = help ? textWidth(help[0]) + textWidth(help[1]) + 2 : 0;
  for (const [i, [key, label]] of keys.entries()) {
    const w = textWidth(key) + 1 + textWidth(label);
    const last = i === keys.length - 1;
    if (x + w > width - 1 - (last ? 0 : reserve)) continue;
    x = surface.text(x, y, key, style('accent', 'bar', BOLD));
    x = surface.text(x + 1, y, label, style('dim', 'bar')) + 2;
  }
}

const FILTER_KEYS = [
  ['Enter', 'keep'],
  ['Esc', 'clear'],
  ['health:degraded', 'by state'],
  ['cluster:prod-*', 'by pattern'],
  ['!word', 'not'],
] as const;

function dialogKeys({ dialog }: Ui): readonly (readonly [string, string])[] {
  switch (dialog?.kind) {
    case 'plan':
      return dialog.phase === 'plan'
        ? [
            [keyLabel('tab'), 'next field'],
            ['Space', 'switch'],
            ['Enter', 'go'],
            ['↑↓', 'scroll'],
            ['Esc', 'cancel'],
          ]
        : [
            ['Esc', 'close; it goes on'],
            ['T', 'terminate'],
          ];
    case 'palette':
      return [
        ['↑↓', 'choose'],
        ['Tab', 'complete'],
        ['Enter', 'run'],
        ['Esc', 'close'],
      ];
    case 'help':
      return [
        ['type', 'search'],
        ['↑↓', 'choose'],
        ['Enter', 'run it'],
        ['Esc', 'close'],
      ];
    case 'confirm':
      return [
        ['Enter', dialog.verb],
        ['Esc', 'cancel'],
      ];
    case undefined:
      return [];
    default:
      return dialog satisfies never;
  }
}

const LEVEL_COLOUR = { info: 'ok', warning: 'warn', error: 'bad' } as const;
const LEVEL_GLYPH = { info: '✓', warning: '◐', error: '✗' } as const;

/** The filter while it is typed, else the newest message, else the tour. */
export function paintMessage(surface: Surface, view: View): void {
  const { ui, fleet } = view;
  const at = messageLine(ui.size);
  if (ui.filtering) {
    surface.fill(at, style('hi', 'bar'));
    const x = surface.text(1, at.y, '/', style('accent', 'bar', BOLD));
    const end = typed(surface, { x, y: at.y, limit: at.w - 24 }, ui.filtering);
    const { problems } = fleet.list(listSpec(ui)).query;
    const note = problems[0] ?? `${fleet.list(listSpec(ui)).keys(ui.nowMs).length} of ${fleet.apps.size}`;
    surface.text(
      Math.max(end + 2, at.w - textWidth(note) - 2),
      at.y,
      clip(note, at.w - end - 3),
      style(problems.length > 0 ? 'warn' : 'dim', 'bar'),
    );
    return;
  }
  const { toast } = ui;
  if (toast) {
    surface.fill(at, style('text', 'bar'));
    surface.text(1, at.y, `${LEVEL_GLYPH[toast.level]} `, style(LEVEL_COLOUR[toast.level], 'bar', BOLD));
    surface.text(3, at.y, clip(toast.text, at.w - 4), style(toast.level === 'info' ? 'text' : LEVEL_COLOUR[toast.level], 'bar'));
    return;
  }
  const tour = tourLine(ui);
  if (tour === undefined) return;
  surface.fill(at, style('hi', 'selDim'));
  surface.text(1, at.y, clip(tour, at.w - 2), style('hi', 'selDim'));
}

/** A line that is being typed, with its cursor. Returns the column behind it. */
export function typed(
  surface: Surface,
  at: { readonly x: number; readonly y: number; readonly limit: number },
  line: { readonly text: string; readonly cursor: number },
): number {
  const before = line.text.slice(0, line.cursor);
  const room = at.limit - at.x - 1;
  const hidden = Math.max(0, textWidth(before) - room);
  const x = surface.text(at.x, at.y, [...before].slice(hidden).join(''), style('hi', 'bar'), at.limit);
  const [under = ' ', ...rest] = [...line.text.slice(line.cursor)];
  const next = surface.text(x, at.y, under, style('hi', 'sel'), at.limit);
  return surface.text(next, at.y, rest.join(''), style('hi', 'bar'), at.limit);
}
