// blessed's screen holds the two buffers and calls what draws; what is drawn, and how, is ours: one element copies a frame into
// blessed's lines, and one draw writes the cells that differ, with cached colour sequences, as one synchronised write.
import blessed from 'blessed';
import { asciiCode } from './glyphs.js';
import { CONTINUED, type Surface } from './surface.js';
import { type ColourDepth, sgr } from './theme.js';

type Line = [style: number, char: string][] & { dirty?: boolean };

/** What blessed has and its types do not name. */
interface RawScreen {
  lines: Line[];
  olines: Line[];
  program: RawProgram;
  draw(from: number, to: number): void;
  render(): void;
  alloc(): void;
}

interface RawProgram {
  isAlt: boolean;
  cols: number;
  rows: number;
  _buf: string;
}

export interface CanvasOptions {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
  readonly depth: ColourDepth;
  readonly ascii: boolean;
  write(text: string): void;
}

/** Begins a frame that the terminal shows at once, and ends it; terminals that do not know it ignore it. */
const BEGIN = '\x1b[?2026h';
const END = '\x1b[?2026l';
const WIDE_TAIL = '';
/** blessed asks an element where it drew; ours is the whole screen. */
const WHOLE = { xi: 0, xl: 0, yi: 0, yl: 0 } as never;

export class Canvas {
  readonly #screen: RawScreen;
  readonly #sequences = new Map<number, string>();
  readonly #chars = new Map<number, string>();
  readonly #options: CanvasOptions;
  #frame: Surface | undefined;
  /** Goes before the next frame. */
  #prefix = '';

  constructor(options: CanvasOptions) {
    this.#options = options;
    // Terminfo of new ncurses confuses blessed's parser; the bundled xterm-256color works everywhere, colours are decided by us.
    const screen = blessed.screen({
      input: options.input as never,
      output: options.output as never,
      terminal: 'xterm-256color',
      fullUnicode: false,
      smartCSR: false,
    });
    this.#screen = screen as unknown as RawScreen;
    this.#screen.draw = (from, to) => this.#draw(from, to);
    const canvas = blessed.box({ parent: screen, top: 0, left: 0, width: '100%', height: '100%' });
    canvas.render = () => {
      this.#copy();
      return WHOLE;
    };
  }

  /** After the size changed, or the screen was lost: everything will be drawn. */
  reset(columns: number, rows: number): void {
    const { program } = this.#screen;
    program.cols = columns;
    program.rows = rows;
    this.#screen.alloc();
    this.#prefix = '\x1b[0m\x1b[2J';
  }

  show(frame: Surface): void {
    this.#frame = frame;
    this.#screen.render();
  }

  /** blessed must not leave the alternate screen a second time. */
  left(): void {
    this.#screen.program.isAlt = false;
    this.#screen.program._buf = '';
  }

  entered(): void {
    this.#screen.program.isAlt = true;
  }

  #copy(): void {
    const frame = this.#frame;
    if (!frame) return;
    const { lines } = this.#screen;
    for (let y = 0; y < Math.min(lines.length, frame.height); y++) {
      const line = lines[y] as Line;
      for (let x = 0; x < Math.min(line.length, frame.width); x++) {
        const at = y * frame.width + x;
        const cell = line[x] as [number, string];
        const style = frame.styles[at] as number;
        const char = this.#char(frame.codes[at] as number);
        if (cell[0] === style && cell[1] === char) continue;
        cell[0] = style;
        cell[1] = char;
        line.dirty = true;
      }
    }
  }

  #draw(from: number, to: number): void {
    const { lines, olines, program } = this.#screen;
    program._buf = '';
    let out = this.#prefix;
    this.#prefix = '';
    let current = '';
    for (let y = from; y <= to; y++) {
      const line = lines[y];
      const old = olines[y];
      if (!line?.dirty || !old) continue;
      line.dirty = false;
      let next = -1;
      for (let x = 0; x < line.length; x++) {
        const cell = line[x] as [number, string];
        const before = old[x] as [number, string];
        if (cell[0] === before[0] && cell[1] === before[1]) continue;
        before[0] = cell[0];
        before[1] = cell[1];
        if (cell[1] === WIDE_TAIL) continue;
        if (x !== next) out += `\x1b[${y + 1};${x + 1}H`;
        const sequence = this.#sequence(cell[0]);
        if (sequence !== current) out += sequence;
        current = sequence;
        out += cell[1];
        // Terminals may disagree about wide characters: the cell behind one is always gone to.
        next = line[x + 1]?.[1] === WIDE_TAIL ? -1 : x + 1;
      }
    }
    if (out !== '') this.#options.write(`${BEGIN}${out}\x1b[0m${END}`);
  }

  #sequence(style: number): string {
    let known = this.#sequences.get(style);
    if (known === undefined) {
      known = sgr(style, this.#options.depth);
      this.#sequences.set(style, known);
    }
    return known;
  }

  #char(code: number): string {
    let known = this.#chars.get(code);
    if (known === undefined) {
      known =
        code === CONTINUED ? (this.#options.ascii ? '?' : WIDE_TAIL) : String.fromCodePoint(this.#options.ascii ? asciiCode(code) : code);
      this.#chars.set(code, known);
    }
    return known;
  }
}
