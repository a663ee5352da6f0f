// A pool of workers that hold one module of the WebAssembly core. Started when first called, ended when idle; a call that takes too
// long, or that breaks its instance, costs that worker and nothing else.
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import { brotliDecompress } from 'node:zlib';
import { IoError } from '../../domain/problem.js';
import { type CoreCall, CoreFailure, type ScriptCore } from '../../domain/wasm.js';
import { fairQueue } from './fair-queue.js';

export interface PoolOptions {
  /** The module, compressed. */
  readonly file: string;
  readonly worker: string;
  readonly workers: number;
  /** An idle worker is ended after this long: its memory never shrinks by itself. */
  readonly idleMs: number;
  readonly maxQueued: number;
  /** A worker is replaced after so many calls, or when its instance has grown so large. */
  readonly maxCalls: number;
  readonly maxBytes: number;
}

interface Waiting {
  readonly call: CoreCall;
  resolve(reply: string): void;
  reject(error: Error): void;
}

interface Hand {
  readonly worker: Worker;
  busy: Waiting | undefined;
  calls: number;
  deadline?: NodeJS.Timeout;
  idle?: NodeJS.Timeout;
}

type Answer = { readonly reply: string; readonly bytes: number } | { readonly lost: string };

/** A worker says once that its instance is there: a call's deadline does not count what came before. */
type Word = Answer | { readonly ready: true };

/** Compiling and initialising take a second at most, on a machine that has nothing else to do. */
const START_MS = 120_000;

const inflate = promisify(brotliDecompress);

export function createPool(options: PoolOptions): ScriptCore {
  return new Pool(options);
}

class Pool implements ScriptCore {
  readonly #options: PoolOptions;
  readonly #hands = new Set<Hand>();
  readonly #queue = fairQueue<Waiting>();
  #module: Promise<unknown> | undefined;
  #starting = 0;
  #closed = false;

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  async call<T>(call: CoreCall): Promise<T> {
    if (this.#closed) throw ending();
    if (this.#queue.size >= this.#options.maxQueued) throw notBegun(`${this.#queue.size} renderings wait already`);
    const reply = await new Promise<string>((resolve, reject) => {
      this.#queue.add(call.fairKey ?? '', { call, resolve, reject });
      this.#fill();
    });
    const { ok, error } = JSON.parse(reply) as { ok?: T; error?: string };
    if (error !== undefined) throw new CoreFailure('failed', error);
    return ok as T;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#refuseAll(ending());
    for (const hand of [...this.#hands]) this.#lose(hand, ending());
  }

  /** Gives what waits to who is free, and hires when nobody is. */
  #fill(): void {
    for (const hand of this.#hands) {
      if (hand.busy) continue;
      const next = this.#queue.take();
      if (!next) return;
      this.#give(hand, next);
    }
    if (this.#queue.size === 0 || this.#closed || this.#hands.size + this.#starting >= this.#options.workers) return;
    this.#starting++;
    this.#hire()
      .catch((error: unknown) => {
        const said = error instanceof Error ? error.message : String(error);
        this.#refuseAll(notBegun(`the renderer cannot be started: ${said}`));
      })
      .finally(() => {
        this.#starting--;
        this.#fill();
      });
  }

  async #hire(): Promise<void> {
    this.#module ??= compile(this.#options.file).catch((error: unknown) => {
      this.#module = undefined;
      throw error;
    });
    const worker = new Worker(this.#options.worker, { workerData: { module: await this.#module }, env: {} });
    const hand: Hand = { worker, busy: undefined, calls: 0 };
    await new Promise<void>((resolve, reject) => {
      setTimeout(() => reject(new Error(`it did not start within ${START_MS / 1000} s`)), START_MS).unref();
      worker.on('message', (word: Word) => {
        if ('ready' in word) resolve();
        else if ('lost' in word && !this.#hands.has(hand)) reject(new Error(word.lost));
        else this.#take(hand, word);
      });
      worker.on('error', (error: Error) => {
        reject(error);
        this.#lose(hand, new CoreFailure('crashed', `the renderer gave up: ${error.message}`));
      });
      worker.once('exit', () => reject(new Error('its worker ended')));
    }).catch((error: unknown) => {
      void worker.terminate();
      throw error;
    });
    this.#hands.add(hand);
    if (this.#closed) this.#dismiss(hand);
    else this.#rest(hand);
  }

  #give(hand: Hand, waiting: Waiting): void {
    const { operation, input, deadlineMs } = waiting.call;
    clearTimeout(hand.idle);
    hand.busy = waiting;
    hand.worker.ref();
    const late = new CoreFailure('deadline', `it was not done within ${deadlineMs / 1000} s, and was ended`);
    hand.deadline = setTimeout(() => this.#lose(hand, late), deadlineMs);
    hand.worker.postMessage(JSON.stringify({ op: operation, ...input }));
  }

  #take(hand: Hand, answer: Answer): void {
    const { busy } = hand;
    if (!busy) return;
    if ('lost' in answer) {
      this.#lose(hand, new CoreFailure('crashed', `the renderer gave up: ${answer.lost}`));
      return;
    }
    clearTimeout(hand.deadline);
    hand.busy = undefined;
    hand.calls++;
    busy.resolve(answer.reply);
    if (hand.calls >= this.#options.maxCalls || answer.bytes > this.#options.maxBytes) this.#dismiss(hand);
    else this.#rest(hand);
    this.#fill();
  }

  #rest(hand: Hand): void {
    hand.idle = setTimeout(() => this.#dismiss(hand), this.#options.idleMs);
    hand.idle.unref();
    hand.worker.unref();
  }

  #lose(hand: Hand, failure: Error): void {
    const { busy } = hand;
    hand.busy = undefined;
    this.#dismiss(hand);
    busy?.reject(failure);
    this.#fill();
  }

  #dismiss(hand: Hand): void {
    clearTimeout(hand.deadline);
    clearTimeout(hand.idle);
    this.#hands.delete(hand);
    void hand.worker.terminate();
  }

  #refuseAll(failure: Error): void {
    for (let next = this.#queue.take(); next; next = this.#queue.take()) next.reject(failure);
  }
}

/** Nothing is known about what was to be rendered: it is asked for again. */
function notBegun(why: string): IoError {
  return new IoError(`Cannot render: ${why}`, { retry: 'backoff' });
}

function ending(): IoError {
  return notBegun('the program is ending');
}

/** Node's types know WebAssembly only together with the browser's. */
const { WebAssembly } = globalThis as unknown as { WebAssembly: { compile(bytes: Uint8Array): Promise<unknown> } };

/** Compiled once, off this thread; the workers share it. */
async function compile(file: string): Promise<unknown> {
  return WebAssembly.compile(await inflate(await readFile(file)));
}
