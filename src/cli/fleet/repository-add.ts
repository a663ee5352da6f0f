// `argosy repo add` and `argosy repocreds add`: a Secret of Argo CD's shape in the hub, tried before it is kept.
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { repositorySecret } from '../../core/repository/secret.js';
import { printableUrl, sameRepository } from '../../core/repository/url.js';
import { UserError } from '../../domain/problem.js';
import type { Session } from '../session.js';
import { secretField, secretType } from './secret-fields.js';

export const repositoryAdd = (session: Session): Promise<number> => add(session, 'repository');
export const credentialsAdd = (session: Session): Promise<number> => add(session, 'repo-creds');

async function add(session: Session, kind: 'repository' | 'repo-creds'): Promise<number> {
  const { invocation, io, ports, config } = session;
  const url = invocation.arg(0);
  if (/^https?:\/\/[^/@]*:[^/@]*@/.test(url))
    throw new UserError(`cannot add ${printableUrl(url)}: leave the password out of the address, and give it by --password-file`);
  const project = invocation.text('project');
  const secret = repositorySecret({
    kind,
    url,
    ...(project ? { project } : {}),
    fields: await fields(session),
    namespace: config.hub.namespace,
  });
  const engine = await session.engine();
  const known = (await engine.inspect({ kind: 'objects', of: 'Secret' }, io.signal)).find(
    (object) =>
      secretType(object) === kind && sameRepository(secretField(object, 'url'), url) && secretField(object, 'project') === (project ?? ''),
  );
  if (known && !invocation.on('upsert')) throw new UserError(`${printableUrl(url)} is there already; --upsert replaces it`);
  if (kind === 'repository' && !invocation.on('skip-check')) {
    const tried = await ports.probes.reach(config, secret, io.signal);
    if (!tried.ok) throw new UserError(`cannot add ${printableUrl(url)}: ${tried.message}; --skip-check adds it nevertheless`);
  }
  // One that was written by hand has a name of its own, which is kept.
  const metadata = known ? { ...secret.metadata, name: known.metadata.name } : secret.metadata;
  await engine.request({ kind: 'put', manifest: { ...secret, metadata }, how: known ? 'upsert' : 'create', actor: session.actor });
  io.out(kind === 'repository' ? `Repository '${printableUrl(url)}' added\n` : `Repository credentials for '${printableUrl(url)}' added\n`);
  return 0;
}

/** By Argo CD's names. */
async function fields(session: Session): Promise<Record<string, string | undefined>> {
  const { invocation } = session;
  const text = (flag: string) => invocation.text(flag);
  const on = (flag: string) => (invocation.on(flag) ? 'true' : undefined);
  const file = (flag: string) => fromFile(session, text(flag));
  const depth = invocation.number('depth');
  return {
    type: text('type'),
    name: text('name'),
    username: text('username'),
    password: await password(session),
    bearerToken: (await file('bearer-token-file'))?.trim(),
    sshPrivateKey: await file('ssh-private-key-path'),
    tlsClientCertData: await file('tls-client-cert-path'),
    tlsClientCertKey: await file('tls-client-cert-key-path'),
    githubAppID: text('github-app-id'),
    githubAppInstallationID: text('github-app-installation-id'),
    githubAppPrivateKey: await file('github-app-private-key-path'),
    githubAppEnterpriseBaseUrl: text('github-app-enterprise-base-url'),
    insecure: on('insecure-skip-server-verification'),
    insecureOCIForceHttp: on('insecure-oci-force-http'),
    enableOCI: on('enable-oci'),
    enableLfs: on('enable-lfs'),
    forceHttpBasicAuth: on('force-http-basic-auth'),
    proxy: text('proxy'),
    noProxy: text('no-proxy'),
    depth: depth === undefined ? undefined : String(depth),
  };
}

async function password(session: Session): Promise<string | undefined> {
  const { invocation, io } = session;
  const ways = [invocation.text('password'), invocation.text('password-file'), invocation.on('password-stdin') || undefined];
  if (ways.filter((way) => way !== undefined).length > 1)
    throw new UserError('give the password once: by --password-file, --password-stdin or --password');
  if (invocation.on('password-stdin')) return (await io.input()).replace(/\r?\n$/, '');
  return invocation.text('password') ?? (await fromFile(session, invocation.text('password-file')))?.replace(/\r?\n$/, '');
}

async function fromFile({ io }: Session, name: string | undefined): Promise<string | undefined> {
  if (name === undefined) return undefined;
  const home = io.env['HOME'];
  const path = resolve(io.cwd, home && name.startsWith('~/') ? home + name.slice(1) : name);
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new UserError(`cannot read ${path}: ${missing ? 'there is no such file' : (error as Error).message}`, { file: path });
  }
}
