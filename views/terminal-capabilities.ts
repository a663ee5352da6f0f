// What a terminal can show, from its environment alone. Pure.
import type { ColourDepth } from './theme.js';

export type Environment = Readonly<Record<string, string | undefined>>;

const TRUECOLOUR = /-direct|kitty|alacritty|ghostty|wezterm|foot|iterm|contour|rio|st-256color|konsole|vte/;

/** NO_COLOR wins; then COLORTERM; then the name of the terminal. */
export function colourDepth(env: Environment): ColourDepth {
  if (env['NO_COLOR']) return 'none';
  const term = (env['TERM'] ?? '').toLowerCase();
  if (/truecolor|24bit/i.test(env['COLORTERM'] ?? '') || env['WT_SESSION']) return 'truecolour';
  if (TRUECOLOUR.test(term)) return 'truecolour';
  if (/256/.test(term)) return '256';
  return /mono|vt[12]\d\d/.test(term) ? 'none' : '16';
}

/** Whether only ASCII is safe: the locale is not UTF-8, or it was asked for. */
export function asciiOnly(env: Environment): boolean {
  if (env['ARGOSY_GLYPHS'] === 'ascii') return true;
  if (env['ARGOSY_GLYPHS'] === 'unicode') return false;
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'];
  return locale !== undefined && locale !== '' && !/utf-?8/i.test(locale);
}

export interface Streams {
  readonly inputIsTerminal: boolean;
  readonly outputIsTerminal: boolean;
}

/** Why there can be no screen here, with what works instead; undefined where there can. */
export function screenRefusal(env: Environment, { inputIsTerminal, outputIsTerminal }: Streams): string | undefined {
  const instead = '`argosy app list` prints the applications, `argosy run` works without a screen';
  if (!outputIsTerminal) return `cannot open the screen: standard output is not a terminal; ${instead}`;
  if (!inputIsTerminal) return `cannot open the screen: standard input is not a terminal; ${instead}`;
  const term = env['TERM'] ?? '';
  if (term === 'dumb' || term === '')
    return `cannot open the screen: a terminal of type "${term || 'unknown'}" cannot show one (TERM); ${instead}`;
  return undefined;
}
