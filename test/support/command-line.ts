// Runs a command line on a fake engine and catches what it prints.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main } from '../../src/cli/main.js';
import type { CliPorts, Io } from '../../src/cli/ports.js';
import { manualClock } from './clock.js';
import { FakeEngine } from './fake-engine.js';
import { NOW_MS } from './rows.js';

export interface CommandLine {
  readonly engine: FakeEngine;
  readonly clock: ReturnType<typeof manualClock>;
  readonly dir: string;
  readonly stop: AbortController;
  io: Partial<Io>;
  ports: { -readonly [K in keyof CliPorts]?: CliPorts[K] };
  /** Answers to questions, in order. */
  answers: string[];
  attached: boolean;
  run(...argv: string[]): Promise<{ code: number; out: string; err: string }>;
  remove(): void;
}

export function commandLine(): CommandLine {
  const dir = mkdtempSync(join(tmpdir(), 'argosy-cli-'));
  const line: CommandLine = {
    engine: new FakeEngine(),
    clock: manualClock(NOW_MS),
    dir,
    stop: new AbortController(),
    io: {},
    ports: {},
    answers: [],
    attached: true,
    run: (...argv) => run(line, argv),
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
  return line;
}

async function run(line: CommandLine, argv: readonly string[]) {
  let out = '';
  let err = '';
  const io: Io = {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    terminal: false,
    interactive: line.answers.length > 0,
    colour: false,
    width: 100,
    env: { HOME: line.dir, XDG_STATE_HOME: join(line.dir, 'state'), XDG_CONFIG_HOME: join(line.dir, 'config'), USER: 'ana' },
    cwd: line.dir,
    input: async () => '',
    ask: async (question) => {
      out += question;
      return line.answers.shift();
    },
    signal: line.stop.signal,
    ...line.io,
  };
  const open = async () => ({ engine: line.engine, attached: line.attached, close: async () => undefined });
  const never = (name: string) => async () => {
    throw new Error(`${name} was not expected`);
  };
  const ports: CliPorts = {
    version: '1.2.3',
    io,
    clock: line.clock,
    open,
    attach: async () => (line.attached ? open() : undefined),
    own: open,
    screen: never('screen'),
    serveSandboxes: never('serveSandboxes'),
    renderLocal: never('renderLocal'),
    renderOffline: never('renderOffline'),
    explainOffline: never('explainOffline'),
    withScripts: never('withScripts'),
    builtIn: never('builtIn'),
    previewLocal: never('previewLocal'),
    clusterSecret: never('clusterSecret'),
    exportHistory: async function* () {
      yield '[]\n';
    },
    exportSqlite: never('exportSqlite'),
    probes: {
      program: async (name) => `${name} version 1`,
      contexts: async () => ({ contexts: [] }),
      fleet: async () => ({ ok: true, message: 'readable' }),
      database: async () => ({ ok: true, message: 'writable' }),
      reach: async () => ({ ok: true, message: '' }),
      repository: async () => undefined,
    },
    ...line.ports,
  };
  const code = await main(argv, ports);
  return { code, out, err };
}
