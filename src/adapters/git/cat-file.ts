// Reads Git objects through one `git cat-file --batch` per repository: 0.1 ms an object instead of a process each.
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { IoError } from '../../domain/problem.js';
import { gitArguments, gitEnvironment, spawnFailure } from './command.js';

export interface GitObject {
  readonly id: string;
  readonly type: 'blob' | 'tree' | 'commit' | 'tag';
  readonly size: number;
  /** Empty where only the size was asked for. */
  readonly bytes: Buffer;
}

/** Whole objects, or only what they are and how large. */
type Batch = '--batch' | '--batch-check';

interface Waiting {
  readonly name: string;
  resolve(object: GitObject | undefined): void;
  reject(error: Error): void;
}

/** Readers of many repositories; the ones that were not used for the longest time end when there are too many. */
export interface ObjectReaders {
  /** undefined where the repository has no such object. `name` is an id, or any name that git resolves, without line ends. */
  read(gitDir: string, name: string): Promise<GitObject | undefined>;
  /** The same without the bytes. */
  measure(gitDir: string, name: string): Promise<GitObject | undefined>;
  close(): void;
}

export function objectReaders(options: { readonly limit: number; readonly idleMs: number }): ObjectReaders {
  const readers = new Map<string, CatFile>();
  const take = (gitDir: string, batch: Batch): CatFile => {
    const key = `${batch} ${gitDir}`;
    const known = readers.get(key);
    readers.delete(key);
    const reader = known && !known.ended ? known : new CatFile(gitDir, batch, options.idleMs);
    readers.set(key, reader);
    for (const [other, old] of readers) {
      if (readers.size <= options.limit) break;
      if (old.busy || other === key) continue;
      old.end();
      readers.delete(other);
    }
    return reader;
  };
  /** A reader may be ended from outside (memory, a signal): what it did not answer is asked of a new one, once. */
  const ask = async (gitDir: string, batch: Batch, name: string): Promise<GitObject | undefined> => {
    const reader = take(gitDir, batch);
    try {
      return await reader.read(name);
    } catch (error) {
      if (!(error instanceof IoError) || error.retry === 'never') throw error;
      return take(gitDir, batch).read(name);
    }
  };
  return {
    read: (gitDir, name) => ask(gitDir, '--batch', name),
    measure: (gitDir, name) => ask(gitDir, '--batch-check', name),
    close: () => {
      for (const reader of readers.values()) reader.end();
      readers.clear();
    },
  };
}

const MAX_COMPLAINT = 300;

function endedEarly(complaint: string, code: number | null, killedBy: string | null): IoError {
  const reason = complaint.replace(/\s+/g, ' ').trim() || (killedBy ? `it was ended by ${killedBy}` : `it ended with code ${code}`);
  return new IoError(`reading Git objects failed: ${reason}`, { retry: 'backoff' });
}

class CatFile {
  ended = false;
  readonly #gitDir: string;
  readonly #batch: Batch;
  readonly #idleMs: number;
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #waiting: Waiting[] = [];
  #chunks: Buffer[] = [];
  #buffered = 0;
  /** Bytes that must be there before it is worth looking again. */
  #needed = 1;
  #idle: NodeJS.Timeout | undefined;
  #complaint = '';

  constructor(gitDir: string, batch: Batch, idleMs: number) {
    this.#gitDir = gitDir;
    this.#batch = batch;
    this.#idleMs = idleMs;
    this.#child = spawn('git', gitArguments(['--git-dir', gitDir, 'cat-file', batch]), {
      env: gitEnvironment(),
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#child.unref();
    this.#child.stdin.on('error', () => undefined); // Told by 'close'.
    this.#child.stdout.on('data', (chunk: Buffer) => this.#receive(chunk));
    this.#child.on('error', (error: NodeJS.ErrnoException) => this.#fail(spawnFailure(error, 'reading Git objects')));
    this.#child.stderr.on('data', (chunk: Buffer) => {
      this.#complaint = (this.#complaint + chunk.toString('utf8')).slice(-MAX_COMPLAINT);
    });
    this.#child.on('close', (code, killedBy) => this.#fail(endedEarly(this.#complaint, code, killedBy)));
  }

  get busy(): boolean {
    return this.#waiting.length > 0;
  }

  read(name: string): Promise<GitObject | undefined> {
    clearTimeout(this.#idle);
    return new Promise((resolve, reject) => {
      if (/[\r\n\0]/.test(name)) return resolve(undefined);
      this.#keepProcessAlive(true);
      this.#waiting.push({ name, resolve, reject });
      this.#child.stdin.write(`${name}\n`);
    });
  }

  end(): void {
    this.ended = true;
    clearTimeout(this.#idle);
    this.#child.stdin.end();
    this.#child.kill();
  }

  /** An idle reader must not keep our process from ending; one that is asked must. */
  #keepProcessAlive(on: boolean): void {
    for (const stream of [this.#child.stdin, this.#child.stdout, this.#child.stderr] as unknown as Socket[]) {
      if (on) stream.ref();
      else stream.unref();
    }
  }

  #receive(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#buffered += chunk.length;
    while (this.#buffered >= this.#needed && this.#waiting.length > 0 && this.#takeOne());
    if (this.#waiting.length === 0 && !this.ended) {
      this.#keepProcessAlive(false);
      clearTimeout(this.#idle);
      this.#idle = setTimeout(() => this.end(), this.#idleMs);
      this.#idle.unref();
    }
  }

  /** Answers the first question when its answer is complete. */
  #takeOne(): boolean {
    const buffer = this.#chunks.length === 1 ? (this.#chunks[0] as Buffer) : Buffer.concat(this.#chunks);
    this.#chunks = [buffer];
    const lineEnd = buffer.indexOf(10);
    if (lineEnd < 0) {
      this.#needed = buffer.length + 1;
      return false;
    }
    const header = buffer.toString('utf8', 0, lineEnd);
    const match = /^([0-9a-f]{40,64}) (blob|tree|commit|tag) (\d+)$/.exec(header);
    const size = match && this.#batch === '--batch' ? Number(match[3]) + 1 : 0;
    if (buffer.length < lineEnd + 1 + size) {
      this.#needed = lineEnd + 1 + size;
      return false;
    }
    const bytes = Buffer.from(buffer.subarray(lineEnd + 1, Math.max(lineEnd + 1, lineEnd + size)));
    this.#chunks = [buffer.subarray(lineEnd + 1 + size)];
    this.#buffered = this.#chunks[0]?.length ?? 0;
    this.#needed = 1;
    const waiting = this.#waiting.shift();
    waiting?.resolve(match ? { id: match[1] as string, type: match[2] as GitObject['type'], size: Number(match[3]), bytes } : undefined);
    return true;
  }

  #fail(error: IoError): void {
    this.ended = true;
    clearTimeout(this.#idle);
    const message = `${error.message} (${this.#gitDir})`;
    for (const { reject } of this.#waiting.splice(0)) reject(new IoError(message, { retry: error.retry, cause: error }));
  }
}
