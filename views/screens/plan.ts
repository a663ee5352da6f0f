// The plan of a write, and in the same box its progress: nothing is written before this was shown.
import { shortAge } from '../../src/core/duration.js';
import type { AppRow } from '../../src/domain/fleet.js';
import type { PlanDialog, PlanField } from '../dialogs.js';
import type { SeenOperation } from '../fleet-view.js';
import { centred } from '../layout.js';
import { fieldsOf, wordToType } from '../plan-fields.js';
import { planLines, planNumbers, planSentence } from '../plan-lines.js';
import { GLYPH, phaseState } from '../state.js';
import type { Rect, Size, Surface } from '../surface.js';
import { clip, wrap } from '../text.js';
import { BOLD, style } from '../theme.js';
import { emptyNote, panel, type Run, runs, scrollbar } from '../widgets/panel.js';
import { typed } from './frame.js';
import { resultLines } from './history.js';
import type { View } from './view.js';

/** As high as its plan needs, and the same while the plan is carried out. */
function planRect(size: Size, { plan, detail }: PlanDialog): Rect {
  const lines = Math.max(plan.value ? planLines(plan.value).length : 0, detail.value?.results.length ?? 0);
  return centred(size, {
    width: Math.min(100, Math.max(76, Math.floor(size.width * 0.6))),
    height: Math.max(16, Math.min(40, lines + 12)),
  });
}

const VERBS = { sync: 'Sync', rollback: 'Roll back', delete: 'Delete', approve: 'Approve' } as const;

export function paintPlan(surface: Surface, view: View, dialog: PlanDialog): void {
  const { fleet, ui } = view;
  const row = fleet.apps.get(dialog.app);
  const production = row !== undefined && fleet.isProduction(row.cluster);
  const rect = planRect(ui.size, dialog);
  const inner = panel(surface, rect, {
    title: `${VERBS[dialog.purpose.kind]} ${row?.name ?? dialog.app} @ ${row?.cluster || '?'}`,
    titleColour: production ? 'prod' : 'hi',
    right: production ? 'PRODUCTION' : (row?.project ?? ''),
    focus: true,
    danger: production,
  });
  surface.text(inner.x, inner.y, clip(headline(dialog, row), inner.w), style('text'));
  if (dialog.phase === 'plan') paintChoice(surface, { dialog, row, inner });
  else paintProgress(surface, view, { dialog, inner });
}

function headline({ purpose }: PlanDialog, row: AppRow | undefined): string {
  switch (purpose.kind) {
    case 'sync':
      return `to ${purpose.revision.text.trim() || `${row?.revision.slice(0, 7) ?? '?'} ${row?.targetRevision || 'HEAD'}`}${commitOf(row)}`;
    case 'rollback':
      return `back to what #${purpose.operation} applied (${purpose.revision.slice(0, 7)})${purpose.pin ? ', pinned until Git renders something new' : ''}`;
    case 'delete':
      return purpose.cascade === 'none'
        ? 'the application goes, what it deployed stays'
        : 'the application goes, and what it deployed with it';
    case 'approve':
      return `plan ${purpose.hash.slice(0, 12)} waits: ${row?.approval?.reason ?? 'it was approved or replaced meanwhile'}`;
    default:
      return purpose satisfies never;
  }
}

/** The subject of the commit, where the newest operation was for this very revision. */
function commitOf(row: AppRow | undefined): string {
  const { last } = row ?? {};
  return last?.commit && last.revisions[0] === row?.revision ? ` "${last.commit.subject}"` : '';
}

interface Inside {
  readonly dialog: PlanDialog;
  readonly row: AppRow | undefined;
  readonly inner: Rect;
}

function paintChoice(surface: Surface, { dialog, row, inner }: Inside): void {
  const fields = fieldsOf(dialog, row);
  const limit = inner.x + inner.w;
  let x = inner.x;
  for (const field of fields.filter((each) => each !== 'go' && each !== 'typed')) {
    const bg = dialog.focus === field ? 'sel' : 'panel';
    x = surface.text(x, inner.y + 1, ` ${fieldText(dialog, field)} `, style(dialog.focus === field ? 'hi' : 'text', bg), limit);
    if (field === 'revision' && dialog.purpose.kind === 'sync')
      x = typedField(surface, { x, y: inner.y + 1, limit: Math.min(limit, x + 24) }, dialog);
    x += 1;
  }
  const bottom = inner.y + inner.h - 1;
  const word = wordToType(dialog, row);
  const room: Rect = { x: inner.x, y: inner.y + 3, w: inner.w, h: Math.max(1, inner.h - (word === undefined ? 6 : 8)) };
  paintPlanBody(surface, { dialog, room });
  if (word !== undefined) {
    const y = bottom - 2;
    const next = surface.text(inner.x, y, `type ${word} to confirm: `, style('warn', 'panel', BOLD), limit);
    surface.fill({ x: next, y, w: Math.min(30, limit - next), h: 1 }, style('hi', 'bar'));
    if (dialog.focus === 'typed') typed(surface, { x: next, y, limit: Math.min(limit, next + 30) }, dialog.typed);
    else surface.text(next, y, dialog.typed.text, style('text', 'bar'), limit);
    if (dialog.typed.text === word) surface.text(next + 31, y, GLYPH.ok, style('ok', 'panel', BOLD), limit);
  }
  const ready = dialog.plan.value !== undefined && (word === undefined || dialog.typed.text === word);
  const verb = dialog.purpose.kind === 'sync' && dialog.purpose.dryRun ? 'Dry run' : VERBS[dialog.purpose.kind];
  const go = surface.text(inner.x, bottom, ` ${verb} (Enter) `, style(ready ? 'hi' : 'dim', dialog.focus === 'go' ? 'sel' : 'bar', BOLD));
  surface.text(go + 2, bottom, 'Esc cancels', style('dim'), limit);
}

function typedField(
  surface: Surface,
  at: { readonly x: number; readonly y: number; readonly limit: number },
  { purpose, focus }: PlanDialog,
): number {
  if (purpose.kind !== 'sync') return at.x;
  surface.fill({ x: at.x, y: at.y, w: at.limit - at.x, h: 1 }, style('hi', 'bar'));
  if (focus === 'revision') typed(surface, at, purpose.revision);
  else
    surface.text(
      at.x,
      at.y,
      purpose.revision.text || 'as the application says',
      style(purpose.revision.text ? 'text' : 'dim', 'bar'),
      at.limit,
    );
  return at.limit;
}

function fieldText({ purpose }: PlanDialog, field: PlanField): string {
  const box = (on: boolean) => (on ? '[x]' : '[ ]');
  const on = field === 'prune' ? 'prune' in purpose && purpose.prune : field === 'pin' ? purpose.kind === 'rollback' && purpose.pin : false;
  switch (field) {
    case 'prune':
    case 'pin':
      return `${box(on)} ${field}`;
    case 'force':
      return `${box(purpose.kind === 'sync' && purpose.force)} force`;
    case 'dry-run':
      return `${box(purpose.kind === 'sync' && purpose.dryRun)} dry run`;
    case 'cascade':
      return `cascade: ${purpose.kind === 'delete' ? purpose.cascade : ''}`;
    case 'revision':
      return 'revision';
    case 'typed':
    case 'go':
      return '';
    default:
      return field satisfies never;
  }
}

function paintPlanBody(surface: Surface, { dialog, room }: { readonly dialog: PlanDialog; readonly room: Rect }): void {
  const { plan } = dialog;
  if (plan.error !== undefined) {
    wrap(plan.error, room.w)
      .slice(0, room.h)
      .forEach((line, i) => {
        surface.text(room.x, room.y + i, line, style('bad'));
      });
    return;
  }
  if (!plan.value) {
    emptyNote(surface, room, ['planning']);
    return;
  }
  const numbers = planNumbers(plan.value);
  surface.text(room.x, room.y, clip(planSentence(plan.value), room.w), style(numbers.deletes > 0 ? 'warn' : 'hi', 'panel', BOLD));
  const notes: Run[] = [
    ...(plan.loading ? [['planning again  ', style('dim')] as const] : []),
    ...(numbers.kept > 0 ? [[`${numbers.kept} would be deleted with prune  `, style('warn')] as const] : []),
    ...(plan.value.approval ? [[`needs an approval: ${plan.value.approval}; going on approves this plan`, style('warn')] as const] : []),
  ];
  runs(surface, { x: room.x, y: room.y + 1, limit: room.x + room.w }, notes);
  const lines = planLines(plan.value);
  const h = Math.max(1, room.h - 2);
  const top = Math.max(0, Math.min(dialog.top, lines.length - h));
  lines.slice(top, top + h).forEach((line, i) => {
    runs(surface, { x: room.x, y: room.y + 2 + i, limit: room.x + room.w }, line);
  });
  scrollbar(surface, { x: room.x + room.w + 1, y: room.y + 2, w: 1, h }, { top, count: lines.length, focus: true });
}

function paintProgress(
  surface: Surface,
  { ui, fleet }: View,
  { dialog, inner }: { readonly dialog: PlanDialog; readonly inner: Rect },
): void {
  const read = dialog.detail.value;
  const seen = dialog.operation === undefined ? undefined : fleet.operations.get(dialog.operation);
  const operation = seen?.finishedAtMs === undefined && read?.finishedAtMs !== undefined ? read : (seen ?? read);
  if (!operation) {
    const sent =
      dialog.purpose.kind === 'delete' || dialog.purpose.kind === 'approve'
        ? 'accepted; the engine carries it out'
        : 'accepted; waiting for the operation';
    emptyNote(surface, { ...inner, y: inner.y + 2, h: inner.h - 2 }, [
      dialog.plan.error ?? (dialog.phase === 'sent' && dialog.plan.loading ? 'sent' : sent),
    ]);
    return;
  }
  progressHead(surface, { operation, inner, nowMs: ui.nowMs });
  const { value } = dialog.detail;
  if (value) resultLines(surface, { detail: value, room: { x: inner.x, y: inner.y + 6, w: inner.w, h: Math.max(1, inner.h - 8) } });
  const ended = operation.finishedAtMs !== undefined;
  surface.text(
    inner.x,
    inner.y + inner.h - 1,
    ended ? ' Close (Enter) ' : ' Esc closes; the operation goes on ',
    style('hi', ended ? 'sel' : 'bar', BOLD),
  );
}

function progressHead(
  surface: Surface,
  { operation, inner, nowMs }: { readonly operation: SeenOperation; readonly inner: Rect; readonly nowMs: number },
): void {
  const { counts } = operation;
  const state = phaseState(operation.phase);
  const limit = inner.x + inner.w;
  const took = shortAge((operation.finishedAtMs ?? nowMs) - operation.startedAtMs);
  runs(surface, { x: inner.x, y: inner.y + 2, limit }, [
    [`${GLYPH[state]} ${operation.phase}`, style(state, 'panel', BOLD)],
    [`  #${operation.id} · ${took}${operation.wave === undefined ? '' : ` · wave ${operation.wave}`}`, style('dim')],
  ]);
  const width = Math.max(10, inner.w - 16);
  const done = counts.total === 0 ? (operation.finishedAtMs === undefined ? 0 : width) : Math.round((counts.done / counts.total) * width);
  surface.fill({ x: inner.x, y: inner.y + 3, w: width, h: 1 }, style('line'), 0x2501);
  surface.fill({ x: inner.x, y: inner.y + 3, w: done, h: 1 }, style(counts.failed > 0 ? 'bad' : state === 'ok' ? 'ok' : 'prog'), 0x2501);
  surface.text(
    inner.x + width + 1,
    inner.y + 3,
    `${counts.done}/${counts.total}${counts.failed > 0 ? ` ✗${counts.failed}` : ''}`,
    style('text'),
    limit,
  );
  const line = operation.finishedAtMs === undefined && operation.waitsFor ? `waits for ${operation.waitsFor}` : operation.message;
  surface.text(inner.x, inner.y + 4, clip(line, inner.w), style(state === 'bad' ? 'bad' : 'dim'), limit);
}
