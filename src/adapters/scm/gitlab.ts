// GitLab: projects of a group, merge requests of a project.
import type { Answer, Client } from './client.js';
import { at, cloneUrl, type Fields, type RepositoryHost, type RequestHost, text, texts } from './provider.js';

const next = (root: string) => (answer: Answer) => {
  const page = answer.headers['x-next-page'];
  return page ? `${root}&page=${page}` : undefined;
};

function pages(client: Client, root: string): Promise<readonly unknown[]> {
  const url = `${root}${root.includes('?') ? '&' : '?'}per_page=100`;
  return client.pages(url, next(url));
}

export function gitlabRepositories(client: Client, spec: Fields, cloneProtocol: unknown): RepositoryHost {
  const id = (repository: { readonly repository_id: unknown }) => encodeURIComponent(String(repository.repository_id));
  return {
    async repositories() {
      const query = new URLSearchParams({
        include_subgroups: String(spec['includeSubgroups'] === true),
        with_shared: String(spec['includeSharedProjects'] !== false),
        ...(spec['topic'] ? { topic: text(spec['topic']) } : {}),
      });
      const found = await pages(client, `/groups/${encodeURIComponent(text(spec['group']))}/projects?${query}`);
      return found.map((each) => {
        const topics = texts(at(each, 'topics'));
        return {
          organization: text(each, 'namespace', 'full_path'),
          repository: text(each, 'path'),
          repository_id: at(each, 'id') ?? '',
          url: cloneUrl(cloneProtocol, { ssh: text(each, 'ssh_url_to_repo'), https: text(each, 'http_url_to_repo') }, 'Gitlab'),
          branch: text(each, 'default_branch'),
          sha: '',
          labels: topics.length > 0 ? topics : texts(at(each, 'tag_list')),
        };
      });
    },
    async branches(repository) {
      const root = `/projects/${id(repository)}/repository/branches`;
      const withBranch = (branch: unknown) => ({ ...repository, branch: text(branch, 'name'), sha: text(branch, 'commit', 'id') });
      if (spec['allBranches'] === true) return (await pages(client, root)).map(withBranch);
      const answer = await client.get(`${root}/${encodeURIComponent(repository.branch)}`, [404]);
      return answer.status === 404 ? [] : [withBranch(answer.body)];
    },
    async hasPath(repository, path) {
      const list = async (folder: string) => {
        const query = new URLSearchParams({ path: folder, ref: repository.branch });
        const answer = await client.get(`/projects/${id(repository)}/repository/tree?${query}&per_page=100`, [404]);
        return Array.isArray(answer.body) ? answer.body : [];
      };
      if ((await list(path)).length > 0) return true;
      const above = path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
      return (await list(above)).some((entry) => text(entry, 'path') === path);
    },
  };
}

export function gitlabRequests(client: Client, spec: Fields): RequestHost {
  return {
    async requests() {
      const labels = texts(spec['labels']);
      const query = new URLSearchParams({
        ...(labels.length > 0 ? { labels: labels.join(',') } : {}),
        ...(spec['pullRequestState'] ? { state: text(spec['pullRequestState']) } : {}),
      });
      const found = await pages(client, `/projects/${encodeURIComponent(text(spec['project']))}/merge_requests?${query}`);
      return found.map((each) => ({
        number: Number(at(each, 'iid')),
        title: text(each, 'title'),
        branch: text(each, 'source_branch'),
        target_branch: text(each, 'target_branch'),
        head_sha: text(each, 'sha'),
        labels: texts(at(each, 'labels')),
        author: text(each, 'author', 'username'),
      }));
    },
  };
}
