// What git gets to see: the real askpass program is run, and a real (failing) contact is made with a credential in place.
import { spawnSync } from 'node:child_process';
import { createVerify, generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openAccess, writeAskpass } from '../../../src/adapters/git/access.js';
import { gitEnvironment } from '../../../src/adapters/git/command.js';
import { githubApps } from '../../../src/adapters/git/github-app.js';
import { createSources } from '../../../src/adapters/git/sources.js';
import { NO_TRUST, trustFrom } from '../../../src/core/repository/trust.js';
import type { Sources } from '../../../src/domain/ports.js';
import { manualClock } from '../../support/clock.js';

const configMap = (name: string, data: Record<string, string>) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data });

let dir: string;
let askpass: string;
let server: Server;
let origin: string;
const seen: (string | undefined)[] = [];

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'argosy-access-'));
  askpass = await writeAskpass(dir);
  server = createServer((request, response) => {
    seen.push(request.headers.authorization);
    response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="x"' }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => {
  server.close();
  rmSync(dir, { recursive: true, force: true });
});

describe('askpass', () => {
  const ask = (prompt: string) =>
    spawnSync(askpass, [prompt], {
      env: { ...gitEnvironment(), ARGOSY_GIT_HOST: 'h.example', ARGOSY_GIT_USERNAME: 'user', ARGOSY_GIT_PASSWORD: 'p a$$"s' },
      encoding: 'utf8',
    });
  it('answers for its host', () => {
    expect(ask("Username for 'https://h.example': ").stdout).toBe('user\n');
    expect(ask("Password for 'https://user@h.example': ").stdout).toBe('p a$$"s\n');
  });
  it.each(["Password for 'https://user@evil.example': ", "Password for 'https://xh.example': ", "Password for 'https://h.example.evil': "])(
    'does not answer %s',
    (prompt) => {
      expect(ask(prompt)).toMatchObject({ stdout: '', status: 1 });
    },
  );
});

describe('openAccess()', () => {
  it('puts an SSH key into a file of mode 0600 and removes it', async () => {
    const access = await openAccess('git@h:p', { url: 'git@h:p', prefix: false, sshPrivateKey: 'KEY' }, { askpass, trust: NO_TRUST });
    const file = /-i '([^']+)'/.exec(access.env['GIT_SSH_COMMAND'] ?? '')?.[1] ?? '';
    expect(readFileSync(file, 'utf8')).toBe('KEY\n');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    await access.end();
    expect(existsSync(file)).toBe(false);
  });

  it('gives a bearer token only to its own origin', async () => {
    const { env } = await openAccess('https://h.example/p', { url: '', prefix: false, bearerToken: 't' }, { askpass, trust: NO_TRUST });
    expect(env).toMatchObject({ GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'http.https://h.example/.extraHeader' });
    const header = (url: string) =>
      spawnSync('git', ['config', '--get-urlmatch', 'http.extraHeader', url], { env: gitEnvironment(env), encoding: 'utf8', cwd: dir })
        .stdout;
    expect(header('https://h.example/p')).toBe('Authorization: Bearer t\n');
    expect(header('https://other.example/p')).toBe('');
  });
});

describe('trust', () => {
  it('of host keys and certificates comes from the ConfigMaps of Argo CD', async () => {
    const trust = trustFrom([
      configMap('argocd-ssh-known-hosts-cm', { ssh_known_hosts: 'h ssh-ed25519 AAAA' }),
      configMap('argocd-tls-certs-cm', { 'h.example': 'PEM' }),
    ]);
    const ssh = await openAccess('git@h:p', undefined, { askpass, trust });
    const file = /GlobalKnownHostsFile='([^']+)'/.exec(ssh.env['GIT_SSH_COMMAND'] ?? '')?.[1] ?? '';
    expect(readFileSync(file, 'utf8')).toBe('h ssh-ed25519 AAAA\n');
    await ssh.end();
    const web = await openAccess('https://h.example:8443/p', undefined, { askpass, trust });
    expect(web.env['GIT_CONFIG_KEY_0']).toBe('http.https://h.example:8443/.sslCAInfo');
    expect(readFileSync(web.env['GIT_CONFIG_VALUE_0'] ?? '', 'utf8')).toBe('PEM');
    await web.end();
    expect((await openAccess('https://other.example/p', undefined, { askpass, trust })).env).toEqual({});
  });
});

describe('a GitHub App', () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const key = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();

  it('shows a signed statement, and uses the token until shortly before its end', async () => {
    const clock = manualClock(Date.parse('2026-11-24T12:00:00Z'));
    const api = createServer((request, response) => {
      statements.push(request.headers.authorization ?? '');
      const untilMs = clock.now() + 3_600_000;
      response.writeHead(request.url === '/api/v3/app/installations/7/access_tokens' ? 201 : 404);
      response.end(JSON.stringify({ token: `ghs_${statements.length}`, expires_at: new Date(untilMs).toISOString() }));
    });
    const statements: string[] = [];
    await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve));
    const githubAppEnterpriseBaseUrl = `http://127.0.0.1:${(api.address() as AddressInfo).port}/api/v3`;
    const app = {
      url: 'u',
      prefix: false,
      githubAppID: '1',
      githubAppInstallationID: '7',
      githubAppPrivateKey: key,
      githubAppEnterpriseBaseUrl,
    };
    const tokenOf = githubApps(clock);
    expect(await tokenOf(app, NO_TRUST)).toBe('ghs_1');
    expect(await tokenOf(app, NO_TRUST)).toBe('ghs_1');
    const [head, claims, signature] = (statements[0] ?? '').replace('Bearer ', '').split('.');
    expect(JSON.parse(Buffer.from(claims ?? '', 'base64url').toString())).toMatchObject({ iss: '1' });
    expect(
      createVerify('RSA-SHA256')
        .update(`${head}.${claims}`)
        .verify(publicKey, signature ?? '', 'base64url'),
    ).toBe(true);
    await clock.advance(56 * 60_000);
    expect(await tokenOf(app, NO_TRUST)).toBe('ghs_2');
    await expect(tokenOf({ ...app, githubAppInstallationID: '8' }, NO_TRUST)).rejects.toThrow('the server answered 404');
    const wrong = await tokenOf({ ...app, githubAppPrivateKey: 'not a key' }, NO_TRUST).catch((error: Error) => error);
    expect(String(wrong)).toBe('IoError: getting a token of the GitHub App failed: githubAppPrivateKey is not an RSA key in PEM');
    api.close();
  });
});

describe('the credentials of a project', () => {
  it('are shown for its applications alone', async () => {
    const sources = createSources({
      cacheDir: join(dir, 'projects'),
      clock: manualClock(0),
      credentials: () => [{ url: `${origin}/alpha`, prefix: false, username: 'alpha', password: 'own', project: 'alpha' }],
    });
    const shown = `Basic ${Buffer.from('alpha:own').toString('base64')}`;
    const asked = async (from: Sources) => {
      seen.splice(0);
      await expect(from.resolve({ repoURL: `${origin}/alpha` }, { fresh: true })).rejects.toThrow();
      return seen.includes(shown);
    };
    expect([await asked(sources.inProject('alpha')), await asked(sources.inProject('beta')), await asked(sources)]).toEqual([
      true,
      false,
      false,
    ]);
    sources.close();
  });
});

describe('a remote that refuses us', () => {
  it('is told the credential, and the error does not tell it to anybody', async () => {
    const sources = createSources({
      cacheDir: join(dir, 'cache'),
      clock: manualClock(0),
      credentials: () => [{ url: origin, prefix: true, username: 'user', password: 'hunter2' }],
    });
    const failure = await sources.resolve({ repoURL: `${origin}/team/repo` }, { fresh: true }).catch((error: Error) => error);
    expect(failure).toMatchObject({ name: 'IoError', retry: 'never', message: expect.stringContaining('Authentication failed') });
    expect(String(failure)).not.toContain('hunter2');
    expect(seen).toContain(`Basic ${Buffer.from('user:hunter2').toString('base64')}`);
    sources.close();
  });

  it('is asked with the password of the address itself, which is not shown', async () => {
    const sources = createSources({ cacheDir: join(dir, 'cache'), clock: manualClock(0) });
    const url = `${origin.replace('//', '//me:secret@')}/team/other`;
    const failure = await sources.resolve({ repoURL: url }, { fresh: true }).catch((error: Error) => error);
    expect(String(failure)).toContain(`${origin}/team/other`);
    expect(String(failure)).not.toContain('secret@');
    expect(seen).toContain(`Basic ${Buffer.from('me:secret').toString('base64')}`);
    sources.close();
  });

  it('says what to do when there is no credential', async () => {
    const sources = createSources({ cacheDir: join(dir, 'cache'), clock: manualClock(0) });
    await expect(sources.resolve({ repoURL: `${origin}/x` }, { fresh: true })).rejects.toThrow(
      /give credentials in a Secret with the label/,
    );
    sources.close();
  });
});

describe('without git', () => {
  it('says so', async () => {
    const path = process.env['PATH'];
    process.env['PATH'] = dir;
    try {
      const sources = createSources({ cacheDir: join(dir, 'none'), clock: manualClock(0) });
      await expect(sources.resolve({ repoURL: 'https://h.example/x' }, { fresh: true })).rejects.toMatchObject({
        retry: 'never',
        message: expect.stringContaining('the program "git" was not found; install git'),
      });
    } finally {
      process.env['PATH'] = path;
    }
  });
});
