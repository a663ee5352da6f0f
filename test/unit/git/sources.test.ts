import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSources } from '../../../src/adapters/git/sources.js';
import type { Tree } from '../../../src/domain/ports.js';
import { manualClock } from '../../support/clock.js';

let dir: string;
let work: string;
let url: string;
const opened: { close(): void }[] = [];

function git(...args: string[]): string {
  return execFileSync('git', ['-C', work, '-c', 'user.name=Ana', '-c', 'user.email=ana@example.com', ...args], { encoding: 'utf8' }).trim();
}

function commit(files: Record<string, string>, message: string): string {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(work, path)), { recursive: true });
    writeFileSync(join(work, path), text);
  }
  git('add', '-A');
  git('commit', '-q', '-m', message);
  return git('rev-parse', 'HEAD');
}

function sources(options: { map?: ReadonlyMap<string, string>; cache?: string } = {}) {
  const made = createSources({
    cacheDir: join(dir, options.cache ?? 'cache'),
    clock: manualClock(0),
    baseDir: dir,
    ...(options.map ? { map: options.map } : {}),
  });
  opened.push(made);
  return made;
}

const text = async (tree: Tree, path: string) => Buffer.from(await tree.read(path)).toString('utf8');
const fresh = { fresh: true };
let first: string;
let second: string;

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'argosy-sources-'));
  work = join(dir, 'work');
  mkdirSync(work);
  url = pathToFileURL(work).href;
  git('init', '-q', '-b', 'main');
  first = commit({ 'apps/a.yaml': 'one\n', 'apps/nested/b.yaml': 'b\n', 'other/c.yaml': 'c\n' }, 'First\n\nbody');
  git('tag', '-a', 'v1.0.0', '-m', 'one');
  git('tag', 'v1.2.3');
  symlinkSync('a.yaml', join(work, 'apps/link.yaml'));
  second = commit({ 'apps/a.yaml': 'two\n' }, 'Second');
  git('tag', 'v2.0.0-rc.1');
  git('branch', 'stable', first);
});

afterAll(() => {
  for (const one of opened) one.close();
  rmSync(dir, { recursive: true, force: true });
});

describe('resolve() finds what targetRevision means', () => {
  it.each([
    [undefined, 'head', 'main', () => second],
    ['HEAD', 'head', 'main', () => second],
    ['main', 'branch', 'main', () => second],
    ['stable', 'branch', 'stable', () => first],
    ['refs/heads/stable', 'branch', 'stable', () => first],
    ['v1.0.0', 'tag', 'v1.0.0', () => first],
    ['1.*', 'tag', 'v1.2.3', () => first],
    ['>=1.0.0, <2.0.0', 'tag', 'v1.2.3', () => first],
    ['>=2.0.0-0', 'tag', 'v2.0.0-rc.1', () => second],
  ] as const)('%s', async (targetRevision, kind, name, id) => {
    const revision = await sources().resolve({ repoURL: url, ...(targetRevision ? { targetRevision } : {}) }, fresh);
    expect(revision).toEqual({ id: id(), asked: targetRevision ?? 'HEAD', kind, name });
  });

  it('takes full and shortened SHAs', async () => {
    const all = sources();
    expect((await all.resolve({ repoURL: url, targetRevision: first }, fresh)).id).toBe(first);
    expect(await all.resolve({ repoURL: url, targetRevision: first.slice(0, 8) }, fresh)).toMatchObject({ id: first, kind: 'sha' });
  });

  it.each([
    ['mian', /^revision "mian" not found in file:\/\/.*; did you mean "main"\?$/],
    ['v1.2.4', /not found .*did you mean "v1\.2\.3"/],
    ['^9', /no tag of the repository satisfies it; its newest tags: v2\.0\.0-rc\.1, v1\.2\.3, v1\.0\.0$/],
    ['0123456789012345678901234567890123456789', /^revision "0123456789012345678901234567890123456789" not found/],
    ['0123456', /^revision "0123456" not found/],
  ])('says what is missing, and what is near: %s', async (targetRevision, message) => {
    await expect(sources().resolve({ repoURL: url, targetRevision }, fresh)).rejects.toMatchObject({
      name: 'IoError',
      retry: 'never',
      message: expect.stringMatching(message),
    });
  });

  it('does not take a directory without commits for an empty source', async () => {
    const empty = join(dir, 'empty');
    execFileSync('git', ['init', '-q', '-b', 'main', empty]);
    await expect(sources().resolve({ repoURL: pathToFileURL(empty).href }, fresh)).rejects.toThrow(/the repository has no commits/);
    await expect(sources().resolve({ repoURL: pathToFileURL(join(dir, 'nowhere')).href }, fresh)).rejects.toMatchObject({ retry: 'never' });
  });
});

describe('a tree of a commit', () => {
  it('lists, hashes and reads objects', async () => {
    const all = sources();
    const tree = await all.tree({ repoURL: url }, await all.resolve({ repoURL: url }, fresh));
    expect((await tree.list('apps')).map(({ path, kind, linksTo }) => [path, kind, linksTo])).toEqual([
      ['apps/a.yaml', 'file', undefined],
      ['apps/link.yaml', 'symlink', 'a.yaml'],
      ['apps/nested/b.yaml', 'file', undefined],
    ]);
    expect((await tree.list('.')).length).toBe(4);
    expect(await tree.links?.()).toEqual([{ path: 'apps/link.yaml', kind: 'symlink', size: 6, linksTo: 'a.yaml' }]);
    expect(await text(tree, 'apps/a.yaml')).toBe('two\n');
    expect(await tree.hash('apps/../other')).toBe(git('rev-parse', 'HEAD:other'));
    expect(await tree.hash('')).toBe(git('rev-parse', 'HEAD^{tree}'));
    expect(await tree.hash('missing')).toBe('');
    expect(await tree.list('../..')).toEqual([]);
    await expect(tree.read('apps')).rejects.toThrow(/there is no such file/);
  });

  it('keeps the hash of what did not change between commits', async () => {
    const all = sources();
    const old = await all.tree({ repoURL: url }, await all.resolve({ repoURL: url, targetRevision: 'stable' }, fresh));
    const now = await all.tree({ repoURL: url }, await all.resolve({ repoURL: url }, fresh));
    expect(await old.hash('other')).toBe(await now.hash('other'));
    expect(await old.hash('apps')).not.toBe(await now.hash('apps'));
  });

  it('knows who committed what', async () => {
    expect(await sources().commit({ repoURL: url }, first)).toMatchObject({ id: first, author: 'Ana <ana@example.com>', subject: 'First' });
  });

  it('can still be read after its branch was moved by force and its remote forgot it', async () => {
    const all = sources({ cache: 'forced' });
    git('checkout', '-q', '-b', 'moving');
    const lost = commit({ 'moving.yaml': 'lost\n' }, 'Lost');
    const source = { repoURL: url, targetRevision: 'moving' };
    const revision = await all.resolve(source, fresh);
    await all.tree(source, revision);
    git('reset', '-q', '--hard', first);
    const kept = commit({ 'moving.yaml': 'kept\n' }, 'Kept');
    git('reflog', 'expire', '--expire=now', '--all');
    git('gc', '-q', '--prune=now');
    expect((await all.resolve(source, fresh)).id).toBe(kept);
    await all.tree(source, await all.resolve(source, fresh));
    expect(await text(await all.tree(source, { ...revision, id: lost }), 'moving.yaml')).toBe('lost\n');
    git('checkout', '-q', 'main');
  });
});

describe('a plain directory', () => {
  it('is read as it is now, without .git, and its revision is its content', async () => {
    const all = sources();
    const before = await all.resolve({ repoURL: work }, fresh);
    expect(before).toMatchObject({ kind: 'local', id: expect.stringMatching(/^local-[0-9a-f]{40}$/) });
    writeFileSync(join(work, 'apps/new.yaml'), 'uncommitted\n');
    const after = await all.resolve({ repoURL: './work', targetRevision: 'ignored' }, fresh);
    expect(after.id).not.toBe(before.id);
    const tree = await all.tree({ repoURL: './work' }, after);
    expect(tree.local).toBe(true);
    expect(await text(tree, 'apps/new.yaml')).toBe('uncommitted\n');
    expect((await tree.list('')).some(({ path }) => path.startsWith('.git'))).toBe(false);
    rmSync(join(work, 'apps/new.yaml'));
    expect((await all.resolve({ repoURL: work }, fresh)).id).toBe(before.id);
  });

  it('refuses to mix two states of the files', async () => {
    const all = sources();
    writeFileSync(join(work, 'apps/torn.yaml'), 'before\n');
    const tree = await all.tree({ repoURL: work }, await all.resolve({ repoURL: work }, fresh));
    writeFileSync(join(work, 'apps/torn.yaml'), 'after!\n');
    await expect(tree.read('apps/torn.yaml')).rejects.toMatchObject({
      retry: 'backoff',
      message: expect.stringMatching(/changed meanwhile/),
    });
    rmSync(join(work, 'apps/torn.yaml'));
  });

  it('says that it does not exist', async () => {
    await expect(sources().resolve({ repoURL: join(dir, 'nowhere') }, fresh)).rejects.toThrow(/nowhere failed: it does not exist/);
  });
});

describe('a mapped address', () => {
  it('is read from a path: by revision where that is a Git repository, as it is where not', async () => {
    const plain = join(dir, 'plain');
    mkdirSync(plain, { recursive: true });
    writeFileSync(join(plain, 'x.yaml'), 'x\n');
    const all = sources({
      map: new Map([
        ['https://example.com/team/repo.git', work],
        ['git@example.com:team/plain', plain],
      ]),
    });
    expect(await all.resolve({ repoURL: 'https://example.com/Team/repo', targetRevision: 'stable' }, fresh)).toMatchObject({ id: first });
    expect(await all.resolve({ repoURL: 'ssh://git@example.com/team/plain.git', targetRevision: 'v1' }, fresh)).toMatchObject({
      kind: 'local',
    });
  });
});

describe('the cache folder', () => {
  it('may be used by several at once', async () => {
    const ids = await Promise.all(
      [1, 2, 3].map(async () => {
        const all = sources({ cache: 'shared' });
        const revision = await all.resolve({ repoURL: url }, fresh);
        return (await all.tree({ repoURL: url }, revision)).hash('');
      }),
    );
    expect(new Set(ids)).toEqual(new Set([git('rev-parse', 'main^{tree}')]));
  });

  it('says what is wrong with it', async () => {
    writeFileSync(join(dir, 'occupied'), '');
    await expect(sources({ cache: 'occupied' }).resolve({ repoURL: url }, fresh)).rejects.toMatchObject({
      name: 'IoError',
      message: expect.stringMatching(/^listing the branches and tags of file:.* failed: E/),
    });
  });
});
