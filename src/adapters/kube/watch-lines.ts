// A watch is one JSON document per line. Bytes are kept until a line is complete, so a character that is split between
// two packets comes out whole.
import type { WatchEvent } from '../../domain/ports.js';
import { IoError } from '../../domain/problem.js';

/** Larger than any object that a server stores (etcd's limit is 1.5 MB) with its managedFields. */
const LINE_LIMIT_BYTES = 32 * 2 ** 20;
const NEWLINE = 0x0a;

/** Splits chunks into lines. `push` returns the lines that are complete now. */
export function lineSplitter(limitBytes = LINE_LIMIT_BYTES): { push(chunk: Buffer): string[] } {
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  return {
    push(chunk) {
      const lines: string[] = [];
      let start = 0;
      for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
        const tail = chunk.subarray(start, end);
        const line = pendingBytes === 0 ? tail : Buffer.concat([...pending, tail]);
        pending = [];
        pendingBytes = 0;
        start = end + 1;
        if (line.length > 0) lines.push(line.toString('utf8'));
      }
      if (start < chunk.length) {
        pending.push(chunk.subarray(start));
        pendingBytes += chunk.length - start;
      }
      if (pendingBytes > limitBytes) {
        throw new IoError(`an event of the watch is larger than ${limitBytes} bytes`, { retry: 'backoff' });
      }
      return lines;
    },
  };
}

/** One line of a watch. Throws IoError where it is not an event. */
export function watchEvent(line: string): WatchEvent {
  let event: unknown;
  try {
    event = JSON.parse(line);
  } catch (error) {
    throw new IoError('the watch sent a line that is not JSON', { retry: 'backoff', cause: error });
  }
  const { type, object } = (event ?? {}) as Partial<WatchEvent>;
  if (typeof type !== 'string' || typeof object !== 'object' || object === null) {
    throw new IoError('the watch sent a line that is not an event', { retry: 'backoff' });
  }
  return { type, object };
}
