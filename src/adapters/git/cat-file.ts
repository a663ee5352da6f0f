// Reads Git objects through one `git cat-file --batch` per repository: 0.1 ms an object instead of a process each.
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { IoError } from '../../domain/problem.js';
import { gitArguments, gitEnvironment, spawnFailure } from './command.js';

export interface GitObject {
  readonly id: string;
  readonly type: 'blob' | 'tree' | 'commit' | 'tag';
  readonly bytes: Buffer;
}

interface Waiting {
  readonly name: string;
  resolve(object: GitObject | undefined): void;
  reject(error: Error): void;
}

/** Readers of many repositories; the ones that were not used for the longest time end when there are too many. */
export interface ObjectReaders {
  /** undefined where the repository has no such object. `name` is an id, or any name that git resolves, without line ends. */
  read(gitDir: string, name: string): Promise<GitObject | undefined>;
  close(): void;
}

export function objectReaders(options: { readonly limit: number; readonly idleMs: number }): ObjectReaders {
  const readers = new Map<string, CatFile>();
  const take = (gitDir: string): CatFile => {
    const known = readers.get(gitDir);
    readers.delete(gitDir);
    const reader = known && !known.ended ? known : new CatFile(gitDir, options.idleMs);
    readers.set(gitDir, reader);
    for (const [dir, old] of readers) {
      if (readers.size <= options.limit) break;
      if (old.busy || dir === gitDir) continue;
      old.end();
      readers.delete(dir);
    }
    return reader;
  };
  return {
    read: (gitDir, name) => take(gitDir).read(name),
    close: () => {
      for (const reader of readers.values()) reader.end();
      readers.clear();
    },
  };
}

class CatFile {
  ended = false;
  readonly #gitDir: string;
  readonly #idleMs: number;
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #waiting: Waiting[] = [];
  #chunks: Buffer[] = [];
  #buffered = 0;
  /** Bytes that must be there before it is worth looking again. */
  #needed = 1;
  #idle: NodeJS.Timeout | undefined;

  constructor(gitDir: string, idleMs: number) {
    this.#gitDir = gitDir;
    this.#idleMs = idleMs;
    this.#child = spawn('git', gitArguments(['--git-dir', gitDir, 'cat-file', '--batch']), {
      env: gitEnvironment(),
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    this.#child.unref();
    this.#child.stdin.on('error', () => undefined); // Told by 'close'.
    this.#child.stdout.on('data', (chunk: Buffer) => this.#receive(chunk));
    this.#child.on('error', (error: NodeJS.ErrnoException) => this.#fail(spawnFailure(error, 'reading Git objects')));
    this.#child.on('close', () => this.#fail(new IoError('reading Git objects failed: git ended unexpectedly', { retry: 'backoff' })));
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
    for (const stream of [this.#child.stdin, this.#child.stdout] as unknown as Socket[]) {
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
    const size = match ? Number(match[3]) + 1 : 0;
    if (buffer.length < lineEnd + 1 + size) {
      this.#needed = lineEnd + 1 + size;
      return false;
    }
    const bytes = Buffer.from(buffer.subarray(lineEnd + 1, lineEnd + size));
    this.#chunks = [buffer.subarray(lineEnd + 1 + size)];
    this.#buffered = this.#chunks[0]?.length ?? 0;
    this.#needed = 1;
    const waiting = this.#waiting.shift();
    waiting?.resolve(match ? { id: match[1] as string, type: match[2] as GitObject['type'], bytes } : undefined);
    return true;
  }

  #fail(error: IoError): void {
    this.ended = true;
    clearTimeout(this.#idle);
    const message = `${error.message} (${this.#gitDir})`;
    for (const { reject } of this.#waiting.splice(0)) reject(new IoError(message, { retry: error.retry, cause: error }));
  }
}
