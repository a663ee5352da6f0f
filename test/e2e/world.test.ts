// The program on a cluster that is not its own, over HTTPS: observed until it is allowed, then written to under a Lease, then left.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Place, PROGRAM, place } from '../support/program.js';

const APPLICATION = {
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'Application',
  metadata: { name: 'web', namespace: 'argocd' },
  spec: {
    project: 'default',
    source: { repoURL: './manifests', path: '.' },
    destination: { name: 'one', namespace: 'web' },
    syncPolicy: { automated: {}, syncOptions: ['CreateNamespace=true'] },
  },
};

let here: Place;
let serving: ChildProcess;
let flags: (data: string) => string[];

beforeAll(async () => {
  here = place();
  const kubeconfig = join(here.dir, 'kubeconfig');
  const source = { ...APPLICATION.spec.source, repoURL: join(here.dir, 'manifests') };
  here.write({
    'fleet/web.json': JSON.stringify({ ...APPLICATION, spec: { ...APPLICATION.spec, source } }),
    'manifests/a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n',
  });
  serving = spawn(process.execPath, [PROGRAM, 'sandbox', 'serve', 'one', '--kubeconfig', kubeconfig], {
    env: here.env,
    cwd: here.dir,
    stdio: 'ignore',
  });
  await vi.waitUntil(() => existsSync(kubeconfig) && readFileSync(kubeconfig, 'utf8').includes('server'), { timeout: 30_000 });
  flags = (data) => ['--fleet', './fleet', '--kubeconfig', kubeconfig, '--context', 'one', '--data', join(here.dir, data)];
}, 60_000);

afterAll(() => {
  serving.kill('SIGKILL');
  here.remove();
});

/** Less than a Lease lasts: an engine that finds it taken cannot be done by then. */
const SOON = ['--timeout', '12s'];

describe('a cluster of the kubeconfig', () => {
  it('is only observed until somebody says otherwise', async () => {
    const run = await here.run(['run', '--once', ...SOON, ...flags('a')]);
    expect(run.code).toBe(1);
    const why = await here.run(['app', 'why', 'web', ...flags('a')]);
    expect(why.stdout).toContain('cluster one is only observed');
    expect((await here.run(['app', 'manifests', 'web', '--source', 'live', ...flags('a')])).stdout.trim()).toBe('');
  }, 60_000);

  it('is written to when it is allowed, and the program ends when it is settled', async () => {
    expect((await here.run(['act', 'one', '--yes', ...flags('a')])).code).toBe(0);
    const run = await here.run(['run', '--once', ...SOON, ...flags('a')], { timeoutMs: 30_000 });
    expect(run.code).toBe(0);
    expect((await here.run(['app', 'manifests', 'web', '--source', 'live', ...flags('a')])).stdout).toContain('name: a');
  }, 90_000);

  it('is left free for the next engine', async () => {
    here.write({ 'manifests/a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {changed: "1"}\n' });
    expect((await here.run(['act', 'one', '--yes', ...flags('b')])).code).toBe(0);
    const run = await here.run(['run', '--once', ...SOON, ...flags('b')], { timeoutMs: 30_000 });
    expect(run.code).toBe(0);
    expect((await here.run(['app', 'manifests', 'web', '--source', 'live', ...flags('b')])).stdout).toContain('changed');
  }, 90_000);
});
