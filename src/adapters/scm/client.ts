// Requests to services outside: limited in size, time and pages, asked again by their ETag, and no credentials to any other host.
import { createHash } from 'node:crypto';
import { Agent, request } from 'undici';
import { IoError } from '../../domain/problem.js';

export interface ClientOptions {
  /** The API's root, without a slash at its end. */
  readonly api: string;
  /** What is asked, for messages: 'GitHub'. */
  readonly service: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Certificates to believe, in PEM. */
  readonly ca?: string | undefined;
  readonly insecure?: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number;
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

export interface Client {
  /** A path below the API, or a whole address on the same host. Statuses other than 200 and those expected throw IoError. */
  get(path: string, expected?: readonly number[]): Promise<Answer>;
  post(path: string, body: unknown): Promise<Answer>;
  /** All pages of a list; `next` finds the address of the following one. */
  pages(path: string, next: (answer: Answer, page: number) => string | undefined): Promise<readonly unknown[]>;
}

const TIMEOUT_MS = 30_000;
const MAX_BYTES = 32 * 2 ** 20;
const MAX_PAGES = 200;
const MAX_ITEMS = 50_000;
const TRIES = 3;
const PAUSE_MS = 300;
const MAX_REMEMBERED = 2_000;

/** Answers by address and login, so that what did not change costs no request of the service's budget. */
const remembered = new Map<string, { readonly etag: string; readonly answer: Answer }>();

export function createClient(options: ClientOptions): Client {
  const home = new URL(options.api).origin;
  const addressOf = (path: string): string => {
    const url = /^https?:\/\//i.test(path) ? path : `${options.api}${path}`;
    // A page that leads elsewhere would take the token along.
    if (new URL(url).origin !== home) throw failure(options, `its answer leads to another host, ${new URL(url).host}`);
    return url;
  };
  const ask = async (url: string, method: 'GET' | 'POST', body?: unknown): Promise<Answer> => {
    for (let attempt = 1; ; attempt++) {
      const answer = await once(options, { url, method, body }).catch((error: IoError) => error);
      const again = answer instanceof IoError ? answer.retry === 'backoff' : answer.status >= 500;
      if (!again || attempt === TRIES || options.signal?.aborted) {
        if (answer instanceof IoError) throw answer;
        return answer;
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS * attempt));
    }
  };
  const client: Client = {
    async get(path, expected = []) {
      const answer = await ask(addressOf(path), 'GET');
      if (answer.status === 200 || expected.includes(answer.status)) return answer;
      throw refusal(options, path, answer);
    },
    async post(path, body) {
      const answer = await ask(addressOf(path), 'POST', body);
      if (answer.status === 200) return answer;
      throw refusal(options, path, answer);
    },
    async pages(path, next) {
      const items: unknown[] = [];
      let at: string | undefined = path;
      for (let page = 1; at !== undefined; page++) {
        if (page > MAX_PAGES || items.length > MAX_ITEMS) throw failure(options, `the list ${path} has more than ${MAX_PAGES} pages`);
        const answer: Answer = await client.get(at);
        const list = itemsOf(answer.body);
        if (!list) throw failure(options, `the answer to ${path} is no list`);
        items.push(...list);
        at = next(answer, page);
      }
      return items;
    },
  };
  return client;
}

/** A list itself, or the `values` or `value` of a page. */
function itemsOf(body: unknown): readonly unknown[] | undefined {
  if (Array.isArray(body)) return body;
  const { values, value } = (body ?? {}) as { values?: unknown; value?: unknown };
  const list = values ?? value;
  return Array.isArray(list) ? list : undefined;
}

/** rel="next" of the Link header. */
export function linkNext({ headers }: Answer): string | undefined {
  return /<([^>]+)>\s*;\s*rel="next"/.exec(headers['link'] ?? '')?.[1];
}

interface Asked {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly body: unknown;
}

async function once(options: ClientOptions, { url, method, body }: Asked): Promise<Answer> {
  const { headers, ca, insecure, timeoutMs = TIMEOUT_MS } = options;
  const key = createHash('sha256')
    .update(JSON.stringify([url, headers]))
    .digest('hex');
  const known = method === 'GET' ? remembered.get(key) : undefined;
  const dispatcher = new Agent({
    connect: { timeout: timeoutMs, ...(ca ? { ca } : {}), ...(insecure ? { rejectUnauthorized: false } : {}) },
  });
  const deadline = AbortSignal.timeout(timeoutMs);
  try {
    const response = await request(url, {
      method,
      dispatcher,
      signal: options.signal ? AbortSignal.any([options.signal, deadline]) : deadline,
      headers: {
        'user-agent': 'argosy',
        accept: 'application/json',
        ...headers,
        ...(known ? { 'if-none-match': known.etag } : {}),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await textOf(options, response.body);
    if (response.statusCode === 304 && known) return known.answer;
    const plain = Object.fromEntries(
      Object.entries(response.headers).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
    );
    const answer = { status: response.statusCode, headers: plain, body: parsed(options, text, response.statusCode) };
    remember(key, plain['etag'], answer);
    return answer;
  } catch (error) {
    if (error instanceof IoError) throw error;
    if (options.signal?.aborted) throw error;
    throw failure(options, deadline.aborted ? `it did not answer within ${timeoutMs / 1000} s` : (error as Error).message, 'backoff');
  } finally {
    await dispatcher.close();
  }
}

function remember(key: string, etag: string | undefined, answer: Answer): void {
  if (etag === undefined || answer.status !== 200) return;
  if (remembered.size >= MAX_REMEMBERED) remembered.clear();
  remembered.set(key, { etag, answer });
}

async function textOf(options: ClientOptions, body: AsyncIterable<Buffer>): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of body) {
    size += part.length;
    if (size > MAX_BYTES) throw failure(options, `its answer is larger than ${MAX_BYTES / 2 ** 20} MiB`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

function parsed(options: ClientOptions, text: string, status: number): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    if (status !== 200) return undefined;
    throw failure(options, 'its answer is not JSON', 'backoff');
  }
}

function refusal(options: ClientOptions, path: string, { status, body, headers }: Answer): IoError {
  const said = (body as { message?: unknown } | undefined)?.message;
  const remaining = headers['x-ratelimit-remaining'];
  const resets = Number(headers['x-ratelimit-reset'] ?? headers['ratelimit-reset']);
  const limit =
    remaining === '0' || status === 429
      ? `; its limit of requests is used up${Number.isFinite(resets) && resets > 0 ? ` until ${new Date(resets * 1000).toISOString()}` : ''}`
      : '';
  const place = path.split('?')[0] ?? '';
  const message = `${place} was answered with ${status}${typeof said === 'string' ? ` (${said.slice(0, 200)})` : ''}${limit}`;
  return failure(options, message, status === 429 || status >= 500 || limit !== '' ? 'backoff' : 'never');
}

export function failure({ service }: Pick<ClientOptions, 'service'>, why: string, retry: 'never' | 'backoff' = 'never'): IoError {
  return new IoError(`asking ${service} failed: ${why}`, { retry });
}
