// Payloads of every server, in the shapes that they send.
import { describe, expect, it } from 'vitest';
import { eventOf, providerOf } from '../../../src/core/webhook/payload.js';
import type { WebhookEvent } from '../../../src/domain/webhook.js';

const commits = [{ id: 'b'.repeat(40), added: ['apps/a.yaml'], modified: ['apps/b.yaml'], removed: ['old.yaml'] }];
const files = ['apps/a.yaml', 'apps/b.yaml', 'old.yaml'];
const moved = { before: 'a'.repeat(40), after: 'b'.repeat(40) };
const githubRepository = {
  full_name: 'Org/Repo',
  html_url: 'https://github.example.com/Org/Repo',
  clone_url: 'https://github.example.com/Org/Repo.git',
  ssh_url: 'git@github.example.com:Org/Repo.git',
  default_branch: 'main',
};
const githubUrls = [githubRepository.html_url, githubRepository.clone_url, githubRepository.ssh_url];
const gitlabProject = {
  id: 15,
  web_url: 'https://gitlab.example.com/group/sub/repo',
  git_http_url: 'https://gitlab.example.com/group/sub/repo.git',
  git_ssh_url: 'git@gitlab.example.com:group/sub/repo.git',
  path_with_namespace: 'group/sub/repo',
  default_branch: 'main',
};
const gitlabUrls = [gitlabProject.web_url, gitlabProject.git_http_url, gitlabProject.git_ssh_url];
const serverRepository = {
  slug: 'repo',
  project: { key: 'KEY' },
  links: {
    clone: [
      { href: 'ssh://git@stash.example.com:7999/key/repo.git', name: 'ssh' },
      { href: 'https://stash.example.com/scm/key/repo.git', name: 'http' },
    ],
    self: [{ href: 'https://stash.example.com/projects/KEY/repos/repo/browse' }],
  },
};
const serverUrls = ['ssh://git@stash.example.com:7999/key/repo.git', 'https://stash.example.com/scm/key/repo.git'];
const azureRepository = {
  name: 'repo',
  project: { name: 'project' },
  remoteUrl: 'https://dev.azure.com/org/project/_git/repo',
  defaultBranch: 'refs/heads/main',
};
const azureUrls = [azureRepository.remoteUrl, 'ssh://git@ssh.dev.azure.com/v3/org/project/repo'];

type Row = [name: string, headers: Record<string, string>, payload: unknown, event: WebhookEvent | undefined];
const rows: Row[] = [
  [
    'GitHub push',
    { 'x-github-event': 'push' },
    { ref: 'refs/heads/main', ...moved, repository: githubRepository, commits },
    { kind: 'push', provider: 'github', urls: githubUrls, revisions: ['main'], touchesHead: true, ...moved, files },
  ],
  [
    'GitHub push of a branch with slashes',
    { 'x-github-event': 'push' },
    { ref: 'refs/heads/team/a', ...moved, repository: githubRepository, commits: [] },
    { kind: 'push', provider: 'github', urls: githubUrls, revisions: ['team/a'], touchesHead: false, ...moved, files: [] },
  ],
  [
    'GitHub pull request',
    { 'x-github-event': 'pull_request' },
    { action: 'opened', repository: githubRepository },
    { kind: 'pull-request', provider: 'github', urls: githubUrls, action: 'opened', repository: 'Org/Repo' },
  ],
  ['GitHub ping', { 'x-github-event': 'ping' }, { zen: 'Keep it simple' }, { kind: 'ping', provider: 'github' }],
  ['GitHub issue', { 'x-github-event': 'issues' }, { action: 'opened', repository: githubRepository }, undefined],
  ['GitHub push of nothing', { 'x-github-event': 'push' }, { ref: { deep: 1 }, repository: [] }, undefined],
  [
    'Gitea push, which carries the headers of GitHub and Gogs as well',
    { 'x-github-event': 'push', 'x-gogs-event': 'push', 'x-gitea-event': 'push' },
    { ref: 'refs/tags/v1.2.3', ...moved, repository: githubRepository, commits },
    { kind: 'push', provider: 'gogs', urls: githubUrls, revisions: ['v1.2.3'], touchesHead: false, ...moved, files },
  ],
  [
    'GitLab push',
    { 'x-gitlab-event': 'Push Hook' },
    { object_kind: 'push', ref: 'refs/heads/main', ...moved, project: gitlabProject, commits },
    { kind: 'push', provider: 'gitlab', urls: gitlabUrls, revisions: ['main'], touchesHead: true, ...moved, files },
  ],
  [
    'GitLab tag in a system hook',
    { 'x-gitlab-event': 'System Hook' },
    { event_name: 'tag_push', ref: 'refs/tags/v1.0.0', ...moved, project: gitlabProject },
    { kind: 'push', provider: 'gitlab', urls: gitlabUrls, revisions: ['v1.0.0'], touchesHead: false, ...moved, files: [] },
  ],
  [
    'GitLab merge request',
    { 'x-gitlab-event': 'Merge Request Hook' },
    { object_kind: 'merge_request', project: gitlabProject, object_attributes: { action: 'update' } },
    { kind: 'pull-request', provider: 'gitlab', urls: gitlabUrls, action: 'update', repository: 'group/sub/repo', id: '15' },
  ],
  [
    'Bitbucket push of two branches',
    { 'x-hook-uuid': 'u', 'x-event-key': 'repo:push' },
    {
      repository: { full_name: 'org/repo', links: { html: { href: 'https://bitbucket.org/org/repo' } } },
      push: {
        changes: [
          { new: { type: 'branch', name: 'main', target: { hash: moved.after } }, old: { name: 'main', target: { hash: moved.before } } },
          { new: null, old: { name: 'gone', target: { hash: moved.before } } },
        ],
      },
    },
    {
      kind: 'push',
      provider: 'bitbucket',
      urls: ['https://bitbucket.org/org/repo'],
      revisions: ['main', 'gone'],
      touchesHead: true,
      ...moved,
      files: [],
    },
  ],
  [
    'Bitbucket pull request',
    { 'x-hook-uuid': 'u', 'x-event-key': 'pullrequest:created' },
    { repository: { full_name: 'org/repo', links: { html: { href: 'https://bitbucket.org/org/repo' } } } },
    {
      kind: 'pull-request',
      provider: 'bitbucket',
      urls: ['https://bitbucket.org/org/repo'],
      action: 'pullrequest:created',
      repository: 'org/repo',
    },
  ],
  [
    'Bitbucket Server push',
    { 'x-event-key': 'repo:refs_changed' },
    {
      repository: serverRepository,
      changes: [{ ref: { id: 'refs/heads/main' }, refId: 'refs/heads/main', fromHash: moved.before, toHash: moved.after, type: 'UPDATE' }],
    },
    { kind: 'push', provider: 'bitbucket-server', urls: serverUrls, revisions: ['main'], touchesHead: true, ...moved, files: [] },
  ],
  [
    'Bitbucket Server pull request',
    { 'x-event-key': 'pr:opened' },
    { pullRequest: { toRef: { repository: serverRepository } } },
    { kind: 'pull-request', provider: 'bitbucket-server', urls: serverUrls, action: 'pr:opened', repository: 'KEY/repo' },
  ],
  ['Bitbucket Server test', { 'x-event-key': 'diagnostics:ping' }, { test: true }, { kind: 'ping', provider: 'bitbucket-server' }],
  [
    'Azure DevOps push',
    { 'x-vss-activityid': 'x' },
    {
      eventType: 'git.push',
      resource: {
        repository: azureRepository,
        refUpdates: [{ name: 'refs/heads/main', oldObjectId: moved.before, newObjectId: moved.after }],
      },
    },
    { kind: 'push', provider: 'azure-devops', urls: azureUrls, revisions: ['main'], touchesHead: true, ...moved, files: [] },
  ],
  [
    'Azure DevOps pull request',
    { 'x-vss-activityid': 'x' },
    { eventType: 'git.pullrequest.created', resource: { repository: azureRepository } },
    { kind: 'pull-request', provider: 'azure-devops', urls: azureUrls, action: 'git.pullrequest.created', repository: 'project/repo' },
  ],
];

describe('what a webhook says', () => {
  it.each(rows)('%s', (_, headers, payload, event) => {
    const provider = providerOf(headers);
    expect(provider).toBeDefined();
    expect(eventOf(provider ?? 'github', headers, payload)).toEqual(event);
  });

  it('knows no server without its headers', () => {
    expect(providerOf({ 'content-type': 'application/json' })).toBeUndefined();
  });
});
