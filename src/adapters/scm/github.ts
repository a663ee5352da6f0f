// GitHub, and the servers that speak like it: Gitea.
import { type Client, linkNext } from './client.js';
import {
  at,
  cloneUrl,
  type Fields,
  type FoundRepository,
  inTurns,
  type RepositoryHost,
  type RequestHost,
  text,
  texts,
} from './provider.js';

const path = (...parts: readonly string[]) => parts.map((part) => `/${part.split('/').map(encodeURIComponent).join('/')}`).join('');

export function githubRepositories(client: Client, spec: Fields, cloneProtocol: unknown): RepositoryHost {
  const organization = text(spec['organization']);
  const withBranch = (repository: FoundRepository, branch: unknown): FoundRepository => ({
    ...repository,
    branch: text(branch, 'name'),
    sha: text(branch, 'commit', 'sha'),
  });
  return {
    async repositories() {
      const found = await client.pages(`${path('orgs', organization, 'repos')}?per_page=100`, linkNext);
      return found.map((each) => ({
        organization: text(each, 'owner', 'login') || organization,
        repository: text(each, 'name'),
        repository_id: at(each, 'id') ?? '',
        url: cloneUrl(cloneProtocol, { ssh: text(each, 'ssh_url'), https: text(each, 'clone_url') }, 'GitHub'),
        branch: text(each, 'default_branch'),
        sha: '',
        labels: texts(at(each, 'topics')),
      }));
    },
    async branches(repository) {
      const root = path('repos', repository.organization, repository.repository, 'branches');
      if (spec['allBranches'] === true)
        return (await client.pages(`${root}?per_page=100`, linkNext)).map((branch) => withBranch(repository, branch));
      // A repository without a default branch is empty.
      const answer = await client.get(`${root}${path(repository.branch)}`, [404]);
      return answer.status === 404 ? [] : [withBranch(repository, answer.body)];
    },
    async hasPath({ organization: owner, repository, branch }, file) {
      const url = `${path('repos', owner, repository, 'contents', file)}?ref=${encodeURIComponent(branch)}`;
      return (await client.get(url, [404])).status !== 404;
    },
  };
}

export function githubRequests(client: Client, spec: Fields): RequestHost {
  const labels = texts(spec['labels']);
  return {
    async requests() {
      const root = path('repos', text(spec['owner']), text(spec['repo']), 'pulls');
      const found = await client.pages(`${root}?per_page=100&state=open`, linkNext);
      return found
        .map((each) => ({ ...requestOf(each), labels: labelsOf(each), author: text(each, 'user', 'login') }))
        .filter((each) => labels.every((label) => each.labels.includes(label)));
    },
  };
}

function requestOf(each: unknown) {
  return {
    number: Number(at(each, 'number')),
    title: text(each, 'title'),
    branch: text(each, 'head', 'ref'),
    target_branch: text(each, 'base', 'ref'),
    head_sha: text(each, 'head', 'sha'),
  };
}

function labelsOf(each: unknown): readonly string[] {
  const labels = at(each, 'labels');
  return Array.isArray(labels) ? labels.map((label) => text(label, 'name')) : [];
}

/** Gitea counts its pages; a short one is the last. */
const GITEA_PAGE = 50;
const giteaNext = (root: string) => (answer: { readonly body: unknown }, page: number) =>
  Array.isArray(answer.body) && answer.body.length === GITEA_PAGE
    ? `${root}${root.includes('?') ? '&' : '?'}limit=${GITEA_PAGE}&page=${page + 1}`
    : undefined;

function giteaPages(client: Client, root: string): Promise<readonly unknown[]> {
  return client.pages(`${root}${root.includes('?') ? '&' : '?'}limit=${GITEA_PAGE}&page=1`, giteaNext(root));
}

export function giteaRepositories(client: Client, spec: Fields, cloneProtocol: unknown): RepositoryHost {
  const owner = text(spec['owner']);
  return {
    async repositories() {
      const found = await giteaPages(client, path('orgs', owner, 'repos'));
      return inTurns(found, async (each) => {
        const labels = await giteaPages(client, path('repos', owner, text(each, 'name'), 'labels'));
        return {
          organization: owner,
          repository: text(each, 'name'),
          repository_id: at(each, 'id') ?? '',
          url: cloneUrl(cloneProtocol, { ssh: text(each, 'ssh_url'), https: text(each, 'html_url') }, 'Gitea'),
          branch: text(each, 'default_branch'),
          sha: '',
          labels: labels.map((label) => text(label, 'name')),
        };
      });
    },
    async branches(repository) {
      const root = path('repos', owner, repository.repository, 'branches');
      const withBranch = (branch: unknown) => ({ ...repository, branch: text(branch, 'name'), sha: text(branch, 'commit', 'id') });
      if (spec['allBranches'] === true) return (await giteaPages(client, root)).map(withBranch);
      return [withBranch((await client.get(`${root}${path(repository.branch)}`)).body)];
    },
    async hasPath({ repository, branch }, file) {
      const url = `${path('repos', owner, repository, 'contents', file)}?ref=${encodeURIComponent(branch)}`;
      return (await client.get(url, [404])).status !== 404;
    },
  };
}

export function giteaRequests(client: Client, spec: Fields): RequestHost {
  const labels = texts(spec['labels']);
  return {
    async requests() {
      const found = await giteaPages(client, `${path('repos', text(spec['owner']), text(spec['repo']), 'pulls')}?state=open`);
      return found
        .map((each) => ({ ...requestOf(each), labels: labelsOf(each), author: text(each, 'user', 'login') }))
        .filter((each) => labels.every((label) => each.labels.includes(label)));
    },
  };
}
