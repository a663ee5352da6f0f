// The engine as a process of its own, killed with SIGKILL again and again while it syncs a cluster that lives on: it always converges, and
// what it does not know stays as it was.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Place, PROGRAM, place } from '../support/program.js';

const OBJECTS = 120;
const KILLS = 6;

let here: Place;
let serving: ChildProcess;
let flags: string[];

beforeAll(async () => {
  here = place();
  const kubeconfig = join(here.dir, 'kubeconfig');
  const application = {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name: 'web', namespace: 'argocd' },
    spec: {
      project: 'default',
      source: { repoURL: join(here.dir, 'manifests'), path: '.' },
      destination: { name: 'one', namespace: 'web' },
      syncPolicy: { automated: { prune: true, selfHeal: true }, syncOptions: ['CreateNamespace=true'], retry: { limit: -1 } },
    },
  };
  here.write({ 'fleet/web.json': JSON.stringify(application), 'manifests/all.json': manifests(0) });
  serving = spawn(process.execPath, [PROGRAM, 'sandbox', 'serve', 'one', '--kubeconfig', kubeconfig], {
    env: here.env,
    cwd: here.dir,
    stdio: 'ignore',
  });
  await vi.waitUntil(() => existsSync(kubeconfig) && readFileSync(kubeconfig, 'utf8').includes('server'), { timeout: 30_000 });
  flags = ['--fleet', './fleet', '--kubeconfig', kubeconfig, '--context', 'one', '--data', join(here.dir, 'data')];
  expect((await here.run(['act', 'one', '--yes', ...flags])).code).toBe(0);
}, 90_000);

afterAll(() => {
  serving.kill('SIGKILL');
  here.remove();
});

/** What Git wants at a generation: the values change, and a few objects come and go. */
function manifests(generation: number): string {
  const items = Array.from({ length: OBJECTS }, (_, i) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: `c${i + generation}`, annotations: { 'argocd.argoproj.io/sync-wave': String(i % 3) } },
    data: { generation: String(generation) },
  }));
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
}

/** Runs the engine and kills it some time after it has begun. */
async function lifeOf(ms: number): Promise<void> {
  const child = spawn(process.execPath, [PROGRAM, 'run', ...flags], { env: here.env, cwd: here.dir, stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const begun = new Promise<void>((resolve) => child.stdout?.once('data', () => resolve()));
  await Promise.race([begun, ended]);
  await new Promise((resolve) => setTimeout(resolve, ms));
  child.kill('SIGKILL');
  await ended;
}

describe('kill -9, again and again', () => {
  it('at any point of a sync, and the next start converges without waiting for a Lease to run out', async () => {
    for (let generation = 1; generation <= KILLS; generation++) {
      here.write({ 'manifests/all.json': manifests(generation) });
      await lifeOf(150 + ((generation * 397) % 1_100));
    }
    const run = await here.run(['run', '--once', '--timeout', '60s', ...flags], { timeoutMs: 90_000 });
    expect(run.stdout + run.stderr).toContain('"end":"steady"');
    expect(run.code, (await here.run(['app', 'why', 'web', ...flags])).stdout).toBe(0);
    const live = JSON.parse((await here.run(['app', 'resources', 'web', '-o', 'json', ...flags])).stdout) as {
      kind: string;
      name: string;
    }[];
    const names = live.filter(({ kind }) => kind === 'ConfigMap').map(({ name }) => name);
    expect(new Set(names)).toEqual(new Set(Array.from({ length: OBJECTS }, (_, i) => `c${i + KILLS}`)));
    const shown = (await here.run(['app', 'manifests', 'web', '--source', 'live', ...flags])).stdout;
    expect(shown.match(new RegExp(`generation: '?"?${KILLS}`, 'g'))?.length, shown.slice(0, 500)).toBe(OBJECTS);
    const history = JSON.parse((await here.run(['history', 'export', '--format', 'json', ...flags])).stdout) as { phase: string }[];
    expect(history.filter(({ phase }) => phase === 'Running')).toEqual([]);
    expect(history.length).toBeGreaterThan(1);
  }, 180_000);
});
