// One kind, listed once and then followed. A lost connection is resumed from the last revision; a revision that the
// server has forgotten leads to a new list, after a random pause, so that many watchers do not list at once.
import type { LiveChange, WatchEvent } from '../../domain/ports.js';
import { IoError } from '../../domain/problem.js';
import type { ApiKind } from '../../domain/resource.js';
import { failureOf, isExpired } from './errors.js';
import { collectionPath } from './kinds.js';
import { describeKind, listAll } from './list.js';
import type { Requester } from './requester.js';

export interface WatchTimes {
  /** Without an event or a bookmark for so long, the connection counts as dead. Servers send a bookmark every minute. */
  readonly idleMs: number;
  /** The server ends a watch after this long, or up to twice as long. */
  readonly sessionMs: number;
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
  /** A new list waits at random up to this long. */
  readonly relistSpreadMs: number;
}

export const WATCH_TIMES: WatchTimes = {
  idleMs: 90_000,
  sessionMs: 300_000,
  firstPauseMs: 250,
  longestPauseMs: 30_000,
  relistSpreadMs: 1000,
};

/** A watch that ends sooner than this without an event counts as a failure. */
const TOO_SHORT_MS = 1000;

interface WatchState {
  /** Where to go on; undefined = list first. */
  revision: string | undefined;
  failures: number;
  /** The last 'stale' that was reported; undefined while the watch is current. */
  stale: string | undefined;
}

/** Follows a kind until the signal. Never throws for what a server or a network does. */
export async function* watchKind(
  requester: Requester,
  api: ApiKind,
  signal: AbortSignal,
  times: WatchTimes = WATCH_TIMES,
): AsyncGenerator<LiveChange> {
  const state: WatchState = { revision: undefined, failures: 0, stale: undefined };
  while (!signal.aborted) {
    try {
      if (state.revision === undefined) {
        const listed = await listAll(requester, api, {}, signal);
        state.revision = listed.resourceVersion;
        healthy(state);
        yield { kind: 'listed', api, ...listed };
      }
      yield* follow(requester, api, { state, signal, times });
    } catch (error) {
      if (!(error instanceof IoError)) throw error;
      if (signal.aborted) return;
      if (state.stale !== error.message) yield { kind: 'stale', api, message: error.message };
      state.stale = error.message;
      await pause(requester, error, { state, signal, times });
    }
  }
}

function healthy(state: WatchState): void {
  state.failures = 0;
  state.stale = undefined;
}

async function pause(
  { clock, random }: Requester,
  error: IoError,
  { state, signal, times }: { state: WatchState; signal: AbortSignal; times: WatchTimes },
): Promise<void> {
  state.failures++;
  const backoffMs = Math.min(times.firstPauseMs * 2 ** (state.failures - 1), times.longestPauseMs) * (0.5 + random() / 2);
  const spreadMs = isExpired(error) ? random() * times.relistSpreadMs : 0;
  if (isExpired(error)) state.revision = undefined;
  await clock.sleep(Math.max(state.failures > 1 || !isExpired(error) ? backoffMs : 0, spreadMs, error.retryAfterMs ?? 0), signal);
}

/** One connection: from the known revision until it ends. Returns when it may simply be opened again. */
async function* follow(
  requester: Requester,
  api: ApiKind,
  { state, signal, times }: { state: WatchState; signal: AbortSignal; times: WatchTimes },
): AsyncGenerator<LiveChange> {
  const doing = `watch ${describeKind(api)}${requester.where}`;
  const connection = openConnection(requester, { signal, idleMs: times.idleMs });
  const startedMs = requester.clock.now();
  let events = 0;
  try {
    const query = {
      watch: 'true',
      allowWatchBookmarks: 'true',
      resourceVersion: state.revision ?? '',
      timeoutSeconds: String(Math.round((times.sessionMs * (1 + requester.random())) / 1000)),
    };
    requester.counted();
    const stream = requester.transport.stream({ method: 'GET', path: collectionPath(api, ''), query }, connection.signal);
    for await (const event of stream) {
      connection.heard();
      // The bookmark that a watch may begin with is no progress: a server that ends each watch after it must not be asked without a pause.
      if (event.type !== 'BOOKMARK') events++;
      if (event.type === 'ERROR') throw eventError(event, doing);
      yield* changesOf(event, api, state);
      connection.heard();
    }
  } catch (error) {
    if (!connection.idle() || signal.aborted) throw asWatchError(error, doing);
  } finally {
    connection.end();
  }
  if (signal.aborted) return;
  if (connection.idle()) throw new IoError(`Cannot ${doing}: nothing was heard for ${times.idleMs / 1000} s`, { retry: 'backoff' });
  if (events === 0 && requester.clock.now() - startedMs < TOO_SHORT_MS) {
    throw new IoError(`Cannot ${doing}: the server ended the watch at once`, { retry: 'backoff' });
  }
}

function* changesOf(event: WatchEvent, api: ApiKind, state: WatchState): Generator<LiveChange> {
  const resourceVersion = event.object.metadata?.resourceVersion ?? '';
  if (isOlder(resourceVersion, state.revision ?? '')) {
    throw new IoError(
      `The revisions of ${describeKind(api)} went back from ${state.revision} to ${resourceVersion}: the server's store was restored`,
      { retry: 'backoff', reason: 'Expired' },
    );
  }
  const resumed = state.stale !== undefined;
  healthy(state);
  if (resourceVersion !== '') state.revision = resourceVersion;
  if (event.type === 'DELETED') yield { kind: 'removed', api, object: event.object };
  else if (event.type !== 'BOOKMARK') yield { kind: 'changed', api, object: event.object };
  if (event.type === 'BOOKMARK' || resumed) yield { kind: 'current', api, resourceVersion: state.revision ?? '' };
}

/** Revisions of one kind only grow. They are compared as numbers of any length; anything else is not compared. */
export function isOlder(a: string, b: string): boolean {
  if (!/^\d+$/.test(a) || !/^\d+$/.test(b)) return false;
  return a.length === b.length ? a < b : a.length < b.length;
}

function eventError(event: WatchEvent, doing: string): IoError {
  const code = (event.object as { code?: unknown })['code'];
  return failureOf({ status: typeof code === 'number' ? code : 500, headers: {}, body: event.object }, doing);
}

function asWatchError(error: unknown, doing: string): unknown {
  if (!(error instanceof IoError) || error.message.startsWith('Cannot') || error.message.startsWith('The revisions')) return error;
  return new IoError(`Cannot ${doing}: ${error.message}`, { ...error, retry: error.retry, cause: error.cause ?? error });
}

/** A signal for one connection: aborted with the outer one, and when nothing was heard for too long. */
function openConnection({ clock }: Requester, { signal, idleMs }: { signal: AbortSignal; idleMs: number }) {
  const controller = new AbortController();
  const ended = new AbortController();
  let heardMs = clock.now();
  let idle = false;
  const abort = () => controller.abort();
  signal.addEventListener('abort', abort, { once: true });
  const watchdog = async () => {
    while (!ended.signal.aborted) {
      const leftMs = heardMs + idleMs - clock.now();
      if (leftMs <= 0) {
        idle = true;
        return controller.abort();
      }
      await clock.sleep(leftMs, ended.signal);
    }
  };
  void watchdog();
  return {
    signal: controller.signal,
    heard: () => {
      heardMs = clock.now();
    },
    idle: () => idle,
    end: () => {
      signal.removeEventListener('abort', abort);
      ended.abort();
      controller.abort();
    },
  };
}
