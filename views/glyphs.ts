// Every glyph of the screen takes one cell. Painters write the Unicode ones; where the terminal cannot show them, each has an
// ASCII character that takes its place on the way out.

const ASCII_FOR: Readonly<Record<string, string>> = {
  '✓': '+',
  '◐': '~',
  '✗': 'X',
  '↻': '*',
  '‖': '=',
  '·': '.',
  '●': 'o',
  '○': 'o',
  '◌': '?',
  '◆': '#',
  '▲': '^',
  '▼': 'v',
  '▌': '>',
  '▸': '>',
  '▾': 'v',
  '│': '|',
  '─': '-',
  '╭': '+',
  '╮': '+',
  '╰': '+',
  '╯': '+',
  '├': '+',
  '┤': '+',
  '┬': '+',
  '┴': '+',
  '└': '`',
  '…': '~',
  '⋯': '~',
  '→': '>',
  '←': '<',
  '↑': '^',
  '↓': 'v',
  '↵': '<',
  '›': '>',
  '⎈': '@',
  '×': 'x',
  '±': '~',
  '⚑': 'P',
  '□': '?',
  '■': '#',
  '▁': '_',
  '▂': '_',
  '▃': '.',
  '▄': '-',
  '▅': '-',
  '▆': '=',
  '▇': '#',
  '█': '#',
  '░': '.',
  '▏': '|',
  '✦': '*',
  '⊘': '!',
  '⧗': '%',
  '⇄': '=',
  '—': '-',
};

const CODES = new Map(Object.entries(ASCII_FOR).map(([glyph, plain]) => [glyph.codePointAt(0) as number, plain.charCodeAt(0)]));

/** The code point to send to a terminal that shows only ASCII; '?' for what has no likeness. */
export function asciiCode(code: number): number {
  return code < 0x7f ? code : (CODES.get(code) ?? 0x3f);
}

const BARS = ' ▁▂▃▄▅▆▇█';

/** Values as bars of eight heights, the newest at the right. All zero: a flat line. */
export function sparkline(values: readonly number[], width: number): string {
  const shown = values.slice(-width);
  const most = Math.max(1, ...shown);
  const bars = shown.map((value) => (value <= 0 ? '▁' : (BARS[Math.max(1, Math.round((value / most) * 8))] as string)));
  return '▁'.repeat(Math.max(0, width - bars.length)) + bars.join('');
}
