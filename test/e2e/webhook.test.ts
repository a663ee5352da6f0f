// A commit to a real repository, told by a webhook to the running program: synced at once, although nobody polls.
import { type ChildProcess, spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { commitAll, type Place, PROGRAM, place } from '../support/program.js';

const REPO = 'https://git.example.com/org/apps.git';
const SECRET = 'only between us';
const wait = { timeout: 60_000, interval: 100 };
const manifest = (value: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {value: ${value}}\n`;

let here: Place;
let running: ChildProcess;
let stdout = '';
let stderr = '';
let url = '';
let flags: string[];

beforeAll(async () => {
  here = place();
  const app = {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name: 'web', namespace: 'argocd' },
    spec: {
      project: 'default',
      source: { repoURL: REPO, path: 'web', targetRevision: 'main' },
      destination: { name: 'one', namespace: 'web' },
      syncPolicy: { automated: {}, syncOptions: ['CreateNamespace=true'] },
    },
  };
  here.write({
    'fleet/web.json': JSON.stringify(app),
    'fleet/cm.yaml':
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: argocd-cm, namespace: argocd}\ndata: {timeout.reconciliation: "0"}\n',
    'fleet/secret.yaml': `apiVersion: v1\nkind: Secret\nmetadata: {name: argocd-secret, namespace: argocd}\nstringData: {webhook.github.secret: ${SECRET}}\n`,
    'apps/web/a.yaml': manifest('first'),
  });
  commitAll(join(here.dir, 'apps'), 'first');
  flags = ['--fleet', './fleet', '--sandbox', 'one', '--data', join(here.dir, 'data'), '--repo', `${REPO}=${join(here.dir, 'apps')}`];
  running = spawn(process.execPath, [PROGRAM, 'run', '--webhook', '127.0.0.1:0', ...flags], { env: here.env, cwd: here.dir });
  running.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  running.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    url = /webhooks are taken at (\S+)/.exec(stderr)?.[1] ?? url;
  });
  await vi.waitUntil(() => url !== '', wait);
}, 90_000);

afterAll(() => {
  running.kill('SIGKILL');
  here.remove();
});

async function value(): Promise<string> {
  return (await here.run(['app', 'manifests', 'web', '--source', 'live', ...flags])).stdout;
}

function post(after: string, key: string) {
  const body = JSON.stringify({
    ref: 'refs/heads/main',
    after,
    repository: { html_url: 'https://git.example.com/org/apps', default_branch: 'main' },
    commits: [{ id: after, added: [], modified: ['web/a.yaml'], removed: [] }],
  });
  const signature = `sha256=${createHmac('sha256', key).update(body).digest('hex')}`;
  return fetch(url, { method: 'POST', headers: { 'x-github-event': 'push', 'x-hub-signature-256': signature }, body });
}

describe('argosy run --webhook', () => {
  it('believes a signed push, and nothing else', async () => {
    await expect.poll(value, wait).toContain('value: first');
    here.write({ 'apps/web/a.yaml': manifest('second') });
    const commit = commitAll(join(here.dir, 'apps'), 'second');
    const refused = await post(commit, 'guessed');
    expect(refused.status).toBe(401);
    await expect.poll(() => stdout, wait).toContain('a webhook of github was refused');
    expect(await value()).toContain('value: first');
    expect((await post(commit, SECRET)).status).toBe(200);
    await expect.poll(value, wait).toContain('value: second');
    expect(stdout).toContain(`"revision":"${commit}"`);
    expect(stdout + stderr).not.toContain(SECRET);
  }, 180_000);

  it('ends when its address is taken', async () => {
    const other = ['--fleet', './fleet', '--sandbox', 'one', '--data', join(here.dir, 'other')];
    const run = await here.run(['run', '--webhook', new URL(url).host, ...other], { timeoutMs: 30_000 });
    expect(run.code).not.toBe(0);
    expect(run.stderr).toContain('cannot listen for webhooks on 127.0.0.1:');
    const wrong = await here.run(['run', '--webhook', 'localhost:http', ...other]);
    expect(wrong.stderr).toContain('cannot use --webhook: an address as 127.0.0.1:9000 is expected');
  }, 60_000);
});
