// Standard input and output, the environment, and the signals that end a command.
import { createInterface } from 'node:readline/promises';
import type { Io } from '../cli/ports.js';

const DEFAULT_WIDTH = 80;

export function processIo(): Io {
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(name, () => stop.abort());
  const { stdin, stdout, stderr, env } = process;
  return {
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    terminal: stdout.isTTY === true,
    interactive: stdin.isTTY === true && stdout.isTTY === true,
    colour: stdout.isTTY === true && !env['NO_COLOR'] && env['TERM'] !== 'dumb',
    width: stdout.columns ?? DEFAULT_WIDTH,
    env,
    cwd: process.cwd(),
    async input() {
      const chunks: Buffer[] = [];
      for await (const chunk of stdin as AsyncIterable<Buffer>) chunks.push(chunk);
      return Buffer.concat(chunks).toString('utf8');
    },
    async ask(question) {
      const lines = createInterface({ input: stdin, output: stdout });
      try {
        return await lines.question(question, { signal: stop.signal });
      } catch {
        return undefined; // the end of input, or a signal: nobody answers
      } finally {
        lines.close();
      }
    },
    signal: stop.signal,
  };
}
