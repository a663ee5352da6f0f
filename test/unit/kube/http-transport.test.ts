// The wire: against a small HTTP server of this test.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { type Connection, createCredentials } from '../../../src/adapters/kube/connection.js';
import { createHttpTransport } from '../../../src/adapters/kube/http-transport.js';
import type { KubeTransport, WatchEvent } from '../../../src/domain/ports.js';
import { IoError } from '../../../src/domain/problem.js';

type Handler = (request: IncomingMessage, response: ServerResponse, body: string) => void;
const cleanups: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

async function serve(handler: Handler): Promise<{ url: string; sockets: Set<Socket>; server: Server }> {
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => handler(request, response, Buffer.concat(chunks).toString()));
  });
  server.on('connection', (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, sockets, server };
}

function transportTo(server: string, load?: () => Promise<Connection>, responseLimitBytes?: number): KubeTransport {
  const credentials = createCredentials(load ?? (async () => ({ server, headers: { authorization: 'Bearer t' }, tls: {} })));
  const transport = createHttpTransport({ credentials, ...(responseLimitBytes ? { responseLimitBytes } : {}) });
  cleanups.push(() => transport.close());
  return transport;
}

function json(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

async function refused(work: Promise<unknown>): Promise<IoError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(IoError);
  return error as IoError;
}

describe('requests', () => {
  it('carry method, path below the prefix, query, headers and JSON, and bring JSON back as it is', async () => {
    const seen: unknown[] = [];
    const { url } = await serve((request, response, body) => {
      seen.push([request.method, request.url, request.headers['content-type'], request.headers['authorization'], JSON.parse(body)]);
      json(response, { time: '2026-01-01T00:00:00.123456Z', big: 1, newField: { kept: true } });
    });
    const answer = await transportTo(`${url}/k8s/clusters/c-1`).request({
      method: 'PATCH',
      path: '/api/v1/x',
      query: { fieldManager: 'a b', force: 'true' },
      headers: { 'content-type': 'application/apply-patch+yaml' },
      body: { a: 'ü' },
    });
    expect(seen).toEqual([
      ['PATCH', '/k8s/clusters/c-1/api/v1/x?fieldManager=a+b&force=true', 'application/apply-patch+yaml', 'Bearer t', { a: 'ü' }],
    ]);
    expect(answer.body).toEqual({ time: '2026-01-01T00:00:00.123456Z', big: 1, newField: { kept: true } });
  });

  it('keep their connections', async () => {
    const { url, sockets } = await serve((_, response) => json(response, {}));
    const transport = transportTo(url);
    for (let i = 0; i < 20; i++) await transport.request({ method: 'GET', path: '/' });
    expect(sockets.size).toBeLessThanOrEqual(2);
    await Promise.all(Array.from({ length: 100 }, () => transport.request({ method: 'GET', path: '/' })));
    expect(sockets.size).toBeLessThanOrEqual(16);
  });

  it('are not held up by watches, however many there are', async () => {
    const { url } = await serve((request, response) => {
      if (!request.url?.includes('watch')) return json(response, { here: true });
      response.writeHead(200, { 'content-type': 'application/json' });
      response.flushHeaders();
    });
    const transport = transportTo(url);
    const stop = new AbortController();
    const opened = Array.from({ length: 40 }, async () => {
      const query = { watch: 'true', resourceVersion: '5' };
      const iterator = transport.stream({ method: 'GET', path: '/', query }, stop.signal)[Symbol.asyncIterator]();
      return { first: await iterator.next(), rest: iterator.next() };
    });
    const watches = await Promise.all(opened);
    expect(watches[0]?.first.value).toMatchObject({ type: 'BOOKMARK', object: { metadata: { resourceVersion: '5' } } });
    expect((await transport.request({ method: 'GET', path: '/' })).body).toEqual({ here: true });
    stop.abort();
    for (const { rest } of watches) expect((await rest).done).toBe(true);
  });

  it('renew their credentials once after a 401, all together', async () => {
    let loads = 0;
    const { url } = await serve((request, response) => {
      if (request.headers['authorization'] === 'Bearer 2') return json(response, { ok: true });
      json(response, { kind: 'Status', message: 'Unauthorized' }, 401);
    });
    const transport = transportTo(url, async () => ({ server: url, headers: { authorization: `Bearer ${++loads}` }, tls: {} }));
    const answers = await Promise.all(Array.from({ length: 8 }, () => transport.request({ method: 'GET', path: '/' })));
    expect([answers.map(({ status }) => status), loads]).toEqual([Array(8).fill(200), 2]);
  });

  it('give the 401 back when new credentials do not help', async () => {
    let asked = 0;
    const { url } = await serve((_, response) => {
      asked++;
      json(response, {}, 401);
    });
    expect((await transportTo(url).request({ method: 'GET', path: '/' })).status).toBe(401);
    expect(asked).toBe(2);
  });

  it('read compressed answers, text, and refuse what is too large or broken', async () => {
    const { url } = await serve((request, response) => {
      if (request.url === '/gzip')
        return response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(gzipSync('{"a":1}'));
      if (request.url === '/text') return response.writeHead(200, { 'content-type': 'text/plain' }).end('ok');
      if (request.url === '/broken') return response.writeHead(200, { 'content-type': 'application/json' }).end('{"a":');
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify('x'.repeat(5000)));
    });
    const transport = transportTo(url, undefined, 1000);
    const get = (path: string) => transport.request({ method: 'GET', path });
    expect((await get('/gzip')).body).toEqual({ a: 1 });
    expect((await get('/text')).body).toBe('ok');
    expect((await refused(get('/broken'))).message).toContain('not JSON');
    expect(await refused(get('/large'))).toMatchObject({ retry: 'never', message: expect.stringContaining('larger than 1000 bytes') });
  });

  it('say where they could not go, and stop when they are cancelled', async () => {
    const { url, server } = await serve(() => {});
    const stop = new AbortController();
    const hanging = transportTo(url).request({ method: 'GET', path: '/' }, stop.signal);
    stop.abort();
    expect((await refused(hanging)).message).toBe('the request was cancelled');
    server.closeAllConnections();
    server.close();
    const error = await refused(transportTo(url).request({ method: 'GET', path: '/' }));
    expect(error).toMatchObject({ retry: 'backoff', message: `${url} cannot be reached: the connection was refused (ECONNREFUSED)` });
  });
});

describe('a server that takes connections and says nothing', () => {
  it('holds nobody who was cancelled', async () => {
    // A TCP server below an https address: the handshake never ends.
    const silent = createTcpServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    cleanups.push(() => void silent.close());
    const url = `https://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const stop = new AbortController();
    const startedMs = Date.now();
    const request = refused(transportTo(url).request({ method: 'GET', path: '/' }, stop.signal));
    await new Promise((resolve) => setTimeout(resolve, 20));
    stop.abort();
    expect((await request).message).toBe('the request was cancelled');
    expect(Date.now() - startedMs).toBeLessThan(2000);
  });
});

describe('watches', () => {
  async function events(handler: Handler): Promise<{ seen: WatchEvent[]; error: unknown }> {
    const { url } = await serve(handler);
    const seen: WatchEvent[] = [];
    const stop = new AbortController();
    try {
      for await (const event of transportTo(url).stream({ method: 'GET', path: '/', query: { watch: 'true' } }, stop.signal))
        seen.push(event);
      return { seen, error: undefined };
    } catch (error) {
      return { seen, error };
    }
  }

  it('come whole however the bytes are cut', async () => {
    const lines = Buffer.from(
      `${['ä', '漢字', '🦊'].map((name) => JSON.stringify({ type: 'ADDED', object: { metadata: { name } } })).join('\n')}\n`,
    );
    const { seen, error } = await events(async (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      for (const byte of lines) {
        response.write(Buffer.from([byte]));
        await new Promise((resolve) => setImmediate(resolve));
      }
      response.end();
    });
    expect([seen.map(({ object }) => object.metadata.name), error]).toEqual([['ä', '漢字', '🦊'], undefined]);
  });

  it('throw what the server refused, and what broke', async () => {
    const refusal = await events((_, response) =>
      json(response, { kind: 'Status', reason: 'Expired', message: 'too old resource version' }, 410),
    );
    expect(refusal.error).toMatchObject({ status: 410, reason: 'Expired', message: expect.stringContaining('too old resource version') });
    const broken = await events((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write(`${JSON.stringify({ type: 'ADDED', object: { metadata: { name: 'a' } } })}\n{"type":"ADD`);
      setImmediate(() => response.destroy());
    });
    expect(broken.error).toBeInstanceOf(IoError);
    const wrong = await events((_, response) => response.writeHead(200).end('not json\n'));
    expect(wrong.error).toMatchObject({ message: 'the watch sent a line that is not JSON' });
    const shapeless = await events((_, response) => response.writeHead(200).end('null\n'));
    expect(shapeless.error).toMatchObject({ message: 'the watch sent a line that is not an event' });
  });
});
