// A server over HTTP/1.1: one pool of kept connections for requests, another one for watches, because each watch holds
// its connection for as long as it lives and would starve the requests. JSON stays as it came.
import { setMaxListeners } from 'node:events';
import type { Dispatcher } from 'undici';
import type { KubeRequest, KubeResponse, KubeTransport, WatchEvent } from '../../domain/ports.js';
import { IoError } from '../../domain/problem.js';
import { type Connection, type Credentials, networkError } from './connection.js';
import { failureOf } from './errors.js';
import { createPools, type Pools } from './pools.js';
import { decodeBody, RESPONSE_LIMIT_BYTES } from './response-body.js';
import { lineSplitter, watchEvent } from './watch-lines.js';

export interface HttpTransportOptions {
  readonly credentials: Credentials;
  /** For HTTPS_PROXY and NO_PROXY. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly responseLimitBytes?: number;
}

/** A transport to one server. Connects when first used. Throws IoErrors. */
export function createHttpTransport({ credentials, env = {}, responseLimitBytes }: HttpTransportOptions): KubeTransport {
  const pools = createPools(env);
  const limit = responseLimitBytes ?? RESPONSE_LIMIT_BYTES;
  return {
    async request(request, signal) {
      const response = await exchange(pools, credentials, { request, stream: false, signal });
      return readResponse(response, request, limit);
    },
    stream: (request, signal) => streamEvents(pools, credentials, { request, signal, limit }),
    close: () => pools.close(),
  };
}

interface Exchange {
  readonly request: KubeRequest;
  readonly stream: boolean;
  readonly signal: AbortSignal | undefined;
}

/** Sends, and once more with new credentials after a 401. */
async function exchange(pools: Pools, credentials: Credentials, what: Exchange): Promise<Dispatcher.ResponseData> {
  const connection = await credentials.current();
  const response = await dispatch(pools, connection, what);
  if (response.statusCode !== 401) return response;
  const renewed = await credentials.renew(connection);
  // A refusal is an answer too: without its body being read, its connection stays taken.
  await response.body.dump();
  return dispatch(pools, renewed, what);
}

async function dispatch(pools: Pools, connection: Connection, { request, stream, signal }: Exchange): Promise<Dispatcher.ResponseData> {
  const { origin, prefix, dispatcher } = await pools.of(connection, stream ? 'watches' : 'requests');
  // One signal stops many requests at once; Node takes more than ten listeners for a leak unless told otherwise.
  if (signal) setMaxListeners(0, signal);
  const query = new URLSearchParams(request.query).toString();
  try {
    const answer = dispatcher.request({
      origin,
      method: request.method,
      path: `${prefix}${request.path}${query ? `?${query}` : ''}`,
      headers: {
        accept: 'application/json',
        ...(stream || pools.isLoopback(origin) ? {} : { 'accept-encoding': 'gzip' }),
        'user-agent': 'argosy',
        ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...request.headers,
        ...connection.headers,
      },
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
      ...(stream ? { bodyTimeout: 0 } : {}),
      ...(signal ? { signal } : {}),
    });
    return await (signal ? abandoned(answer, signal) : answer);
  } catch (error) {
    throw broken(error, connection, signal);
  }
}

/** The pool heeds a signal only once a connection stands; until then the one who waits is let go here. */
function abandoned(answer: Promise<Dispatcher.ResponseData>, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
  return new Promise((resolve, reject) => {
    const abandon = () => {
      reject(signal.reason);
      answer.then(
        ({ body }) => body.destroy(),
        () => {},
      );
    };
    if (signal.aborted) return abandon();
    signal.addEventListener('abort', abandon, { once: true });
    answer.then(resolve, reject).finally(() => signal.removeEventListener('abort', abandon));
  });
}

function broken(error: unknown, connection: Connection, signal: AbortSignal | undefined): IoError {
  if (signal?.aborted) return new IoError('the request was cancelled', { retry: 'backoff', cause: error });
  return networkError(error, connection.server);
}

async function readResponse(response: Dispatcher.ResponseData, request: KubeRequest, limit: number): Promise<KubeResponse> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(response.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  try {
    return { status: response.statusCode, headers, body: await decodeBody(response.body, headers, limit) };
  } catch (error) {
    if (error instanceof IoError) throw error;
    throw networkError(error, request.path);
  }
}

async function* streamEvents(
  pools: Pools,
  credentials: Credentials,
  { request, signal, limit }: { request: KubeRequest; signal: AbortSignal; limit: number },
): AsyncGenerator<WatchEvent> {
  const response = await exchange(pools, credentials, { request, stream: true, signal });
  if (response.statusCode !== 200) throw failureOf(await readResponse(response, request, limit), 'watch');
  const revision = request.query?.['resourceVersion'];
  if (revision) yield { type: 'BOOKMARK', object: { apiVersion: 'v1', kind: '', metadata: { name: '', resourceVersion: revision } } };
  const splitter = lineSplitter();
  try {
    for await (const chunk of response.body) {
      for (const line of splitter.push(chunk as Buffer)) yield watchEvent(line);
    }
  } catch (error) {
    if (signal.aborted) return;
    throw networkError(error, request.path);
  } finally {
    response.body.destroy();
  }
}
