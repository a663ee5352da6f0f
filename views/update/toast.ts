// The line above the footer: what was just done, or why it was not.
import type { Toast, Ui } from '../model.js';

const INFO_MS = 6_000;

export function withToast(ui: Ui, level: Toast['level'], text: string): Ui {
  return { ...ui, toast: { level, text, untilMs: level === 'error' ? Number.POSITIVE_INFINITY : ui.nowMs + INFO_MS } };
}

export function withoutToast(ui: Ui): Ui {
  if (!ui.toast) return ui;
  const { toast: _, ...rest } = ui;
  return rest;
}
