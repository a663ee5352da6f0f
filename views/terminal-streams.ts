// Streams around the terminal: what blessed gets instead of the real ones, and writing that does not return before it is done.
import { writeSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import type { WriteStream } from 'node:tty';

/** Alternate screen, no cursor, pastes marked as such; the mouse reports clicks, drags and the wheel, in decimal. */
export const ENTER = '\x1b[?1049h\x1b[?25l\x1b[2J\x1b[?2004h';
export const MOUSE_ON = '\x1b[?1000h\x1b[?1002h\x1b[?1006h';
export const LEAVE = '\x1b[?2026l\x1b[?1006l\x1b[?1002l\x1b[?1000l\x1b[?2004l\x1b[r\x1b[?1l\x1b>\x1b[0m\x1b[?25h\x1b[?1049l';

/** blessed listens to this; every key goes another way. */
export function silentInput(): NodeJS.ReadableStream {
  return Object.assign(new PassThrough(), { isTTY: true, isRaw: true, setRawMode: () => undefined });
}

/** The same stream, but only we hear of a new size: storms of them become one. */
export function withoutResize(output: WriteStream): NodeJS.WritableStream {
  const on = (event: string, listener: (...args: unknown[]) => void) => {
    if (event !== 'resize') output.on(event, listener);
    return output;
  };
  // What blessed writes by itself (entering and leaving) is done by us, in one place.
  return Object.create(output, { on: { value: on }, write: { value: () => true } }) as NodeJS.WritableStream;
}

const TRIES = 40;
const PAUSE_MS = 5;

/** Writes all of it before it returns, unless the terminal takes nothing for a fifth of a second. */
export function writeNow(stream: 'stdout' | 'stderr', text: string): void {
  const fd = stream === 'stdout' ? 1 : 2;
  const bytes = Buffer.from(text);
  let at = 0;
  for (let tries = 0; at < bytes.length && tries < TRIES; tries++) {
    try {
      at += writeSync(fd, bytes, at);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
    }
  }
}
