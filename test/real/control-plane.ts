// Starts and stops a throw-away control plane on loopback: etcd, kube-apiserver, kube-controller-manager.
// There is no scheduler and no kubelet: pods stay Pending unless a test writes their status.
import { type ChildProcess, spawn } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { createWriteStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { realBinaries } from './build.mjs';

export interface ControlPlane {
  readonly server: string;
  readonly token: string;
  /** For kubectl and for the kubeconfig adapter; one context named 'real'. */
  readonly kubeconfig: string;
  readonly folder: string;
  /** PEM of the certificate authority that signed the server's certificate: the certificate itself. */
  readonly ca: string;
  /** Kills kube-apiserver alone; what it stored stays. */
  killServer(): Promise<void>;
  startServer(): Promise<void>;
  /** Stops kube-apiserver in its tracks (SIGSTOP): connections stay open and silent. */
  freezeServer(frozen: boolean): void;
  stop(): Promise<void>;
}

export interface ControlPlaneOptions {
  /** kube-controller-manager: garbage collection, namespace deletion, Deployments to Pods. */
  readonly controllers?: boolean;
  /** More flags for kube-apiserver. */
  readonly flags?: readonly string[];
}

const READY_WITHIN_MS = 90_000;
/** Everything that was started and not stopped: killed when this process ends, however it ends. */
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** The folder of the binaries, or why there is none. The first call on a machine builds them, which takes minutes. */
export function controlPlaneBinaries(): { dir?: string; skip?: string } {
  return realBinaries();
}

export async function startControlPlane(options: ControlPlaneOptions = {}): Promise<ControlPlane> {
  const { dir, skip } = controlPlaneBinaries();
  if (dir === undefined) throw new Error(`no control plane: ${skip}`);
  const folder = mkdtempSync(join(tmpdir(), 'argosy-real-'));
  const [client, peer, port] = await freePorts(3);
  const token = randomBytes(16).toString('hex');
  const server = `https://127.0.0.1:${port}`;
  const children: ChildProcess[] = [];
  const start = (name: string, flags: readonly string[]) => {
    const child = launch(join(dir, name), flags, join(folder, `${name}.log`));
    children.push(child);
    return child;
  };
  const stop = async () => {
    for (const child of [...children].reverse()) await end(child);
    rmSync(folder, { recursive: true, force: true });
  };
  let apiserver: ChildProcess | undefined;
  const startServer = async () => {
    apiserver = start('kube-apiserver', [...apiserverFlags(folder, client ?? 0, port ?? 0), ...(options.flags ?? [])]);
    await ready(server, token, { child: apiserver, folder });
  };
  try {
    const kubeconfig = writeFiles(folder, server, token);
    start('etcd', etcdFlags(folder, client ?? 0, peer ?? 0));
    await startServer();
    if (options.controllers !== false) start('kube-controller-manager', controllerFlags(folder, kubeconfig));
    return {
      ...{ server, token, kubeconfig, folder, stop, startServer },
      ca: readFileSync(join(folder, 'certs', 'apiserver.crt'), 'utf8'),
      killServer: async () => apiserver && end(apiserver),
      freezeServer: (frozen) => void apiserver?.kill(frozen ? 'SIGSTOP' : 'SIGCONT'),
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function etcdFlags(folder: string, client: number, peer: number): string[] {
  const clientUrl = `http://127.0.0.1:${client}`;
  const peerUrl = `http://127.0.0.1:${peer}`;
  return [
    '--unsafe-no-fsync',
    ...['--data-dir', join(folder, 'etcd')],
    ...['--listen-client-urls', clientUrl, '--advertise-client-urls', clientUrl],
    ...['--listen-peer-urls', peerUrl, '--initial-advertise-peer-urls', peerUrl, '--initial-cluster', `default=${peerUrl}`],
  ];
}

function apiserverFlags(folder: string, etcd: number, port: number): string[] {
  const key = join(folder, 'service-account.key');
  return [
    ...['--etcd-servers', `http://127.0.0.1:${etcd}`, '--secure-port', String(port), '--bind-address', '127.0.0.1'],
    ...['--advertise-address', '127.0.0.1', '--endpoint-reconciler-type', 'none', '--cert-dir', join(folder, 'certs')],
    ...['--service-account-issuer', 'https://kubernetes.default.svc', '--service-account-key-file', key],
    ...['--service-account-signing-key-file', key, '--service-cluster-ip-range', '10.0.0.0/16', '--authorization-mode', 'RBAC'],
    ...['--token-auth-file', join(folder, 'tokens.csv'), '--allow-privileged=true'],
  ];
}

function controllerFlags(folder: string, kubeconfig: string): string[] {
  return [
    ...['--kubeconfig', kubeconfig, '--leader-elect=false', '--secure-port', '0', '--use-service-account-credentials=false'],
    ...['--service-account-private-key-file', join(folder, 'service-account.key'), '--kube-api-qps', '500', '--kube-api-burst', '1000'],
  ];
}

function writeFiles(folder: string, server: string, token: string): string {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  writeFileSync(join(folder, 'service-account.key'), privateKey.export({ type: 'pkcs1', format: 'pem' }), { mode: 0o600 });
  writeFileSync(join(folder, 'tokens.csv'), `${token},admin,admin,system:masters\n`, { mode: 0o600 });
  const kubeconfig = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'real', cluster: { server, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'admin', user: { token } }],
    contexts: [{ name: 'real', context: { cluster: 'real', user: 'admin' } }],
    'current-context': 'real',
  };
  const file = join(folder, 'kubeconfig');
  writeFileSync(file, JSON.stringify(kubeconfig), { mode: 0o600 });
  return file;
}

function launch(binary: string, flags: readonly string[], log: string): ChildProcess {
  const child = spawn(binary, flags, { stdio: ['ignore', 'pipe', 'pipe'] });
  const file = createWriteStream(log, { flags: 'a' });
  child.stdout?.pipe(file, { end: false });
  child.stderr?.pipe(file, { end: false });
  child.once('exit', () => {
    running.delete(child);
    file.end();
  });
  running.add(child);
  return child;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGKILL');
  await gone;
}

async function ready(server: string, token: string, { child, folder }: { child: ChildProcess; folder: string }): Promise<void> {
  const { Agent, request } = await import('undici');
  const dispatcher = new Agent({ connect: { rejectUnauthorized: false } });
  const untilMs = Date.now() + READY_WITHIN_MS;
  for (;;) {
    const answer = await request(`${server}/readyz`, { dispatcher, headers: { authorization: `Bearer ${token}` } })
      .then(async ({ statusCode, body }) => ({ statusCode, text: await body.text() }))
      .catch(() => undefined);
    if (answer?.statusCode === 200) break;
    if (child.exitCode !== null || Date.now() > untilMs) {
      const log = readFileSync(join(folder, 'kube-apiserver.log'), 'utf8').split('\n').slice(-8).join('\n');
      throw new Error(`the control plane did not get ready: ${answer?.text ?? 'no answer'}\n${log}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  await dispatcher.close();
}

/** Ports that were free a moment ago; all are held at once, so that they differ. */
async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, () => {
      const server = createServer();
      return new Promise<typeof server>((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
    }),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
