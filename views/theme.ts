// The colour language: one name for each meaning, and what it is in 16.7 million, 256, 16 and no colours. Colour never stands
// alone: every state has its glyph, and without colours selection and emphasis become inverse, bold and underline.
import type { Style } from './surface.js';

export type ColourDepth = 'truecolour' | '256' | '16' | 'none';

interface Shade {
  readonly hex: string;
  /** The nearest of the 16 colours: 0-15, or -1 for the terminal's own. */
  readonly ansi: number;
}

const SHADES = {
  bg: { hex: '#0f131a', ansi: -1 },
  panel: { hex: '#151a23', ansi: -1 },
  bar: { hex: '#1d2431', ansi: -1 },
  line: { hex: '#2f3a4c', ansi: 8 },
  dim: { hex: '#76849a', ansi: 8 },
  text: { hex: '#c8d3e0', ansi: -1 },
  hi: { hex: '#f3f7fc', ansi: 15 },
  accent: { hex: '#4fb3ff', ansi: 14 },
  ok: { hex: '#2fbf8f', ansi: 10 },
  warn: { hex: '#f0b429', ansi: 11 },
  bad: { hex: '#f0616d', ansi: 9 },
  prog: { hex: '#49a8ff', ansi: 12 },
  susp: { hex: '#9c90d8', ansi: 13 },
  unk: { hex: '#7b8794', ansi: 7 },
  okBg: { hex: '#12332b', ansi: -1 },
  warnBg: { hex: '#4a3a10', ansi: -1 },
  badBg: { hex: '#521e26', ansi: -1 },
  progBg: { hex: '#123354', ansi: -1 },
  suspBg: { hex: '#2b2745', ansi: -1 },
  unkBg: { hex: '#252c37', ansi: -1 },
  add: { hex: '#9be8c4', ansi: 10 },
  addBg: { hex: '#10291f', ansi: -1 },
  addHi: { hex: '#1d5a41', ansi: 2 },
  del: { hex: '#ffb3ba', ansi: 9 },
  delBg: { hex: '#2f151a', ansi: -1 },
  delHi: { hex: '#6a2630', ansi: 1 },
  sel: { hex: '#24405e', ansi: 4 },
  selDim: { hex: '#1e2c3f', ansi: 8 },
  prod: { hex: '#e0525f', ansi: 9 },
  kind: { hex: '#c39ac0', ansi: 13 },
} as const satisfies Record<string, Shade>;

export type ColourName = keyof typeof SHADES;

const NAMES = Object.keys(SHADES) as ColourName[];
const INDEX = Object.fromEntries(NAMES.map((name, i) => [name, i])) as Record<ColourName, number>;

export const BOLD = 1;
export const UNDERLINE = 2;
export const ITALIC = 4;
export const DIM = 8;

/** Packs a style: 6 bits foreground, 6 bits background, 4 bits attributes. */
export function style(fg: ColourName, bg: ColourName = 'panel', attributes = 0): Style {
  return INDEX[fg] | (INDEX[bg] << 6) | (attributes << 12);
}

/** The same style on another background. */
export function onBackground(packed: Style, bg: ColourName): Style {
  return (packed & ~(0x3f << 6)) | (INDEX[bg] << 6);
}

/** Foreground, background and attributes of a packed style, by name: for tests and pictures. */
export function unpack(packed: Style): { fg: ColourName; bg: ColourName; attributes: number } {
  return { fg: NAMES[packed & 0x3f] as ColourName, bg: NAMES[(packed >> 6) & 0x3f] as ColourName, attributes: packed >> 12 };
}

export function hexOf(name: ColourName): string {
  return SHADES[name].hex;
}

const ATTRIBUTE_CODES: readonly (readonly [bit: number, code: string])[] = [
  [BOLD, '1'],
  [DIM, '2'],
  [ITALIC, '3'],
  [UNDERLINE, '4'],
];

/** The escape sequence of a style, complete: it begins with a reset. */
export function sgr(packed: Style, depth: ColourDepth): string {
  const { fg, bg, attributes } = unpack(packed);
  const codes = ATTRIBUTE_CODES.filter(([bit]) => attributes & bit).map(([, code]) => code);
  if (depth === 'none') codes.push(...withoutColour(fg, bg, attributes));
  else codes.push(...colourCodes(readable(fg, bg, depth), depth, 'fg'), ...colourCodes(bg, depth, 'bg'));
  return `\x1b[0${codes.map((code) => `;${code}`).join('')}m`;
}

/** What colour says is said by attributes: the cursor is inverse, what changed is underlined, what is wrong is bold. */
function withoutColour(fg: ColourName, bg: ColourName, attributes: number): string[] {
  if (bg === 'sel') return ['7'];
  if (bg === 'addHi' || bg === 'delHi' || bg === 'selDim') return attributes & UNDERLINE ? [] : ['4'];
  return (fg === 'bad' || fg === 'prod' || fg === 'hi') && !(attributes & BOLD) ? ['1'] : [];
}

/** Of 16 colours, two shades may be one: text on its own colour would be invisible. */
function readable(fg: ColourName, bg: ColourName, depth: ColourDepth): ColourName {
  return depth === '16' && SHADES[fg].ansi >= 0 && SHADES[fg].ansi === SHADES[bg].ansi ? 'hi' : fg;
}

function colourCodes(name: ColourName, depth: ColourDepth, side: 'fg' | 'bg'): string[] {
  const base = side === 'fg' ? 38 : 48;
  const { hex, ansi } = SHADES[name];
  if (depth === 'truecolour') return [`${base};2;${rgb(hex).join(';')}`];
  if (depth === '256') return [`${base};5;${nearest256(rgb(hex))}`];
  if (ansi < 0) return [];
  const offset = side === 'fg' ? 30 : 40;
  return [String(ansi < 8 ? offset + ansi : offset + 60 + ansi - 8)];
}

function rgb(hex: string): [number, number, number] {
  return [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)) as [number, number, number];
}

const LEVELS = [0, 95, 135, 175, 215, 255];

/** The nearest colour of the 6x6x6 cube or the grey ramp. */
function nearest256(colour: readonly [number, number, number]): number {
  const steps = colour.map((value) =>
    LEVELS.reduce((best, level, i) => (Math.abs(level - value) < Math.abs((LEVELS[best] as number) - value) ? i : best), 0),
  );
  const cube = steps.map((step) => LEVELS[step] as number);
  const grey = Math.max(0, Math.min(23, Math.round((colour.reduce((sum, value) => sum + value, 0) / 3 - 8) / 10)));
  const distance = (other: readonly number[]) => colour.reduce((sum, value, i) => sum + (value - (other[i] as number)) ** 2, 0);
  const greyLevel = 8 + grey * 10;
  if (distance([greyLevel, greyLevel, greyLevel]) < distance(cube)) return 232 + grey;
  const [red = 0, green = 0, blue = 0] = steps;
  return 16 + 36 * red + 6 * green + blue;
}
