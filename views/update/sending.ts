// Intents on their way to the engine, each with the command line that does the same. Nothing is ever sent twice by itself.
import type { Intent } from '../../src/domain/events.js';
import type { Effect, Updated } from '../message.js';
import type { Ui, Write } from '../model.js';

const MAX_WRITES = 200;

export interface Sending {
  readonly intent: Intent;
  readonly command: string;
}

export function send(ui: Ui, all: readonly Sending[]): Updated {
  let { serial } = ui;
  const effects = all.map(({ intent, command }): Effect => ({ kind: 'request', intent, command, serial: ++serial }));
  const writes = [...ui.writes, ...all.map(({ command }): Write => ({ atMs: ui.nowMs, command, outcome: 'sent' }))].slice(-MAX_WRITES);
  return [{ ...ui, serial, writes }, effects];
}

/** What became of a write: the oldest with this command that is still on its way. */
export function settleWrite(ui: Ui, command: string, outcome: { readonly outcome: 'accepted' | 'refused'; readonly message?: string }): Ui {
  const index = ui.writes.findIndex((write) => write.command === command && write.outcome === 'sent');
  if (index < 0) return ui;
  return { ...ui, writes: ui.writes.map((write, i) => (i === index ? { ...write, ...outcome } : write)) };
}
