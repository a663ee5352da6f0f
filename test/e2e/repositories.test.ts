// Repositories with credentials, as a newcomer adds them: a real Git server that asks for a password.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type GitServer, gitServer } from '../support/git-http.js';
import { commitAll, type Place, place } from '../support/program.js';
import { archive, registry, TAR_LAYER } from '../support/registry.js';

const PASSWORD = 'canary-9f2c1e';
const APP = (repoURL: string) => `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: web, namespace: argocd}
spec:
  project: default
  source: {repoURL: ${repoURL}, path: web}
  destination: {server: https://kubernetes.default.svc, namespace: default}
  syncPolicy: {automated: {}}
`;

let at: Place | undefined;
let server: GitServer | undefined;
afterEach(() => {
  server?.close();
  at?.remove();
});

async function prepared(): Promise<{ here: Place; url: string; flags: string[] }> {
  const here = place();
  at = here;
  here.write({ 'work/web/a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n' });
  commitAll(join(here.dir, 'work'), 'first');
  execFileSync('git', ['clone', '--quiet', '--bare', 'work', 'served/team/apps.git'], { cwd: here.dir });
  server = await gitServer(join(here.dir, 'served'), { username: 'ci', password: PASSWORD });
  const url = `${server.url}/team/apps.git`;
  here.write({ 'fleet/web.yaml': APP(url), password: `${PASSWORD}\n` });
  return { here, url, flags: ['--fleet', './fleet', '--sandbox', 'in-cluster', '--data', join(here.dir, 'data')] };
}

describe('repo add', () => {
  it('tries the repository, keeps it encrypted, and applications are synced from it', async () => {
    const { here, url, flags } = await prepared();
    const wrong = await here.run(['repo', 'add', url, '--username', 'ci', '--password-stdin', ...flags], { input: 'wrong' });
    expect(wrong).toMatchObject({ code: 2, stdout: '' });
    expect(wrong.stderr).toContain(`cannot add ${url}: `);
    expect(wrong.stderr).toContain('Authentication failed');
    const added = await here.run(['repo', 'add', url, '--username', 'ci', '--password-file', 'password', ...flags]);
    expect(added, added.stderr).toMatchObject({ code: 0, stdout: `Repository '${url}' added\n` });
    const again = await here.run(['repo', 'add', url, '--username', 'ci', '--password-file', 'password', ...flags]);
    expect(again.stderr).toContain('is there already; --upsert replaces it');
    const run = await here.run(['run', '--once', '--timeout', '60s', ...flags], { timeoutMs: 90_000 });
    expect(run.code, run.stdout + run.stderr).toBe(0);
    const got = await here.run(['repo', 'get', url, '-o', 'json', ...flags]);
    expect(JSON.parse(got.stdout)).toMatchObject({ type: 'git', repo: url, connectionState: { status: 'Successful' } });
    const said = [wrong, added, again, run, got].map(({ stdout, stderr }) => stdout + stderr).join('');
    expect(said).not.toContain(PASSWORD);
    expect(filesWith(join(here.dir, 'data'), PASSWORD)).toEqual([]);
    const removed = await here.run(['repo', 'rm', url, '--yes', ...flags]);
    expect(removed).toMatchObject({ code: 0, stdout: `Repository '${url}' removed\n` });
  }, 180_000);
});

describe('an OCI registry', () => {
  it('gives charts, what charts depend on, and manifests', async () => {
    const here = place();
    at = here;
    const served = await registry({ username: 'ci', password: PASSWORD });
    const map = (name: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\n`;
    served.push(
      'charts/web',
      '1.2.0',
      archive({ 'web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.2.0\n', 'web/templates/a.yaml': map('{{ .Release.Name }}-web') }),
    );
    served.push('team/plain', 'v1', archive({ 'plain.yaml': map('plain') }), TAR_LAYER);
    const app = (name: string, source: object) =>
      JSON.stringify({
        apiVersion: 'argoproj.io/v1alpha1',
        kind: 'Application',
        metadata: { name, namespace: 'argocd' },
        spec: {
          project: 'default',
          source,
          destination: { server: 'https://kubernetes.default.svc', namespace: 'default' },
          syncPolicy: { automated: {} },
        },
      });
    const secret = (name: string, url: string) =>
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name, namespace: 'argocd', labels: { 'argocd.argoproj.io/secret-type': 'repo-creds' } },
        stringData: { url, type: 'helm', enableOCI: 'true', insecureOCIForceHttp: 'true', username: 'ci', password: PASSWORD },
      });
    here.write({
      'umbrella/chart/Chart.yaml': `apiVersion: v2\nname: umbrella\nversion: 1.0.0\ndependencies:\n- {name: web, version: 1.x, repository: "oci://${served.host}/charts"}\n`,
      'fleet/chart.yaml': app('one', { repoURL: `${served.host}/charts`, chart: 'web', targetRevision: '1.*' }),
      'fleet/plain.yaml': app('two', { repoURL: `oci://${served.host}/team/plain`, targetRevision: 'v1', path: '.' }),
      'fleet/umbrella.yaml': app('three', { repoURL: join(here.dir, 'umbrella'), path: 'chart' }),
      'fleet/creds.yaml': secret('creds', served.host),
      'fleet/creds-oci.yaml': secret('creds-oci', `oci://${served.host}`),
    });
    const flags = ['--fleet', './fleet', '--sandbox', 'in-cluster', '--data', join(here.dir, 'data')];
    const run = await here.run(['run', '--once', '--timeout', '60s', ...flags], { timeoutMs: 90_000 });
    expect(run.code, run.stdout + run.stderr).toBe(0);
    const list = await here.run(['app', 'list', ...flags]);
    expect(list.stdout.match(/Synced +Healthy/g)).toHaveLength(4);
    const found = await here.run(['app', 'manifests', 'three', '--source', 'live', ...flags]);
    expect(found.stdout).toContain('name: three-web');
    expect(run.stdout + run.stderr + list.stdout).not.toContain(PASSWORD);
    served.close();
  }, 180_000);
});

describe('repocreds add', () => {
  it('counts for every repository below its address', async () => {
    const { here, url, flags } = await prepared();
    const prefix = `${server?.url}/team/`;
    const added = await here.run(['repocreds', 'add', prefix, '--username', 'ci', '--password-stdin', ...flags], { input: PASSWORD });
    expect(added, added.stderr).toMatchObject({ code: 0, stdout: `Repository credentials for '${prefix}' added\n` });
    const list = await here.run(['repocreds', 'list', ...flags]);
    expect(list.stdout).toMatch(/URL PATTERN +USERNAME +SSH_CREDS +TLS_CREDS\n.* +ci +false +false/);
    const run = await here.run(['run', '--once', '--timeout', '60s', ...flags], { timeoutMs: 90_000 });
    expect(run.code, run.stdout + run.stderr).toBe(0);
    expect((await here.run(['repocreds', 'rm', `${url}x`, '--yes', ...flags])).stderr).toContain('not found');
    expect((await here.run(['repocreds', 'rm', prefix, '--yes', ...flags])).code).toBe(0);
  }, 180_000);
});

/** Files below a folder that hold a text, as it is or in base64. */
function filesWith(dir: string, text: string): string[] {
  const forms = [Buffer.from(text), ...[0, 1, 2].map((shift) => Buffer.from(base64Core(text, shift)))];
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => {
      const bytes = readFileSync(file);
      return forms.some((form) => bytes.includes(form));
    });
}

/** What of the base64 of a text is the same at this shift, whatever stands around it. */
function base64Core(text: string, shift: number): string {
  const whole = Buffer.concat([Buffer.alloc(shift), Buffer.from(text)]).toString('base64');
  return whole.slice(shift === 0 ? 0 : 4, -4);
}
