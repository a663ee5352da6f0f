import { describe, expect, it } from 'vitest';
import { credentialFor, credentialsFromSecrets } from '../../../src/core/repository/credentials.js';
import { normalizeRepositoryUrl, printableUrl, readAddress, sameRepository } from '../../../src/core/repository/url.js';

describe('addresses', () => {
  it.each([
    ['https://GitHub.com/Org/Repo.git', 'https://github.com/org/repo'],
    [' git@github.com:org/repo ', 'git@github.com/org/repo'],
    ['ssh://git@github.com/org/repo.git', 'git@github.com/org/repo'],
    ['ssh://git@github.com:22/org/repo', 'git@github.com:22/org/repo'],
    ['file:///srv/Repo', 'file:///srv/repo'],
  ])('%s is compared as %s', (url, normal) => {
    expect(normalizeRepositoryUrl(url)).toBe(normal);
  });

  it('knows when two are one', () => {
    expect(sameRepository('git@h:p/q', 'ssh://git@h/P/q.git/')).toBe(true);
    expect(sameRepository('https://h/p', 'https://h/q')).toBe(false);
  });

  it.each([
    ['https://user:p%40ss@h/p', { kind: 'git', url: 'https://h/p', username: 'user', password: 'p@ss' }],
    ['https://token@h/p', { kind: 'git', url: 'https://h/p', username: 'token' }],
    ['ssh://git:secret@h/p', { kind: 'git', url: 'ssh://git@h/p' }],
    ['git@h:p', { kind: 'git', url: 'git@h:p' }],
    ['file:///srv/x', { kind: 'git', url: 'file:///srv/x' }],
    ['./apps', { kind: 'directory', path: './apps' }],
    ['/srv/apps', { kind: 'directory', path: '/srv/apps' }],
    ['apps', { kind: 'directory', path: 'apps' }],
    ['oci://h/p', { kind: 'oci', url: 'oci://h/p' }],
  ])('takes %s apart', (url, address) => {
    expect(readAddress(url)).toEqual(address);
  });

  it('never shows a password', () => {
    expect(printableUrl("fatal: unable to access 'https://user:secret@h/p/': no")).toBe("fatal: unable to access 'https://h/p/': no");
    expect(printableUrl('ssh://git:secret@h/p')).toBe('ssh://git@h/p');
    expect(printableUrl('https://ghp_token@h/p')).toBe('https://h/p');
  });
});

describe('credentials', () => {
  const secret = (type: string, texts: Record<string, string>) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 's', labels: { 'argocd.argoproj.io/secret-type': type } },
    data: Object.fromEntries(Object.entries(texts).map(([key, value]) => [key, Buffer.from(value).toString('base64')])),
  });
  const credentials = credentialsFromSecrets([
    secret('repo-creds', { url: 'https://h/', username: 'short', password: 'é' }),
    secret('repo-creds', { url: 'https://h/Team', username: 'long', password: '2' }),
    secret('repository', { url: 'https://h/team/own.git', username: 'own', password: '3' }),
    secret('repository', { url: 'https://h/team/bare', insecure: 'true', proxy: 'http://proxy' }),
    secret('cluster', { url: 'https://h/team/cluster', username: 'no' }),
    secret('repository', { username: 'nameless' }),
  ]);

  it.each([
    ['https://h/Team/own', 'own', undefined],
    ['https://h/team/other.git', 'long', undefined],
    ['https://h/x', 'short', undefined],
    ['https://h/team/bare', 'long', true],
    ['https://elsewhere/x', undefined, undefined],
  ])('%s is reached as %s', (url, username, insecure) => {
    const found = credentialFor(url as string, credentials);
    expect([found?.username, found?.insecure]).toEqual([username, insecure]);
  });

  it('of a project are for its applications alone, and come before those for everybody', () => {
    const scoped = credentialsFromSecrets([
      secret('repository', { url: 'https://h/shared', username: 'everybody', password: '1' }),
      secret('repository', { url: 'https://h/shared', username: 'alpha', password: '2', project: 'alpha' }),
      secret('repository', { url: 'https://h/alpha', username: 'alpha', password: '2', project: 'alpha' }),
    ]);
    const as = (url: string, project?: string) => credentialFor(url, scoped, project)?.username;
    expect([as('https://h/shared', 'alpha'), as('https://h/shared', 'beta'), as('https://h/shared')]).toEqual([
      'alpha',
      'everybody',
      'everybody',
    ]);
    expect([as('https://h/alpha', 'alpha'), as('https://h/alpha', 'beta'), as('https://h/alpha')]).toEqual(['alpha', undefined, undefined]);
  });

  it('are decoded as UTF-8', () => {
    expect(credentials[0]?.password).toBe('é');
    expect(credentials).toHaveLength(4);
  });
});
