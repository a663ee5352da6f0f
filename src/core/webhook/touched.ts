// Which applications and ApplicationSets an event concerns. Nobody else is looked at.
import { type Application, sourcesOf } from '../../domain/application.js';
import type { Manifest } from '../../domain/resource.js';
import type { WebhookEvent } from '../../domain/webhook.js';
import { filesTouch, generatePaths } from '../source/generate-paths.js';
import { field, listAt, textAt } from './fields.js';
import { type RepositoryMatch, repositoryMatch, revisionMoved } from './repository-match.js';

type Push = Extract<WebhookEvent, { kind: 'push' }>;
type PullRequest = Extract<WebhookEvent, { kind: 'pull-request' }>;

/** Actions after which a pullRequest generator may give something else. */
const ACTIONS = new Set([
  ...['opened', 'closed', 'synchronize', 'synchronized', 'labeled', 'reopened', 'unlabeled', 'label_updated', 'label_cleared', 'edited'],
  ...['open', 'close', 'reopen', 'update', 'merge'],
  ...['pullrequest:created', 'pullrequest:updated', 'pullrequest:fulfilled', 'pullrequest:rejected'],
  ...['pr:opened', 'pr:modified', 'pr:from_ref_updated', 'pr:merged', 'pr:declined', 'pr:deleted'],
  ...['git.pullrequest.created', 'git.pullrequest.updated', 'git.pullrequest.merged'],
]);

/** A test for applications: one of its sources is that repository, at a revision that moved, with files that count. */
export function touchesApplication(event: Push): (app: Application) => boolean {
  const match = repositoryMatch(event.urls);
  return (app) =>
    sourcesOf(app.spec).some(
      (source) =>
        match(source.repoURL) && revisionMoved(source.targetRevision, event) && filesTouch(generatePaths(app, source), event.files),
    );
}

/** A test for ApplicationSets: a push concerns git generators, a pull request pullRequest generators, at any depth. */
export function touchesSet(event: Push | PullRequest): (set: Manifest) => boolean {
  const match = repositoryMatch(event.urls);
  const touches = (entry: unknown): boolean => {
    for (const kind of ['matrix', 'merge']) if (listAt(entry, kind, 'generators').some(touches)) return true;
    if (event.kind === 'pull-request') return ACTIONS.has(event.action) && asksFor(field(entry, 'pullRequest'), event);
    return field(entry, 'git') !== undefined && gitMoved(field(entry, 'git'), event, match);
  };
  return (set) => listAt(set['spec'], 'generators').some(touches);
}

/** A matrix may compute the address or the revision: what is not known yet may be this one. */
function gitMoved(git: unknown, event: Push, match: RepositoryMatch): boolean {
  const [repoURL, revision] = [textAt(git, 'repoURL'), textAt(git, 'revision')];
  return (computed(repoURL) || match(repoURL)) && (computed(revision) || revisionMoved(revision, event));
}

function computed(text: string): boolean {
  return text.includes('{{');
}

/** Where each provider's block of a pullRequest generator says which repository it asks for. */
const NAMES: Readonly<Record<PullRequest['provider'], readonly (readonly [string, string, string])[]>> = {
  github: [['github', 'owner', 'repo']],
  gogs: [['gitea', 'owner', 'repo']],
  gitlab: [['gitlab', '', 'project']],
  bitbucket: [['bitbucket', 'owner', 'repo']],
  'bitbucket-server': [['bitbucketServer', 'project', 'repo']],
  'azure-devops': [['azuredevops', 'project', 'repo']],
};

function asksFor(generator: unknown, event: PullRequest): boolean {
  return NAMES[event.provider].some(([block, owner, name]) => {
    const asked = field(generator, block);
    if (asked === undefined) return false;
    const text = (owner === '' ? [textAt(asked, name)] : [textAt(asked, owner), textAt(asked, name)]).join('/');
    return computed(text) || text.toLowerCase() === event.repository.toLowerCase() || (event.id !== undefined && text === event.id);
  });
}
