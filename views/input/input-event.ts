// What a terminal tells us, decoded.

/**
 * Keys are spelled as in src/commands/keys.ts: a printable character is itself, 'C-d' is Control and d, all else has a name;
 * 'M-' is Alt and 'S-' Shift, in the order C-, M-, S-.
 */
export type InputEvent =
  | { readonly kind: 'key'; readonly key: string }
  /** Pasted text, newlines as '\n'. It is text, never a command. */
  | { readonly kind: 'paste'; readonly text: string }
  | MouseEvent
  /** The terminal answered a question, or volunteered something. */
  | { readonly kind: 'reply'; readonly text: string }
  | { readonly kind: 'focus'; readonly gained: boolean };

export interface MouseEvent {
  readonly kind: 'mouse';
  readonly action: 'press' | 'release' | 'drag' | 'wheel-up' | 'wheel-down';
  /** 0 left, 1 middle, 2 right; -1 where it is not known. */
  readonly button: number;
  /** Cells from the upper left corner, from 0. */
  readonly x: number;
  readonly y: number;
}
