// The kept connections to one server. New TLS credentials get new pools; the old ones finish what they carry.
import type { Dispatcher } from 'undici';
import { IoError } from '../../domain/problem.js';
import type { Connection } from './connection.js';
import { proxyFor } from './proxy.js';

export type Use = 'requests' | 'watches';

export interface Pools {
  of(connection: Connection, use: Use): Promise<{ origin: string; prefix: string; dispatcher: Dispatcher }>;
  isLoopback(origin: string): boolean;
  close(): Promise<void>;
}

const CONNECTIONS = 16;
const TIMES = { headersTimeout: 60_000, bodyTimeout: 60_000, keepAliveTimeout: 55_000 };
const CONNECT_TIMEOUT_MS = 10_000;

export function createPools(env: Readonly<Record<string, string | undefined>>): Pools {
  let current: { key: string; watches: Dispatcher; requests: Dispatcher } | undefined;
  let closed = false;

  const open = async (connection: Connection, key: string) => {
    const undici = await import('undici');
    if (closed) throw new IoError('the connection is closed', { retry: 'never' });
    if (current?.key === key) return current;
    const previous = current;
    current = {
      key,
      requests: createDispatcher(undici, connection, { env, connections: CONNECTIONS }),
      watches: createDispatcher(undici, connection, { env, connections: undefined }),
    };
    if (previous) {
      void previous.requests.close();
      void previous.watches.close();
    }
    return current;
  };

  return {
    async of(connection, use) {
      const url = new URL(connection.server);
      const key = keyOf(connection);
      const pools = current?.key === key ? current : await open(connection, key);
      return { origin: url.origin, prefix: url.pathname.replace(/\/+$/, ''), dispatcher: pools[use] };
    },
    isLoopback: (origin) => /^https?:\/\/(127\.|localhost\b|\[::1\])/.test(origin),
    async close() {
      closed = true;
      // destroy, not close: watches never end by themselves.
      await Promise.all([current?.requests.destroy(), current?.watches.destroy()]);
      current = undefined;
    },
  };
}

function keyOf({ server, tls, proxyUrl }: Connection): string {
  const parts = [tls.ca, tls.cert, tls.key].map((part) => (part === undefined ? '' : part.toString()));
  return JSON.stringify([server, proxyUrl ?? '', tls.servername ?? '', tls.rejectUnauthorized !== false, ...parts]);
}

function createDispatcher(
  undici: typeof import('undici'),
  { server, tls, proxyUrl }: Connection,
  { env, connections }: { env: Readonly<Record<string, string | undefined>>; connections: number | undefined },
): Dispatcher {
  const options = { ...TIMES, ...(connections === undefined ? {} : { connections }), pipelining: 1 };
  const connect = { ...(tls as object), timeout: CONNECT_TIMEOUT_MS };
  const proxy = proxyFor(server, proxyUrl, env);
  if (proxy === undefined) return new undici.Pool(new URL(server).origin, { ...options, connect });
  if (/^socks5?h?:/.test(proxy)) {
    const socks = new URL(proxy.replace(/^socks5?h?:/, 'socks5:'));
    return new undici.Socks5ProxyAgent(socks, { ...options, requestTls: connect } as never);
  }
  return new undici.ProxyAgent({ ...options, uri: proxy, requestTls: connect });
}
