// Starts the engine in a worker thread and reaches it through the same port as over a socket.
import { Worker } from 'node:worker_threads';
import type { Config } from '../config.js';
import type { Engine } from '../domain/ports.js';
import { IoError, UserError } from '../domain/problem.js';
import { connectEngine } from '../engine/remote.js';
import { portChannel } from '../engine/remote-channels.js';

export interface WorkerStart {
  readonly config: Config;
  readonly demo: boolean;
}

export type FromWorker =
  | { readonly kind: 'started'; readonly notices: readonly string[] }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'failed'; readonly name: string; readonly message: string; readonly stack?: string };

export interface WorkerEngine {
  readonly engine: Engine;
  readonly notices: readonly string[];
  /** Rejects when the thread fails while it runs. */
  readonly failed: Promise<never>;
  /** Stops cleanly between two writes. */
  close(): Promise<void>;
}

/** Throws what the engine threw when it could not start: UserError where another engine holds the data. */
export async function startWorker(start: WorkerStart): Promise<WorkerEngine> {
  const worker = new Worker(new URL('./engine-worker.js', import.meta.url), { workerData: start });
  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  let fail: (error: Error) => void = () => undefined;
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  failed.catch(() => undefined); // whoever waits for it is told; when nobody waits any more, it is over anyway
  const notices = await new Promise<readonly string[]>((resolve, reject) => {
    const lost = (error: Error): void => {
      reject(error);
      fail(error);
    };
    worker.once('error', lost);
    worker.on('message', (message: FromWorker) => {
      if (message.kind === 'started') resolve(message.notices);
      else if (message.kind === 'failed') lost(errorOf(message));
    });
  });
  return {
    engine: await connectEngine(portChannel(worker)),
    notices,
    failed,
    async close() {
      worker.postMessage({ kind: 'stop' });
      await ended;
    },
  };
}

function errorOf({ name, message, stack }: Extract<FromWorker, { kind: 'failed' }>): Error {
  if (name === 'UserError') return new UserError(message);
  if (name === 'IoError') return new IoError(message, { retry: 'never' });
  const error = new Error(message);
  if (stack !== undefined) error.stack = stack;
  return error;
}
