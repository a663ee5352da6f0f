// Files of a chart repository over HTTP: limited in size and time, with the repository's credentials, which no other host ever gets.
import { Agent, ProxyAgent, request } from 'undici';
import type { RepositoryCredential } from '../../core/repository/credentials.js';
import { certificatesFor, type Trust } from '../../core/repository/trust.js';
import { printableUrl } from '../../core/repository/url.js';
import { IoError } from '../../domain/problem.js';

export interface DownloadOptions {
  /** What is read, for messages. */
  readonly what: string;
  readonly maxBytes: number;
  readonly credential: RepositoryCredential | undefined;
  readonly trust: Trust;
  /** Of an earlier answer: 304 comes back as undefined. */
  readonly etag?: string | undefined;
  /** Send the credentials to whatever host a URL names, as `passCredentials` asks. */
  readonly everywhere?: boolean;
  /** Origin of the repository itself: scheme, host and port. */
  readonly home: string;
  readonly signal?: AbortSignal | undefined;
}

const TIMEOUT_MS = 60_000;
const REDIRECTS = 5;

export interface Downloaded {
  readonly bytes: Buffer;
  readonly etag?: string;
}

/** The bytes at a URL; undefined where they are still those of `etag`. Throws IoError. */
export async function download(url: string, options: DownloadOptions): Promise<Downloaded | undefined> {
  let at = url;
  for (let hop = 0; hop <= REDIRECTS; hop++) {
    const answer = await one(at, options);
    if (answer.redirect === undefined) return answer.downloaded;
    at = addressOf(answer.redirect, options.what, at);
  }
  throw failure(options.what, `more than ${REDIRECTS} redirects`, 'never');
}

async function one(url: string, options: DownloadOptions): Promise<{ readonly redirect?: string; readonly downloaded?: Downloaded }> {
  const { what, etag, signal } = options;
  const { protocol, origin } = new URL(url);
  const isHome = options.everywhere === true || origin === options.home;
  if (protocol !== 'https:' && protocol !== 'http:') throw failure(what, `${protocol}// is not an address of a chart repository`, 'never');
  const dispatcher = dispatcherOf(url, options, isHome);
  try {
    const response = await request(url, {
      dispatcher,
      headersTimeout: TIMEOUT_MS,
      bodyTimeout: TIMEOUT_MS,
      headers: {
        'user-agent': 'argosy',
        ...(isHome ? login(options.credential) : {}),
        ...(etag ? { 'if-none-match': etag } : {}),
      },
      ...(signal ? { signal } : {}),
    });
    const { statusCode, headers, body } = response;
    const location = headers['location'];
    if (statusCode >= 300 && statusCode < 400 && typeof location === 'string') {
      await body.dump();
      return { redirect: location };
    }
    if (statusCode === 304) {
      await body.dump();
      return {};
    }
    if (statusCode !== 200) {
      await body.dump();
      throw failure(
        what,
        `${printableUrl(url)} answered ${statusCode}`,
        statusCode === 401 || statusCode === 403 || statusCode === 404 ? 'never' : 'backoff',
      );
    }
    const bytes = await limited(body, options);
    const tag = headers['etag'];
    return { downloaded: { bytes, ...(typeof tag === 'string' ? { etag: tag } : {}) } };
  } catch (error) {
    if (error instanceof IoError) throw error;
    throw failure(what, (error as Error).message, 'backoff', error);
  } finally {
    await dispatcher.close();
  }
}

/** All of a body, up to a limit. Throws IoError. */
export async function limited(
  body: AsyncIterable<Buffer>,
  { what, maxBytes }: Pick<DownloadOptions, 'what' | 'maxBytes'>,
): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of body) {
    size += part.length;
    if (size > maxBytes) throw failure(what, `it is larger than ${Math.round(maxBytes / 2 ** 20)} MiB`, 'never');
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** An address that somebody else's server names, as a whole one. Throws IoError for what is none. */
export function addressOf(address: string, what: string, base: string): string {
  try {
    return new URL(address, base).href;
  } catch (error) {
    throw failure(what, `${JSON.stringify(address.slice(0, 200))} is not an address`, 'never', error);
  }
}

function login(credential: RepositoryCredential | undefined): Record<string, string> {
  if (credential?.bearerToken) return { authorization: `Bearer ${credential.bearerToken}` };
  const authorization = basicLogin(credential);
  return authorization === undefined ? {} : { authorization };
}

/** User and password as a header; undefined where there are none. */
export function basicLogin(credential: RepositoryCredential | undefined): string | undefined {
  if (!credential?.username && !credential?.password) return undefined;
  return `Basic ${Buffer.from(`${credential.username ?? ''}:${credential.password ?? ''}`).toString('base64')}`;
}

/** Neither the client's certificate nor the trust without a look goes to another host than the repository's own. */
export function dispatcherOf(
  url: string,
  { credential, trust }: Pick<DownloadOptions, 'credential' | 'trust'>,
  isHome: boolean,
): Agent | ProxyAgent {
  const ca = certificatesFor(url, trust);
  const tls = {
    ...(ca ? { ca } : {}),
    ...(isHome && credential?.insecure ? { rejectUnauthorized: false } : {}),
    ...(isHome && credential?.tlsClientCertData ? { cert: credential.tlsClientCertData, key: credential.tlsClientCertKey ?? '' } : {}),
  };
  if (credential?.proxy && !isDirect(url, credential.noProxy)) return new ProxyAgent({ uri: credential.proxy, requestTls: tls });
  return new Agent({ connect: { ...tls, timeout: TIMEOUT_MS } });
}

/** Whether noProxy ('a.example,.b.example,10.1.2.3:8080') lists the host of an address, or a domain that it is in. */
export function isDirect(url: string, noProxy: string | undefined): boolean {
  const { hostname, host } = new URL(url);
  return (noProxy ?? '')
    .split(/[,\s]+/)
    .filter(Boolean)
    .some((entry) => {
      const name = entry.toLowerCase().replace(/^\*?\./, '');
      return entry === '*' || name === hostname || name === host || hostname.endsWith(`.${name}`);
    });
}

function failure(what: string, why: string, retry: 'never' | 'backoff', cause?: unknown): IoError {
  return new IoError(`reading ${what} failed: ${why}`, { retry, ...(cause === undefined ? {} : { cause }) });
}
