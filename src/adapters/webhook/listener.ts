// POST /api/webhook: what Git servers say, checked and handed on. Every request is bounded in size, in time and in number; answers and
// their texts are Argo CD's, except that a wrong signature is 401 and a body that is too large 413.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { eventOf, providerOf, type WebhookHeaders } from '../../core/webhook/payload.js';
import { SECRET_KEYS } from '../../core/webhook/settings.js';
import { IoError } from '../../domain/problem.js';
import type { WebhookEvent, WebhookSettings } from '../../domain/webhook.js';
import { bodyOf } from './body.js';
import { verify } from './signature.js';

export interface WebhookListenerOptions {
  readonly host: string;
  readonly port: number;
  /** Resolves when the control objects are known: before that nobody can be checked. */
  settings(): Promise<WebhookSettings>;
  /** Hands an event on. Rejects where it cannot be taken. */
  take(event: WebhookEvent): Promise<void>;
  /** Something that a person should know. */
  say(message: string): void;
  now(): number;
  /** Deliveries that are read, checked or handed on at the same time: with the cap of a body this bounds the memory. */
  readonly maxAtOnce?: number;
  /** Deliveries that wait for that. */
  readonly maxWaiting?: number;
}

export interface WebhookListener {
  /** http://host:port/api/webhook */
  readonly url: string;
  close(): Promise<void>;
}

const HEADERS_MS = 10_000;
const REQUEST_MS = 60_000;
const MAX_HEADER_BYTES = 16 * 1024;
const MAX_CONNECTIONS = 64;
const MAX_AT_ONCE = 4;
const MAX_WAITING = 50;
const REFUSALS_EVERY_MS = 60_000;

const FAILED = 'Webhook processing failed';
const FULL = 'Queue is full, discarding webhook payload';

interface Reply {
  readonly status: number;
  readonly text?: string;
}

/** Throws IoError where it cannot listen. */
export async function listenForWebhooks(options: WebhookListenerOptions): Promise<WebhookListener> {
  const handler = new Handler(options);
  const server = createServer(
    { maxHeaderSize: MAX_HEADER_BYTES, headersTimeout: HEADERS_MS, requestTimeout: REQUEST_MS },
    (request, response) => {
      void handler.answer(request).then((reply) => send(request, response, reply));
    },
  );
  server.maxConnections = MAX_CONNECTIONS;
  server.keepAliveTimeout = 5_000;
  await listening(server, options);
  const { port } = server.address() as AddressInfo;
  const host = options.host.includes(':') ? `[${options.host}]` : options.host;
  return {
    url: `http://${host}:${port}/api/webhook`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listening(server: Server, { host, port }: WebhookListenerOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) =>
      reject(new IoError(`cannot listen for webhooks on ${host}:${port}: ${error.message}`, { retry: 'never', cause: error })),
    );
    server.listen(port, host, resolve);
  });
}

function send(request: IncomingMessage, response: ServerResponse, { status, text }: Reply): void {
  // What is left of a body that was refused is not read: the connection ends with the answer.
  const rest = !request.complete;
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    'x-content-type-options': 'nosniff',
    ...(status === 405 ? { allow: 'POST' } : {}),
    ...(rest ? { connection: 'close' } : {}),
  });
  response.end(text === undefined ? '' : `${text}\n`, () => {
    if (rest) request.destroy();
  });
}

class Handler {
  readonly #options: WebhookListenerOptions;
  readonly #waiting: (() => void)[] = [];
  readonly #toldUnsigned = new Set<string>();
  #running = 0;
  #refusalToldAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: WebhookListenerOptions) {
    this.#options = options;
  }

  async answer(request: IncomingMessage): Promise<Reply> {
    const path = (request.url ?? '').split('?')[0];
    if (path !== '/api/webhook') return { status: 404, text: 'Not found' };
    if (request.method !== 'POST') return { status: 405, text: FAILED };
    const headers = request.headers as WebhookHeaders;
    if (providerOf(headers) === undefined) return { status: 400, text: 'Unknown webhook event' };
    if (this.#waiting.length >= (this.#options.maxWaiting ?? MAX_WAITING)) return { status: 503, text: FULL };
    await this.#begin();
    try {
      return await this.#deliver(request, headers);
    } catch (error) {
      this.#refused(`a webhook was not taken: ${(error as Error).message}`);
      return { status: 500, text: FAILED };
    } finally {
      this.#end();
    }
  }

  async #deliver(request: IncomingMessage, headers: WebhookHeaders): Promise<Reply> {
    const provider = providerOf(headers) ?? 'github';
    const settings = await this.#options.settings();
    const body = await bodyOf(request, settings.maxPayloadBytes);
    if (body === 'aborted') return { status: 400, text: FAILED };
    if (body === 'too large') return { status: 413, text: tooLarge(settings) };
    const verdict = verify({ provider, headers, body }, settings);
    if (verdict === 'wrong') {
      this.#refused(
        `a webhook of ${provider} was refused: its signature or secret is not that of ${SECRET_KEYS[provider]} in argocd-secret`,
      );
      return { status: 401, text: FAILED };
    }
    if (verdict === 'unsigned') this.#unsigned(provider, SECRET_KEYS[provider]);
    const payload = parsed(body, headers['content-type'] ?? '');
    if (payload === undefined) return { status: 400, text: tooLarge(settings) };
    const event = eventOf(provider, headers, payload);
    if (event === undefined) return { status: 400, text: FAILED };
    if (event.kind !== 'ping') await this.#options.take(event);
    return { status: 200 };
  }

  #unsigned(provider: string, keys: string): void {
    if (this.#toldUnsigned.has(provider)) return;
    this.#toldUnsigned.add(provider);
    this.#options.say(`webhooks of ${provider} are taken without a check: argocd-secret has no ${keys}`);
  }

  /** Whoever sends many wrong ones is told of now and then. */
  #refused(message: string): void {
    const now = this.#options.now();
    if (now - this.#refusalToldAtMs < REFUSALS_EVERY_MS) return;
    this.#refusalToldAtMs = now;
    this.#options.say(message);
  }

  async #begin(): Promise<void> {
    if (this.#running >= (this.#options.maxAtOnce ?? MAX_AT_ONCE)) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#running++;
  }

  /** A place that becomes free goes to whoever waits longest. */
  #end(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#running--;
  }
}

function tooLarge({ maxPayloadBytes }: WebhookSettings): string {
  const limit = maxPayloadBytes / 1024 / 1024;
  return `${FAILED}: The payload is either too large or corrupted. Please check the payload size (must be under ${limit} MB) and ensure it is valid JSON`;
}

/** JSON as it is, or in the field `payload` of a form; undefined where it is neither. */
function parsed(body: Uint8Array, contentType: string): unknown {
  const text = Buffer.from(body).toString('utf8');
  const json = contentType.startsWith('application/x-www-form-urlencoded') ? (new URLSearchParams(text).get('payload') ?? '') : text;
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined; // the caller answers that it is corrupted
  }
}
