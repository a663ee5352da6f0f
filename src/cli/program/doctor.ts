// `argosy doctor`: what is needed, what is there, and what to do about the rest. Nothing is changed.
import { type Config, loadConfig } from '../../config.js';
import { globMatch } from '../../core/fleet/text-match.js';
import { inertLine } from '../../core/inert.js';
import type { Session } from '../session.js';

interface Check {
  readonly name: string;
  readonly state: 'ok' | 'note' | 'missing';
  readonly message: string;
}

const MINIMUM_NODE = [20, 19] as const;

export async function doctor(session: Session): Promise<number> {
  const { io, invocation } = session;
  const checks: Check[] = [];
  const json = invocation.text('output') === 'json';
  for await (const check of run(session)) {
    checks.push(check);
    if (!json) io.out(`${mark(check.state, io.colour)} ${check.name.padEnd(14)} ${inertLine(check.message)}\n`);
  }
  if (json) io.out(`${JSON.stringify(checks, undefined, 2)}\n`);
  const missing = checks.filter(({ state }) => state === 'missing').length;
  if (!json)
    io.out(missing === 0 ? '\nAll that is needed is there.\n' : `\n${missing} ${missing === 1 ? 'thing is' : 'things are'} missing.\n`);
  return missing === 0 ? 0 : 1;
}

async function* run(session: Session): AsyncGenerator<Check> {
  const { ports, io } = session;
  yield node();
  yield* programs(session);
  const config = readConfig(session);
  if ('problem' in config) {
    yield { name: 'configuration', state: 'missing', message: config.problem };
    return;
  }
  yield { name: 'configuration', state: 'ok', message: config.file ?? 'no file; `argosy init` writes one' };
  yield* contexts(session, config);
  if (config.fleet) {
    const fleet = await ports.probes.fleet(config, io.signal);
    yield { name: 'fleet', state: fleet.ok ? 'ok' : 'missing', message: fleet.message };
  } else
    yield { name: 'fleet', state: 'note', message: "no fleet source: the hub's own objects are used; `argosy init` or --fleet names one" };
  const database = await ports.probes.database(config.data);
  yield { name: 'data', state: database.ok ? 'ok' : 'missing', message: database.message };
  yield terminal(session);
}

function node(): Check {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const ok = major > MINIMUM_NODE[0] || (major === MINIMUM_NODE[0] && minor >= MINIMUM_NODE[1]);
  const message = ok ? process.version : `${process.version}: Node ${MINIMUM_NODE.join('.')} or newer is needed`;
  return { name: 'node', state: ok ? 'ok' : 'missing', message };
}

async function* programs({ ports }: Session): AsyncGenerator<Check> {
  const git = await ports.probes.program('git');
  yield { name: 'git', state: git ? 'ok' : 'missing', message: git ?? 'not found: install git; repositories are read by it' };
  const kubectl = await ports.probes.program('kubectl');
  yield { name: 'kubectl', state: kubectl ? 'ok' : 'note', message: kubectl ?? 'not found: only needed to look at clusters by hand' };
}

function readConfig(session: Session): Config | { problem: string } {
  try {
    return loadConfig(session.invocation.globals, session.io);
  } catch (error) {
    return { problem: (error as Error).message };
  }
}

async function* contexts({ ports, io }: Session, config: Config): AsyncGenerator<Check> {
  const named = [...config.clusters.values()].flatMap(({ context }) => context ?? []);
  const globs = [...config.contexts.map(({ glob }) => glob), ...named, ...(config.hub.kind === 'cluster' ? [config.hub.context] : [])];
  const sandboxes = [...config.clusters].filter(([, { sandbox }]) => sandbox).map(([name]) => name);
  if (sandboxes.length > 0) yield { name: 'sandboxes', state: 'ok', message: sandboxes.join(', ') };
  if (globs.length === 0 && sandboxes.length > 0) return;
  const { contexts: found, problem } = await ports.probes.contexts(config.kubeconfig, io.signal);
  if (problem !== undefined) yield { name: 'kubeconfig', state: globs.length > 0 ? 'missing' : 'note', message: problem };
  const wanted = globs.length === 0 ? found : found.filter(({ name }) => globs.some((glob) => globMatch(glob, name)));
  for (const context of wanted) {
    const message = context.reachable ? `${context.server} ${context.version ?? ''}`.trim() : `${context.server}: ${context.message}`;
    const state = context.reachable ? 'ok' : globs.length > 0 ? 'missing' : 'note';
    yield { name: 'context', state, message: `${context.name}  ${message}` };
  }
  for (const glob of globs)
    if (!found.some(({ name }) => globMatch(glob, name)))
      yield { name: 'context', state: 'missing', message: `no kubeconfig context matches "${glob}"` };
}

function terminal({ io }: Session): Check {
  if (!io.terminal)
    return { name: 'terminal', state: 'note', message: 'standard output is no terminal: the screen needs one, everything else works' };
  const depth = io.env['NO_COLOR']
    ? 'no colours (NO_COLOR)'
    : /truecolor|24bit/.test(io.env['COLORTERM'] ?? '')
      ? 'truecolour'
      : '256 or fewer colours';
  const narrow = io.width < 60;
  return {
    name: 'terminal',
    state: narrow ? 'note' : 'ok',
    message: `${io.env['TERM'] ?? 'unknown'}, ${io.width} columns, ${depth}${narrow ? '; the screen needs 60' : ''}`,
  };
}

function mark(state: Check['state'], colour: boolean): string {
  const [glyph, code] = { ok: ['✓', '32'], note: ['·', '33'], missing: ['✗', '31'] }[state] as [string, string];
  return colour ? `\u001b[${code}m${glyph}\u001b[0m` : glyph;
}
