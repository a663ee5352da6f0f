// The Engine port over a message channel: a worker thread, or a socket. All values are plain JSON. A reader that is slow gets fewer,
// newer rows instead of a backlog; a peer of another version is told so at once.
import type { Answer, EngineEvent, Intent, Query } from '../domain/events.js';
import type { OperationId } from '../domain/operation.js';
import type { Engine } from '../domain/ports.js';
import { IoError, type Place, UserError } from '../domain/problem.js';

export const PROTOCOL = 1;

/** Carries messages in order, both ways. */
export interface Channel {
  send(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  onClose(listener: () => void): void;
  close(): void;
  /** Bytes or messages that are sent and not yet taken; 0 where the channel cannot tell. */
  backlog(): number;
}

type ToEngine =
  | { readonly kind: 'hello'; readonly protocol: number }
  | { readonly kind: 'request'; readonly id: number; readonly intent: Intent }
  | { readonly kind: 'inspect'; readonly id: number; readonly query: Query }
  | { readonly kind: 'subscribe' };

type FromEngine =
  | { readonly kind: 'hello'; readonly protocol: number }
  | { readonly kind: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'failure'; readonly id: number; readonly error: Failure }
  | { readonly kind: 'event'; readonly event: EngineEvent };

interface Failure {
  readonly name: string;
  readonly message: string;
  readonly place?: Place;
}

const MOST_BACKLOG = 256 * 1024;
const FLUSH_MS = 50;

/** Serves an engine to one peer until the channel closes. */
export function serveEngine(engine: Engine, channel: Channel): void {
  let unsubscribe = (): void => undefined;
  const send = (message: FromEngine): void => channel.send(message);
  const answer = (id: number, work: Promise<unknown>): void => {
    work.then(
      (value) => send({ kind: 'answer', id, value }),
      (error: unknown) => send({ kind: 'failure', id, error: failureOf(error) }),
    );
  };
  channel.onMessage((raw) => {
    const message = raw as ToEngine;
    if (message.kind === 'hello') send({ kind: 'hello', protocol: PROTOCOL });
    else if (message.kind === 'request') answer(message.id, engine.request(message.intent));
    else if (message.kind === 'inspect') answer(message.id, engine.inspect(message.query as never));
    else if (message.kind === 'subscribe') {
      unsubscribe();
      unsubscribe = engine.subscribe(paced(channel, (event) => send({ kind: 'event', event })));
    }
  });
  channel.onClose(() => unsubscribe());
}

/** Lets events through while the peer keeps up; rows that wait are replaced by newer ones of the same application or cluster. */
function paced(channel: Channel, send: (event: EngineEvent) => void): (event: EngineEvent) => void {
  const waiting = new Map<string, EngineEvent>();
  let others = 0;
  let scheduled = false;
  const flush = (): void => {
    scheduled = false;
    if (channel.backlog() > MOST_BACKLOG) {
      later();
      return;
    }
    for (const event of waiting.values()) send(event);
    waiting.clear();
  };
  const later = (): void => {
    if (!scheduled) setTimeout(flush, FLUSH_MS);
    scheduled = true;
  };
  return (event) => {
    if (waiting.size === 0 && channel.backlog() <= MOST_BACKLOG) return send(event);
    const id = sameness(event) ?? `other ${others++ % 1000}`;
    waiting.delete(id);
    waiting.set(id, event);
    later();
  };
}

function sameness(event: EngineEvent): string | undefined {
  switch (event.kind) {
    case 'app.changed':
      return `app ${event.row.key}`;
    case 'app.removed':
      return `app ${event.app}`;
    case 'cluster.changed':
      return `cluster ${event.row.key}`;
    case 'cluster.removed':
      return `cluster ${event.cluster}`;
    case 'operation.progress':
      return `operation ${event.operation.id}`;
    case 'resource.changed':
      return `resources ${event.app}`;
    case 'activity':
    case 'snapshot':
      return event.kind;
    default:
      return undefined;
  }
}

function failureOf(error: unknown): Failure {
  if (error instanceof UserError) return { name: 'UserError', message: error.message, ...(error.place ? { place: error.place } : {}) };
  if (error instanceof Error) return { name: error.name, message: error.message };
  return { name: 'Error', message: String(error) };
}

/** The engine at the other end of a channel. `run` resolves when the channel closes or the signal is aborted; the engine itself goes on. */
export async function connectEngine(channel: Channel): Promise<Engine> {
  const pending = new Map<number, { readonly resolve: (value: unknown) => void; readonly reject: (error: Error) => void }>();
  const listeners = new Set<(event: EngineEvent) => void>();
  let greeted: (protocol: number) => void = () => undefined;
  let next = 1;
  let closed = false;
  channel.onMessage((raw) => {
    const message = raw as FromEngine;
    if (message.kind === 'hello') greeted(message.protocol);
    else if (message.kind === 'event') for (const listener of listeners) listener(message.event);
    else {
      const waiter = pending.get(message.id);
      pending.delete(message.id);
      if (message.kind === 'answer') waiter?.resolve(message.value);
      else waiter?.reject(errorOf(message.error));
    }
  });
  const gone = new Promise<void>((resolve) => {
    channel.onClose(() => {
      closed = true;
      for (const { reject } of pending.values())
        reject(new IoError('the engine has stopped, or the connection to it is lost', { retry: 'never' }));
      pending.clear();
      resolve();
    });
  });
  const ask = <T>(message: (id: number) => ToEngine): Promise<T> => {
    if (closed) return Promise.reject(new IoError('the engine has stopped, or the connection to it is lost', { retry: 'never' }));
    const id = next++;
    return new Promise<T>((resolve, reject) => {
      pending.set(id, { resolve: resolve as (value: unknown) => void, reject });
      channel.send(message(id));
    });
  };
  await greet(channel, gone, (heard) => {
    greeted = heard;
  });
  return {
    run: (signal) =>
      Promise.race([gone, new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))]),
    subscribe: (listener) => {
      listeners.add(listener);
      channel.send({ kind: 'subscribe' });
      return () => listeners.delete(listener);
    },
    request: (intent: Intent) => ask<OperationId | undefined>((id) => ({ kind: 'request', id, intent })),
    inspect: <K extends Query['kind']>(query: Extract<Query, { kind: K }>) =>
      ask<Answer<K>>((id) => ({ kind: 'inspect', id, query: query as Query })),
  };
}

async function greet(channel: Channel, gone: Promise<void>, expect: (heard: (protocol: number) => void) => void): Promise<void> {
  const protocol = new Promise<number>((resolve) => expect(resolve));
  channel.send({ kind: 'hello', protocol: PROTOCOL });
  const theirs = await Promise.race([protocol, gone.then(() => 0)]);
  if (theirs === 0) throw new IoError('the engine closed the connection before it answered', { retry: 'backoff' });
  if (theirs !== PROTOCOL)
    throw new UserError(
      `the running engine speaks protocol ${theirs}, this program speaks ${PROTOCOL}: stop it and start it again with this version`,
    );
}

function errorOf({ name, message, place }: Failure): Error {
  return name === 'UserError' ? new UserError(message, place) : new IoError(message, { retry: 'never' });
}
