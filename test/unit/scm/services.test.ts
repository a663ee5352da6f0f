// Hosts of repositories, each with its own shapes, from servers that answer, page, refuse and lie.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSetServices } from '../../../src/adapters/scm/services.js';
import type { Manifest } from '../../../src/domain/resource.js';
import { type HttpServer, httpServer } from '../../support/http.js';

let http: HttpServer;
let objects: Manifest[];
beforeEach(async () => {
  http = await httpServer();
  objects = [{ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'token' }, stringData: { key: 'secret-4711\n' } }];
});
afterEach(() => http.close());

function ask(generator: string, spec: object, env: Record<string, string> = {}) {
  const services = createSetServices({
    env,
    githubApp: async () => 'app-token',
    hub: {
      namespace: 'argocd',
      object: async (kind, name) => objects.find((each) => each.kind === kind && each.metadata.name === name),
      list: async (apiVersion, kind) => objects.filter((each) => each.apiVersion === apiVersion && each.kind === kind),
    },
  });
  return services({ generator, set: 'team', spec: spec as Record<string, unknown> }, undefined);
}
const REF = { secretName: 'token', key: 'key' };
const told = (facts: readonly Readonly<Record<string, unknown>>[]) =>
  facts.map(
    (each) =>
      `${each['organization']}/${each['repository']} ${each['branch']} ${each['sha']} ${each['url']} [${(each['labels'] as string[]).join()}]`,
  );

const githubRepo = (name: string, topics: string[] = []) => ({
  id: 1,
  name,
  owner: { login: 'org' },
  default_branch: 'main',
  ssh_url: `git@h:org/${name}.git`,
  clone_url: `https://h/org/${name}.git`,
  topics,
});

describe('GitHub', () => {
  const spec = (over = {}) => ({ github: { organization: 'org', api: http.url, tokenRef: REF }, ...over });

  it('gives repositories of all pages with the head of their default branch', async () => {
    http.answers = {
      '/api/v3/orgs/org/repos?per_page=100': {
        body: [githubRepo('one', ['a', 'b'])],
        headers: { link: `<${http.url}/api/v3/orgs/org/repos?page=2>; rel="next"` },
      },
      '/api/v3/orgs/org/repos?page=2': { body: [githubRepo('two'), githubRepo('empty')] },
      '/api/v3/repos/org/one/branches/main': { body: { name: 'main', commit: { sha: '111' } } },
      '/api/v3/repos/org/two/branches/main': { body: { name: 'main', commit: { sha: '222' } } },
    };
    expect(told(await ask('scmProvider', spec()))).toEqual([
      'org/one main 111 git@h:org/one.git [a,b]',
      'org/two main 222 git@h:org/two.git []',
    ]);
    expect(new Set(http.asked.map(({ headers }) => headers['authorization']))).toEqual(new Set(['Bearer secret-4711']));
  });

  it('filters by names, topics and paths', async () => {
    http.answers = {
      '/api/v3/orgs/org/repos': {
        body: [githubRepo('web-one', ['deploy']), githubRepo('web-two', ['deploy']), githubRepo('lib', ['deploy']), githubRepo('web-x')],
      },
      ...Object.fromEntries(
        ['web-one', 'web-two', 'lib', 'web-x'].map((name) => [
          `/api/v3/repos/org/${name}/branches/main`,
          { body: { name: 'main', commit: { sha: name } } },
        ]),
      ),
      '/api/v3/repos/org/web-one/contents/k8s/app.yaml': { body: {} },
    };
    const filters = [{ repositoryMatch: '^web', labelMatch: 'deploy' }, { pathsExist: ['k8s/app.yaml/'] }];
    expect(told(await ask('scmProvider', spec({ filters, cloneProtocol: 'https' })))).toEqual([
      'org/web-one main web-one https://h/org/web-one.git [deploy]',
    ]);
  });

  it('gives pull requests with all of their labels', async () => {
    const pull = (number: number, labels: string[], ref = 'feat') => ({
      number,
      title: `t${number}`,
      head: { ref, sha: `s${number}` },
      base: { ref: 'main' },
      labels: labels.map((name) => ({ name })),
      user: { login: 'ana' },
    });
    http.answers = { '/api/v3/repos/org/web/pulls': { body: [pull(1, ['preview', 'x']), pull(2, []), pull(3, ['preview'], 'other')] } };
    const github = { owner: 'org', repo: 'web', api: http.url, labels: ['preview'] };
    expect(await ask('pullRequest', { github, filters: [{ branchMatch: '^fe' }, { titleMatch: 'nothing' }] })).toEqual([
      { number: 1, title: 't1', branch: 'feat', target_branch: 'main', head_sha: 's1', labels: ['preview', 'x'], author: 'ana' },
    ]);
    await expect(ask('pullRequest', { github: { ...github, repo: 'gone' } })).rejects.toThrow('was answered with 404 (Not Found)');
    expect(await ask('pullRequest', { github: { ...github, repo: 'gone' }, continueOnRepoNotFoundError: true })).toEqual([]);
  });

  it('is asked again by its ETag, and says when its limit is used up', async () => {
    let count = 0;
    http.answers = { '/api/v3/repos/org/etag/pulls': () => (count++ === 0 ? { body: [], headers: { etag: '"x"' } } : { status: 304 }) };
    const github = { owner: 'org', repo: 'etag', api: http.url };
    expect([await ask('pullRequest', { github }), await ask('pullRequest', { github })]).toEqual([[], []]);
    expect(http.asked[1]?.headers['if-none-match']).toBe('"x"');
    http.answers = {
      '/api/v3/repos/org/limited/pulls': {
        status: 403,
        headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1764000000' },
        body: { message: 'API rate limit exceeded' },
      },
    };
    const failure = await ask('pullRequest', { github: { ...github, repo: 'limited', tokenRef: REF } }).catch((error: Error) => error);
    expect(failure).toMatchObject({ retry: 'backoff', message: expect.stringContaining('limit of requests is used up until 2025-11-24T') });
    expect(String(failure)).not.toContain('4711');
  });
});

describe('other hosts', () => {
  it('GitLab', async () => {
    const project = {
      id: 7,
      path: 'web',
      namespace: { full_path: 'group/sub' },
      default_branch: 'main',
      ssh_url_to_repo: 'git@g:web',
      http_url_to_repo: 'https://g/web',
      tag_list: ['old'],
    };
    http.answers = {
      '/api/v4/groups/group%2Fsub/projects': { body: [project] },
      '/api/v4/projects/7/repository/branches': {
        body: [
          { name: 'main', commit: { id: 'c1' } },
          { name: 'dev', commit: { id: 'c2' } },
        ],
      },
      '/api/v4/projects/9/merge_requests': {
        body: [{ iid: 3, title: 't', source_branch: 'f', target_branch: 'main', sha: 's', labels: ['l'], author: { username: 'u' } }],
      },
    };
    const gitlab = { group: 'group/sub', api: http.url, allBranches: true, tokenRef: REF };
    expect(told(await ask('scmProvider', { gitlab, filters: [{ branchMatch: 'dev' }] }))).toEqual(['group/sub/web dev c2 git@g:web [old]']);
    expect(http.asked[0]?.headers['private-token']).toBe('secret-4711');
    expect(await ask('pullRequest', { gitlab: { project: '9', api: http.url } })).toMatchObject([
      { number: 3, author: 'u', labels: ['l'] },
    ]);
  });

  it('Gitea', async () => {
    http.answers = {
      '/api/v1/orgs/org/repos': { body: [{ id: 1, name: 'web', default_branch: 'main', ssh_url: 'git@t:web', html_url: 'https://t/web' }] },
      '/api/v1/repos/org/web/labels': { body: [{ name: 'l' }] },
      '/api/v1/repos/org/web/branches/main': { body: { name: 'main', commit: { id: 'c' } } },
    };
    expect(told(await ask('scmProvider', { gitea: { owner: 'org', api: http.url } }))).toEqual(['org/web main c git@t:web [l]']);
  });

  it('Bitbucket Server', async () => {
    const links = {
      clone: [
        { name: 'ssh', href: 'ssh://b/web' },
        { name: 'http', href: 'https://b/web' },
      ],
    };
    http.answers = {
      '/rest/api/1.0/projects/P/repos?limit=100': {
        body: { isLastPage: false, nextPageStart: 1, values: [{ id: 1, name: 'web', project: { key: 'P' }, links }] },
      },
      '/rest/api/1.0/projects/P/repos?limit=100&start=1': {
        body: { isLastPage: true, values: [{ id: 2, name: 'empty', project: { key: 'P' }, links }] },
      },
      '/rest/api/1.0/projects/P/repos/web/branches/default': { body: { displayId: 'main', latestCommit: 'c' } },
    };
    const bitbucketServer = { project: 'P', api: `${http.url}/rest`, basicAuth: { username: 'u', passwordRef: REF } };
    expect(told(await ask('scmProvider', { bitbucketServer, cloneProtocol: 'https' }))).toEqual(['P/web main c https://b/web []']);
    expect(http.asked[0]?.headers['authorization']).toBe(`Basic ${Buffer.from('u:secret-4711').toString('base64')}`);
  });

  it('Bitbucket and Azure DevOps pull requests', async () => {
    http.answers = {
      '/repositories/o/r/pullrequests': {
        body: {
          values: [
            {
              id: 1,
              title: 't',
              source: { branch: { name: 'f' }, commit: { hash: 'h' } },
              destination: { branch: { name: 'main' } },
              author: { nickname: 'n' },
            },
          ],
        },
      },
      '/o/p/_apis/git/repositories/r/pullrequests': {
        body: {
          value: [
            {
              pullRequestId: 2,
              title: 't',
              sourceRefName: 'refs/heads/f',
              targetRefName: 'refs/heads/main',
              lastMergeSourceCommit: { commitId: 'h' },
              labels: [{ name: 'l' }],
              createdBy: { uniqueName: 'ana@example.com' },
            },
          ],
        },
      },
    };
    expect(await ask('pullRequest', { bitbucket: { owner: 'o', repo: 'r', api: http.url } })).toMatchObject([
      { number: 1, branch: 'f', head_sha: 'h', author: 'n' },
    ]);
    const azuredevops = { organization: 'o', project: 'p', repo: 'r', api: http.url, labels: ['l'] };
    expect(await ask('pullRequest', { azuredevops })).toMatchObject([{ number: 2, branch: 'f', target_branch: 'main', author: 'ana' }]);
  });
});

describe('an error never looks like an empty answer', () => {
  const github = () => ({ organization: 'org', api: http.url });
  it.each([
    ['a refusal', { status: 403, body: { message: 'no' } }, 'was answered with 403 (no)'],
    ['no list', { body: { message: 'fine' } }, 'is no list'],
    ['no JSON', { body: '<html>' }, 'is not JSON'],
    ['a page elsewhere', { body: [], headers: { link: '<https://evil.invalid/x>; rel="next"' } }, 'leads to another host, evil.invalid'],
  ])('%s', async (_, answer, message) => {
    http.answers = { '/api/v3/orgs/org/repos': answer };
    await expect(ask('scmProvider', { github: github() })).rejects.toThrow(message);
  });

  it('pages without an end', async () => {
    http.answers = { '/api/v3/orgs/org/repos': { body: [], headers: { link: `<${http.url}/api/v3/orgs/org/repos?page=1>; rel="next"` } } };
    await expect(ask('scmProvider', { github: github() })).rejects.toThrow('has more than 200 pages');
  });

  it('a token that is not there', async () => {
    const tokenRef = { secretName: 'gone', key: 'k' };
    await expect(ask('scmProvider', { github: { ...github(), tokenRef } })).rejects.toThrow(
      'error fetching Github token: error fetching secret argocd/gone: secrets "gone" not found',
    );
    await expect(ask('scmProvider', { github: { ...github(), tokenRef: { ...REF, key: 'k' } } })).rejects.toThrow(
      'key "k" in secret "argocd/token" not found',
    );
  });

  it('a host that is not allowed', async () => {
    const env = { ARGOCD_APPLICATIONSET_CONTROLLER_ALLOWED_SCM_PROVIDERS: 'https://git.example.com' };
    await expect(ask('scmProvider', { github: github() }, env)).rejects.toThrow('must use one of the following: https://git.example.com');
    await expect(ask('scmProvider', {})).rejects.toThrow('no SCM provider implementation configured');
  });
});

describe('a plugin', () => {
  const map = (data: Record<string, string>): Manifest => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'plugin' }, data });
  const spec = { configMapRef: { name: 'plugin' }, input: { parameters: { a: 1 } } };

  it('is asked with the parameters, and shown the token that its ConfigMap names', async () => {
    objects.push(map({ baseUrl: http.url, token: '$token:key' }));
    http.answers = { '/api/v1/getparams.execute': { body: { output: { parameters: [{ name: 'x', deep: { y: 1 } }] } } } };
    expect(await ask('plugin', spec)).toEqual([{ name: 'x', deep: { y: 1 } }]);
    expect(JSON.parse(http.asked[0]?.body ?? '')).toEqual({ applicationSetName: 'team', input: { parameters: { a: 1 } } });
    expect(http.asked[0]).toMatchObject({ method: 'POST', headers: { authorization: 'Bearer secret-4711' } });
  });

  it('that lies or hangs is an error', async () => {
    objects.push(map({ baseUrl: http.url, token: '$token:key', requestTimeout: '1' }));
    http.answers = { '/api/v1/getparams.execute': { body: { output: { parameters: 'x' } } } };
    await expect(ask('plugin', spec)).rejects.toThrow('output.parameters of its answer is not a list of objects');
    objects = [map({ baseUrl: 'http://127.0.0.1:1', token: 'plain' })];
    await expect(ask('plugin', spec)).rejects.toThrow("does not reference a secret key starting with '$'");
    objects = [];
    await expect(ask('plugin', spec)).rejects.toThrow('error fetching ConfigMap: configmaps "plugin" not found');
  });
});

describe('a resource of decisions', () => {
  const map: Manifest = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'd' },
    data: { apiVersion: 'x.io/v1', kind: 'Placement', statusListKey: 'decisions', matchKey: 'clusterName' },
  };
  const placement = (name: string, labels: Record<string, string>, status?: object): Manifest => ({
    apiVersion: 'x.io/v1',
    kind: 'Placement',
    metadata: { name, labels },
    ...(status ? { status } : {}),
  });

  it('gives each of them with the key of its cluster', async () => {
    objects.push(
      map,
      placement('p', { env: 'prod' }, { decisions: [{ clusterName: 'one' }, { clusterName: 'two' }] }),
      placement('q', { env: 'dev' }, { decisions: [{ clusterName: 'three' }] }),
    );
    expect(await ask('clusterDecisionResource', { configMapRef: 'd', name: 'p' })).toEqual([
      { matchKey: 'clusterName', item: { clusterName: 'one' } },
      { matchKey: 'clusterName', item: { clusterName: 'two' } },
    ]);
    expect(await ask('clusterDecisionResource', { configMapRef: 'd', labelSelector: { matchLabels: { env: 'dev' } } })).toHaveLength(1);
  });

  it('that is not there, or is asked for in two ways, is an error', async () => {
    objects.push(map);
    await expect(ask('clusterDecisionResource', { configMapRef: 'd', name: 'p' })).rejects.toThrow('no clusterDecisionResources found');
    await expect(ask('clusterDecisionResource', { configMapRef: 'd' })).rejects.toThrow('There is a problem with the definition');
    objects.push(placement('p', {}, { decisions: 'x' }));
    await expect(ask('clusterDecisionResource', { configMapRef: 'd', name: 'p' })).rejects.toThrow(
      'status.decisions of Placement p is not a list',
    );
  });
});
