// Whom a webhook concerns: addresses, revisions, changed files, generators.
import { describe, expect, it } from 'vitest';
import { repositoryMatch, revisionMoved } from '../../../src/core/webhook/repository-match.js';
import { touchesApplication, touchesSet } from '../../../src/core/webhook/touched.js';
import type { Application, Source } from '../../../src/domain/application.js';
import type { Manifest } from '../../../src/domain/resource.js';
import type { WebhookEvent } from '../../../src/domain/webhook.js';

const PAGE = 'https://github.com/Org/Repo';

describe('an address', () => {
  it.each([
    ['https://github.com/org/repo', true],
    ['https://github.com/org/repo.git', true],
    ['http://user@GITHUB.com:8080/Org/Repo', true],
    ['https://user:token@github.com/org/repo.git', true],
    ['git@github.com:org/repo', true],
    ['ssh://git@github.com:22/org/repo.git', true],
    ['ssh://git@ssh.github.com:443/org/repo', true],
    ['https://github.com/org/repo2', false],
    ['https://github.com/other/org/repo', false],
    ['https://githubXcom/org/repo', false],
    ['https://evil.example/github.com/org/repo', false],
  ])('%s: %s', (url, matches) => {
    expect(repositoryMatch([PAGE])(url)).toBe(matches);
  });

  it('matches an SSH address that differs from the page', () => {
    expect(repositoryMatch(['https://g.example.com/web/o/r', 'git@ssh-g.example.com:o/r.git'])('ssh://git@ssh-g.example.com/o/r')).toBe(
      true,
    );
    expect(repositoryMatch(['ssh://git@ssh.dev.azure.com/v3/o/p/r'])('git@ssh.dev.azure.com:v3/o/p/r')).toBe(true);
  });
});

describe('a revision', () => {
  it.each<[string | undefined, string, boolean, boolean]>([
    [undefined, 'main', true, true],
    ['HEAD', 'main', true, true],
    ['HEAD', 'feature', false, false],
    ['main', 'main', true, true],
    ['refs/heads/main', 'main', true, true],
    ['team/a', 'team/a', false, true],
    ['main', 'feature', false, false],
    ['v1.*', 'v1.2.3', false, true],
    ['>=1.0.0, <2.0.0', 'v1.9.0', false, true],
    ['v1.*', 'v2.0.0', false, false],
  ])('targetRevision %s, pushed %s (head: %s): %s', (wanted, pushed, touchesHead, moves) => {
    expect(revisionMoved(wanted, { revisions: [pushed], touchesHead })).toBe(moves);
  });
});

function push(files: readonly string[] = []): Extract<WebhookEvent, { kind: 'push' }> {
  return { kind: 'push', provider: 'github', urls: [PAGE], revisions: ['main'], touchesHead: true, files };
}

function app(source: Partial<Source>, paths?: string): Application {
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name: 'a', ...(paths === undefined ? {} : { annotations: { 'argocd.argoproj.io/manifest-generate-paths': paths } }) },
    spec: { source: { repoURL: PAGE, path: 'apps/a', ...source }, destination: {} },
  };
}

describe('changed files', () => {
  it.each<[string | undefined, readonly string[], boolean]>([
    [undefined, ['docs/readme.md'], true],
    ['.', [], true],
    ['.', ['apps/a/x.yaml'], true],
    ['.', ['apps/b/x.yaml', 'docs/a'], false],
    ['.', ['apps/ab/x.yaml'], false],
    ['.;../shared', ['apps/shared/x.yaml'], true],
    ['/shared', ['shared/x.yaml'], true],
    ['/shared', ['apps/a/x.yaml'], false],
    ['/shared/*-secret.yaml', ['shared/db-secret.yaml'], true],
    ['/shared/*-secret.yaml', ['shared/deep/db-secret.yaml'], false],
    ['values.yaml', ['apps/a/values.yaml'], true],
    [';;', ['docs/readme.md'], true],
  ])('%s with %j: %s', (paths, files, touches) => {
    expect(touchesApplication(push(files))(app({}, paths))).toBe(touches);
  });

  it('looks at every source', () => {
    const many = app({});
    const { source: _, ...spec } = many.spec;
    const sources = [{ repoURL: 'https://other.example.com/x' }, { repoURL: 'git@github.com:org/repo.git', ref: 'values' }];
    expect(touchesApplication(push())({ ...many, spec: { ...spec, sources } })).toBe(true);
  });
});

function set(...generators: unknown[]): Manifest {
  return { apiVersion: 'argoproj.io/v1alpha1', kind: 'ApplicationSet', metadata: { name: 's' }, spec: { generators } } as Manifest;
}

describe('an ApplicationSet', () => {
  const git = { git: { repoURL: 'https://github.com/org/repo.git', revision: 'HEAD', directories: [] } };
  const pull = { pullRequest: { github: { owner: 'org', repo: 'repo' } } };
  const asked: WebhookEvent = { kind: 'pull-request', provider: 'github', urls: [PAGE], action: 'opened', repository: 'Org/Repo' };

  it('is concerned by a push through a git generator, at any depth', () => {
    expect(touchesSet(push())(set(git))).toBe(true);
    expect(touchesSet(push())(set({ matrix: { generators: [{ list: {} }, { merge: { generators: [git] } }] } }))).toBe(true);
    expect(touchesSet(push())(set({ git: { ...git.git, repoURL: '{{ .repo }}' } }))).toBe(true);
    expect(touchesSet(push())(set({ git: { ...git.git, revision: 'other' } }))).toBe(false);
    expect(touchesSet(push())(set({ git: { ...git.git, repoURL: 'https://github.com/org/two' } }, { list: {} }, pull))).toBe(false);
  });

  it('is concerned by a pull request through a pullRequest generator', () => {
    expect(touchesSet(asked)(set(pull))).toBe(true);
    expect(touchesSet({ ...asked, action: 'assigned' })(set(pull))).toBe(false);
    expect(touchesSet(asked)(set(git, { pullRequest: { github: { owner: 'org', repo: 'two' } } }))).toBe(false);
    const merge: WebhookEvent = { ...asked, provider: 'gitlab', action: 'merge', repository: 'group/sub/repo', id: '15' };
    for (const project of ['15', 'group/sub/repo']) expect(touchesSet(merge)(set({ pullRequest: { gitlab: { project } } }))).toBe(true);
    expect(touchesSet(merge)(set({ pullRequest: { gitlab: { project: '16' } } }))).toBe(false);
  });
});
