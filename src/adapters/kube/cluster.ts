// The one implementation of the Cluster port. What lies below, HTTP or a function call, is the transport's matter.
import { setMaxListeners } from 'node:events';
import type { Clock, Cluster, ClusterInfo, KubeTransport } from '../../domain/ports.js';
import type { Manifest } from '../../domain/resource.js';
import { createKinds, nameOf, objectPath } from './kinds.js';
import { listAll } from './list.js';
import { createRequester } from './requester.js';
import { createTypes } from './types.js';
import { type WatchTimes, watchKind } from './watch.js';
import { applyManifest, patchObject, removeObject, type Writer } from './write.js';

export interface ClusterOptions {
  readonly clock: Clock;
  /** In [0, 1): spreads retries. */
  readonly random: () => number;
  readonly watchTimes?: WatchTimes;
}

/** A cluster over a transport. Nothing is sent before the first call. All failures are IoErrors. */
export function createCluster(info: ClusterInfo, transport: KubeTransport, options: ClusterOptions): Cluster {
  const requester = createRequester(transport, { name: info.key, clock: options.clock, random: options.random });
  const kinds = createKinds(requester);
  const types = createTypes(requester);
  const closed = new AbortController();
  const writer: Writer = { requester, kinds, types: (groupVersion, signal) => types.read(signal, [groupVersion]) };
  return {
    info,
    discover(signal) {
      types.forget();
      return kinds.discover(signal);
    },
    types: (signal, only) => types.read(signal, only),
    watch: (api, signal) => watchUntil(signal, closed.signal, (both) => watchKind(requester, api, both, options.watchTimes)),
    list: async (api, filter, signal) => (await listAll(requester, api, filter, signal)).objects,
    async get(ref, signal) {
      const api = await kinds.find(ref, signal);
      if (!api) return undefined;
      const response = await requester.read({ path: objectPath(api, ref) }, { doing: `get ${nameOf(ref)}`, signal, expect: [404] });
      return response.status === 404 ? undefined : (response.body as Manifest);
    },
    apply: (manifest, how, signal) => applyManifest(writer, manifest, how, signal),
    patch: (ref, patch, signal) => patchObject(writer, ref, patch, signal),
    remove: (ref, uid, propagation, signal) => removeObject(writer, { ref, uid, propagation }, signal),
    requests: () => requester.requests(),
    async close() {
      closed.abort();
      await transport.close();
    },
  };
}

/** Ends with either signal, and leaves no listener behind on the longer-lived one. */
async function* watchUntil<T>(signal: AbortSignal, closed: AbortSignal, start: (both: AbortSignal) => AsyncIterable<T>): AsyncGenerator<T> {
  const both = new AbortController();
  const abort = () => both.abort();
  if (signal.aborted || closed.aborted) return;
  // A cluster has a hundred watches on one signal; Node takes more than ten listeners for a leak unless told otherwise.
  setMaxListeners(0, signal, closed);
  signal.addEventListener('abort', abort, { once: true });
  closed.addEventListener('abort', abort, { once: true });
  try {
    yield* start(both.signal);
  } finally {
    signal.removeEventListener('abort', abort);
    closed.removeEventListener('abort', abort);
    both.abort();
  }
}
