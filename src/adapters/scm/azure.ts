// Azure DevOps: repositories of a team project, pull requests of a repository.
import type { Client } from './client.js';
import { at, cloneUrl, type Fields, type RepositoryHost, type RequestHost, text, texts } from './provider.js';

const VERSION = 'api-version=7.0';
const HEADS = 'refs/heads/';

export function azureRepositories(client: Client, spec: Fields, cloneProtocol: unknown): RepositoryHost {
  const organization = text(spec['organization']);
  const project = text(spec['teamProject']);
  const root = `/${encodeURIComponent(organization)}/${encodeURIComponent(project)}/_apis/git/repositories`;
  const of = ({ repository_id }: { readonly repository_id: unknown }) => `${root}/${encodeURIComponent(String(repository_id))}`;
  const noMore = () => undefined;
  return {
    async repositories() {
      const found = await client.pages(`${root}?${VERSION}`, noMore);
      return found
        .filter((each) => text(each, 'defaultBranch') !== '')
        .map((each) => ({
          organization,
          repository: text(each, 'name'),
          repository_id: text(each, 'id'),
          url: cloneUrl(
            cloneProtocol === undefined || cloneProtocol === '' ? 'https' : cloneProtocol,
            { ssh: text(each, 'sshUrl'), https: text(each, 'remoteUrl') },
            'Azure DevOps',
          ),
          branch: text(each, 'defaultBranch').replace(HEADS, ''),
          sha: '',
          labels: [],
        }));
    },
    async branches(repository) {
      const filter = spec['allBranches'] === true ? 'heads/' : `heads/${repository.branch}`;
      const found = await client.pages(`${of(repository)}/refs?filter=${encodeURIComponent(filter)}&${VERSION}`, noMore);
      const branches = found.map((ref) => ({ ...repository, branch: text(ref, 'name').replace(HEADS, ''), sha: text(ref, 'objectId') }));
      return spec['allBranches'] === true ? branches : branches.filter(({ branch }) => branch === repository.branch);
    },
    async hasPath(repository, path) {
      const query = `path=${encodeURIComponent(path)}&versionDescriptor.version=${encodeURIComponent(repository.branch)}&versionDescriptor.versionType=branch`;
      return (await client.get(`${of(repository)}/items?${query}&${VERSION}`, [404])).status !== 404;
    },
  };
}

export function azureRequests(client: Client, spec: Fields): RequestHost {
  const labels = texts(spec['labels']);
  return {
    async requests() {
      const root = `/${encodeURIComponent(text(spec['organization']))}/${encodeURIComponent(text(spec['project']))}/_apis/git/repositories/${encodeURIComponent(text(spec['repo']))}`;
      const found = await client.pages(`${root}/pullrequests?searchCriteria.status=active&${VERSION}`, () => undefined);
      return found
        .map((each) => {
          const list = at(each, 'labels');
          return {
            number: Number(at(each, 'pullRequestId')),
            title: text(each, 'title'),
            branch: text(each, 'sourceRefName').replace(HEADS, ''),
            target_branch: text(each, 'targetRefName').replace(HEADS, ''),
            head_sha: text(each, 'lastMergeSourceCommit', 'commitId'),
            labels: Array.isArray(list) ? list.map((label) => text(label, 'name')) : [],
            author: text(each, 'createdBy', 'uniqueName').split('@')[0] ?? '',
          };
        })
        .filter((each) => labels.every((label) => each.labels.includes(label)));
    },
  };
}
