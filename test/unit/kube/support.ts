// A transport that answers from a script and remembers what it was asked.
import { createCluster } from '../../../src/adapters/kube/cluster.js';
import type { WatchTimes } from '../../../src/adapters/kube/watch.js';
import type { Cluster, KubeRequest, KubeResponse, KubeTransport, WatchEvent } from '../../../src/domain/ports.js';
import type { ApiKind } from '../../../src/domain/resource.js';
import { type ManualClock, manualClock } from '../../support/clock.js';

export const CONFIG_MAP: ApiKind = {
  group: '',
  version: 'v1',
  kind: 'ConfigMap',
  plural: 'configmaps',
  namespaced: true,
  verbs: ['list', 'watch', 'get', 'create'],
};

export type Answer = KubeResponse | Error;
/** One connection of a watch: events as they are pushed, then an end or an error. */
export interface Connection {
  readonly request: KubeRequest;
  push(type: WatchEvent['type'], object: Record<string, unknown>): void;
  end(error?: Error): void;
  readonly aborted: () => boolean;
}

export interface Script {
  readonly cluster: Cluster;
  readonly clock: ManualClock;
  readonly requests: KubeRequest[];
  readonly connections: Connection[];
}

export function ok(body: unknown, status = 200): KubeResponse {
  return { status, headers: {}, body };
}

export function failed(status: number, reason: string, message: string, details: Record<string, unknown> = {}, headers = {}): KubeResponse {
  return { status, headers, body: { kind: 'Status', apiVersion: 'v1', status: 'Failure', code: status, reason, message, details } };
}

/** A cluster whose server answers with `answer`. */
export function scripted(
  answer: (request: KubeRequest, n: number) => Answer,
  options: { random?: number; watchTimes?: WatchTimes } = {},
): Script {
  const requests: KubeRequest[] = [];
  const connections: Connection[] = [];
  const clock = manualClock();
  const transport: KubeTransport = {
    async request(request) {
      requests.push(request);
      const given = answer(request, requests.length);
      if (given instanceof Error) throw given;
      return given;
    },
    stream: (request, signal) => connect(connections, request, signal),
    async close() {},
  };
  const info = { key: 'test', server: 'https://test', kind: 'real', labels: {}, annotations: {}, aliases: [] } as const;
  const cluster = createCluster(info, transport, {
    clock,
    random: () => options.random ?? 0.5,
    ...(options.watchTimes ? { watchTimes: options.watchTimes } : {}),
  });
  return { cluster, clock, requests, connections };
}

async function* connect(connections: Connection[], request: KubeRequest, signal: AbortSignal): AsyncGenerator<WatchEvent> {
  const queue: (WatchEvent | Error | 'end')[] = [];
  let wake = () => {};
  const put = (entry: WatchEvent | Error | 'end') => {
    queue.push(entry);
    wake();
  };
  connections.push({
    request,
    push: (type, object) => put({ type, object: object as never }),
    end: (error) => put(error ?? 'end'),
    aborted: () => signal.aborted,
  });
  signal.addEventListener('abort', () => wake(), { once: true });
  for (;;) {
    const next = queue.shift();
    if (signal.aborted || next === 'end') return;
    if (next instanceof Error) throw next;
    if (next) yield next;
    else {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  }
}

export function object(name: string, resourceVersion: string): Record<string, unknown> {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default', resourceVersion } };
}

export function listOf(names: readonly string[], resourceVersion: string, next = ''): KubeResponse {
  return ok({
    kind: 'ConfigMapList',
    metadata: { resourceVersion, continue: next },
    items: names.map((name) => ({ metadata: { name, resourceVersion: '1' } })),
  });
}
