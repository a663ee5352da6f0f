// Reads a whole answer, within a limit, and decodes it.
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { IoError } from '../../domain/problem.js';

/** One page of a list is the largest answer there is. */
export const RESPONSE_LIMIT_BYTES = 512 * 2 ** 20;

const unzip = promisify(gunzip);

/** JSON as a value, anything else as text, nothing as ''. Throws IoError beyond the limit or for broken JSON. */
export async function decodeBody(
  body: AsyncIterable<Buffer>,
  headers: Readonly<Record<string, string>>,
  limitBytes: number,
): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > limitBytes) throw tooLarge(limitBytes);
    chunks.push(chunk);
  }
  const whole = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
  const plain = headers['content-encoding'] === 'gzip' ? await inflate(whole, limitBytes) : whole;
  const text = plain.toString('utf8');
  if (!/\bjson\b/.test(headers['content-type'] ?? '') || text === '') return text;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new IoError('the server sent an answer that is not JSON', { retry: 'backoff', cause: error });
  }
}

function inflate(bytes: Buffer, limitBytes: number): Promise<Buffer> {
  return unzip(bytes, { maxOutputLength: limitBytes }).catch((error: unknown) => {
    if ((error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(limitBytes);
    throw new IoError('the server sent a broken compressed answer', { retry: 'backoff', cause: error });
  });
}

function tooLarge(limitBytes: number): IoError {
  return new IoError(`the server's answer is larger than ${limitBytes} bytes`, { retry: 'never' });
}
