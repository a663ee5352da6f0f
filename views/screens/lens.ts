// The lens of the application page: summary, diff, YAML and conditions of what the cursor is on.
import { shortAge } from '../../src/core/duration.js';
import type { AppRow, ResourceNode } from '../../src/domain/fleet.js';
import type { Manifest } from '../../src/domain/resource.js';
import { diffOf, paintDiffRows } from '../diff/paint-rows.js';
import { inside, split } from '../layout.js';
import { type AppPage, LENS_TABS, type LensTab, type Ui } from '../model.js';
import { GLYPH, healthState, syncState } from '../state.js';
import type { Rect, Surface } from '../surface.js';
import { clip, wrap } from '../text.js';
import { BOLD, type ColourName, style } from '../theme.js';
import { selectedNode } from '../tree-window.js';
import { appCard } from '../widgets/app-card.js';
import { emptyNote, panel, type Run, runs, scrollbar } from '../widgets/panel.js';
import { yamlLine } from '../widgets/yaml-colours.js';
import { yamlLines } from '../yaml-lines.js';
import type { View } from './view.js';

interface Part {
  readonly page: AppPage;
  readonly row: AppRow | undefined;
  readonly rect: Rect;
}

export function paintLens(surface: Surface, view: View, { page, row, rect }: Part): void {
  const node = selectedNode(view.ui, page);
  const focus = page.focus === 'lens';
  const inner = panel(surface, rect, {
    title: node ? `${node.kind} ${node.name}` : (row?.name ?? page.app),
    ...(page.object.loading && page.tab !== 'summary' ? { right: 'reading' } : {}),
    focus,
  });
  tabs(surface, { page, x: inner.x, y: inner.y, limit: inner.x + inner.w });
  const room = { ...inner, y: inner.y + 2, h: inner.h - 2 };
  if (room.h <= 0) return;
  switch (page.tab) {
    case 'summary':
      if (node) nodeSummary(surface, view.ui, { node, room });
      else if (row) appCard(surface, room, { row, cluster: view.fleet.clusters.get(row.cluster), nowMs: view.ui.nowMs });
      else emptyNote(surface, room, ['this application is gone']);
      return;
    case 'diff':
      lensDiff(surface, { page, node, room });
      return;
    case 'yaml':
    case 'conditions':
      lensText(surface, { page, room, rect, node });
      return;
    default:
      page.tab satisfies never;
  }
}

const TAB_NAMES: Readonly<Record<LensTab, string>> = { summary: 'Summary', diff: 'Diff', yaml: 'YAML', conditions: 'Conditions' };

function tabs(
  surface: Surface,
  { page, x, y, limit }: { readonly page: AppPage; readonly x: number; readonly y: number; readonly limit: number },
): void {
  const pieces = LENS_TABS.flatMap((tab): Run[] => [
    tab === page.tab
      ? [` ${TAB_NAMES[tab]} `, style('hi', page.focus === 'lens' ? 'sel' : 'selDim', BOLD)]
      : [` ${TAB_NAMES[tab]} `, style('dim')],
    [' ', style('text')],
  ]);
  runs(surface, { x, y, limit }, pieces);
}

function nodeSummary(surface: Surface, ui: Ui, { node, room }: { readonly node: ResourceNode; readonly room: Rect }): void {
  const limit = room.x + room.w;
  let y = room.y;
  const line = (name: string, value: string, colour: ColourName = 'text') => {
    for (const [i, part] of wrap(value, Math.max(8, room.w - 10))
      .slice(0, 4)
      .entries()) {
      if (y >= room.y + room.h) return;
      if (i === 0) surface.text(room.x, y, name, style('dim'), limit);
      surface.text(room.x + 10, y++, clip(part, room.w - 10), style(colour), limit);
    }
  };
  const health = healthState(node.health?.status);
  if (node.health) line('health', `${GLYPH[health]} ${node.health.status}`, health);
  if (node.health?.message) line('', node.health.message, health === 'bad' ? 'bad' : 'text');
  if (node.sync)
    line(
      'sync',
      `${GLYPH[syncState(node.sync)]} ${node.sync}${node.change && node.change !== 'none' ? `: a sync would ${node.change} it` : ''}`,
      syncState(node.sync),
    );
  if (node.notes.length > 0) line('state', node.notes.join(' · '));
  for (const image of node.images ?? []) line('image', image);
  line('kind', `${node.kind} ${node.group ? `${node.group}/` : ''}${node.version}`);
  if (node.namespace) line('namespace', node.namespace);
  if (node.wave !== undefined) line('wave', String(node.wave));
  if (node.hook) line('hook', 'yes');
  if (node.createdAtMs !== undefined) line('age', shortAge(ui.nowMs - node.createdAtMs));
  if (node.uid) line('uid', node.uid, 'dim');
}

function lensDiff(
  surface: Surface,
  { page, node, room }: { readonly page: AppPage; readonly node: ResourceNode | undefined; readonly room: Rect },
): void {
  const all = page.diff.value;
  if (page.diff.error !== undefined) {
    emptyNote(surface, room, [page.diff.error]);
    return;
  }
  if (all === undefined) {
    emptyNote(surface, room, ['comparing']);
    return;
  }
  const diff = node ? all.find(({ key }) => key.kind === node.kind && key.name === node.name && key.namespace === node.namespace) : all[0];
  if (!diff) {
    emptyNote(surface, room, [
      node ? 'this object is as Git wants it' : 'nothing differs',
      all.length > 0 && node ? 'd shows all differences' : '',
    ]);
    return;
  }
  const rows = diffOf(diff, { context: 3, unfolded: false, sideBySide: false });
  paintDiffRows(surface, room, { rows, top: page.lensTop, sideBySide: false });
  scrollbar(
    surface,
    { x: room.x + room.w + 1, y: room.y, w: 1, h: room.h },
    { top: page.lensTop, count: rows.length, focus: page.focus === 'lens' },
  );
}

/** Lines of the YAML or conditions tab; undefined while nothing is known. */
export function lensLines(page: AppPage): readonly string[] | undefined {
  const object = page.object.value?.live ?? page.object.value?.target;
  if (!object) return undefined;
  return page.tab === 'conditions' ? conditionLines(object) : yamlLines(object);
}

/** How many lines the lens can show. */
export function lensHeight(ui: Ui): number {
  const { main, side } = split(ui, 'even');
  return Math.max(1, inside(side ?? main).h - 2);
}

function lensText(
  surface: Surface,
  { page, room, rect, node }: { readonly page: AppPage; readonly room: Rect; readonly rect: Rect; readonly node: ResourceNode | undefined },
): void {
  if (page.object.error !== undefined) {
    emptyNote(surface, room, [page.object.error]);
    return;
  }
  const lines = lensLines(page);
  if (lines === undefined) {
    emptyNote(surface, room, page.object.loading ? ['reading'] : [node ? 'it is not in the cluster' : 'move to an object']);
    return;
  }
  if (lines.length === 0) {
    emptyNote(surface, room, ['it reports no conditions']);
    return;
  }
  for (let i = 0; i < room.h; i++) {
    const text = lines[page.lensTop + i];
    if (text !== undefined)
      runs(
        surface,
        { x: room.x, y: room.y + i, limit: room.x + room.w },
        page.tab === 'yaml' ? yamlLine(text) : [[text, style(/^\S/.test(text) ? 'hi' : 'text')]],
      );
  }
  scrollbar(
    surface,
    { x: rect.x + rect.w - 1, y: room.y, w: 1, h: room.h },
    { top: page.lensTop, count: lines.length, focus: page.focus === 'lens' },
  );
}

interface ObjectCondition {
  readonly type?: unknown;
  readonly status?: unknown;
  readonly reason?: unknown;
  readonly message?: unknown;
  readonly lastTransitionTime?: unknown;
}

function conditionLines(object: Manifest): string[] {
  const status = object['status'] as { conditions?: unknown; containerStatuses?: unknown } | undefined;
  const conditions = Array.isArray(status?.conditions) ? (status.conditions as ObjectCondition[]) : [];
  return conditions.flatMap(({ type, status: is, reason, message, lastTransitionTime }) => [
    `${String(type)}=${String(is)}${reason ? `  ${String(reason)}` : ''}`,
    ...(message ? wrap(`  ${String(message)}`, 70) : []),
    ...(lastTransitionTime ? [`  since ${String(lastTransitionTime)}`] : []),
  ]);
}
