// A Kubernetes API server in this process: reached by a function call, or over HTTPS by kubectl and everything else.
import type { Clock, KubeRequest, KubeResponse, KubeTransport, ObjectStorage, WatchEvent } from '../../domain/ports.js';
import { IoError } from '../../domain/problem.js';
import { addressOf } from './address.js';
import { ApiError, unknownPath } from './api-error.js';
import type { Context } from './context.js';
import { startControllers } from './controllers/start.js';
import { createHost } from './host.js';
import { type Listening, type ListenOptions, listen } from './http.js';
import { committed, removed } from './inside.js';
import { KindRegistry } from './kind-registry.js';
import { ObjectStore } from './object-store.js';
import { watch } from './reader.js';
import { handle } from './requests.js';
import { plant, type Seed } from './seeds.js';

export interface ApiServerOptions {
  readonly name: string;
  readonly storage: ObjectStorage;
  readonly clock: Clock;
  readonly random: () => number;
  /** 'hub': Argo CD's kinds and namespace too. */
  readonly seed?: Seed;
  /** Small controllers that make workloads progress. */
  readonly controllers?: boolean;
  readonly faults?: Faults;
}

/** Trouble on request: asked before each request. */
export interface Faults {
  before(request: KubeRequest): Fault | undefined;
}

export type Fault =
  | { readonly kind: 'refuse'; readonly code: number; readonly message: string; readonly retryAfterSeconds?: number }
  | { readonly kind: 'delay'; readonly ms: number }
  /** The connection breaks; `after`: the server has done what was asked. */
  | { readonly kind: 'break'; readonly after: boolean };

export interface ApiServer {
  readonly name: string;
  transport(): KubeTransport;
  listen(options?: ListenOptions): Promise<Listening>;
  /** Forgets the log of changes: every watch gets 410 and lists again. */
  compact(): void;
  close(): Promise<void>;
}

export function createApiServer(options: ApiServerOptions): ApiServer {
  const context = createContext(options);
  for (const crd of context.store.list('apiextensions.k8s.io', 'CustomResourceDefinition')) context.registry.define(crd);
  plant(context, options.seed ?? 'cluster');
  const closing = new AbortController();
  const controllers = options.controllers ? startControllers(createHost(context)) : undefined;
  const listening: Listening[] = [];
  const answer = (request: KubeRequest): Promise<KubeResponse> => answered(context, options, request);
  const events = (request: KubeRequest, signal: AbortSignal): AsyncIterable<WatchEvent> =>
    watched(context, options, request, AbortSignal.any([signal, closing.signal]));
  return {
    name: options.name,
    transport: () => ({ request: answer, stream: events, close: async () => undefined }),
    async listen(listenOptions = {}) {
      const started = await listen({ context, answer, events }, listenOptions);
      listening.push(started);
      return started;
    },
    compact: () => context.store.compact(),
    async close() {
      closing.abort();
      controllers?.close();
      await Promise.all(listening.map((each) => each.close()));
    },
  };
}

function createContext(options: ApiServerOptions): Context {
  const context: Context = {
    name: options.name,
    store: new ObjectStore(options.storage),
    registry: new KindRegistry({ argo: options.seed === 'hub' }),
    clock: options.clock,
    random: options.random,
    controllers: options.controllers === true,
    now: () => new Date(options.clock.now()).toISOString().replace(/\.\d{3}Z$/, 'Z'),
    committed: (object) => committed(context, object),
    removed: (object) => removed(context, object),
  };
  return context;
}

async function answered(context: Context, { faults, clock }: ApiServerOptions, request: KubeRequest): Promise<KubeResponse> {
  const fault = faults?.before(request);
  if (fault?.kind === 'refuse')
    return new ApiError(
      fault.code,
      fault.code === 429 ? 'TooManyRequests' : 'InternalError',
      fault.message,
      fault.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: fault.retryAfterSeconds },
    ).response();
  if (fault?.kind === 'delay') await clock.sleep(fault.ms);
  if (fault?.kind === 'break' && !fault.after) throw broken();
  const response = handle(context, request);
  if (fault?.kind === 'break') throw broken();
  return response;
}

async function* watched(
  context: Context,
  { faults, clock }: ApiServerOptions,
  request: KubeRequest,
  signal: AbortSignal,
): AsyncGenerator<WatchEvent> {
  const fault = faults?.before(request);
  if (fault?.kind === 'break') throw broken();
  if (fault?.kind === 'refuse') throw new IoError(fault.message, { retry: 'backoff', status: fault.code });
  if (fault?.kind === 'delay') await clock.sleep(fault.ms, signal);
  const address = addressOf(context.registry, request.path);
  try {
    if (!address) throw unknownPath();
    const query = address.name === undefined ? (request.query ?? {}) : { ...request.query, fieldSelector: `metadata.name=${address.name}` };
    yield* watch(context, { api: address.api, namespace: address.namespace, query }, signal);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    throw new IoError(error.message, {
      retry: error.code >= 500 || error.code === 410 ? 'backoff' : 'never',
      status: error.code,
      reason: error.reason,
    });
  }
}

function broken(): IoError {
  return new IoError('the connection to the server was lost', { retry: 'backoff' });
}
