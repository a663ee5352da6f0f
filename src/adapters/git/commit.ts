// A commit object in words.
import type { Commit } from '../../domain/ports.js';

const MAX_SUBJECT = 500;

/** Reads the bytes of a commit object: who wrote it, when it was committed, and the first line of its message. */
export function readCommit(id: string, bytes: Uint8Array): Commit {
  const text = Buffer.from(bytes).toString('utf8');
  const end = text.indexOf('\n\n');
  const headers = (end < 0 ? text : text.slice(0, end)).split('\n');
  const line = (name: string) => headers.find((header) => header.startsWith(`${name} `))?.slice(name.length + 1) ?? '';
  const author = /^(.*>) \d+ [+-]\d+$/.exec(line('author'))?.[1] ?? '';
  const seconds = /> (\d+) [+-]\d+$/.exec(line('committer'))?.[1];
  const message = end < 0 ? '' : text.slice(end + 2).trimStart();
  return { id, author, subject: (message.split('\n')[0] ?? '').slice(0, MAX_SUBJECT), atMs: Number(seconds ?? 0) * 1000 };
}
