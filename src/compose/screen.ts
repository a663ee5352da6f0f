// The full-screen program: attached to the engine that runs on this data, or above one in a thread of its own.
import { userInfo } from 'node:os';
import { runScreen } from '../../views/app.js';
import { createTerminal } from '../../views/terminal.js';
import { screenRefusal } from '../../views/terminal-capabilities.js';
import { systemClock } from '../adapters/clock.js';
import type { Config } from '../config.js';
import type { Engine } from '../domain/ports.js';
import { UserError } from '../domain/problem.js';
import { attach } from './socket.js';
import { startWorker } from './worker.js';

interface Below {
  readonly engine: Engine;
  /** Rejects when the engine fails below us. */
  readonly failed: Promise<never>;
  close(): Promise<void>;
}

/** Resolves with the exit code when the user leaves. Throws UserError where no screen can be drawn. */
export async function screen(config: Config, options: { readonly demo?: boolean } = {}): Promise<number> {
  const refusal = screenRefusal(process.env, {
    inputIsTerminal: process.stdin.isTTY === true,
    outputIsTerminal: process.stdout.isTTY === true,
  });
  if (refusal !== undefined) throw new UserError(refusal);
  const below = await open(config, options.demo === true);
  const terminal = createTerminal();
  const shown = runScreen({ engine: below.engine, terminal, clock: systemClock(), actor: actor(), newcomer: options.demo === true });
  try {
    return await Promise.race([shown, below.failed]);
  } finally {
    await terminal.leave();
    await below.close();
  }
}

async function open(config: Config, demo: boolean): Promise<Below> {
  const running = await attach(config.data);
  if (running) return { engine: running.engine, failed: new Promise<never>(() => undefined), close: async () => running.close() };
  const worker = await startWorker({ config, demo });
  for (const notice of worker.notices) process.stderr.write(`argosy: ${notice}\n`);
  return worker;
}

/** The user's name, as history records it. */
function actor(): string {
  return process.env['ARGOSY_ACTOR'] || process.env['USER'] || process.env['LOGNAME'] || userInfo().username;
}
