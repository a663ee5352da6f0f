// `argosy init`: looks round, asks (or takes flags), and writes argosy.yaml. Everything starts in observe.
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { exampleConfig } from '../../config/example.js';
import { readConfigText } from '../../config/file.js';
import { inertLine } from '../../core/inert.js';
import { UserError } from '../../domain/problem.js';
import type { ContextProbe } from '../ports.js';
import type { Session } from '../session.js';
import { type InitAnswers, initText } from './init-text.js';

export async function init(session: Session): Promise<number> {
  const { io, invocation } = session;
  const file = resolve(io.cwd, invocation.text('output') ?? invocation.globals.config ?? 'argosy.yaml');
  if (existsSync(file) && !invocation.on('force')) throw new UserError(`${file} is there already; --force replaces it`, { file });
  const text = invocation.on('example') ? exampleConfig() : initText(await answers(session));
  readConfigText(text, file);
  await write(file, text);
  io.out(`wrote ${file} (${text.trimEnd().split('\n').length} lines)\n`);
  if (!invocation.on('example'))
    io.out('Nothing is written to a cluster until `argosy act CONTEXT` was said. Next: `argosy doctor`, then `argosy`.\n');
  return 0;
}

async function answers(session: Session): Promise<InitAnswers> {
  const { io, invocation, ports } = session;
  const { globals } = invocation;
  const found = await ports.probes.contexts(globals.kubeconfig, io.signal);
  if (found.problem !== undefined) io.err(`argosy: ${inertLine(found.problem)}\n`);
  io.out(contextList(found.contexts));
  const asks = io.interactive && !invocation.on('yes');
  const guess = globals.fleet ?? (await ports.probes.repository(io.cwd));
  const fleet =
    globals.fleet ?? (asks ? await ask(session, 'Fleet source (directory or Git URL of Argo CD manifests)', guess ?? '.') : guess);
  if (fleet === undefined) throw new UserError('no fleet source: name a directory or Git URL by --fleet');
  const reachable = found.contexts.filter((context) => context.reachable).map(({ name }) => name);
  const sandboxes = globals.sandbox ?? [];
  const suggested = sandboxes.length > 0 ? '' : reachable.join(', ');
  const contexts =
    globals.context ??
    split(
      asks ? await ask(session, "Contexts to use as clusters (names or patterns such as 'prod-*', with commas)", suggested) : suggested,
    );
  const inCluster = globals.inCluster ?? (asks ? await ask(session, 'Cluster that in-cluster destinations mean (empty: none)', '') : '');
  return {
    fleet,
    contexts,
    sandboxes: sandboxes.length > 0 || contexts.length > 0 ? sandboxes : ['in-cluster'],
    inCluster:
      inCluster || (contexts.length === 0 && sandboxes.length === 0 ? 'in-cluster' : sandboxes.find((name) => name === 'in-cluster')),
    mode: globals.mode ?? 'act',
    data: globals.data,
    kubeconfig: globals.kubeconfig,
  };
}

/** One line per context, and how many of them answer. */
function contextList(contexts: readonly ContextProbe[]): string {
  if (contexts.length === 0) return 'no kubeconfig contexts: a sandbox will be used\n';
  const width = Math.max(...contexts.map(({ name }) => name.length));
  const lines = contexts.map(
    (context) =>
      `  ${context.reachable ? '✓' : '✗'} ${context.name.padEnd(width)}  ${context.reachable ? (context.version ?? '') : context.message}`,
  );
  const reachable = contexts.filter((context) => context.reachable).length;
  return `kubeconfig: ${contexts.length} ${contexts.length === 1 ? 'context' : 'contexts'}, ${reachable} reachable\n${lines.map(inertLine).join('\n')}\n`;
}

async function ask(session: Session, question: string, suggested: string): Promise<string> {
  const answer = await session.io.ask(`${question}${suggested === '' ? '' : ` [${suggested}]`}: `);
  if (answer === undefined) throw new UserError('nothing was written: the input ended');
  return answer.trim() === '' ? suggested : answer.trim();
}

function split(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

async function write(file: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  } catch (error) {
    throw new UserError(`cannot write ${file}: ${(error as Error).message}`, { file });
  }
}
