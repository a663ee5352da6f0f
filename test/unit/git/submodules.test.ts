import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSources } from '../../../src/adapters/git/sources.js';
import { readGitmodules, submoduleUrl } from '../../../src/adapters/git/submodules.js';
import { manualClock } from '../../support/clock.js';
import { type GitServer, gitServer } from '../../support/git-http.js';

let dir: string;
let server: GitServer;
let libCommit: string;

function git(folder: string, ...args: string[]): string {
  return execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  }).trim();
}

/** A bare repository below `served`, with a submodule where one is given. */
function repository(name: string, files: Record<string, string>, submodule?: { path: string; commit: string }): string {
  const work = join(dir, 'work', name);
  mkdirSync(work, { recursive: true });
  git(work, 'init', '--quiet', '--initial-branch=main');
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(work, path)), { recursive: true });
    writeFileSync(join(work, path), text);
  }
  git(work, 'add', '--all');
  if (submodule) git(work, 'update-index', '--add', '--cacheinfo', `160000,${submodule.commit},${submodule.path}`);
  git(work, 'commit', '--quiet', '--message', name);
  git(dir, 'clone', '--quiet', '--bare', work, join('served', `${name}.git`));
  return git(work, 'rev-parse', 'HEAD');
}

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'argosy-submodules-'));
  mkdirSync(join(dir, 'served'));
  libCommit = repository('lib', { 'a.yaml': 'kind: A\n', 'deep/b.yaml': 'kind: B\n' });
  const modules = (url: string) => `[submodule "lib"]\n\tpath = vendor/lib\n\turl = ${url}\n`;
  repository('app', { '.gitmodules': modules('../lib.git'), 'own.yaml': 'kind: Own\n' }, { path: 'vendor/lib', commit: libCommit });
  repository('spy', { '.gitmodules': modules(join(dir, 'served', 'lib.git')), 'own.yaml': '' }, { path: 'vendor/lib', commit: libCommit });
  server = await gitServer(join(dir, 'served'));
});
afterAll(() => {
  server.close();
  rmSync(dir, { recursive: true, force: true });
});

async function treeOf(name: string) {
  const sources = createSources({ cacheDir: join(dir, 'cache'), clock: manualClock(0) });
  const source = { repoURL: `${server.url}/${name}.git` };
  return { sources, tree: await sources.tree(source, await sources.resolve(source, { fresh: true })) };
}

describe('a repository with a submodule', () => {
  it('has the files of the submodule in their place', async () => {
    const { sources, tree } = await treeOf('app');
    const paths = async (path: string) => (await tree.list(path)).map((entry) => entry.path);
    expect(await paths('')).toEqual(['.gitmodules', 'own.yaml', 'vendor/lib/a.yaml', 'vendor/lib/deep/b.yaml']);
    expect(await paths('vendor/lib/deep')).toEqual(['vendor/lib/deep/b.yaml']);
    expect(Buffer.from(await tree.read('vendor/lib/deep/b.yaml')).toString()).toBe('kind: B\n');
    expect(await tree.hash('vendor/lib')).toBe(libCommit);
    expect(await tree.hash('vendor/lib/deep')).toMatch(/^[0-9a-f]{40}$/);
    sources.close();
  });

  it('may not name a path of this machine', async () => {
    const { sources, tree } = await treeOf('spy');
    await expect(tree.list('')).rejects.toThrow(/reading the submodule vendor\/lib of .* is a path of this machine/);
    expect((await tree.list('own.yaml')).length).toBe(1);
    sources.close();
  });
});

describe('.gitmodules', () => {
  it.each([
    ['https://h/team/app.git', '../lib.git', 'https://h/team/lib.git'],
    ['https://h/team/app.git', '../../other/lib', 'https://h/other/lib'],
    ['git@h:team/app.git', '../lib.git', 'git@h:team/lib.git'],
    ['ssh://git@h:22/team/app', './lib', 'ssh://git@h:22/team/app/lib'],
    ['https://h/a', 'https://other/b', 'https://other/b'],
  ])('from %s, %s is %s', (repository, url, address) => {
    expect(submoduleUrl(repository, url)).toBe(address);
  });

  it('is read in its order; a path that leads out is left out', () => {
    expect(
      readGitmodules(
        '[submodule "a"]\n path = a\n url = u\n[submodule "b"]\n path = ../b\n url = v\n[submodule "c"]\n\turl = w\n\tpath = "c d"\n',
      ),
    ).toEqual([
      { path: 'a', url: 'u' },
      { path: 'c d', url: 'w' },
    ]);
  });
});
