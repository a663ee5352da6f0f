// Key to frame: bytes of a key in, bytes of the frame out, through the real decoder, loop, painters and draw, with 10,000
// applications of which 500 change every second, at 200 x 60. The floor is drawing the same cells without deciding anything.
import { PassThrough, Writable } from 'node:stream';
import type { AppRow } from '../../src/domain/fleet.js';
import { runScreen } from '../../views/app.js';
import { decode, START } from '../../views/input/decoder.js';
import { Surface } from '../../views/surface.js';
import { Canvas } from '../../views/terminal-canvas.js';
import type { Terminal, TerminalHandlers } from '../../views/terminal-port.js';
import { style } from '../../views/theme.js';
import { FakeEngine } from '../support/fake-engine.js';
import { clusterRow, NOW_MS } from '../support/rows.js';
import { bigRows } from '../tui/fleet.js';
import { quantile, report, rssMb } from './report.js';

const SIZE = { width: 200, height: 60 };
const KEYS = [
  'j',
  'j',
  '\x1b[B',
  '\x1b[6~',
  'k',
  'G',
  'g',
  'g',
  '\x1b[5~',
  '/',
  's',
  'e',
  'r',
  '\x7f',
  '\r',
  'o',
  'j',
  '\x0c',
  '1',
  'l',
  'j',
  '2',
];
const ROUNDS = 900;
const WARM_UP = 60;

let bytes = 0;

function sinkCanvas(): Canvas {
  const output = Object.assign(new Writable({ write: (_chunk, _encoding, done) => done() }), {
    columns: SIZE.width,
    rows: SIZE.height,
    isTTY: true,
  });
  const input = Object.assign(new PassThrough(), { isTTY: true, isRaw: true, setRawMode: () => undefined });
  const write = (text: string) => {
    bytes += text.length;
  };
  return new Canvas({ input, output, depth: 'truecolour', ascii: false, write });
}

class SinkTerminal implements Terminal {
  handlers: TerminalHandlers | undefined;
  readonly #canvas = sinkCanvas();

  size() {
    return SIZE;
  }
  start(handlers: TerminalHandlers): void {
    this.handlers = handlers;
  }
  show(frame: Surface): void {
    this.#canvas.show(frame);
  }
  redraw(frame: Surface): void {
    this.show(frame);
  }
  suspend(): void {
    throw new Error('nobody suspends a benchmark');
  }
  copy(): void {
    throw new Error('nobody copies from a benchmark');
  }
  async leave(): Promise<void> {}
}

const clock = { now: () => Date.now(), sleep: (ms: number, signal?: AbortSignal) => pause(ms, signal) };

function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done(): void {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    }
    signal?.addEventListener('abort', done);
  });
}

/** Time to show frames in which every cell of some rows differs. */
function floor(): number[] {
  const canvas = sinkCanvas();
  const surface = new Surface(SIZE);
  const samples: number[] = [];
  for (let i = 0; i < ROUNDS / 3; i++) {
    const startMs = performance.now();
    surface.fill({ x: 0, y: 0, w: SIZE.width, h: SIZE.height }, style('text'));
    for (let y = 0; y < SIZE.height; y++)
      surface.text(0, y, 'x'.repeat(SIZE.width - 1) + (y % 3 === i % 3 ? 'a' : 'b'), style(y % 10 === i % 10 ? 'hi' : 'text'));
    canvas.show(surface);
    samples.push(performance.now() - startMs);
  }
  return samples.slice(WARM_UP / 3);
}

const engine = new FakeEngine();
engine.rows = bigRows();
engine.clusters = Array.from({ length: 10 }, (_, i) => clusterRow(`${i % 3 === 0 ? 'prod' : 'stage'}-${i}`));
const terminal = new SinkTerminal();
const ended = runScreen({ engine, terminal, clock, location: 'list' });

let next = 0;
const changing = setInterval(() => {
  for (let i = 0; i < 10; i++) {
    const row = engine.rows[next++ % engine.rows.length] as AppRow;
    engine.emit({
      kind: 'app.changed',
      atMs: Date.now(),
      row: { ...row, health: next % 3 === 0 ? 'Degraded' : 'Healthy', comparedAtMs: NOW_MS + next },
    });
  }
}, 20);

const samples: number[] = [];
for (let i = 0; i < ROUNDS; i++) {
  const chunk = new TextEncoder().encode(KEYS[i % KEYS.length]);
  const startMs = performance.now();
  terminal.handlers?.input(decode(START, chunk).events);
  samples.push(performance.now() - startMs);
  await pause(7);
}
clearInterval(changing);
terminal.handlers?.ended(0);
await ended;

const measured = samples.slice(WARM_UP);
const raw = quantile(floor(), 0.99);
const p99 = quantile(measured, 0.99);
report({ what: 'key to frame p50, 10,000 applications, 500 changes/s', value: quantile(measured, 0.5), unit: 'ms' });
report({ what: 'key to frame p99', value: p99, unit: 'ms', ratio: p99 / raw, goal: '<= 16 ms', met: p99 <= 16 });
report({ what: 'floor: drawing such a frame p99', value: raw, unit: 'ms' });
report({ what: 'bytes written for each key', value: bytes / ROUNDS, unit: 'B' });
report({ what: 'memory of the screen process', value: rssMb(), unit: 'MB' });
process.exit(0);
