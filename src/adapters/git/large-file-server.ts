// The LFS server of a repository: asks it where a large file lies, fetches it from there, and believes nothing but its hash.
import { createHash } from 'node:crypto';
import { Agent, type Dispatcher, ProxyAgent, request } from 'undici';
import type { RepositoryCredential } from '../../core/repository/credentials.js';
import { certificatesFor, type Trust } from '../../core/repository/trust.js';
import { printableUrl } from '../../core/repository/url.js';
import { IoError } from '../../domain/problem.js';
import type { LargeFile } from './large-files.js';

export interface LargeFileServer {
  /** The address of the repository, without user and password. */
  readonly url: string;
  readonly credential: RepositoryCredential | undefined;
  readonly trust: Trust;
}

const TIMEOUT_MS = 30_000;
const MAX_ANSWER_BYTES = 256 * 1024;
const MAX_FILE_BYTES = 50 * 2 ** 20;
const MAX_REDIRECTS = 3;
const MEDIA_TYPE = 'application/vnd.git-lfs+json';

/** The content of a large file, checked against its pointer. Throws IoError. */
export async function fetchLargeFile(file: LargeFile, path: string, server: LargeFileServer): Promise<Uint8Array> {
  const failed = (why: string, retry: 'never' | 'backoff' = 'never', cause?: unknown) =>
    new IoError(`fetching the large file ${path} of ${printableUrl(server.url)} failed: ${why}`, {
      retry,
      ...(cause === undefined ? {} : { cause }),
    });
  if (!/^https?:\/\//i.test(server.url)) throw failed('large files are fetched over http and https only; use such an address');
  if (file.sizeBytes > MAX_FILE_BYTES) throw failed(`it is larger than ${MAX_FILE_BYTES / 2 ** 20} MiB`);
  try {
    const place = await placeOf(file, server);
    const bytes = await download(place, { server, maxBytes: file.sizeBytes });
    if (createHash('sha256').update(bytes).digest('hex') !== file.oid)
      throw new Answer('what the server sent is not the file of the pointer');
    return bytes;
  } catch (error) {
    if (error instanceof Answer) throw failed(error.message, error.retry);
    throw failed((error as Error).message, 'backoff', error);
  }
}

/** What a server said that ends the attempt. Its text is ours: bodies of servers may quote what was sent. */
class Answer extends Error {
  constructor(
    message: string,
    readonly retry: 'never' | 'backoff' = 'never',
  ) {
    super(message);
  }
}

interface Place {
  readonly href: string;
  readonly header: Readonly<Record<string, string>>;
}

async function placeOf(file: LargeFile, server: LargeFileServer): Promise<Place> {
  const url = `${server.url.replace(/\/+$/, '').replace(/\.git$/, '')}.git/info/lfs/objects/batch`;
  const body = JSON.stringify({
    operation: 'download',
    transfers: ['basic'],
    objects: [{ oid: file.oid, size: file.sizeBytes }],
    hash_algo: 'sha256',
  });
  const headers = { accept: MEDIA_TYPE, 'content-type': MEDIA_TYPE, ...authorization(server) };
  const answer = await exchange(url, { method: 'POST', headers, body, server, maxBytes: MAX_ANSWER_BYTES });
  if (answer.status === 401 || answer.status === 403) throw new Answer(`the LFS server answered ${answer.status}; check the credentials`);
  if (answer.status === 404) throw new Answer('there is no LFS server at the address of the repository (404)');
  if (answer.status !== 200) throw new Answer(`the LFS server answered ${answer.status}`, 'backoff');
  return placeIn(answer.bytes, file.oid, url);
}

interface BatchAnswer {
  readonly objects?: readonly {
    readonly oid?: string;
    readonly error?: { readonly code?: number };
    readonly actions?: { readonly download?: { readonly href?: unknown; readonly header?: unknown } };
  }[];
}

function placeIn(bytes: Uint8Array, oid: string, url: string): Place {
  let said: BatchAnswer;
  try {
    said = JSON.parse(Buffer.from(bytes).toString('utf8')) ?? {};
  } catch {
    throw new Answer('the answer of the LFS server is not JSON', 'backoff');
  }
  const object = said.objects?.find((each) => each?.oid === oid);
  if (object?.error) throw new Answer(`the LFS server does not have it (${object.error.code ?? 'no code'})`);
  const { href, header } = object?.actions?.download ?? {};
  if (typeof href !== 'string') throw new Answer('the LFS server does not say where it lies', 'backoff');
  const given = typeof header === 'object' && header !== null ? Object.entries(header) : [];
  return {
    href: new URL(href, url).href,
    header: Object.fromEntries(given.flatMap(([name, value]) => (typeof value === 'string' ? [[name.toLowerCase(), value]] : []))),
  };
}

interface Download {
  readonly server: LargeFileServer;
  readonly maxBytes: number;
}

/** Login data goes to the repository's own origin, and what the LFS server gave for the file goes to where it said, nowhere else. */
async function download({ href, header }: Place, { server, maxBytes }: Download): Promise<Uint8Array> {
  let url = href;
  let headers: Readonly<Record<string, string>> =
    header['authorization'] === undefined && sameOrigin(url, server.url) ? { ...authorization(server), ...header } : header;
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    const { status, bytes, location } = await exchange(url, { method: 'GET', headers, server, maxBytes });
    if (status === 200) return bytes;
    if (location === undefined) throw new Answer(`the place of the file answered ${status}`, status >= 500 ? 'backoff' : 'never');
    const next = new URL(location, url).href;
    if (!sameOrigin(next, url)) headers = {};
    url = next;
  }
  throw new Answer(`it is redirected more than ${MAX_REDIRECTS} times`);
}

function sameOrigin(a: string, b: string): boolean {
  return new URL(a).origin === new URL(b).origin;
}

function authorization({ credential }: LargeFileServer): Readonly<Record<string, string>> {
  if (credential?.bearerToken) return { authorization: `Bearer ${credential.bearerToken}` };
  const { username = '', password = '' } = credential ?? {};
  if (username === '' && password === '') return {};
  return { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` };
}

interface Exchange extends Download {
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

interface Answered {
  readonly status: number;
  readonly bytes: Uint8Array;
  readonly location: string | undefined;
}

async function exchange(url: string, { method, headers, body, server, maxBytes }: Exchange): Promise<Answered> {
  if (!/^https?:\/\//i.test(url)) throw new Answer('the LFS server names an address that is not http or https');
  const dispatcher = dispatcherFor(url, server);
  try {
    const answer = await request(url, {
      method,
      dispatcher,
      headers: { 'user-agent': 'argosy', ...headers },
      headersTimeout: TIMEOUT_MS,
      bodyTimeout: TIMEOUT_MS,
      ...(body === undefined ? {} : { body }),
    });
    const { statusCode: status } = answer;
    const redirect = status >= 300 && status < 400 ? answer.headers['location'] : undefined;
    if (status !== 200) {
      await answer.body.dump({ limit: MAX_ANSWER_BYTES });
      return { status, bytes: new Uint8Array(), location: typeof redirect === 'string' ? redirect : undefined };
    }
    return { status, bytes: await bounded(answer.body, maxBytes), location: undefined };
  } finally {
    await dispatcher.destroy();
  }
}

async function bounded(body: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of body) {
    size += part.length;
    if (size > maxBytes) throw new Answer('the server sends more than it said');
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** The client certificate is for the repository's own origin. */
function dispatcherFor(url: string, { url: repository, credential, trust }: LargeFileServer): Dispatcher {
  const ca = certificatesFor(url, trust);
  const own = sameOrigin(url, repository);
  const tls = {
    ...(own && credential?.insecure ? { rejectUnauthorized: false } : {}),
    ...(own && credential?.tlsClientCertData ? { cert: credential.tlsClientCertData, key: credential.tlsClientCertKey } : {}),
    ...(ca ? { ca } : {}),
  };
  return credential?.proxy
    ? new ProxyAgent({ uri: credential.proxy, requestTls: tls })
    : new Agent({ connect: { ...tls, timeout: TIMEOUT_MS } });
}
