// Charts and artifacts from an OCI registry that speaks the real protocol, and from ones that lie.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ChartOptions } from '../../../src/adapters/charts/charts.js';
import { createOci } from '../../../src/adapters/charts/oci.js';
import { repositoryOf } from '../../../src/adapters/charts/oci-registry.js';
import { systemClock } from '../../../src/adapters/clock.js';
import { archive, CHART_LAYER, type Registry, registry, TAR_LAYER } from '../../support/registry.js';

const LOGIN = { username: 'ci', password: 'secret-9c1' };
let served: Registry;
const CHART = archive({ 'web/Chart.yaml': 'name: web\nversion: 1.2.0+meta\n', 'web/templates/a.yaml': 'kind: ConfigMap\n' });

async function serve(login?: typeof LOGIN): Promise<void> {
  served = await registry(login);
  for (const tag of ['1.0.0', '1.2.0_meta', '2.0.0-rc.1', '1.1.0']) served.push('charts/web', tag, CHART);
}
beforeEach(() => serve(LOGIN));
afterEach(() => served.close());

const secret = (over = {}) => ({
  url: `${served.host}/charts`,
  prefix: true,
  enableOCI: true,
  insecureOCIForceHttp: true,
  ...LOGIN,
  ...over,
});
const sources = (credential: object = secret(), over: Partial<ChartOptions> = {}) =>
  createOci({ clock: systemClock(), map: new Map(), credentials: () => [credential as never], ...over });
const chart = (targetRevision: string) => ({ repoURL: `${served.host}/charts`, chart: 'web', targetRevision });
const FRESH = { fresh: true };

async function read(source: { repoURL: string; chart?: string; targetRevision: string }, from = sources()): Promise<string> {
  const revision = await from.resolve(source, FRESH);
  const tree = await from.tree(source, revision);
  return `${revision.id} ${(await tree.list('')).map(({ path }) => path).join(' ')}`;
}

describe('a chart of a registry', () => {
  it.each([
    ['1.2.0+meta', '1.2.0+meta'],
    ['1.*', '1.2.0+meta'],
    ['~1.1', '1.1.0'],
    ['', '1.2.0+meta'],
    ['1.0.0', '1.0.0'],
  ])('%j is version %s', async (asked, version) => {
    expect(await read(chart(asked))).toBe(`${version} Chart.yaml templates/a.yaml`);
  });

  it('is asked for by an exact version without a look at the tags', async () => {
    await read(chart('1.0.0'));
    expect(served.seen.some(({ path }) => path.includes('/tags/'))).toBe(false);
  });

  it('is read again without the registry while nobody asks for news', async () => {
    const from = sources();
    await read(chart('1.0.0'), from);
    const asked = served.seen.length;
    await from.tree(chart('1.0.0'), await from.resolve(chart('1.0.0'), { fresh: false }));
    expect(served.seen.length).toBe(asked);
  });

  it('says which versions there are', async () => {
    await expect(read(chart('9.*'))).rejects.toThrow('no tag fits "9.*"; there are 1.1.0, 2.0.0-rc.1');
    await expect(read(chart('9.0.0'))).rejects.toThrow('the registry answered 404');
  });
});

describe('credentials', () => {
  it('go to the registry and its token service, and not where the blobs are', async () => {
    await read(chart('1.0.0'));
    const shown = (server: string) =>
      new Set(served.seen.filter((each) => each.server === server).map(({ authorization }) => authorization?.split(' ')[0]));
    expect(shown('tokens')).toEqual(new Set(['Basic']));
    expect(shown('registry')).toEqual(new Set([undefined, 'Bearer']));
    expect(shown('blobs')).toEqual(new Set([undefined]));
  });

  it('get a new token where the old one has ended', async () => {
    const from = sources();
    await read(chart('1.0.0'), from);
    served.endTokens();
    expect(await read(chart('1.1.0'), from)).toContain('1.1.0');
  });

  it('that are wrong are told as such, and not shown', async () => {
    const failure = await read(chart('1.0.0'), sources(secret({ password: 'wrong' }))).catch((error: Error) => error);
    expect(String(failure)).toContain('answered 401');
    expect(String(failure)).not.toContain('wrong');
  });

  it('of a project are for its applications alone', async () => {
    const from = sources(secret({ project: 'alpha' }));
    expect(await read(chart('1.0.0'), from.inProject('alpha') as never)).toContain('1.0.0');
    await expect(from.inProject('beta').resolve({ ...chart('1.0.0') }, FRESH)).rejects.toThrow();
  });

  it('are not sent in the open to a token service', async () => {
    served.override.set('/v2/charts/web/manifests/1.0.0', (_, response) => {
      response.writeHead(401, { 'WWW-Authenticate': 'Bearer realm="http://evil.invalid/token"' }).end();
    });
    const https = sources(secret());
    await expect(read(chart('1.0.0'), https)).rejects.toThrow(/evil\.invalid|ENOTFOUND/);
  });
});

describe('an artifact of manifests', () => {
  it('is what its tag means now, by its digest', async () => {
    const digest = served.push('team/app', 'latest', archive({ 'a.yaml': 'kind: A\n', 'deep/b.yaml': 'kind: B\n' }), TAR_LAYER);
    const source = { repoURL: `oci://${served.host}/team/app`, targetRevision: 'latest' };
    const from = sources(secret({ url: `oci://${served.host}/team` }));
    expect(from.owns(source)).toBe(true);
    expect(await read(source, from)).toBe(`${digest} a.yaml deep/b.yaml`);
    expect(await read({ ...source, targetRevision: digest }, from)).toContain(digest);
  });

  it('may hold a chart', async () => {
    const source = { repoURL: `oci://${served.host}/charts/web`, targetRevision: '1.0.0' };
    expect(await read(source, sources(secret({ url: `oci://${served.host}/charts` })))).toContain('Chart.yaml templates/a.yaml');
  });

  it('is refused where its layer is of another kind', async () => {
    served.push('team/image', 'v1', CHART, 'application/vnd.docker.image.rootfs.diff.tar.gzip');
    const source = { repoURL: `oci://${served.host}/team/image`, targetRevision: 'v1' };
    await expect(read(source, sources(secret({ url: `oci://${served.host}/team` })))).rejects.toThrow(
      'none of its layers is one that can be read',
    );
  });
});

describe('a registry that lies', () => {
  beforeEach(async () => {
    served.close();
    await serve();
  });
  const open = () => sources({ url: `${served.host}/`, prefix: true, insecureOCIForceHttp: true });

  it('about a blob is found out by its digest', async () => {
    const digest = served.seen.length;
    expect(digest).toBe(0);
    served.override.set('/v2/charts/web/manifests/1.0.0', (_, response) => {
      const layer = { mediaType: CHART_LAYER, digest: `sha256:${'a'.repeat(64)}`, size: 3 };
      response.end(JSON.stringify({ config: layer, layers: [layer] }));
    });
    served.override.set(`/v2/charts/web/blobs/sha256:${'a'.repeat(64)}`, (_, response) => void response.end('bad'));
    await expect(read(chart('1.0.0'), open())).rejects.toThrow('the registry gave something else');
  });

  it('with tags without end is stopped', async () => {
    served.override.set('/v2/charts/web/tags/list', (_, response) => {
      response.setHeader('Link', '</v2/charts/web/tags/list?n=1000>; rel="next"');
      response.end(JSON.stringify({ tags: ['1.0.0'] }));
    });
    await expect(read(chart('*'), open())).rejects.toThrow('or their list never ends');
  });

  it('with redirects in a circle is stopped', async () => {
    served.override.set(
      '/v2/charts/web/manifests/1.0.0',
      (request, response) => void response.writeHead(302, { location: request.url }).end(),
    );
    await expect(read(chart('1.0.0'), open())).rejects.toThrow('more than 5 redirects');
  });

  it('with files that lead out of the archive is refused', async () => {
    served.push('charts/web', '3.0.0', archive({ 'web/../../etc/passwd': 'x' }));
    await expect(read(chart('3.0.0'), open())).rejects.toThrow('leads out of it');
  });

  it('with a manifest that is none is told', async () => {
    served.override.set('/v2/charts/web/manifests/1.0.0', (_, response) => void response.end('<html>'));
    await expect(read(chart('1.0.0'), open())).rejects.toThrow('the answer of the registry is not JSON');
  });
});

describe('addresses', () => {
  it.each([
    ['oci://registry.example.com/charts', 'web', 'registry.example.com', 'charts/web'],
    ['registry.example.com:5000/a/b/', 'c', 'registry.example.com:5000', 'a/b/c'],
    ['oci://docker.io/library/x', undefined, 'registry-1.docker.io', 'library/x'],
  ])('%s with chart %s', (url, name, host, repository) => {
    expect(repositoryOf(url, name)).toEqual({ host, name: repository });
  });

  it('that name nothing are refused', () => {
    expect(() => repositoryOf('oci://registry.example.com', undefined)).toThrow('names no repository of an OCI registry');
    expect(() => repositoryOf('oci://registry.example.com/a/../b', undefined)).toThrow('names no repository');
  });
});
