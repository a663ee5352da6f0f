// Charts from a chart repository: a real HTTP server with an index, archives, credentials and every kind of trouble.
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type ChartOptions, createCharts } from '../../../src/adapters/charts/charts.js';
import { isDirect } from '../../../src/adapters/charts/download.js';
import { systemClock } from '../../../src/adapters/clock.js';
import { chartVersion } from '../../../src/core/source/chart-version.js';

interface Answer {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body?: Buffer | string;
}

let server: Server;
let url: string;
let answers: Record<string, Answer>;
const asked: { path: string; authorization: string | undefined }[] = [];

/** A tar archive, packed; names are taken as they are. */
function archive(files: Readonly<Record<string, string>>): Buffer {
  const blocks = Object.entries(files).flatMap(([name, text]) => {
    const header = Buffer.alloc(512);
    header.write(name, 0);
    header.write(Buffer.byteLength(text).toString(8).padStart(11, '0'), 124);
    header.write('0', 156);
    const body = Buffer.alloc(Math.ceil(Buffer.byteLength(text) / 512) * 512);
    body.write(text);
    return [header, body];
  });
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]));
}

const WEB = archive({ 'web/Chart.yaml': 'name: web\nversion: 1.2.0\n', 'web/templates/a.yaml': 'kind: ConfigMap\n' });
const index = (entries: Record<string, object[]>): string => JSON.stringify({ apiVersion: 'v1', entries });
const WEB_INDEX = index({ web: ['1.0.0', '1.2.0', '2.0.0-rc.1'].map((version) => ({ version, urls: [`web-${version}.tgz`] })) });

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push({ path: request.url ?? '', authorization: request.headers.authorization });
    const { status = 200, headers = {}, body = '' } = answers[request.url ?? ''] ?? { status: 404 };
    response.writeHead(status, headers).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());
afterEach(() => asked.splice(0));

const charts = (over: Partial<ChartOptions> = {}) => createCharts({ clock: systemClock(), map: new Map(), credentials: () => [], ...over });
const source = (targetRevision: string, over = {}) => ({ repoURL: url, chart: 'web', targetRevision, ...over });
const FRESH = { fresh: true };

async function read(of: ReturnType<typeof charts>, version: string, over = {}): Promise<string> {
  const revision = await of.resolve(source(version, over), FRESH);
  const tree = await of.tree(source(version, over), revision);
  return `${revision.id} ${(await tree.list('')).map(({ path }) => path).join(' ')}`;
}

describe('versions', () => {
  it.each([
    ['1.2.0', '1.2.0'],
    ['v1.2.0', '1.2.0'],
    ['1.x', '1.2.0'],
    ['>=1.0.0, <1.2', '1.0.0'],
    ['^1.0.0', '1.2.0'],
    ['*', '1.2.0'],
    ['', '1.2.0'],
    ['>=2.0.0-0', '2.0.0-rc.1'],
    ['3', undefined],
  ])('%j means %s', (wanted, version) => {
    expect(chartVersion(wanted, ['1.0.0', '1.2.0', '2.0.0-rc.1'])).toBe(version);
  });
});

describe('a chart repository', () => {
  it('gives the newest version within a constraint, and the files of its archive', async () => {
    answers = { '/index.yaml': { body: WEB_INDEX }, '/web-1.2.0.tgz': { body: WEB } };
    expect(await read(charts(), '1.*')).toBe('1.2.0 Chart.yaml templates/a.yaml');
  });

  it('is asked once for many applications, and again by its ETag', async () => {
    answers = { '/index.yaml': { body: WEB_INDEX, headers: { etag: '"1"' } }, '/web-1.2.0.tgz': { body: WEB } };
    const one = charts();
    await read(one, '1.2.0');
    await one.tree(source('1.2.0'), await one.resolve(source('1.2.0'), { fresh: false }));
    expect(asked.map(({ path }) => path)).toEqual(['/index.yaml', '/web-1.2.0.tgz']);
    answers['/index.yaml'] = { status: 304 };
    expect((await one.resolve(source('1.0.0'), FRESH)).id).toBe('1.0.0');
  });

  it('says which chart and which versions there are', async () => {
    answers = { '/index.yaml': { body: WEB_INDEX } };
    await expect(charts().resolve(source('1.0.0', { chart: 'wab' }), FRESH)).rejects.toThrow(
      'chart "wab" not found in the chart repository',
    );
    await expect(charts().resolve(source('9'), FRESH)).rejects.toThrow('there are 1.0.0, 1.2.0, 2.0.0-rc.1');
  });

  it('shows what it gives with the credentials of a project to this project alone', async () => {
    const credentials = () => [{ url, prefix: false, username: 'alpha', password: 'secret', project: 'alpha' }];
    answers = { '/index.yaml': { body: WEB_INDEX }, '/web-1.2.0.tgz': { body: WEB } };
    const all = charts({ credentials });
    await read(all.inProject('alpha') as typeof all, '1.2.0');
    expect(asked.every(({ authorization }) => authorization?.startsWith('Basic '))).toBe(true);
    asked.splice(0);
    answers['/index.yaml'] = { status: 401 };
    await expect(read(all.inProject('beta') as typeof all, '1.2.0')).rejects.toThrow('answered 401');
    expect(asked.map(({ authorization }) => authorization)).toEqual([undefined]);
  });

  it.each([
    ['https://charts.example.com/x', 'example.com', true],
    ['https://charts.example.com/x', '.example.com, other', true],
    ['https://badexample.com/x', 'example.com', false],
    ['http://10.0.0.1:8080/x', '10.0.0.1:8080', true],
    ['https://h/x', undefined, false],
  ])('%s with noProxy %s goes around the proxy: %s', (address, noProxy, direct) => {
    expect(isDirect(address, noProxy)).toBe(direct);
  });

  it('gets its credentials, and no other host does', async () => {
    const [, port] = url.split('127.0.0.1:');
    const elsewhere = `http://localhost:${port}/web-1.2.0.tgz`;
    const credentials = () => [{ url, prefix: false, username: 'ana', password: 'secret' }];
    answers = { '/index.yaml': { body: index({ web: [{ version: '1.2.0', urls: [elsewhere] }] }) }, '/web-1.2.0.tgz': { body: WEB } };
    await read(charts({ credentials }), '1.2.0');
    const basic = `Basic ${Buffer.from('ana:secret').toString('base64')}`;
    expect(asked.map(({ authorization }) => authorization)).toEqual([basic, undefined]);
    asked.splice(0);
    await read(charts({ credentials }), '1.2.0', { helm: { passCredentials: true } });
    expect(asked.map(({ authorization }) => authorization)).toEqual([basic, basic]);
    asked.splice(0);
    answers['/index.yaml'] = { status: 302, headers: { location: `http://localhost:${port}/moved.yaml` } };
    answers['/moved.yaml'] = { status: 401 };
    const refused = charts({ credentials }).resolve(source('1.2.0'), FRESH);
    await expect(refused).rejects.toThrow('answered 401');
    await expect(refused).rejects.not.toThrow('secret');
    expect(asked.map(({ authorization }) => authorization)).toEqual([basic, undefined]);
  });

  it.each([
    ['what is no index', { '/index.yaml': { body: '<html>' } }, 'not the index of a chart repository'],
    [
      'an archive that is not the one of the index',
      {
        '/index.yaml': {
          body: index({ web: [{ version: '1.2.0', urls: ['web.tgz'], digest: createHash('sha256').update('x').digest('hex') }] }),
        },
        '/web.tgz': { body: WEB },
      },
      'its SHA-256 differs',
    ],
    ['what is no archive', { '/index.yaml': { body: WEB_INDEX }, '/web-1.2.0.tgz': { body: 'no' } }, 'not compressed as .tgz'],
    [
      'files that lead out of it',
      { '/index.yaml': { body: WEB_INDEX }, '/web-1.2.0.tgz': { body: archive({ 'web/../../etc/passwd': 'x' }) } },
      'leads out of it',
    ],
    [
      'a bomb',
      { '/index.yaml': { body: WEB_INDEX }, '/web-1.2.0.tgz': { body: gzipSync(Buffer.alloc(300 * 2 ** 20)) } },
      'larger than 256 MiB',
    ],
    ['an endless redirect', { '/index.yaml': { status: 302, headers: { location: '/index.yaml' } } }, 'redirects'],
    [
      'another scheme',
      { '/index.yaml': { status: 302, headers: { location: 'file:///etc/passwd' } } },
      'not an address of a chart repository',
    ],
  ] as [string, Record<string, Answer>, string][])('refuses %s', async (_, given, message) => {
    answers = given;
    await expect(read(charts(), '1.2.0')).rejects.toThrow(message);
  });
});

describe('a folder of this machine as a chart repository', () => {
  it('gives its archives, and its unpacked charts with the dependencies beside them', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'argosy-charts-'));
    try {
      writeFileSync(join(folder, 'web-1.2.0.tgz'), WEB);
      for (const name of ['app', 'base']) mkdirSync(join(folder, name));
      writeFileSync(
        join(folder, 'app', 'Chart.yaml'),
        'name: app\nversion: 0.1.0\ndependencies: [{name: base, version: 1.x, repository: "https://x"}]\n',
      );
      writeFileSync(join(folder, 'base', 'Chart.yaml'), 'name: base\nversion: 1.0.0\n');
      const local = charts({ map: new Map([[url, folder]]) });
      expect(await read(local, '*')).toBe('1.2.0 Chart.yaml templates/a.yaml');
      expect(await read(local, '', { chart: 'app' })).toBe('0.1.0 Chart.yaml charts/base/Chart.yaml');
      writeFileSync(join(folder, 'app', 'Chart.yaml'), 'name: app\nversion: 0.1.0\ndependencies: [{name: ../outside}]\n');
      const again = charts({ map: new Map([[url, folder]]) });
      await expect(read(again, '', { chart: 'app' })).rejects.toThrow('"../outside" is not the name of a chart');
      writeFileSync(join(folder, 'index.yaml'), index({ web: [{ version: '9.0.0', urls: ['folder:../..'] }] }));
      await expect(read(charts({ map: new Map([[url, folder]]) }), '*')).rejects.toThrow('chart "web" not found');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
