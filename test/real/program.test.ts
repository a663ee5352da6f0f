// The program on a real kube-apiserver: as a cluster that is observed, allowed, shared and forbidden, and as the hub.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ROOT } from '../support/code.js';
import { type Place, PROGRAM, place } from '../support/program.js';
import { type ControlPlane, controlPlaneBinaries, startControlPlane } from './control-plane.js';

const CRDS = join(ROOT, '..', 'shared', 'reference', 'argo-cd-crds');
const { skip } = controlPlaneBinaries();
const missing =
  skip ?? (hasKubectl() ? undefined : 'kubectl is not there') ?? (existsSync(PROGRAM) ? undefined : 'the program is not built');
const BOTH = ['--timeout', '60s'];

function hasKubectl(): boolean {
  try {
    execFileSync('kubectl', ['version', '--client'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

describe.skipIf(missing !== undefined)(`the program on a real kube-apiserver${missing ? ` (${missing})` : ''}`, () => {
  let plane: ControlPlane;
  let here: Place;
  let kubeconfig: string;

  const kubectl = (args: readonly string[], input?: string): string =>
    execFileSync('kubectl', ['--kubeconfig', plane.kubeconfig, ...args], {
      encoding: 'utf8',
      ...(input === undefined ? {} : { input }),
      stdio: ['pipe', 'pipe', 'pipe'],
    });
  const flags = (data: string, context = 'real'): string[] => [
    ...['--fleet', './fleet', '--kubeconfig', kubeconfig, '--context', context, '--data', join(here.dir, data)],
  ];
  const lease = (): string => kubectl(['-n', 'kube-system', 'get', 'lease', 'argosy-engine', '-o', 'jsonpath={.spec.holderIdentity}']);

  function application(name: string, destination: object): string {
    return JSON.stringify({
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Application',
      metadata: { name, namespace: 'argocd', finalizers: ['resources-finalizer.argocd.argoproj.io'] },
      spec: {
        project: 'default',
        source: { repoURL: join(here.dir, 'manifests'), path: '.' },
        destination,
        syncPolicy: { automated: { selfHeal: true, prune: true }, syncOptions: ['CreateNamespace=true'] },
      },
    });
  }

  const configMap = (value: string): string => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {v: "${value}"}\n`;

  beforeAll(async () => {
    plane = await startControlPlane();
    here = place();
    const { clusters, users, contexts } = JSON.parse(readFileSync(plane.kubeconfig, 'utf8'));
    kubeconfig = join(here.dir, 'kubeconfig');
    const gone = { name: 'gone', cluster: { server: 'https://127.0.0.1:1', 'insecure-skip-tls-verify': true } };
    const context = (name: string, cluster: string, user: string) => ({ name, context: { cluster, user } });
    kubectl(['-n', 'kube-system', 'create', 'serviceaccount', 'narrow']);
    kubectl(['create', 'clusterrole', 'narrow', '--verb=get,list,watch', '--resource=*.*']);
    kubectl(['create', 'clusterrolebinding', 'narrow', '--clusterrole=narrow', '--serviceaccount=kube-system:narrow']);
    const token = kubectl(['-n', 'kube-system', 'create', 'token', 'narrow']).trim();
    writeFileSync(
      kubeconfig,
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'Config',
        clusters: [...clusters, gone],
        users: [...users, { name: 'narrow', user: { token } }],
        contexts: [
          ...contexts,
          context('same', 'real', 'admin'),
          context('narrow', 'real', 'narrow'),
          context('gone', 'gone', 'admin'),
          context('nobody', 'real', 'nobody'),
        ],
      }),
    );
    here.write({ 'fleet/web.json': application('web', { name: 'real', namespace: 'web' }), 'manifests/a.yaml': configMap('1') });
  }, 180_000);

  afterAll(async () => {
    here?.remove();
    await plane?.stop();
  });

  it('observes: computes and shows everything, writes nothing', async () => {
    const run = await here.run(['run', '--once', ...BOTH, ...flags('a')], { timeoutMs: 90_000 });
    expect(run.code, run.stdout + run.stderr).toBe(1);
    expect((await here.run(['app', 'diff', 'web', ...flags('a')])).stdout).toContain('ConfigMap');
    expect(kubectl(['get', 'namespace', '-o', 'name'])).not.toContain('web');
    expect(() => lease()).toThrow();
  }, 120_000);

  it('acts under a Lease when it is allowed, and gives the Lease back', async () => {
    expect((await here.run(['act', 'real', '--yes', ...flags('a')])).code).toBe(0);
    const run = await here.run(['run', '--once', ...BOTH, ...flags('a')], { timeoutMs: 90_000 });
    expect(run.code, run.stdout + run.stderr).toBe(0);
    expect(kubectl(['-n', 'web', 'get', 'cm', 'a', '-o', 'jsonpath={.data.v}'])).toBe('1');
    expect(kubectl(['-n', 'web', 'get', 'cm', 'a', '-o', 'jsonpath={.metadata.managedFields[*].manager}'])).toBe('argocd-controller');
    expect(lease()).toBe('');
  }, 150_000);

  it('heals what is edited, and a second engine is told who holds the cluster and writes nothing', async () => {
    const first = spawn(process.execPath, [PROGRAM, 'run', ...flags('a')], { env: here.env, cwd: here.dir, stdio: 'ignore' });
    try {
      await vi.waitUntil(() => lease() !== '', { timeout: 60_000, interval: 200 });
      kubectl(['-n', 'web', 'patch', 'cm', 'a', '--type=merge', '-p', '{"data":{"v":"edited"}}']);
      await vi.waitUntil(() => kubectl(['-n', 'web', 'get', 'cm', 'a', '-o', 'jsonpath={.data.v}']) === '1', {
        timeout: 60_000,
        interval: 200,
      });
      expect((await here.run(['act', 'real', '--yes', ...flags('b')])).code).toBe(0);
      const list = await here.run(['app', 'sync', 'web', ...flags('b')], { timeoutMs: 60_000 });
      expect(list.code).not.toBe(0);
      expect(list.stdout + list.stderr).toContain('is held by');
      expect(lease()).toContain(`/${first.pid}`);
    } finally {
      first.kill('SIGTERM');
      await new Promise((resolve) => first.once('exit', resolve));
    }
    expect(lease()).toBe('');
  }, 180_000);

  it('is told where RBAC forbids the Lease, and writes nothing', async () => {
    here.write({ 'narrow/web.json': application('web', { name: 'narrow', namespace: 'other' }) });
    const narrow = flags('n', 'narrow').map((flag) => (flag === './fleet' ? './narrow' : flag));
    expect((await here.run(['act', 'narrow', '--yes', ...narrow])).code).toBe(0);
    const sync = await here.run(['app', 'sync', 'web', ...narrow], { timeoutMs: 90_000 });
    expect(sync.code).not.toBe(0);
    expect(sync.stdout + sync.stderr).toContain('RBAC forbids the Lease kube-system/argosy-engine');
    expect(kubectl(['get', 'namespace', '-o', 'name'])).not.toContain('other');
  }, 120_000);

  it('knows two contexts of one server as one cluster, and says so', async () => {
    const list = await here.run(['cluster', 'list', ...flags('c', 'real,same')]);
    expect(list.code).toBe(0);
    expect(list.stdout + list.stderr).toMatch(/same/);
    const rows = JSON.parse((await here.run(['cluster', 'list', '-o', 'json', ...flags('c', 'real,same')])).stdout) as { name: string }[];
    expect(rows.filter(({ name }) => name === 'real' || name === 'same')).toHaveLength(1);
  }, 60_000);

  it('says which cluster cannot be reached, and which credentials are refused, and goes on with the others', async () => {
    const doctor = await here.run(['doctor', ...flags('d', 'real,gone')], { timeoutMs: 60_000 });
    expect(doctor.code).not.toBe(0);
    expect(doctor.stdout + doctor.stderr).toMatch(/gone.*(refused|reach)/i);
    const nobody = await here.run(['doctor', ...flags('d', 'nobody')], { timeoutMs: 60_000 });
    expect(nobody.stdout + nobody.stderr).toMatch(/nobody/);
    const list = await here.run(['app', 'get', 'web', ...flags('a', 'real,gone')], { timeoutMs: 60_000 });
    expect(list.code, list.stdout + list.stderr).toBe(0);
    expect(list.stdout).toMatch(/Sync Status:\s+Synced/);
  }, 120_000);

  it('takes a cluster into the hub and forgets it again', async () => {
    const into = ['--fleet', './none', '--kubeconfig', kubeconfig, '--sandbox', 'box', '--data', join(here.dir, 'e')];
    here.write({ 'none/.keep': '' });
    expect((await here.run(['cluster', 'add', 'real', '--name', 'added', '--label', 'env=prod', '--yes', ...into])).stdout).toContain(
      'added',
    );
    expect((await here.run(['cluster', 'list', ...into])).stdout).toContain('added');
    const removed = await here.run(['cluster', 'rm', 'added', '--yes', ...into]);
    expect(removed.code, removed.stderr).toBe(0);
    expect((await here.run(['cluster', 'list', ...into])).stdout).not.toContain('added');
  }, 120_000);

  it.skipIf(!existsSync(CRDS))(
    'has its hub there: what kubectl applies is synced, its status written, its deletion cascades',
    async () => {
      kubectl(['apply', '--server-side', '-f', CRDS]);
      kubectl(['wait', '--for=condition=Established', 'crd/applications.argoproj.io', '--timeout=30s']);
      kubectl(['create', 'namespace', 'argocd']);
      here.write({
        'hub/argosy.yaml': `contexts: [real]\nhub: {context: real, namespace: argocd}\nkubeconfig: ${kubeconfig}\ndata: ${join(here.dir, 'hub-data')}\n`,
      });
      const cwd = join(here.dir, 'hub');
      expect((await here.run(['act', 'real', '--yes'], { cwd })).code).toBe(0);
      const engine = spawn(process.execPath, [PROGRAM, 'run'], { env: here.env, cwd, stdio: 'ignore' });
      const field = (path: string): string => kubectl(['-n', 'argocd', 'get', 'application', 'central', '-o', `jsonpath=${path}`]);
      try {
        kubectl(['apply', '-f', '-'], application('central', { server: 'https://kubernetes.default.svc', namespace: 'central' }));
        await vi.waitUntil(() => field('{.status.sync.status}/{.status.health.status}') === 'Synced/Healthy', {
          timeout: 60_000,
          interval: 200,
        });
        expect(field('{.status.operationState.phase}')).toBe('Succeeded');
        expect(kubectl(['-n', 'central', 'get', 'cm', 'a', '-o', 'jsonpath={.data.v}'])).toBe('1');
        kubectl(['-n', 'argocd', 'delete', 'application', 'central', '--timeout=60s']);
        expect(kubectl(['-n', 'central', 'get', 'cm', '-o', 'name'])).not.toContain('configmap/a');
      } finally {
        engine.kill('SIGTERM');
        await new Promise((resolve) => engine.once('exit', resolve));
      }
    },
    180_000,
  );
});
