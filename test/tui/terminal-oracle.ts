// A program in a pseudo-terminal, and what a person would see of it: an emulator reads what it writes.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import xterm from '@xterm/headless';
import { build } from 'esbuild';
import { spawn } from 'node-pty';
import { ROOT } from '../support/code.js';

const OUT = join(ROOT, 'node_modules', '.cache', 'argosy-tui');

/** Bundles the screen with the engine in memory; returns the file to run. */
export async function bundleFakeApp(): Promise<string> {
  mkdirSync(OUT, { recursive: true });
  const outfile = join(OUT, `fake-app-${process.pid}.mjs`);
  await build({
    absWorkingDir: ROOT,
    entryPoints: ['test/tui/fake-app.ts'],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    external: ['blessed'],
    logLevel: 'error',
    banner: { js: "import { createRequire as require_ } from 'node:module'; const require = require_(import.meta.url);" },
  });
  return outfile;
}

export interface LaunchOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly env?: Readonly<Record<string, string>>;
}

const BASE: Readonly<Record<string, string>> = { TERM: 'xterm-256color', COLORTERM: 'truecolor', LANG: 'C.UTF-8' };

export class Session {
  readonly term: InstanceType<typeof xterm.Terminal>;
  raw = '';
  exit: { exitCode: number; signal?: number | undefined } | undefined;
  readonly #pty: ReturnType<typeof spawn>;

  constructor(file: string, { columns = 100, rows = 30, env = {} }: LaunchOptions = {}) {
    this.term = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 100 });
    const { NO_COLOR: _, TMUX: __, ...inherited } = process.env as Record<string, string>;
    this.#pty = spawn(process.execPath, [file], {
      name: env['TERM'] ?? 'xterm-256color',
      cols: columns,
      rows,
      cwd: ROOT,
      env: { ...inherited, ...BASE, ...env },
    });
    this.#pty.onData((text) => {
      this.raw += text;
      this.term.write(text);
    });
    this.#pty.onExit((exit) => {
      this.exit = exit;
    });
  }

  get pid(): number {
    return this.#pty.pid;
  }

  send(text: string): void {
    this.#pty.write(text);
  }

  resize(columns: number, rows: number): void {
    this.#pty.resize(columns, rows);
    this.term.resize(columns, rows);
  }

  /** The terminal stops reading, as one does behind Ctrl-S, and reads again. */
  pause(): void {
    this.#pty.pause();
  }

  resume(): void {
    this.#pty.resume();
  }

  kill(signal: NodeJS.Signals): void {
    process.kill(this.pid, signal);
  }

  screen(): string {
    const buffer = this.term.buffer.active;
    return Array.from({ length: this.term.rows }, (_, y) => buffer.getLine(buffer.viewportY + y)?.translateToString(true) ?? '').join('\n');
  }

  get onAlternateScreen(): boolean {
    return this.term.buffer.active.type === 'alternate';
  }

  async see(what: RegExp | string, ms = 8_000): Promise<string> {
    await this.until(() => (typeof what === 'string' ? this.screen().includes(what) : what.test(this.screen())), `${what}`, ms);
    return this.screen();
  }

  async until(holds: () => boolean, what: string, ms = 8_000): Promise<void> {
    const endMs = Date.now() + ms;
    while (!holds()) {
      if (Date.now() > endMs) throw new Error(`waited ${ms} ms for ${what}; the screen was:\n${this.screen()}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  async ended(): Promise<number> {
    await this.until(() => this.exit !== undefined, 'the program to end');
    // On a busy machine the last bytes come well after the end: what gives the terminal back is waited for, and asserted by the test.
    const endMs = Date.now() + 3_000;
    while (this.raw.lastIndexOf('\x1b[?1049h') > this.raw.lastIndexOf('\x1b[?1049l') && Date.now() < endMs)
      await new Promise((resolve) => setTimeout(resolve, 10));
    // What was written before the end may still be on its way here, and to the emulator.
    let before = -1;
    while (before !== this.raw.length) {
      before = this.raw.length;
      await new Promise((resolve) => setTimeout(resolve, 40));
    }
    await new Promise<void>((resolve) => this.term.write('', resolve));
    return this.exit?.exitCode ?? -1;
  }

  dispose(): void {
    if (this.exit === undefined) this.#pty.kill('SIGKILL');
    this.term.dispose();
  }
}
