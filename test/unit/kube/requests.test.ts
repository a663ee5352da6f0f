import { describe, expect, it } from 'vitest';
import { IoError } from '../../../src/domain/problem.js';
import type { Manifest } from '../../../src/domain/resource.js';
import { failed, ok, type Script, scripted } from './support.js';

const RESOURCES = ok({
  kind: 'APIResourceList',
  resources: [
    { name: 'configmaps', kind: 'ConfigMap', namespaced: true, verbs: ['get'] },
    { name: 'secrets', kind: 'Secret', namespaced: true, verbs: ['get'] },
  ],
});
const REF = { group: '', version: 'v1', kind: 'ConfigMap', namespace: 'default', name: 'a' };
const MANIFEST: Manifest = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'default' }, data: { x: '1' } };
const HOW = { mode: 'server-side', fieldManager: 'argocd-controller', force: true } as const;

/** Advances the clock while the work waits. */
async function settled<T>(script: Script, work: Promise<T>): Promise<T | IoError> {
  let result: T | IoError | undefined;
  const done = work.then(
    (value) => {
      result = value;
    },
    (error: unknown) => {
      if (!(error instanceof IoError)) throw error;
      result = error;
    },
  );
  for (let i = 0; i < 50 && result === undefined; i++) await script.clock.advance(1000);
  await done;
  return result as T | IoError;
}

describe('reads', () => {
  it('are repeated when the server says not now, as late as it says', async () => {
    const script = scripted(({ path }, n) =>
      path === '/api/v1' ? RESOURCES : n < 4 ? failed(429, 'TooManyRequests', 'busy', {}, { 'retry-after': '5' }) : ok(MANIFEST),
    );
    const startMs = script.clock.now();
    expect(await settled(script, script.cluster.get(REF))).toEqual(MANIFEST);
    expect(script.clock.now() - startMs).toBeGreaterThanOrEqual(10_000);
  });

  it('give up after a few attempts, with the reason', async () => {
    const script = scripted(({ path }) =>
      path === '/api/v1' ? RESOURCES : failed(503, 'ServiceUnavailable', 'etcdserver: leader changed'),
    );
    const error = await settled(script, script.cluster.get(REF));
    expect(error).toMatchObject({
      status: 503,
      retry: 'backoff',
      message: 'Cannot get ConfigMap default/a on cluster "test": etcdserver: leader changed',
    });
    expect(script.requests.filter(({ path }) => path.endsWith('/a'))).toHaveLength(4);
  });

  it('are repeated when a kept connection broke, and not when the server cannot be reached', async () => {
    const lost = new IoError('the connection was reset', { retry: 'backoff', reason: 'ConnectionLost' });
    const script = scripted(({ path }, n) => (path === '/api/v1' ? RESOURCES : n === 2 ? lost : ok(MANIFEST)));
    expect(await settled(script, script.cluster.get(REF))).toEqual(MANIFEST);
    const away = scripted(() => new IoError('https://test cannot be reached: the connection timed out', { retry: 'backoff' }));
    expect(await settled(away, away.cluster.get(REF))).toMatchObject({ message: expect.stringContaining('timed out') });
    expect(away.requests).toHaveLength(1);
  });

  it('are not repeated when they are refused', async () => {
    const script = scripted(({ path }) => (path === '/api/v1' ? RESOURCES : failed(403, 'Forbidden', 'no')));
    expect(await settled(script, script.cluster.get(REF))).toMatchObject({ status: 403, retry: 'never', reason: 'Forbidden' });
    expect(script.requests).toHaveLength(2);
  });

  it('ask once for a kind that does not exist, and again a little later', async () => {
    let installed = false;
    const script = scripted(({ path }) => (path === '/api/v1' ? (installed ? RESOURCES : failed(404, 'NotFound', 'no')) : ok(MANIFEST)));
    await Promise.all([script.cluster.get(REF), script.cluster.get(REF)]);
    expect(await script.cluster.get(REF)).toBeUndefined();
    expect(script.requests).toHaveLength(1);
    installed = true;
    await script.clock.advance(1000);
    expect(await script.cluster.get(REF)).toEqual(MANIFEST);
  });
});

describe('writes', () => {
  it('are never repeated, whatever the server says', async () => {
    const script = scripted(({ path }) =>
      path === '/api/v1' ? RESOURCES : failed(429, 'TooManyRequests', 'busy', { retryAfterSeconds: 3 }),
    );
    const error = await settled(script, script.cluster.apply(MANIFEST, HOW));
    expect(error).toMatchObject({ status: 429, retry: 'backoff', retryAfterMs: 3000 });
    expect(script.requests.filter(({ method }) => method === 'PATCH')).toHaveLength(1);
  });

  it('send server-side apply as JSON with its options in the query', async () => {
    const script = scripted(({ path }) => (path === '/api/v1' ? RESOURCES : ok(MANIFEST)));
    await script.cluster.apply(MANIFEST, { ...HOW, dryRun: true, validate: false });
    expect(script.requests.at(-1)).toEqual({
      method: 'PATCH',
      path: '/api/v1/namespaces/default/configmaps/a',
      query: { fieldManager: 'argocd-controller', force: 'true', dryRun: 'All', fieldValidation: 'Ignore' },
      headers: { 'content-type': 'application/apply-patch+yaml' },
      body: MANIFEST,
    });
  });

  it.each([
    [409, 'Conflict', { causes: [{ reason: 'FieldManagerConflict' }] }, 'never'],
    [409, 'Conflict', {}, 'backoff'],
    [409, 'AlreadyExists', {}, 'never'],
    [403, 'Forbidden', { causes: [{ reason: 'NamespaceTerminating' }] }, 'backoff'],
    [403, 'Forbidden', {}, 'never'],
    [404, 'NotFound', {}, 'backoff'],
    [422, 'Invalid', {}, 'never'],
    [500, 'InternalError', {}, 'backoff'],
  ])('say whether another try can help: %i %s %j', async (status, reason, details, retry) => {
    const script = scripted(({ path }) => (path === '/api/v1' ? RESOURCES : failed(status, reason, 'words', details)));
    expect(await settled(script, script.cluster.apply(MANIFEST, HOW))).toMatchObject({ status, reason, retry });
  });

  it('never repeat a Secret value that the server quotes', async () => {
    const quoting = 'data.a: Invalid value: "c2VjcmV0LXZhbHVl": (secret-value) got &value.valueUnstructured{Value:123456}';
    const script = scripted(({ path }) => (path === '/api/v1' ? RESOURCES : failed(422, 'Invalid', quoting)));
    const secret = { ...MANIFEST, kind: 'Secret', data: { a: 'c2VjcmV0LXZhbHVl', n: 123456 } };
    const error = (await settled(script, script.cluster.apply(secret, HOW))) as IoError;
    for (const value of ['c2VjcmV0LXZhbHVl', 'secret-value', '123456']) expect(error.message).not.toContain(value);
    expect(error.message).toContain('data.a: Invalid value: "++++++++"');
  });

  it('start over when somebody else wrote in between, but not for ever', async () => {
    const script = scripted(({ path, method }) => {
      if (path === '/api/v1') return RESOURCES;
      return method === 'GET'
        ? ok({ ...MANIFEST, metadata: { ...MANIFEST.metadata, resourceVersion: '7' } })
        : failed(409, 'Conflict', 'modified');
    });
    expect(await settled(script, script.cluster.apply(MANIFEST, { mode: 'replace', fieldManager: 'x' }))).toMatchObject({ status: 409 });
    expect(script.requests.filter(({ method }) => method === 'PUT')).toHaveLength(4);
    expect(script.requests.at(-1)?.body).toMatchObject({ metadata: { resourceVersion: '7' } });
  });

  it('refuse to delete without a uid: that would be our mistake', async () => {
    const script = scripted(() => RESOURCES);
    await expect(script.cluster.remove(REF, '', 'background')).rejects.toThrow(/a uid is required/);
  });

  it('report a delete that the server will not do', async () => {
    const live = { ...MANIFEST, metadata: { ...MANIFEST.metadata, uid: 'u' } };
    const script = scripted(({ path, method }) => {
      if (path === '/api/v1') return RESOURCES;
      return method === 'GET' ? ok(live) : failed(409, 'Conflict', 'an admission webhook says no');
    });
    expect(await settled(script, script.cluster.remove(REF, 'u', 'background'))).toMatchObject({ status: 409 });
    await script.cluster.remove(REF, 'another', 'background');
  });
});
