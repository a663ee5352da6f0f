// Boxes over the page: a question, the palette, help. The plan has its own file.

import type { ConfirmDialog, HelpDialog, PaletteDialog } from '../dialogs.js';
import { helpEntries } from '../keymap.js';
import { centred } from '../layout.js';
import { pageOf } from '../model.js';
import { paletteItems } from '../palette.js';
import type { Rect, Surface } from '../surface.js';
import { clip, pad, textWidth, wrap } from '../text.js';
import { BOLD, type ColourName, style } from '../theme.js';
import { emptyNote, panel, reveal, scrollbar } from '../widgets/panel.js';
import { typed } from './frame.js';
import { paintPlan } from './plan.js';
import type { View } from './view.js';

export function paintDialog(surface: Surface, view: View): void {
  const { dialog } = view.ui;
  if (!dialog) return;
  switch (dialog.kind) {
    case 'plan':
      paintPlan(surface, view, dialog);
      break;
    case 'confirm':
      paintConfirm(surface, view, dialog);
      break;
    case 'palette':
      paintPalette(surface, view, dialog);
      break;
    case 'help':
      paintHelp(surface, view, dialog);
      break;
    default:
      dialog satisfies never;
  }
}

function paintConfirm(surface: Surface, { ui }: View, dialog: ConfirmDialog): void {
  const width = Math.min(76, ui.size.width - 4);
  const lines = dialog.lines.flatMap((line) => wrap(line, width - 4));
  const rect = centred(ui.size, { width, height: Math.min(lines.length, 14) + 5 });
  const inner = panel(surface, rect, {
    title: dialog.title,
    focus: true,
    danger: dialog.danger,
    titleColour: dialog.danger ? 'prod' : 'hi',
  });
  const shown = lines.slice(0, Math.max(1, inner.h - 3));
  shown.forEach((line, i) => {
    surface.text(inner.x, inner.y + 1 + i, clip(line, inner.w), style('text'));
  });
  const y = inner.y + inner.h - 1;
  const x = surface.text(inner.x, y, ` ${dialog.verb} (Enter) `, style('hi', dialog.danger ? 'badBg' : 'sel', BOLD));
  surface.text(x + 2, y, 'Esc cancels', style('dim'));
}

interface Choice {
  readonly label: string;
  readonly note: string;
  readonly key?: string;
}

const SHOWN = 16;

function paintPalette(surface: Surface, view: View, dialog: PaletteDialog): void {
  const { ui, fleet } = view;
  const items = paletteItems(fleet, dialog);
  const rect = centred(ui.size, { width: 132, height: SHOWN + 4 });
  const inner = panel(
    surface,
    { ...rect, y: Math.min(rect.y, 3) },
    { title: dialog.mode === 'command' ? 'Command' : 'Jump to', right: String(items.length), focus: true },
  );
  surface.fill({ x: inner.x, y: inner.y, w: inner.w, h: 1 }, style('hi', 'bar'));
  const x = surface.text(inner.x, inner.y, dialog.mode === 'command' ? ':' : '› ', style('accent', 'bar', BOLD));
  typed(surface, { x, y: inner.y, limit: inner.x + inner.w }, dialog.line);
  choices(surface, { ...inner, y: inner.y + 2, h: inner.h - 2 }, { items, cursor: dialog.cursor });
}

function choices(surface: Surface, room: Rect, { items, cursor }: { readonly items: readonly Choice[]; readonly cursor: number }): void {
  if (items.length === 0) {
    emptyNote(surface, room, ['nothing is called so']);
    return;
  }
  const at = Math.min(cursor, items.length - 1);
  const top = reveal({ cursor: at, top: 0, count: items.length, height: room.h });
  const widest = Math.min(
    Math.floor(room.w * 0.55),
    items.reduce((most, { label }) => Math.max(most, textWidth(label)), 0),
  );
  items.slice(top, top + room.h).forEach(({ label, note }, i) => {
    const here = top + i === at;
    const bg: ColourName = here ? 'sel' : 'panel';
    const y = room.y + i;
    if (here) surface.fill({ x: room.x, y, w: room.w, h: 1 }, style('text', bg));
    surface.text(room.x + 1, y, pad(label, widest), style(here ? 'hi' : 'text', bg, here ? BOLD : 0));
    surface.text(room.x + widest + 3, y, clip(note, room.w - widest - 4), style('dim', bg));
  });
  scrollbar(surface, { x: room.x + room.w + 1, y: room.y, w: 1, h: room.h }, { top, count: items.length });
}

function paintHelp(surface: Surface, view: View, dialog: HelpDialog): void {
  const { ui } = view;
  const entries = helpEntries(pageOf(ui), dialog.line.text);
  const rect = centred(ui.size, { width: 136, height: ui.size.height - 4 });
  const inner = panel(surface, rect, { title: 'Help', right: 'type to search, Enter runs', focus: true });
  surface.fill({ x: inner.x, y: inner.y, w: inner.w, h: 1 }, style('hi', 'bar'));
  const x = surface.text(inner.x, inner.y, '› ', style('accent', 'bar', BOLD));
  typed(surface, { x, y: inner.y, limit: inner.x + inner.w }, dialog.line);
  const room = { ...inner, y: inner.y + 2, h: inner.h - 2 };
  if (entries.length === 0) emptyNote(surface, room, ['no command matches']);
  const at = Math.min(dialog.cursor, Math.max(0, entries.length - 1));
  const top = reveal({ cursor: at, top: 0, count: entries.length, height: room.h });
  entries.slice(top, top + room.h).forEach(({ command, keys, here: belongs }, i) => {
    const here = top + i === at;
    const bg: ColourName = here ? 'sel' : 'panel';
    const y = room.y + i;
    if (here) surface.fill({ x: room.x, y, w: room.w, h: 1 }, style('text', bg));
    surface.text(room.x + 1, y, pad(keys, 10), style(belongs ? 'accent' : 'text', bg, BOLD));
    surface.text(room.x + 12, y, pad(command.title, 26), style(here ? 'hi' : 'text', bg));
    surface.text(room.x + 39, y, clip(command.description, room.w - 40), style('dim', bg));
  });
  scrollbar(surface, { x: rect.x + rect.w - 1, y: room.y, w: 1, h: room.h }, { top, count: entries.length, focus: true });
}
