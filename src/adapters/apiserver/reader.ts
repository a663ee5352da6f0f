// Lists and watches. A watch replays what it missed from the log, then follows; what the log has forgotten is answered 410.
import type { WatchEvent } from '../../domain/ports.js';
import type { ApiKind, Manifest } from '../../domain/resource.js';
import { ApiError, badRequest, expired } from './api-error.js';
import type { Context } from './context.js';
import type { LogEntry } from './object-store.js';
import { fieldSelection, labelSelection, type Selection } from './selectors.js';

export interface ReadRequest {
  readonly api: ApiKind;
  /** '' = all namespaces. */
  readonly namespace: string;
  readonly query: Readonly<Record<string, string>>;
}

const BOOKMARK_MS = 60_000;
/** A watcher that does not take its events is dropped: its client lists again. */
const QUEUE_MOST = 20_000;
/** A reason spares the runtime an exception with its stack at every event. */
const WOKEN = 'woken';

export function selectionOf({ api, namespace, query }: ReadRequest): Selection {
  const labels = labelSelection(query['labelSelector']);
  const fields = fieldSelection(query['fieldSelector'], api);
  return (object) => (namespace === '' || object.metadata.namespace === namespace) && labels(object) && fields(object);
}

/** Events from the asked revision on, until the signal, the timeout, or the watcher falls too far behind. */
export async function* watch(context: Context, request: ReadRequest, signal: AbortSignal): AsyncGenerator<WatchEvent> {
  const selection = selectionOf(request);
  const { api, query } = request;
  const from = query['resourceVersion'] ?? '';
  const queue: WatchEvent[] = [];
  let wake = (): void => undefined;
  let overflow = false;
  const push = (event: WatchEvent | undefined): void => {
    if (!event) return;
    if (queue.length >= QUEUE_MOST) overflow = true;
    else queue.push(event);
    wake();
  };
  // Listening begins in the same turn as the replay: nothing falls between them.
  const initial = start(context, request, selection, from);
  const began = context.store.revision;
  const stop = context.store.listen(api.group, api.kind, (entry) => push(eventOf(entry, selection, api)));
  const ends = new AbortController();
  const timeoutMs = Number(query['timeoutSeconds'] ?? 0) * 1000;
  if (timeoutMs > 0) void context.clock.sleep(timeoutMs, ends.signal).then(() => ends.abort());
  const over = AbortSignal.any([signal, ends.signal]);
  const bookmarks = query['allowWatchBookmarks'] === 'true';
  try {
    yield* initial;
    if (query['sendInitialEvents'] === 'true') yield bookmark(api, began, true);
    // Says that the watch stands and is up to date: a client that lost its connection need not wait for an event to know.
    else if (bookmarks && from !== '') yield bookmark(api, began, false);
    while (!over.aborted && !overflow) {
      if (queue.length > 0) {
        yield queue.shift() as WatchEvent;
        continue;
      }
      const woken = new AbortController();
      wake = () => woken.abort(WOKEN);
      await context.clock.sleep(BOOKMARK_MS, AbortSignal.any([over, woken.signal]));
      if (queue.length === 0 && bookmarks && !over.aborted) yield bookmark(api, context.store.revision, false);
    }
    if (overflow) yield { type: 'ERROR', object: expired('the watcher did not take its events in time').status() as unknown as Manifest };
  } finally {
    stop();
    ends.abort();
  }
}

function start(context: Context, request: ReadRequest, selection: Selection, from: string): WatchEvent[] {
  const { api, namespace } = request;
  if (from === '' || from === '0') {
    return context.store
      .list(api.group, api.kind, namespace || undefined)
      .filter(selection)
      .map((object) => ({ type: 'ADDED', object: served(object, api) }));
  }
  const revision = Number(from);
  if (!Number.isFinite(revision)) throw badRequest(`invalid resource version "${from}"`);
  if (revision > context.store.revision)
    throw new ApiError(504, 'Timeout', `Too large resource version: ${from}, current: ${context.store.revision}`, {
      details: { causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }] },
      retryAfterSeconds: 1,
    });
  const missed = context.store.since(api.group, api.kind, revision);
  if (!missed) throw expired(`too old resource version: ${from}`);
  return missed.flatMap((entry) => eventOf(entry, selection, api) ?? []);
}

/** What a change means for this selection: an object that leaves it is deleted for the watcher. */
function eventOf(entry: LogEntry, selection: Selection, api: ApiKind): WatchEvent | undefined {
  const was = entry.type !== 'ADDED' && entry.before !== undefined && selection(entry.before);
  const is = entry.type !== 'DELETED' && selection(entry.object);
  if (!was && !is)
    return entry.type === 'DELETED' && selection(entry.object) ? { type: 'DELETED', object: served(entry.object, api) } : undefined;
  return { type: is ? (was ? 'MODIFIED' : 'ADDED') : 'DELETED', object: served(entry.object, api) };
}

function bookmark(api: ApiKind, revision: number, initialEnd: boolean): WatchEvent {
  const annotations = initialEnd ? { annotations: { 'k8s.io/initial-events-end': 'true' } } : {};
  return {
    type: 'BOOKMARK',
    object: {
      apiVersion: apiVersionOf(api),
      kind: api.kind,
      metadata: { resourceVersion: String(revision), ...annotations } as unknown as Manifest['metadata'],
    },
  };
}

export function apiVersionOf(api: ApiKind): string {
  return api.group === '' ? api.version : `${api.group}/${api.version}`;
}

/** An object under the version that was asked for: versions of a kind that we serve have one shape. */
export function served(object: Manifest, api: ApiKind): Manifest {
  const apiVersion = apiVersionOf(api);
  return object.apiVersion === apiVersion ? object : { ...object, apiVersion };
}
