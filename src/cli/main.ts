// argv -> one command -> an exit code. The only place that turns errors into text.
import { loadConfig } from '../config.js';
import { inertText } from '../core/inert.js';
import { IoError, UserError } from '../domain/problem.js';
import { HANDLERS } from './handlers.js';
import { parseArgv } from './parse.js';
import type { CliPorts } from './ports.js';
import { Session } from './session.js';
import { worldOf } from './world.js';

/** The person gave us something unusable, or the world did not answer. */
const EXIT_ERROR = 2;

/** Carries out the command line (without node and script). Resolves with the exit code; never throws, never exits. */
export async function main(argv: readonly string[], ports: CliPorts): Promise<number> {
  const { io } = ports;
  let session: Session | undefined;
  try {
    const parsed = parseArgv(argv, io.width);
    if (parsed.kind === 'text') {
      io.out(parsed.text);
      return 0;
    }
    if (parsed.kind === 'screen') return await ports.screen(await worldOf(loadConfig(parsed.globals, io), ports));
    session = new Session(parsed.invocation, ports);
    const load = HANDLERS[parsed.invocation.command];
    if (!load) throw new Error(`no handler for ${parsed.invocation.command}`);
    return await (await load())(session);
  } catch (error) {
    io.err(`argosy: ${sentence(error, io.env['ARGOSY_DEBUG'] !== undefined)}\n`);
    return EXIT_ERROR;
  } finally {
    await session?.close().catch((error: unknown) => io.err(`argosy: ${sentence(error, false)}\n`));
  }
}

/** What went wrong, without a stack unless it is our own mistake and ARGOSY_DEBUG asks for it. */
function sentence(error: unknown, debug: boolean): string {
  if (error instanceof UserError || error instanceof IoError) return inertText(error.message);
  if (!(error instanceof Error)) return inertText(String(error));
  // Errors that crossed a thread or a socket keep their name but not their class.
  if (error.name === 'UserError' || error.name === 'IoError') return inertText(error.message);
  return debug ? inertText(error.stack ?? error.message) : `internal error: ${inertText(error.message)} (ARGOSY_DEBUG=1 shows where)`;
}
