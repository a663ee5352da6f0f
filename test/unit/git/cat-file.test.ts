import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { objectReaders } from '../../../src/adapters/git/cat-file.js';

let dir: string;
const ids: string[] = [];
const content = (i: number) => (i === 7 ? '' : `${i}\n`.repeat(i * 500));

function git(args: string[], input?: string): string {
  return execFileSync('git', ['-C', dir, ...args], { encoding: 'utf8', ...(input === undefined ? {} : { input }) }).trim();
}

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'argosy-catfile-'));
  git(['init', '-q', '--bare', '.']);
  for (let i = 0; i < 20; i++) ids.push(git(['hash-object', '-w', '--stdin'], content(i)));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

describe('objectReaders()', () => {
  it('answers many questions at once, each with its own object, large ones and empty ones too', async () => {
    const readers = objectReaders({ limit: 2, idleMs: 10_000 });
    const objects = await Promise.all(ids.map((id) => readers.read(dir, id)));
    expect(objects.map((object) => object?.bytes.toString('utf8'))).toEqual(ids.map((_, i) => content(i)));
    readers.close();
  });

  it('gives nothing for what is not there, and for names that would be two questions', async () => {
    const readers = objectReaders({ limit: 2, idleMs: 10_000 });
    const names = ['0'.repeat(40), 'no such name', `${ids[0]}\n${ids[1]}`, ids[2] as string];
    expect((await Promise.all(names.map((name) => readers.read(dir, name)))).map((object) => object?.id)).toEqual([
      undefined,
      undefined,
      undefined,
      ids[2],
    ]);
    readers.close();
  });

  it('measures without reading', async () => {
    const readers = objectReaders({ limit: 2, idleMs: 10_000 });
    expect(await readers.measure(dir, ids[3] as string)).toEqual({
      id: ids[3],
      type: 'blob',
      size: content(3).length,
      bytes: Buffer.alloc(0),
    });
    readers.close();
  });

  it('starts again after it was closed', async () => {
    const readers = objectReaders({ limit: 1, idleMs: 10_000 });
    await readers.read(dir, ids[1] as string);
    readers.close();
    expect((await readers.read(dir, ids[2] as string))?.id).toBe(ids[2]);
    readers.close();
  });

  it('says what git says when the repository is not there, after a second try', async () => {
    const readers = objectReaders({ limit: 1, idleMs: 10_000 });
    await expect(readers.read(join(dir, 'missing'), ids[1] as string)).rejects.toThrow(
      /^reading Git objects failed: fatal: not a git repository/,
    );
    readers.close();
  });
});
