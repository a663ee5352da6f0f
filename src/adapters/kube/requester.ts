// Sends requests to one cluster: counts them, repeats reads that the server put off, and turns refusals into IoErrors.
// Writes are never repeated here: whether a write may be tried again is the engine's decision.
import type { Clock, KubeRequest, KubeResponse, KubeTransport } from '../../domain/ports.js';
import { IoError } from '../../domain/problem.js';
import type { Manifest } from '../../domain/resource.js';
import { CONNECTION_LOST } from './connection.js';
import { failureOf } from './errors.js';

const READ_ATTEMPTS = 4;
const READ_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 10_000;

export interface AskOptions {
  /** What is being done, to follow 'Cannot ': 'list apps/Deployment'. */
  readonly doing: string;
  readonly signal?: AbortSignal | undefined;
  /** Statuses that are answers here, not failures. */
  readonly expect?: readonly number[];
  /** The object that is written: its values are kept out of messages where it is a Secret. */
  readonly about?: Manifest;
}

export interface Requester {
  /** A GET; 429 and 5xx are repeated a few times, as the server asks. Throws IoError. */
  read(request: Omit<KubeRequest, 'method' | 'body'>, options: AskOptions): Promise<KubeResponse>;
  /** Any request, once. Throws IoError. */
  send(request: KubeRequest, options: AskOptions): Promise<KubeResponse>;
  readonly transport: KubeTransport;
  readonly where: string;
  readonly clock: Clock;
  readonly random: () => number;
  /** Adds one to the count, for requests that do not go through `send` (watches). */
  counted(): void;
  requests(): number;
}

export function createRequester(transport: KubeTransport, options: { name: string; clock: Clock; random: () => number }): Requester {
  const { clock, random } = options;
  const where = ` on cluster "${options.name}"`;
  let count = 0;

  const send: Requester['send'] = async (request, { doing, signal, expect, about }) => {
    count++;
    const response = await transport.request(request, signal).catch((error: unknown) => {
      if (!(error instanceof IoError)) throw error;
      throw new IoError(`Cannot ${doing}${where}: ${error.message}`, { ...error, retry: error.retry, cause: error.cause ?? error });
    });
    if ((response.status >= 200 && response.status < 300) || expect?.includes(response.status)) return response;
    throw failureOf(response, `${doing}${where}`, about);
  };

  const read: Requester['read'] = async (request, ask) => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await send({ ...request, method: 'GET' }, ask);
      } catch (error) {
        if (attempt >= READ_ATTEMPTS || ask.signal?.aborted || !(error instanceof IoError) || !isPutOff(error)) throw error;
        const pauseMs = error.retryAfterMs ?? READ_PAUSE_MS * 2 ** (attempt - 1) * (0.5 + random());
        await clock.sleep(Math.min(pauseMs, LONGEST_PAUSE_MS), ask.signal);
      }
    }
  };

  return { read, send, transport, where, clock, random, counted: () => void count++, requests: () => count };
}

/** The server said 'not now', or a kept connection broke. A server that cannot be reached is reported at once. */
function isPutOff(error: IoError): boolean {
  if (error.retry === 'never') return false;
  return error.status === undefined ? error.reason === CONNECTION_LOST : error.status === 429 || error.status >= 500;
}
