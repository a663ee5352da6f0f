// What git gets to see: the real askpass program is run, and a real (failing) contact is made with a credential in place.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openAccess, writeAskpass } from '../../../src/adapters/git/access.js';
import { gitEnvironment } from '../../../src/adapters/git/command.js';
import { createSources } from '../../../src/adapters/git/sources.js';
import { manualClock } from '../../support/clock.js';

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
    const access = await openAccess('git@h:p', { url: 'git@h:p', prefix: false, sshPrivateKey: 'KEY' }, askpass);
    const file = /-i '([^']+)'/.exec(access.env['GIT_SSH_COMMAND'] ?? '')?.[1] ?? '';
    expect(readFileSync(file, 'utf8')).toBe('KEY\n');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    await access.end();
    expect(existsSync(file)).toBe(false);
  });

  it('gives a bearer token only to its own origin', async () => {
    const { env } = await openAccess('https://h.example/p', { url: '', prefix: false, bearerToken: 't' }, askpass);
    expect(env).toMatchObject({ GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'http.https://h.example/.extraHeader' });
    const header = (url: string) =>
      spawnSync('git', ['config', '--get-urlmatch', 'http.extraHeader', url], { env: gitEnvironment(env), encoding: 'utf8', cwd: dir })
        .stdout;
    expect(header('https://h.example/p')).toBe('Authorization: Bearer t\n');
    expect(header('https://other.example/p')).toBe('');
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
