// The real screen on a real terminal, over an engine that answers from memory. Bundled and run in a pseudo-terminal by the tests;
// people may run it as well: what it does is told by the environment.
import type { Answer, EngineEvent, Intent, Query } from '../../src/domain/events.js';
import type { Engine } from '../../src/domain/ports.js';
import { runScreen } from '../../views/app.js';
import { createTerminal } from '../../views/terminal.js';
import { appRow, NOW_MS, operation } from '../support/rows.js';
import { ACTIVITY, bigRows, DIFFS, demoClusters, demoRows, TREE } from './fleet.js';
import { PLAN } from './scenes.js';

const offsetMs = NOW_MS - Date.now();
const clock = {
  now: () => Date.now() + offsetMs,
  sleep: (ms: number, signal?: AbortSignal) =>
    new Promise<void>((resolve) => {
      if (signal?.aborted) return resolve();
      const timer = setTimeout(resolve, ms);
      signal?.addEventListener('abort', () => {
        clearTimeout(timer);
        resolve();
      });
    }),
};

const rows = process.env['FAKE_APPS'] ? bigRows(Number(process.env['FAKE_APPS'])) : demoRows();
let emit: (event: EngineEvent) => void = () => undefined;

const OPERATIONS = [
  operation(4198, { app: 'argocd/payments-production-eu', commit: { author: 'Ana', subject: 'tune limits', atMs: NOW_MS } }),
  operation(4190, { app: 'argocd/payments-production-eu' }),
];

function answer(query: Query): unknown {
  switch (query.kind) {
    case 'tree':
      return TREE;
    case 'diff':
      return DIFFS;
    case 'plan':
    case 'rollback-plan':
    case 'delete-plan':
      return PLAN;
    case 'history':
      return OPERATIONS;
    case 'operation':
      return { ...OPERATIONS[0], request: {}, sources: [], options: [], results: [] };
    case 'why':
      return ['Deployment orders: spec.replicas is 6 (kubectl-edit, 40s ago); Git says 4.'];
    case 'resource':
      return { live: DIFFS[0]?.live };
    case 'manifests':
      return [DIFFS[0]?.target];
    default:
      throw new Error(`the fake engine cannot answer ${query.kind}`);
  }
}

const engine: Engine = {
  run: () => Promise.resolve(),
  subscribe(listener) {
    emit = listener;
    listener({ kind: 'snapshot', atMs: clock.now(), apps: rows, clusters: demoClusters(), activity: ACTIVITY, fleet: 'demo' });
    return () => undefined;
  },
  async request(intent: Intent) {
    emit({ kind: 'notice', atMs: clock.now(), level: 'info', message: `asked for ${intent.kind}` });
    return undefined;
  },
  async inspect<K extends Query['kind']>(query: Extract<Query, { kind: K }>): Promise<Answer<K>> {
    return answer(query) as Answer<K>;
  },
};

const rate = Number(process.env['FAKE_RATE'] ?? 0);
let n = 0;
if (rate > 0)
  setInterval(() => {
    for (let i = 0; i < rate / 50; i++) {
      const row = rows[n++ % rows.length] ?? appRow('none');
      emit({
        kind: 'app.changed',
        atMs: clock.now(),
        row: { ...row, health: n % 3 === 0 ? 'Progressing' : 'Healthy', comparedAtMs: clock.now() },
      });
    }
  }, 20).unref();

if (process.env['FAKE_CRASH']) setTimeout(() => Promise.reject(new Error('a bug of our own')), 300);

try {
  const terminal = createTerminal();
  process.exitCode = await runScreen({
    engine,
    terminal,
    clock,
    actor: 'anna',
    ...(process.env['FAKE_LOCATION'] ? { location: process.env['FAKE_LOCATION'] } : {}),
  });
  process.stdout.write(`left with ${process.exitCode}\n`);
  process.exit();
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exit(2);
}
