// Where a server is and how to prove who we are. Credentials are read when first needed and again when the server
// answers 401: tokens expire, and files and exec plugins have new ones.
import { IoError } from '../../domain/problem.js';

export interface TlsOptions {
  readonly ca?: string | Buffer;
  readonly cert?: string | Buffer;
  readonly key?: string | Buffer;
  readonly rejectUnauthorized?: boolean;
  readonly servername?: string;
}

export interface Connection {
  /** 'https://host:6443/prefix' without a slash at the end. */
  readonly server: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: TlsOptions;
  /** http://, https:// or socks5:// */
  readonly proxyUrl?: string;
}

export interface Credentials {
  current(): Promise<Connection>;
  /** The connection after `stale` was refused; several callers at once share one renewal. */
  renew(stale: Connection): Promise<Connection>;
}

/** Keeps what `load` returned until it is refused. A failure is not kept. */
export function createCredentials(load: () => Promise<Connection>): Credentials {
  let held: Promise<Connection> | undefined;
  let value: Connection | undefined;
  const start = () => {
    const loading = load();
    held = loading;
    loading.then(
      (connection) => {
        value = connection;
      },
      () => {
        if (held === loading) held = undefined;
      },
    );
    return loading;
  };
  return {
    current: () => held ?? start(),
    renew(stale) {
      if (value === stale) {
        value = undefined;
        return start();
      }
      return held ?? start();
    },
  };
}

const TLS_ADVICE: Readonly<Record<string, string>> = {
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    'its certificate is not signed by the configured certificate authority; correct certificate-authority-data',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate chain is not trusted; set certificate-authority-data',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed; set certificate-authority-data',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    'its certificate is not signed by the configured certificate authority; correct certificate-authority-data',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name; set tls-server-name',
};

const NETWORK_WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was reset',
  EPIPE: 'the connection was closed',
  ENOTFOUND: 'the host name is not known',
  EAI_AGAIN: 'the host name could not be resolved',
  EHOSTUNREACH: 'the host is not reachable',
  ENETUNREACH: 'the network is not reachable',
  ETIMEDOUT: 'the connection timed out',
  UND_ERR_CONNECT_TIMEOUT: 'the connection timed out',
  UND_ERR_HEADERS_TIMEOUT: 'the server did not answer in time',
  UND_ERR_BODY_TIMEOUT: 'the answer stopped halfway',
  UND_ERR_SOCKET: 'the connection was closed',
  UND_ERR_CLOSED: 'the connection is closed',
  UND_ERR_DESTROYED: 'the connection is closed',
};

/** `reason` of a connection that was lost while a request was on it. A kept connection may have been closed long ago: worth another try at once. */
export const CONNECTION_LOST = 'ConnectionLost';
const LOST = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);

/** What a failed connection becomes. Certificates do not heal by waiting, but clusters are repaired, so all may be retried. */
export function networkError(error: unknown, server: string): IoError {
  if (error instanceof IoError) return error;
  const code = codeOf(error);
  const words = TLS_ADVICE[code] ?? NETWORK_WORDS[code] ?? (error instanceof Error ? error.message : String(error));
  return new IoError(`${server} cannot be reached: ${words}${code && NETWORK_WORDS[code] ? ` (${code})` : ''}`, {
    retry: 'backoff',
    cause: error,
    ...(LOST.has(code) ? { reason: CONNECTION_LOST } : {}),
  });
}

function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  const { code, cause, errors } = error as { code?: unknown; cause?: unknown; errors?: unknown[] };
  const inner = codeOf(cause) || (Array.isArray(errors) ? codeOf(errors[0]) : '');
  return inner || (typeof code === 'string' ? code : '');
}
