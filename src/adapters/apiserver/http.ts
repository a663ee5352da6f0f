// The server over HTTPS, for kubectl and any other client: a bearer token, a certificate of its own, keep-alive, chunked watches.
import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { parseYamlDocuments } from '../../core/manifest/yaml.js';
import type { KubeRequest, KubeResponse, WatchEvent } from '../../domain/ports.js';
import { IoError } from '../../domain/problem.js';
import { addressOf } from './address.js';
import { ApiError, badRequest, unknownPath } from './api-error.js';
import { selfSigned } from './certificate.js';
import type { Context } from './context.js';
import { eventForm } from './forms.js';
import { decodeProtobuf, isProtobuf } from './schema/protobuf.js';

export interface ListenOptions {
  readonly host?: string;
  readonly port?: number;
  /** A token that is known already; without one it is made. */
  readonly token?: string;
}

export interface Listening {
  readonly url: string;
  readonly caPem: string;
  readonly token: string;
  close(): Promise<void>;
}

interface Front {
  readonly context: Context;
  readonly answer: (request: KubeRequest) => Promise<KubeResponse>;
  readonly events: (request: KubeRequest, signal: AbortSignal) => AsyncIterable<WatchEvent>;
}

const BODY_MOST = 3 * 1024 * 1024;

export async function listen(front: Front, options: ListenOptions): Promise<Listening> {
  const host = options.host ?? '127.0.0.1';
  const token = options.token ?? randomBytes(24).toString('base64url');
  const { certPem, keyPem } = selfSigned(front.context.clock.now());
  const server = createServer({ cert: certPem, key: keyPem, keepAliveTimeout: 60_000 }, (incoming, outgoing) => {
    serve(front, token, { incoming, outgoing }).catch((error: unknown) => fail(outgoing, error));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) =>
      reject(new IoError(`Cannot listen on ${host}:${options.port ?? 0}: ${error.message}`, { retry: 'never', cause: error })),
    );
    server.listen(options.port ?? 0, host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `https://${host}:${port}`,
    caPem: certPem,
    token,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Exchange {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
}

async function serve(front: Front, token: string, exchange: Exchange): Promise<void> {
  const { incoming, outgoing } = exchange;
  if (!authorized(incoming.headers.authorization, token)) throw new ApiError(401, 'Unauthorized', 'Unauthorized');
  const url = new URL(incoming.url ?? '/', 'https://server');
  const query = Object.fromEntries(url.searchParams);
  const headers = {
    accept: String(incoming.headers.accept ?? ''),
    'content-type': String(incoming.headers['content-type'] ?? ''),
    'user-agent': String(incoming.headers['user-agent'] ?? ''),
  };
  const request: KubeRequest = {
    method: incoming.method as KubeRequest['method'],
    path: url.pathname,
    query,
    headers,
    body: await bodyOf(incoming),
  };
  if (request.method === 'GET' && (query['watch'] === 'true' || query['watch'] === '1')) return stream(front, request, exchange);
  const response = await front.answer(request);
  outgoing.writeHead(response.status, response.headers);
  outgoing.end(typeof response.body === 'string' ? response.body : JSON.stringify(response.body));
}

function authorized(header: string | undefined, token: string): boolean {
  const given = Buffer.from(header ?? '');
  const wanted = Buffer.from(`Bearer ${token}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

async function bodyOf(incoming: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > BODY_MOST) throw new ApiError(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${BODY_MOST}`);
    chunks.push(chunk);
  }
  if (size === 0) return undefined;
  const bytes = Buffer.concat(chunks);
  const type = String(incoming.headers['content-type'] ?? '');
  try {
    if (isProtobuf(bytes)) return decodeProtobuf(bytes);
    if (type.includes('yaml')) return yamlOf(bytes.toString('utf8'));
    return JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    throw badRequest(`couldn't read the body of the request: ${(error as Error).message}`);
  }
}

function yamlOf(text: string): unknown {
  const { documents, problem } = parseYamlDocuments(text, 'body');
  if (problem) throw badRequest(problem.message);
  return documents[0]?.value;
}

async function stream(front: Front, request: KubeRequest, { incoming, outgoing }: Exchange): Promise<void> {
  const address = addressOf(front.context.registry, request.path);
  if (!address) throw unknownPath();
  const gone = new AbortController();
  incoming.on('close', () => gone.abort());
  outgoing.on('close', () => gone.abort());
  const form = { api: address.api, accept: request.headers?.['accept'] ?? '', query: request.query ?? {} };
  outgoing.writeHead(200, { 'content-type': 'application/json', 'transfer-encoding': 'chunked' });
  outgoing.flushHeaders();
  let sent = 0;
  try {
    for await (const event of front.events(request, gone.signal)) {
      const object = event.type === 'BOOKMARK' ? event.object : eventForm(front.context, form, event.object, sent > 0);
      sent++;
      if (!outgoing.write(`${JSON.stringify({ type: event.type, object })}\n`)) await drained(outgoing, gone.signal);
    }
  } catch (error) {
    if (!(error instanceof IoError)) throw error;
    const status = new ApiError(error.status ?? 500, error.reason ?? 'InternalError', error.message).status();
    outgoing.write(`${JSON.stringify({ type: 'ERROR', object: status })}\n`);
  }
  outgoing.end();
}

function drained(outgoing: ServerResponse, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    outgoing.once('drain', resolve);
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function fail(outgoing: ServerResponse, error: unknown): void {
  if (outgoing.headersSent) {
    outgoing.destroy();
    return;
  }
  if (error instanceof IoError) {
    outgoing.destroy();
    return;
  }
  if (!(error instanceof ApiError)) throw error;
  const { status, headers, body } = error.response();
  outgoing.writeHead(status, headers);
  outgoing.end(JSON.stringify(body));
}
