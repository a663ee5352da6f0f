// Tokens of registries: asked for at the service that a registry names, kept as long as they live, one for each repository.
import { request } from 'undici';
import type { RepositoryCredential } from '../../core/repository/credentials.js';
import type { Trust } from '../../core/repository/trust.js';
import type { Clock } from '../../domain/ports.js';
import { IoError } from '../../domain/problem.js';
import { dispatcherOf, limited } from './download.js';

export interface Challenge {
  readonly scheme: 'basic' | 'bearer';
  readonly realm: string;
  readonly service: string;
  readonly scope: string;
}

export interface TokenMeans {
  readonly credential: RepositoryCredential | undefined;
  readonly trust: Trust;
  readonly login: string | undefined;
  readonly signal: AbortSignal | undefined;
}

interface Place {
  readonly host: string;
  readonly name: string;
}

export interface RegistryTokens {
  /** The value of the Authorization header; undefined where nobody asked for one yet, or it has ended. */
  of(place: Place): string | undefined;
  keep(place: Place, authorization: string, untilMs: number): void;
  /** Throws IoError. */
  fetch(place: Place, challenge: Challenge, means: TokenMeans): Promise<void>;
}

const TIMEOUT_MS = 30_000;
const MAX_BYTES = 256 * 1024;
const MAX_TOKENS = 1_000;
const LIVES_S = 60;
const EARLY_S = 5;

export function registryTokens(clock: Clock): RegistryTokens {
  const kept = new Map<string, { readonly authorization: string; readonly untilMs: number }>();
  const keyOf = ({ host, name }: Place) => `${host}/${name}`;
  const tokens: RegistryTokens = {
    of(place) {
      const found = kept.get(keyOf(place));
      return found && found.untilMs > clock.now() ? found.authorization : undefined;
    },
    keep(place, authorization, untilMs) {
      if (kept.size >= MAX_TOKENS) kept.clear();
      kept.set(keyOf(place), { authorization, untilMs });
    },
    async fetch(place, challenge, means) {
      const { token, livesS } = await askToken(place, challenge, means);
      tokens.keep(place, `Bearer ${token}`, clock.now() + Math.max(1, livesS - EARLY_S) * 1000);
    },
  };
  return tokens;
}

/** 'Bearer realm="…",service="…",scope="…"'. */
export function challengeIn(header: string | undefined): Challenge | undefined {
  const [, word = '', rest = ''] = /^\s*(basic|bearer)\b\s*(.*)$/is.exec(header ?? '') ?? [];
  if (word === '') return undefined;
  const fields = new Map([...rest.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name.toLowerCase(), value]));
  const text = (name: string) => fields.get(name) ?? '';
  return { scheme: word.toLowerCase() as 'basic' | 'bearer', realm: text('realm'), service: text('service'), scope: text('scope') };
}

async function askToken(
  { host, name }: Place,
  { realm, service, scope }: Challenge,
  { credential, trust, login, signal }: TokenMeans,
): Promise<{ readonly token: string; readonly livesS: number }> {
  const failed = (why: string, retry: 'never' | 'backoff' = 'backoff') =>
    new IoError(`getting a token for oci://${host}/${name} failed: ${why}`, { retry });
  if (!URL.canParse(realm) || !/^https?:$/.test(new URL(realm).protocol)) throw failed('the registry names no token service', 'never');
  const url = new URL(realm);
  // A password goes in the open only to a registry that is spoken to in the open.
  if (login !== undefined && url.protocol === 'http:' && !credential?.insecureOCIForceHttp)
    throw failed(`its token service ${url.host} is reached without TLS, so the password is not sent`, 'never');
  if (service) url.searchParams.set('service', service);
  url.searchParams.set('scope', scope || `repository:${name}:pull`);
  const dispatcher = dispatcherOf(url.href, { credential, trust }, false);
  try {
    const { statusCode, body } = await request(url, {
      dispatcher,
      headersTimeout: TIMEOUT_MS,
      bodyTimeout: TIMEOUT_MS,
      headers: { 'user-agent': 'argosy', ...(login === undefined ? {} : { authorization: login }) },
      ...(signal ? { signal } : {}),
    });
    const bytes = await limited(body, { what: `the token for oci://${host}/${name}`, maxBytes: MAX_BYTES });
    if (statusCode !== 200)
      throw failed(
        `${url.host} answered ${statusCode}${login === undefined ? '; give credentials in a Secret with the label argocd.argoproj.io/secret-type: repository' : ''}`,
        statusCode === 401 || statusCode === 403 ? 'never' : 'backoff',
      );
    return tokenIn(bytes) ?? Promise.reject(failed(`${url.host} gave no token`));
  } catch (error) {
    if (error instanceof IoError) throw error;
    throw failed((error as Error).message);
  } finally {
    await dispatcher.close();
  }
}

/** The parser's own message would quote what may be a token. */
function tokenIn(bytes: Buffer): { readonly token: string; readonly livesS: number } | undefined {
  try {
    const answer = JSON.parse(bytes.toString('utf8')) as { token?: unknown; access_token?: unknown; expires_in?: unknown };
    const token = answer.token ?? answer.access_token;
    if (typeof token !== 'string') return undefined;
    return { token, livesS: typeof answer.expires_in === 'number' ? answer.expires_in : LIVES_S };
  } catch {
    return undefined;
  }
}
