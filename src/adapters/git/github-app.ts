// GitHub Apps: the App's private key signs a short statement, for which GitHub gives a token that lives an hour.
import { createHash, createSign } from 'node:crypto';
import { Agent, ProxyAgent, request } from 'undici';
import type { RepositoryCredential } from '../../core/repository/credentials.js';
import { certificatesFor, type Trust } from '../../core/repository/trust.js';
import type { Clock } from '../../domain/ports.js';
import { IoError } from '../../domain/problem.js';

const STATEMENT_LIVES_S = 300;
/** GitHub's clock may be behind ours. */
const CLOCK_DIFFERENCE_S = 60;
const EARLY_MS = 5 * 60_000;
const TIMEOUT_MS = 15_000;
const MAX_ANSWER_CHARS = 64 * 1024;
const MAX_TOKENS = 500;

interface Token {
  readonly token: string;
  readonly untilMs: number;
}

/** Gives the token of an installation, a new one shortly before the old one ends. Throws IoError. */
export function githubApps(clock: Clock): (credential: RepositoryCredential, trust: Trust) => Promise<string> {
  const tokens = new Map<string, Promise<Token>>();
  return async (credential, trust) => {
    const key = keyOf(credential);
    const known = await tokens.get(key)?.catch(() => undefined);
    if (known && known.untilMs - EARLY_MS > clock.now()) return known.token;
    const asked = askToken(credential, trust, clock.now());
    tokens.delete(key);
    tokens.set(key, asked);
    asked.catch(() => tokens.delete(key));
    const [oldest] = tokens.keys();
    if (tokens.size > MAX_TOKENS && oldest !== undefined) tokens.delete(oldest);
    return (await asked).token;
  };
}

function keyOf({
  githubAppID,
  githubAppInstallationID,
  githubAppPrivateKey = '',
  githubAppEnterpriseBaseUrl,
}: RepositoryCredential): string {
  const secret = createHash('sha256').update(githubAppPrivateKey).digest('hex');
  return [githubAppEnterpriseBaseUrl ?? '', githubAppID, githubAppInstallationID, secret].join(' ');
}

async function askToken(credential: RepositoryCredential, trust: Trust, nowMs: number): Promise<Token> {
  const { githubAppID, githubAppInstallationID, githubAppEnterpriseBaseUrl } = credential;
  if (!githubAppID || !githubAppInstallationID)
    throw failure('the Secret has to name githubAppID and githubAppInstallationID beside githubAppPrivateKey', 'never');
  const api = (githubAppEnterpriseBaseUrl || 'https://api.github.com').replace(/\/+$/, '');
  const url = `${api}/app/installations/${encodeURIComponent(githubAppInstallationID)}/access_tokens`;
  const ca = certificatesFor(url, trust);
  const tls = { ...(credential.insecure ? { rejectUnauthorized: false } : {}), ...(ca ? { ca } : {}) };
  const dispatcher = credential.proxy
    ? new ProxyAgent({ uri: credential.proxy, requestTls: tls })
    : new Agent({ connect: { ...tls, timeout: TIMEOUT_MS } });
  try {
    const { statusCode, body } = await request(url, {
      method: 'POST',
      dispatcher,
      headersTimeout: TIMEOUT_MS,
      bodyTimeout: TIMEOUT_MS,
      headers: {
        authorization: `Bearer ${statement(credential, githubAppID, nowMs)}`,
        accept: 'application/vnd.github+json',
        'user-agent': 'argosy',
      },
    });
    const text = (await body.text()).slice(0, MAX_ANSWER_CHARS);
    if (statusCode !== 201)
      throw failure(
        `the server answered ${statusCode}`,
        statusCode === 401 || statusCode === 403 || statusCode === 404 ? 'never' : 'backoff',
      );
    return tokenIn(text, nowMs);
  } catch (error) {
    if (error instanceof IoError) throw error;
    throw failure((error as Error).message, 'backoff', error);
  } finally {
    await dispatcher.close();
  }
}

function tokenIn(text: string, nowMs: number): Token {
  const answer = parsed(text);
  if (typeof answer.token !== 'string') throw failure('the answer holds no token', 'backoff');
  const untilMs = typeof answer.expires_at === 'string' ? Date.parse(answer.expires_at) : Number.NaN;
  return { token: answer.token, untilMs: Number.isNaN(untilMs) ? nowMs : untilMs };
}

/** The parser's own message would quote what may be a token. */
function parsed(text: string): { readonly token?: unknown; readonly expires_at?: unknown } {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    throw failure('the answer is not JSON', 'backoff');
  }
}

/** A JWT, signed by RS256. Throws IoError where the key is none. */
function statement({ githubAppPrivateKey = '' }: RepositoryCredential, app: string, nowMs: number): string {
  const nowS = Math.floor(nowMs / 1000);
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const said = `${part({ alg: 'RS256', typ: 'JWT' })}.${part({ iat: nowS - CLOCK_DIFFERENCE_S, exp: nowS + STATEMENT_LIVES_S, iss: app })}`;
  try {
    return `${said}.${createSign('RSA-SHA256').update(said).sign(githubAppPrivateKey, 'base64url')}`;
  } catch {
    // The message of the library may quote the key.
    throw failure('githubAppPrivateKey is not an RSA key in PEM', 'never');
  }
}

function failure(why: string, retry: 'never' | 'backoff', cause?: unknown): IoError {
  return new IoError(`getting a token of the GitHub App failed: ${why}`, { retry, ...(cause === undefined ? {} : { cause }) });
}
