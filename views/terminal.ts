// The real terminal: taken over on start and given back on every way out - quit, signal, crash, suspension, a lost connection.
import type { ReadStream, WriteStream } from 'node:tty';
import { UserError } from '../src/domain/problem.js';
import { decode, ESCAPE_MS, flush, isWaiting, START } from './input/decoder.js';
import type { Size, Surface } from './surface.js';
import { Canvas } from './terminal-canvas.js';
import { asciiOnly, colourDepth, type Environment, screenRefusal } from './terminal-capabilities.js';
import type { Terminal, TerminalHandlers } from './terminal-port.js';
import { heldBack } from './terminal-stderr.js';
import { ENTER, LEAVE, MOUSE_ON, silentInput, withoutResize, writeNow } from './terminal-streams.js';

const RESIZE_MS = 40;
/** Above so many unsent bytes a terminal does not keep up: frames are dropped until it does. */
const MAX_BACKLOG = 64 * 1024;
const DRAIN_MS = 200;
const MAX_COPY = 100_000;

const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129, SIGQUIT: 131 } as const;

export interface TerminalOptions {
  readonly env?: Environment;
  readonly mouse?: boolean;
  /** What to say when the program itself fails, such as where its log is; the terminal is restored first. */
  crashed?(error: unknown): string;
}

/** Takes the process's terminal. Throws UserError with the reason where there can be no screen. */
export function createTerminal(options: TerminalOptions = {}): Terminal {
  const env = options.env ?? process.env;
  const refusal = screenRefusal(env, { inputIsTerminal: process.stdin.isTTY === true, outputIsTerminal: process.stdout.isTTY === true });
  if (refusal !== undefined) throw new UserError(refusal);
  return new ProcessTerminal(process.stdin, process.stdout, { ...options, env });
}

class ProcessTerminal implements Terminal {
  readonly #input: ReadStream;
  readonly #output: WriteStream;
  readonly #options: TerminalOptions & { readonly env: Environment };
  readonly #stderr = heldBack();
  #canvas: Canvas | undefined;
  #handlers: TerminalHandlers | undefined;
  #decoder = START;
  #escape: NodeJS.Timeout | undefined;
  #resize: NodeJS.Timeout | undefined;
  #inside = false;
  #dropped = false;
  #over = false;
  #suspended = false;

  constructor(input: ReadStream, output: WriteStream, options: TerminalOptions & { readonly env: Environment }) {
    this.#input = input;
    this.#output = output;
    this.#options = options;
  }

  size(): Size {
    return { width: this.#output.columns || 80, height: this.#output.rows || 24 };
  }

  start(handlers: TerminalHandlers): void {
    this.#handlers = handlers;
    this.#block(false);
    this.#listen();
    this.#take();
    this.#canvas = new Canvas({
      input: silentInput(),
      output: withoutResize(this.#output),
      depth: colourDepth(this.#options.env),
      ascii: asciiOnly(this.#options.env),
      write: (text) => this.#output.write(text),
    });
  }

  show(frame: Surface): void {
    if (!this.#inside || !this.#canvas) return;
    if (this.#output.writableLength > MAX_BACKLOG) {
      this.#dropped = true;
      return;
    }
    this.#canvas.show(frame);
  }

  redraw(frame: Surface): void {
    const { width, height } = this.size();
    this.#canvas?.reset(width, height);
    this.show(frame);
  }

  copy(text: string): void {
    const base64 = Buffer.from(text.slice(0, MAX_COPY)).toString('base64');
    this.#output.write(`\x1b]52;c;${base64}\x07`);
  }

  suspend(): void {
    if (this.#suspended) return;
    this.#suspended = true;
    this.#give();
    // The signal as the shell would send it: where nobody could bring us back (no job control), the kernel ignores it.
    process.off('SIGTSTP', this.#stop);
    process.kill(process.pid, 'SIGTSTP');
    setImmediate(this.#resume);
  }

  async leave(): Promise<void> {
    if (this.#over) return;
    this.#over = true;
    // Frames that are still on their way go first, so that nothing is drawn on the shell's screen afterwards.
    if (this.#output.writableLength > 0)
      await Promise.race([
        new Promise((resolve) => this.#output.once('drain', resolve)),
        new Promise((resolve) => setTimeout(resolve, DRAIN_MS)),
      ]);
    this.#give();
    // What is printed from now on has to arrive before the process ends; behind unsent frames it would wait for ever.
    if (this.#output.writableLength === 0) this.#block(true);
    this.#unlisten();
    this.#input.pause();
  }

  /** A terminal that stops reading must not stop the engine: writes never block, and frames are dropped instead. */
  #block(blocking: boolean): void {
    const handle = (this.#output as unknown as { _handle?: { setBlocking?(blocking: boolean): void } })._handle;
    handle?.setBlocking?.(blocking);
  }

  #take(): void {
    if (this.#inside) return;
    this.#inside = true;
    this.#input.setRawMode(true);
    this.#input.resume();
    this.#stderr.hold();
    this.#output.write(ENTER + (this.#options.mouse === false ? '' : MOUSE_ON));
    this.#canvas?.entered();
  }

  /** Synchronous, and harmless when it was done already. */
  #give(): void {
    if (!this.#inside) return;
    this.#inside = false;
    clearTimeout(this.#escape);
    this.#canvas?.left();
    writeNow('stdout', LEAVE);
    try {
      this.#input.setRawMode(false);
    } catch {
      // The terminal is gone: there is nothing to restore.
    }
    this.#stderr.release();
  }

  #listen(): void {
    this.#input.on('data', this.#read);
    this.#input.on('end', this.#gone);
    this.#input.on('error', this.#gone);
    this.#output.on('error', this.#gone);
    this.#output.on('resize', this.#resized);
    this.#output.on('drain', this.#drained);
    for (const signal of Object.keys(SIGNALS) as (keyof typeof SIGNALS)[]) process.on(signal, this.#signal);
    process.on('SIGTSTP', this.#stop);
    process.on('SIGCONT', this.#continue);
    process.on('uncaughtException', this.#crash);
    process.on('unhandledRejection', this.#crash);
    process.on('exit', this.#exit);
  }

  #unlisten(): void {
    clearTimeout(this.#resize);
    this.#input.off('data', this.#read);
    this.#input.off('end', this.#gone);
    this.#output.off('resize', this.#resized);
    this.#output.off('drain', this.#drained);
    for (const signal of Object.keys(SIGNALS) as (keyof typeof SIGNALS)[]) process.off(signal, this.#signal);
    process.off('SIGTSTP', this.#stop);
    process.off('SIGCONT', this.#continue);
    process.off('uncaughtException', this.#crash);
    process.off('unhandledRejection', this.#crash);
    process.off('exit', this.#exit);
  }

  readonly #read = (chunk: Buffer): void => {
    clearTimeout(this.#escape);
    const { state, events } = decode(this.#decoder, chunk);
    this.#decoder = state;
    if (isWaiting(state)) this.#escape = setTimeout(this.#flush, ESCAPE_MS);
    if (events.length > 0) this.#handlers?.input(events);
  };

  readonly #flush = (): void => {
    const { state, events } = flush(this.#decoder);
    this.#decoder = state;
    if (events.length > 0) this.#handlers?.input(events);
  };

  readonly #resized = (): void => {
    clearTimeout(this.#resize);
    this.#resize = setTimeout(() => {
      const size = this.size();
      this.#canvas?.reset(size.width, size.height);
      this.#handlers?.resized(size);
    }, RESIZE_MS);
  };

  readonly #drained = (): void => {
    if (!this.#dropped) return;
    this.#dropped = false;
    this.#handlers?.stale();
  };

  readonly #gone = (): void => this.#end(SIGNALS.SIGHUP);

  readonly #signal = (signal: NodeJS.Signals): void => this.#end(SIGNALS[signal as keyof typeof SIGNALS]);

  #end(code: number): void {
    this.#give();
    this.#handlers?.ended(code);
  }

  readonly #stop = (): void => this.suspend();

  readonly #resume = (): void => {
    if (!this.#suspended || this.#over) return;
    this.#suspended = false;
    process.on('SIGTSTP', this.#stop);
    this.#again();
  };

  /** Somebody else stopped us: the shell has taken the terminal meanwhile. */
  readonly #continue = (): void => {
    if (this.#suspended) this.#resume();
    else if (!this.#over) this.#again();
  };

  #again(): void {
    this.#inside = false;
    this.#take();
    const { width, height } = this.size();
    this.#canvas?.reset(width, height);
    this.#handlers?.resized({ width, height });
  }

  readonly #crash = (error: unknown): void => {
    this.#give();
    const message = error instanceof Error ? error.message : String(error);
    writeNow('stderr', `argosy: internal error: ${message}${this.#options.crashed ? `; ${this.#options.crashed(error)}` : ''}\n`);
    process.exit(1);
  };

  readonly #exit = (): void => this.#give();
}
