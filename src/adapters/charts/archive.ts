// A packaged chart (.tgz) as files in memory. Every limit is checked before the bytes are kept: an archive comes from somebody else's server.
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { IoError } from '../../domain/problem.js';

export interface ArchiveLimits {
  readonly maxBytes: number;
  readonly maxFiles: number;
  /** By default it is compressed, */
  readonly compressed?: boolean;
  /** and everything lies in one folder, whose name is taken away. */
  readonly strips?: boolean;
}

const inflated = promisify<Uint8Array, { maxOutputLength: number }, Buffer>(gunzip);
const BLOCK = 512;
const FILE = new Set(['0', '\0', '']);

/** Files by their path below the chart's own folder. Throws IoError for what is no chart archive, too large, or leads out of it. */
export async function readArchive(
  bytes: Uint8Array,
  what: string,
  { maxBytes, maxFiles, compressed = true, strips = true }: ArchiveLimits,
): Promise<Map<string, Uint8Array>> {
  const tar = compressed ? await unzipped(bytes, what, maxBytes) : Buffer.from(bytes);
  const files = new Map<string, Uint8Array>();
  let longName: string | undefined;
  for (let at = 0; at + BLOCK <= tar.length; ) {
    const header = tar.subarray(at, at + BLOCK);
    if (header.every((byte) => byte === 0)) break;
    const size = sizeOf(header, what);
    const body = tar.subarray(at + BLOCK, at + BLOCK + size);
    if (body.length < size) throw refused(what, 'it ends in the middle of a file');
    const type = String.fromCharCode(header[156] ?? 0);
    if (type === 'L') longName = text(body);
    else if (type === 'x') longName = paxPath(body) ?? longName;
    else {
      if (FILE.has(type)) keep(files, { name: longName ?? nameOf(header), body, strips }, what);
      longName = undefined;
    }
    if (files.size > maxFiles) throw refused(what, `it holds more than ${maxFiles} files`);
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
  if (files.size === 0) throw refused(what, 'it holds no files');
  return files;
}

async function unzipped(bytes: Uint8Array, what: string, maxBytes: number): Promise<Buffer> {
  try {
    return await inflated(bytes, { maxOutputLength: maxBytes });
  } catch (error) {
    const tooLarge = (error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE';
    throw refused(what, tooLarge ? `unpacked it is larger than ${Math.round(maxBytes / 2 ** 20)} MiB` : 'it is not compressed as .tgz');
  }
}

/** Links are left out: nothing in a chart has to lead anywhere. */
function keep(
  files: Map<string, Uint8Array>,
  { name, body, strips }: { readonly name: string; readonly body: Uint8Array; readonly strips: boolean },
  what: string,
): void {
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  if (name.startsWith('/') || parts.includes('..') || name.includes('\0') || name.includes('\\'))
    throw refused(what, `the file ${JSON.stringify(name)} leads out of it`);
  const kept = strips ? parts.slice(1) : parts;
  if (kept.length > 0) files.set(kept.join('/'), body);
}

function nameOf(header: Buffer): string {
  const prefix = text(header.subarray(345, 500));
  const name = text(header.subarray(0, 100));
  return prefix === '' ? name : `${prefix}/${name}`;
}

function text(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return Buffer.from(end < 0 ? bytes : bytes.subarray(0, end)).toString('utf8');
}

function sizeOf(header: Buffer, what: string): number {
  const field = text(header.subarray(124, 136)).trim();
  const size = /^[0-7]{1,11}$/.test(field) ? Number.parseInt(field, 8) : Number.NaN;
  if (Number.isNaN(size)) throw refused(what, 'it is not a tar archive');
  return size;
}

/** 'LENGTH path=NAME' records of an extended header. */
function paxPath(body: Uint8Array): string | undefined {
  return /(?:^|\n)\d+ path=([^\n]*)\n/.exec(Buffer.from(body).toString('utf8'))?.[1];
}

function refused(what: string, why: string): IoError {
  return new IoError(`reading ${what} failed: ${why}`, { retry: 'never' });
}
