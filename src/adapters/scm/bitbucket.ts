// Bitbucket, as a server and in the cloud.
import type { Answer, Client } from './client.js';
import { at, cloneUrl, type Fields, inTurns, type RepositoryHost, type RequestHost, text } from './provider.js';

const LIMIT = 100;

const serverNext = (root: string) => (answer: Answer) =>
  at(answer.body, 'isLastPage') === false ? `${root}&start=${text(answer.body, 'nextPageStart')}` : undefined;

function serverPages(client: Client, root: string): Promise<readonly unknown[]> {
  const url = `${root}${root.includes('?') ? '&' : '?'}limit=${LIMIT}`;
  return client.pages(url, serverNext(url));
}

function cloneLink(repository: unknown, name: string): string {
  const links = at(repository, 'links', 'clone');
  return Array.isArray(links)
    ? text(
        links.find((link) => text(link, 'name') === name),
        'href',
      )
    : '';
}

export function bitbucketServerRepositories(client: Client, spec: Fields, cloneProtocol: unknown): RepositoryHost {
  const rootOf = (project: string, name: string) =>
    `/rest/api/1.0/projects/${encodeURIComponent(project)}/repos/${encodeURIComponent(name)}`;
  return {
    async repositories() {
      const project = text(spec['project']);
      const found = await serverPages(client, `/rest/api/1.0/projects/${encodeURIComponent(project)}/repos`);
      const repositories = await inTurns(found, async (each) => {
        const organization = text(each, 'project', 'key') || project;
        const name = text(each, 'name');
        const branch = await client.get(`${rootOf(organization, name)}/branches/default`, [404, 204]);
        if (branch.status !== 200) return [];
        return [
          {
            organization,
            repository: name,
            repository_id: at(each, 'id') ?? '',
            url: cloneUrl(cloneProtocol, { ssh: cloneLink(each, 'ssh'), https: cloneLink(each, 'http') }, 'Bitbucket Server'),
            branch: text(branch.body, 'displayId'),
            sha: text(branch.body, 'latestCommit'),
            labels: [],
          },
        ];
      });
      return repositories.flat();
    },
    async branches(repository) {
      if (spec['allBranches'] !== true) return [repository];
      const found = await serverPages(client, `${rootOf(repository.organization, repository.repository)}/branches`);
      return found.map((branch) => ({ ...repository, branch: text(branch, 'displayId'), sha: text(branch, 'latestCommit') }));
    },
    async hasPath({ organization, repository, branch }, path) {
      const file = path.split('/').map(encodeURIComponent).join('/');
      const url = `${rootOf(organization, repository)}/browse/${file}?at=${encodeURIComponent(branch)}&type=true&limit=${LIMIT}`;
      return (await client.get(url, [404])).status !== 404;
    },
  };
}

export function bitbucketServerRequests(client: Client, spec: Fields): RequestHost {
  return {
    async requests() {
      const root = `/rest/api/1.0/projects/${encodeURIComponent(text(spec['project']))}/repos/${encodeURIComponent(text(spec['repo']))}/pull-requests`;
      return (await serverPages(client, root)).map((each) => ({
        number: Number(at(each, 'id')),
        title: text(each, 'title'),
        branch: text(each, 'fromRef', 'displayId'),
        target_branch: text(each, 'toRef', 'displayId'),
        head_sha: text(each, 'fromRef', 'latestCommit'),
        labels: [],
        author: text(each, 'author', 'user', 'name'),
      }));
    },
  };
}

const cloudNext = (answer: Answer) => text(answer.body, 'next') || undefined;

export function bitbucketCloudRepositories(client: Client, spec: Fields, cloneProtocol: unknown): RepositoryHost {
  const owner = text(spec['owner']);
  const rootOf = (name: string) => `/repositories/${encodeURIComponent(owner)}/${encodeURIComponent(name)}`;
  return {
    async repositories() {
      const found = await client.pages(`/repositories/${encodeURIComponent(owner)}?role=member&pagelen=100`, cloudNext);
      return found.map((each) => ({
        organization: owner,
        repository: text(each, 'name'),
        repository_id: text(each, 'uuid'),
        url: cloneUrl(cloneProtocol, { ssh: cloneLink(each, 'ssh'), https: cloneLink(each, 'https') }, 'bitbucket cloud'),
        branch: text(each, 'mainbranch', 'name'),
        sha: '',
        labels: [],
      }));
    },
    async branches(repository) {
      const root = `${rootOf(repository.repository)}/refs/branches`;
      const withBranch = (branch: unknown) => ({ ...repository, branch: text(branch, 'name'), sha: text(branch, 'target', 'hash') });
      if (spec['allBranches'] === true) return (await client.pages(`${root}?pagelen=100`, cloudNext)).map(withBranch);
      if (repository.branch === '') return [];
      const answer = await client.get(`${root}/${encodeURIComponent(repository.branch)}`, [404]);
      return answer.status === 404 ? [] : [withBranch(answer.body)];
    },
    async hasPath({ repository, sha }, path) {
      const file = path.split('/').map(encodeURIComponent).join('/');
      return (await client.get(`${rootOf(repository)}/src/${encodeURIComponent(sha)}/${file}?format=meta`, [404])).status !== 404;
    },
  };
}

export function bitbucketCloudRequests(client: Client, spec: Fields): RequestHost {
  return {
    async requests() {
      const root = `/repositories/${encodeURIComponent(text(spec['owner']))}/${encodeURIComponent(text(spec['repo']))}/pullrequests`;
      return (await client.pages(`${root}?pagelen=50`, cloudNext)).map((each) => ({
        number: Number(at(each, 'id')),
        title: text(each, 'title'),
        branch: text(each, 'source', 'branch', 'name'),
        target_branch: text(each, 'destination', 'branch', 'name'),
        head_sha: text(each, 'source', 'commit', 'hash'),
        labels: [],
        author: text(each, 'author', 'nickname'),
      }));
    },
  };
}
