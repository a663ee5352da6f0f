// Git LFS against a real Git server with an LFS server beside it.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { pointerIn, rememberedFiles } from '../../../src/adapters/git/large-files.js';
import { createSources } from '../../../src/adapters/git/sources.js';
import { manualClock } from '../../support/clock.js';
import { type GitServer, gitServer } from '../../support/git-http.js';

const LOGIN = { username: 'ana', password: 'canary-7b' };
const CONTENT = 'kind: Large\n'.repeat(200);
const OID = createHash('sha256').update(CONTENT).digest('hex');
const pointer = (oid: string, size: number) => `version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize ${size}\n`;

let dir: string;
let server: GitServer;
let storage: Server;
let storageUrl: string;
/** What the storage was shown, request by request. */
let shown: (string | undefined)[] = [];
let sent = CONTENT;
let asked = 0;

function batch(request: IncomingMessage, response: ServerResponse): boolean {
  if (request.url !== '/app.git/info/lfs/objects/batch') return false;
  asked++;
  let text = '';
  request.on('data', (part) => {
    text += part;
  });
  request.on('end', () => {
    const [{ oid }] = JSON.parse(text).objects;
    const answer =
      oid === OID
        ? { oid, actions: { download: { href: `${storageUrl}/moved`, header: { Authorization: 'Bearer for-storage' } } } }
        : { oid, error: { code: 404, message: 'not here' } };
    response.writeHead(200, { 'content-type': 'application/vnd.git-lfs+json' }).end(JSON.stringify({ objects: [answer] }));
  });
  return true;
}

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'argosy-lfs-'));
  const work = join(dir, 'work');
  mkdirSync(work);
  mkdirSync(join(dir, 'served'));
  const git = (cwd: string, ...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  git(work, 'init', '--quiet', '--initial-branch=main');
  writeFileSync(join(work, 'large.yaml'), pointer(OID, CONTENT.length));
  writeFileSync(join(work, 'absent.yaml'), pointer('0'.repeat(64), 10));
  writeFileSync(join(work, 'huge.yaml'), pointer(OID, 2 ** 40));
  writeFileSync(join(work, 'own.yaml'), 'kind: Own\n');
  git(work, 'add', '--all');
  git(work, 'commit', '--quiet', '--message', 'large');
  git(dir, 'clone', '--quiet', '--bare', work, join('served', 'app.git'));
  server = await gitServer(join(dir, 'served'), LOGIN, batch);
  storage = createServer((request, response) => {
    shown.push(request.headers.authorization);
    if (request.url === '/moved') response.writeHead(302, { location: '/file' }).end();
    else response.end(sent);
  });
  await new Promise<void>((resolve) => storage.listen(0, '127.0.0.1', resolve));
  storageUrl = `http://127.0.0.1:${(storage.address() as AddressInfo).port}`;
});
beforeEach(() => {
  shown = [];
  sent = CONTENT;
  asked = 0;
});
afterAll(() => {
  server.close();
  storage.close();
  rmSync(dir, { recursive: true, force: true });
});

async function treeOf(enableLfs: boolean) {
  const url = `${server.url}/app.git`;
  const credentials = () => [{ url, prefix: false, ...LOGIN, ...(enableLfs && { enableLfs }) }];
  const sources = createSources({ cacheDir: join(dir, 'cache'), clock: manualClock(0), credentials });
  return sources.tree({ repoURL: url }, await sources.resolve({ repoURL: url }, { fresh: true }));
}
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8');

describe('a repository with large files', () => {
  it('gives their content where its Secret says enableLfs, fetched once', async () => {
    const tree = await treeOf(true);
    expect(text(await tree.read('large.yaml'))).toBe(CONTENT);
    expect(text(await tree.read('large.yaml'))).toBe(CONTENT);
    expect(text(await tree.read('own.yaml'))).toBe('kind: Own\n');
    expect(asked).toBe(1);
    expect((await tree.list('')).map(({ path }) => path)).toContain('large.yaml');
  });

  it('shows the login to its own server only', async () => {
    await (await treeOf(true)).read('large.yaml');
    expect(shown).toEqual(['Bearer for-storage', 'Bearer for-storage']);
  });

  it('gives their pointers otherwise, and is another tree to whoever remembers by hashes', async () => {
    const [with_, without] = [await treeOf(true), await treeOf(false)];
    expect(text(await without.read('large.yaml'))).toContain('oid sha256:');
    expect(await with_.hash('large.yaml')).not.toBe(await without.hash('large.yaml'));
    expect(await with_.hash('nowhere')).toBe('');
    expect(asked).toBe(0);
  });

  it.each<[string, string, RegExp, (() => void)?]>([
    ['that the server does not have', 'absent.yaml', /large file absent\.yaml .*does not have it \(404\)/],
    ['that is larger than anything may be', 'huge.yaml', /larger than 50 MiB/],
    ['whose content is another', 'large.yaml', /not the file of the pointer/, () => (sent = CONTENT.replace('L', 'M'))],
    ['that never ends', 'large.yaml', /more than it said/, () => (sent = CONTENT + CONTENT)],
  ])('names a file %s', async (_what, path, message, before) => {
    before?.();
    const failure = await (await treeOf(true)).read(path).then(
      () => new Error('it was read'),
      (error: Error) => error,
    );
    expect(failure.message).toMatch(message);
    expect(failure.message).not.toContain(LOGIN.password);
  });
});

describe('what is remembered', () => {
  it('is bounded, and forgets what was used longest ago', async () => {
    const files = rememberedFiles(10);
    const fetched: string[] = [];
    const get = (key: string) => files.of(key, async () => new Uint8Array(5).fill(fetched.push(key)));
    for (const key of ['a', 'b', 'a', 'c', 'a', 'b']) await get(key);
    expect(fetched).toEqual(['a', 'b', 'c', 'b']);
    await Promise.all([get('x'), get('x')]);
    expect(fetched.slice(4)).toEqual(['x']);
  });
});

describe('a pointer', () => {
  it.each([
    ['a file', 'kind: A\n'],
    ['one without an oid', 'version https://git-lfs.github.com/spec/v1\nsize 3\n'],
    ['one of another hash', `version https://git-lfs.github.com/spec/v1\noid md5:${OID}\nsize 3\n`],
    ['a file that only begins like one', pointer(OID, 3) + 'x'.repeat(2_000)],
  ])('is not %s', (_what, content) => expect(pointerIn(Buffer.from(content))).toBeUndefined());
});
