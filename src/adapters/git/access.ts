// What git is given to reach a remote: credentials through the environment and files of mode 0600, never on a command line.
import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RepositoryCredential } from '../../core/repository/credentials.js';
import { certificatesFor, type Trust } from '../../core/repository/trust.js';

export interface Access {
  readonly env: Readonly<Record<string, string>>;
  /** Removes what was written for this access. */
  end(): Promise<void>;
}

/** Answers git's questions for user and password, but only for the host they are meant for: a redirect elsewhere learns nothing. */
const ASKPASS = `#!/bin/sh
case "$1" in
  *"//$ARGOSY_GIT_HOST'"* | *"@$ARGOSY_GIT_HOST'"*) ;;
  *) exit 1 ;;
esac
case "$1" in
  Username*) printf '%s\\n' "$ARGOSY_GIT_USERNAME" ;;
  *) printf '%s\\n' "$ARGOSY_GIT_PASSWORD" ;;
esac
`;

/** Writes the program that answers git's questions; it holds no secret itself. */
export async function writeAskpass(dir: string): Promise<string> {
  const file = join(dir, 'askpass.sh');
  await mkdir(dir, { recursive: true, mode: 0o700 });
  await writeFile(file, ASKPASS, { mode: 0o700 });
  await chmod(file, 0o700);
  return file;
}

/**
 * Our git reads no user configuration, but for one entry: the directories of other users that this user trusts (safe.directory).
 * They are handed on in a file, because git takes them from nowhere else. Gives the environment for it.
 */
export async function trustedDirectories(dir: string): Promise<Readonly<Record<string, string>>> {
  const entries = await new Promise<string[]>((resolve) => {
    // Exit code 1 means that there are none; without git the next command says so.
    execFile('git', ['config', '--get-all', 'safe.directory'], { cwd: '/', timeout: 10_000 }, (error, output) =>
      resolve(error ? [] : output.split('\n').filter(Boolean)),
    );
  });
  if (entries.length === 0) return {};
  const file = join(dir, 'trusted.gitconfig');
  await mkdir(dir, { recursive: true, mode: 0o700 });
  await writeFile(file, `[safe]\n${entries.map((entry) => `\tdirectory = ${JSON.stringify(entry)}\n`).join('')}`, { mode: 0o600 });
  return { GIT_CONFIG_GLOBAL: file };
}

export interface AccessMeans {
  /** The program that answers git's questions. */
  readonly askpass: string;
  readonly trust: Trust;
}

/** The environment for one run of git against `url`. */
export async function openAccess(url: string, credential: RepositoryCredential | undefined, means: AccessMeans): Promise<Access> {
  const files = new SecretFiles();
  try {
    const env = /^https?:/i.test(url)
      ? { ...(await webAccess(url, { credential, files, trust: means.trust })), ...passwordAccess(url, credential, means.askpass) }
      : await sshAccess(credential, files, means.trust);
    return { env: { ...env, ...(credential?.noProxy ? { no_proxy: credential.noProxy } : {}) }, end: () => files.remove() };
  } catch (error) {
    await files.remove();
    throw error;
  }
}

function passwordAccess(url: string, credential: RepositoryCredential | undefined, askpass: string): Record<string, string> {
  if (!credential?.username && !credential?.password) return {};
  return {
    GIT_ASKPASS: askpass,
    ARGOSY_GIT_HOST: new URL(url).host,
    // Hosting services take any user name beside a token, but not an empty one.
    ARGOSY_GIT_USERNAME: credential.username || 'x-access-token',
    ARGOSY_GIT_PASSWORD: credential.password ?? '',
  };
}

interface WebAccess {
  readonly credential: RepositoryCredential | undefined;
  readonly files: SecretFiles;
  readonly trust: Trust;
}

async function webAccess(url: string, { credential, files, trust }: WebAccess): Promise<Record<string, string>> {
  const settings: [string, string][] = [];
  const { origin } = new URL(url);
  const ca = certificatesFor(url, trust);
  if (ca) settings.push([`http.${origin}/.sslCAInfo`, await files.write('ca.pem', ca)]);
  if (credential?.bearerToken) settings.push([`http.${origin}/.extraHeader`, `Authorization: Bearer ${credential.bearerToken}`]);
  else if (credential?.forceHttpBasicAuth && credential.password)
    settings.push([`http.${origin}/.extraHeader`, `Authorization: Basic ${basic(credential)}`]);
  if (credential?.insecure) settings.push(['http.sslVerify', 'false']);
  if (credential?.proxy) settings.push(['http.proxy', credential.proxy]);
  if (credential?.tlsClientCertData && credential.tlsClientCertKey) {
    settings.push([`http.${origin}/.sslCert`, await files.write('cert.pem', credential.tlsClientCertData)]);
    settings.push([`http.${origin}/.sslKey`, await files.write('key.pem', credential.tlsClientCertKey)]);
  }
  const entries = settings.flatMap(([key, value], i) => [
    [`GIT_CONFIG_KEY_${i}`, key],
    [`GIT_CONFIG_VALUE_${i}`, value],
  ]);
  return entries.length === 0 ? {} : { GIT_CONFIG_COUNT: String(settings.length), ...Object.fromEntries(entries) };
}

function basic({ username, password }: RepositoryCredential): string {
  return Buffer.from(`${username || 'x-access-token'}:${password ?? ''}`).toString('base64');
}

async function sshAccess(credential: RepositoryCredential | undefined, files: SecretFiles, trust: Trust): Promise<Record<string, string>> {
  const words: string[] = [];
  if (credential?.insecure) words.push('-o StrictHostKeyChecking=no', '-o UserKnownHostsFile=/dev/null');
  // Beside the user's own known_hosts, which ssh reads anyway.
  else if (trust.knownHosts.trim() !== '')
    words.push(`-o GlobalKnownHostsFile='${await files.write('known_hosts', `${trust.knownHosts.trimEnd()}\n`)}'`);
  if (credential?.sshPrivateKey) {
    const key = credential.sshPrivateKey.endsWith('\n') ? credential.sshPrivateKey : `${credential.sshPrivateKey}\n`;
    words.push('-o IdentitiesOnly=yes', `-i '${await files.write('key', key)}'`);
  }
  return words.length === 0 ? {} : { GIT_SSH_COMMAND: ['ssh', '-o BatchMode=yes', '-o ConnectTimeout=15', ...words].join(' ') };
}

/** Secrets that git only reads from files; in a folder of their own, gone after the run. */
class SecretFiles {
  #dir: string | undefined;

  async write(name: string, text: string): Promise<string> {
    this.#dir ??= await mkdtemp(join(tmpdir(), 'argosy-git-'));
    const file = join(this.#dir, name);
    await writeFile(file, text, { mode: 0o600 });
    return file;
  }

  async remove(): Promise<void> {
    if (this.#dir) await rm(this.#dir, { recursive: true, force: true });
  }
}
