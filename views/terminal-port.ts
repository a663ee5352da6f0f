// The terminal as the screen sees it. Behind it: a real one (terminal.ts), or a test.
import type { InputEvent } from './input/input-event.js';
import type { Size, Surface } from './surface.js';

export interface TerminalHandlers {
  /** What one read brought, in order. */
  input(events: readonly InputEvent[]): void;
  resized(size: Size): void;
  /** What is on the screen is not the last frame any more: it was dropped, or the program was in the background. */
  stale(): void;
  /** The terminal is gone, or a signal wants the program to end: leave with this exit code. The terminal is restored already. */
  ended(code: number): void;
}

export interface Terminal {
  size(): Size;
  start(handlers: TerminalHandlers): void;
  /** Shows a frame: writes what differs from the one before. A terminal that does not keep up gets the newest frame later. */
  show(frame: Surface): void;
  /** Draws everything again. */
  redraw(frame: Surface): void;
  /** Into the background, as Ctrl-Z does elsewhere. */
  suspend(): void;
  /** Into the clipboard of the person at the terminal, also over ssh. */
  copy(text: string): void;
  /** Gives the terminal back as it was. */
  leave(): Promise<void>;
}
