// From the headers and the JSON of a webhook to an event. Which server speaks is known by its headers alone, as in Argo CD; Gogs and
// Gitea come before GitHub, because they send GitHub's headers too.
import type { WebhookEvent, WebhookProvider } from '../../domain/webhook.js';
import { changedFiles, field, given, listAt, shortRef, textAt } from './fields.js';

/** Header names in lower case. */
export type WebhookHeaders = Readonly<Record<string, string | undefined>>;

/** undefined: no server that is known. */
export function providerOf(headers: WebhookHeaders): WebhookProvider | undefined {
  if (headers['x-vss-activityid'] !== undefined) return 'azure-devops';
  if (headers['x-gogs-event'] !== undefined || headers['x-gitea-event'] !== undefined) return 'gogs';
  if (headers['x-github-event'] !== undefined) return 'github';
  if (headers['x-gitlab-event'] !== undefined) return 'gitlab';
  if (headers['x-hook-uuid'] !== undefined) return 'bitbucket';
  if (headers['x-event-key'] !== undefined) return 'bitbucket-server';
  return undefined;
}

/** What the payload says; undefined for an event that nobody here listens to, or that names no repository. */
export function eventOf(provider: WebhookProvider, headers: WebhookHeaders, payload: unknown): WebhookEvent | undefined {
  const event = found(provider, headers, payload);
  if (event === undefined || event.kind === 'ping') return event;
  return event.urls.length === 0 && (event.kind === 'push' || event.repository === '') ? undefined : event;
}

function found(provider: WebhookProvider, headers: WebhookHeaders, payload: unknown): WebhookEvent | undefined {
  switch (provider) {
    case 'github':
      return githubEvent('github', headers['x-github-event'] ?? '', payload);
    case 'gogs':
      return githubEvent('gogs', headers['x-gogs-event'] ?? headers['x-gitea-event'] ?? '', payload);
    case 'gitlab':
      return gitlabEvent(headers['x-gitlab-event'] ?? '', payload);
    case 'bitbucket':
      return bitbucketEvent(headers['x-event-key'] ?? '', payload);
    case 'bitbucket-server':
      return bitbucketServerEvent(headers['x-event-key'] ?? '', payload);
    case 'azure-devops':
      return azureEvent(payload);
    default:
      return provider satisfies never;
  }
}

/** GitHub, Gitea and Gogs: the latter two have GitHub's shapes. */
function githubEvent(provider: 'github' | 'gogs', event: string, payload: unknown): WebhookEvent | undefined {
  if (event === 'ping') return { kind: 'ping', provider };
  const repository = field(payload, 'repository');
  const urls = given(...['html_url', 'clone_url', 'ssh_url'].map((name) => textAt(repository, name)));
  if (event === 'pull_request')
    return { kind: 'pull-request', provider, urls, action: textAt(payload, 'action'), repository: textAt(repository, 'full_name') };
  if (event !== 'push') return undefined;
  const revision = shortRef(textAt(payload, 'ref'));
  return {
    kind: 'push',
    provider,
    urls,
    revisions: given(revision),
    touchesHead: textAt(repository, 'default_branch') === revision,
    ...commits(textAt(payload, 'before'), textAt(payload, 'after')),
    files: changedFiles(payload),
  };
}

/** System hooks carry pushes and merge requests too; `object_kind` says which. */
function gitlabEvent(event: string, payload: unknown): WebhookEvent | undefined {
  const provider = 'gitlab';
  const project = field(payload, 'project');
  const urls = given(...['web_url', 'git_http_url', 'git_ssh_url'].map((name) => textAt(project, name)));
  const kind = textAt(payload, 'object_kind') || textAt(payload, 'event_name');
  if (event === 'Merge Request Hook' || kind === 'merge_request') {
    const action = textAt(payload, 'object_attributes', 'action');
    return { kind: 'pull-request', provider, urls, action, repository: textAt(project, 'path_with_namespace'), id: textAt(project, 'id') };
  }
  if (event !== 'Push Hook' && event !== 'Tag Push Hook' && kind !== 'push' && kind !== 'tag_push') return undefined;
  const revision = shortRef(textAt(payload, 'ref'));
  return {
    kind: 'push',
    provider,
    urls,
    revisions: given(revision),
    touchesHead: textAt(project, 'default_branch') === revision,
    ...commits(textAt(payload, 'before'), textAt(payload, 'after')),
    files: changedFiles(payload),
  };
}

/** Bitbucket Cloud names no default branch and no files. */
function bitbucketEvent(event: string, payload: unknown): WebhookEvent | undefined {
  const provider = 'bitbucket';
  const repository = field(payload, 'repository');
  const urls = given(textAt(repository, 'links', 'html', 'href'));
  if (event.startsWith('pullrequest:'))
    return { kind: 'pull-request', provider, urls, action: event, repository: textAt(repository, 'full_name') };
  if (event !== 'repo:push') return undefined;
  const changes = listAt(payload, 'push', 'changes');
  return {
    kind: 'push',
    provider,
    urls,
    revisions: given(...changes.map((change) => textAt(change, 'new', 'name') || textAt(change, 'old', 'name'))),
    touchesHead: true,
    ...commits(textAt(changes[0], 'old', 'target', 'hash'), textAt(changes[0], 'new', 'target', 'hash')),
    files: [],
  };
}

/** Bitbucket Server names no default branch and no files either. */
function bitbucketServerEvent(event: string, payload: unknown): WebhookEvent | undefined {
  const provider = 'bitbucket-server';
  if (event === 'diagnostics:ping') return { kind: 'ping', provider };
  const pull = event.startsWith('pr:');
  const repository = pull ? field(payload, 'pullRequest', 'toRef', 'repository') : field(payload, 'repository');
  const urls = given(...listAt(repository, 'links', 'clone').map((link) => textAt(link, 'href')));
  const name = [textAt(repository, 'project', 'key'), textAt(repository, 'slug')].filter(Boolean).join('/');
  if (pull) return { kind: 'pull-request', provider, urls, action: event, repository: name };
  if (event !== 'repo:refs_changed') return undefined;
  const changes = listAt(payload, 'changes');
  return {
    kind: 'push',
    provider,
    urls,
    revisions: given(...changes.map((change) => shortRef(textAt(change, 'ref', 'id') || textAt(change, 'refId')))),
    touchesHead: true,
    ...commits(textAt(changes[0], 'fromHash'), textAt(changes[0], 'toHash')),
    files: [],
  };
}

const PULL_REQUEST_EVENTS = new Set(['git.pullrequest.created', 'git.pullrequest.updated', 'git.pullrequest.merged']);

function azureEvent(payload: unknown): WebhookEvent | undefined {
  const provider = 'azure-devops';
  const event = textAt(payload, 'eventType');
  const repository = field(payload, 'resource', 'repository');
  const remote = textAt(repository, 'remoteUrl');
  const urls = given(remote, azureSshUrl(remote));
  if (PULL_REQUEST_EVENTS.has(event)) {
    const name = [textAt(repository, 'project', 'name'), textAt(repository, 'name')].filter(Boolean).join('/');
    return { kind: 'pull-request', provider, urls, action: event, repository: name };
  }
  if (event !== 'git.push') return undefined;
  const updates = listAt(payload, 'resource', 'refUpdates');
  const names = updates.map((update) => textAt(update, 'name'));
  return {
    kind: 'push',
    provider,
    urls,
    revisions: given(...names.map(shortRef)),
    touchesHead: names.includes(textAt(repository, 'defaultBranch')),
    ...commits(textAt(updates[0], 'oldObjectId'), textAt(updates[0], 'newObjectId')),
    files: [],
  };
}

/** https://org@dev.azure.com/org/project/_git/name is git@ssh.dev.azure.com:v3/org/project/name to SSH. */
function azureSshUrl(remote: string): string {
  const match = /^https:\/\/(?:[^@/]*@)?dev\.azure\.com\/([^/]+)\/([^/]+)\/_git\/([^/]+)$/i.exec(remote);
  return match ? `ssh://git@ssh.dev.azure.com/v3/${match[1]}/${match[2]}/${match[3]}` : '';
}

function commits(before: string, after: string): { readonly before?: string; readonly after?: string } {
  return { ...(before === '' ? {} : { before }), ...(after === '' ? {} : { after }) };
}
