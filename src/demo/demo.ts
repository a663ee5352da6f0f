// `npm start`: the demo fleet on the screen; without a terminal, until everything is settled, and then its applications as a table.
import { appTable } from '../cli/app/list.js';
import { RowMemory } from '../cli/app/until.js';
import { parseArgv } from '../cli/parse.js';
import type { Io } from '../cli/ports.js';
import { attach } from '../compose/socket.js';
import { dataFolder } from '../compose/state.js';
import type { Config } from '../config.js';
import type { Engine } from '../domain/ports.js';
import { IoError, UserError } from '../domain/problem.js';
import { demoConfig, openStage } from './stage.js';

const PATIENCE_MS = 120_000;

export async function demo(argv: readonly string[], io: Io): Promise<number> {
  try {
    const parsed = parseArgv(argv, io.width);
    const config = demoConfig(parsed.kind === 'screen' ? parsed.globals : {}, io.env);
    dataFolder(config);
    if (io.terminal && io.interactive) return await (await import('../compose/screen.js')).screen(config, { demo: true });
    return await headless(config, io);
  } catch (error) {
    if (!(error instanceof UserError) && !(error instanceof IoError)) throw error;
    io.err(`argosy: ${error.message}\n`);
    return 2;
  }
}

/** Runs the fleet until it is steady and production was synced, prints the table, stops. */
async function headless(config: Config, io: Io): Promise<number> {
  const running = await attach(config.data);
  if (running) {
    const { apps } = await running.engine.inspect({ kind: 'rows' });
    running.close();
    io.out(appTable(apps, { wide: false, nowMs: Date.now(), colour: io.colour }));
    return 0;
  }
  const stop = new AbortController();
  io.signal.addEventListener('abort', () => stop.abort(), { once: true });
  const { composed, settled } = await openStage(config, { drifts: false, signal: stop.signal });
  const done = composed.engine.run(stop.signal);
  const memory = new RowMemory();
  const timer = setTimeout(() => stop.abort(), PATIENCE_MS);
  const steady = await Promise.race([settled.then(() => untilSteady(composed.engine, memory)), done.then(() => false)]);
  clearTimeout(timer);
  const rows = memory.all();
  stop.abort();
  await done;
  await composed.close();
  io.out(
    appTable(
      [...rows].sort((a, b) => (a.key < b.key ? -1 : 1)),
      { wide: false, nowMs: Date.now(), colour: io.colour },
    ),
  );
  if (steady) return 0;
  io.err(
    io.signal.aborted
      ? 'argosy: stopped before the demo had settled\n'
      : `argosy: the demo did not settle within ${PATIENCE_MS / 1000} s\n`,
  );
  return 1;
}

function untilSteady(engine: Engine, memory: RowMemory): Promise<boolean> {
  return new Promise((resolve) => {
    engine.subscribe((event) => {
      memory.take(event);
      if ((event.kind === 'activity' || event.kind === 'snapshot') && event.activity.steady) resolve(true);
    });
  });
}
