// The command line's ports, with the real things behind them.
import { systemClock } from '../adapters/clock.js';
import type { CliPorts, Io, OpenEngine } from '../cli/ports.js';
import type { Config } from '../config.js';
import type { Clock, Engine } from '../domain/ports.js';
import { UserError } from '../domain/problem.js';
import type { ScriptCore } from '../domain/wasm.js';
import { VERSION } from './version.js';

/** The first look of a command that comes and goes. */
const LOOK_MS = 20_000;

export function cliPorts(io: Io): CliPorts {
  const clock = systemClock();
  return {
    version: VERSION,
    io,
    clock,
    attach: attached,
    open: (config) => openEngine(config, io, clock),
    own: (config) => ownEngine(config, io),
    screen: async (config) => (await import('./screen.js')).screen(config),
    // Each is loaded when it is asked for: a command on files alone starts without an engine, a database and a client.
    serveSandboxes: async (...args) => (await import('./sandbox-serve.js')).serveNamed(...args),
    renderLocal: async (...args) => (await import('./render-local.js')).renderLocal(...args),
    renderOffline: async (...args) => (await import('./render-offline.js')).renderOffline(...args),
    explainOffline: async (...args) => (await import('./render-offline.js')).explainOffline(...args),
    withScripts,
    builtIn: async () => {
      const { builtinKinds, builtinTypes } = await import('../adapters/apiserver/schema/builtin-types.js');
      return { types: builtinTypes(), kinds: builtinKinds() };
    },
    previewLocal: async (config, input) => (await import('./preview-local.js')).previewLocal(config, input, io),
    clusterSecret: async (config, wanted) => (await import('./cluster-secret.js')).clusterSecret(config, wanted, io.env),
    exportHistory: async function* (config, format, filter) {
      yield* (await import('./history-export.js')).exportHistory(config, { format, filter });
    },
    exportSqlite: async (...args) => (await import('./history-export.js')).exportSqlite(...args),
    probes: lazyProbes(clock),
  };
}

function lazyProbes(clock: Clock): CliPorts['probes'] {
  const load = async () => (await import('./probes.js')).probes(clock);
  return {
    program: async (name) => (await load()).program(name),
    contexts: async (kubeconfig, signal) => (await load()).contexts(kubeconfig, signal),
    fleet: async (config, signal) => (await load()).fleet(config, signal),
    database: async (folder) => (await load()).database(folder),
    reach: async (...args) => (await load()).reach(...args),
    repository: async (folder) => (await load()).repository(folder),
  };
}

async function withScripts<T>(work: (core: ScriptCore) => Promise<T>): Promise<T> {
  const { createScriptCore } = await import('../adapters/wasm/core.js');
  const core = createScriptCore({ lightWorkers: 1 });
  try {
    return await work(core);
  } finally {
    await core.close();
  }
}

async function attached(config: Config): Promise<OpenEngine | undefined> {
  const { attach } = await import('./socket.js');
  const running = await attach(config.data);
  return running && { engine: running.engine, attached: true, close: async () => running.close() };
}

/** The running engine, or one of our own that has looked at everything once. */
export async function openEngine(config: Config, io: Pick<Io, 'err'>, clock: Clock): Promise<OpenEngine> {
  const running = await attached(config);
  if (running) return running;
  const { composeEngine } = await import('./engine.js');
  const composed = await composeEngine(config, { serves: false, automation: 'hub' });
  for (const notice of composed.notices) io.err(`argosy: ${notice}\n`);
  const stop = new AbortController();
  const running_ = composed.engine.run(stop.signal);
  const failed = running_.then(
    () => undefined,
    (error: unknown) => error,
  );
  const close = async (): Promise<void> => {
    stop.abort();
    await failed;
    await composed.close();
  };
  const problem = await Promise.race([failed, looked(composed.engine, clock)]);
  if (problem !== undefined) {
    await close();
    throw problem;
  }
  return { engine: composed.engine, attached: false, close };
}

/** Resolves when every application was compared and nothing is being written, or after a while. */
function looked(engine: Engine, clock: Clock): Promise<undefined> {
  return new Promise((resolve) => {
    const late = new AbortController();
    let unsubscribe: (() => void) | undefined;
    const done = (): void => {
      late.abort();
      unsubscribe?.();
      resolve(undefined);
    };
    void clock.sleep(LOOK_MS, late.signal).then(done);
    unsubscribe = engine.subscribe((event) => {
      if (event.kind !== 'activity' && event.kind !== 'snapshot') return;
      const { queued, reconciling, operations, waitsFor, steady } = event.activity;
      const open = waitsFor.filter((reason) => !reason.endsWith('it is Progressing'));
      if (steady || (queued + reconciling + operations === 0 && open.length === 0)) done();
    });
  });
}

async function ownEngine(config: Config, io: Pick<Io, 'err'>): Promise<OpenEngine> {
  const { attach } = await import('./socket.js');
  const running = await attach(config.data);
  if (running) {
    const { pid, startedAtMs } = await running.engine.inspect({ kind: 'engine' });
    running.close();
    throw new UserError(
      `an engine runs on ${config.data} already (pid ${pid}, since ${new Date(startedAtMs).toISOString()}); \`argosy\` attaches to it`,
    );
  }
  const { composeEngine } = await import('./engine.js');
  const composed = await composeEngine(config, { serves: true, automation: 'all' });
  for (const notice of composed.notices) io.err(`argosy: ${notice}\n`);
  return { engine: composed.engine, attached: false, close: () => composed.close() };
}
