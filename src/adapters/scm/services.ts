// Answers for the generators of ApplicationSets that ask somebody outside: hosts of repositories, plugins, decisions of a placement.
import { IoError, UserError } from '../../domain/problem.js';
import type { Manifest } from '../../domain/resource.js';
import { azureRepositories, azureRequests } from './azure.js';
import { bitbucketCloudRepositories, bitbucketCloudRequests, bitbucketServerRepositories, bitbucketServerRequests } from './bitbucket.js';
import type { Client } from './client.js';
import { giteaRepositories, giteaRequests, githubRepositories, githubRequests } from './github.js';
import { gitlabRepositories, gitlabRequests } from './gitlab.js';
import { decisions, pluginParameters } from './hub-services.js';
import { clientFor } from './login.js';
import { type Fields, filteredRepositories, filteredRequests, type RepositoryHost, type RequestHost, text } from './provider.js';

/** What is read in the hub, in the namespace of the sets. */
export interface HubReads {
  readonly namespace: string;
  object(kind: 'Secret' | 'ConfigMap', name: string): Promise<Manifest | undefined>;
  /** Throws IoError where the kind is not known. */
  list(apiVersion: string, kind: string): Promise<readonly Manifest[]>;
}

export interface ServicesOptions {
  readonly hub: HubReads;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** A token of the GitHub App whose credentials a repository Secret holds. */
  githubApp(secret: Manifest): Promise<string>;
}

export type Facts = readonly Readonly<Record<string, unknown>>[];
export interface ServiceNeed {
  readonly generator: string;
  readonly set: string;
  readonly spec: Fields;
}

/** Throws IoError and UserError; an error never looks like an empty answer. */
export function createSetServices(options: ServicesOptions): (need: ServiceNeed, signal: AbortSignal | undefined) => Promise<Facts> {
  return async (need, signal) => {
    switch (need.generator) {
      case 'scmProvider':
        return repositories(options, need.spec, signal);
      case 'pullRequest':
        return pullRequests(options, need.spec, signal);
      case 'plugin':
        return pluginParameters(options, need, signal);
      case 'clusterDecisionResource':
        return decisions(options, need.spec);
      default:
        throw new UserError(`the ${need.generator} generator is not known here`);
    }
  };
}

const PROVIDERS = ['github', 'gitlab', 'gitea', 'bitbucketServer', 'bitbucket', 'azureDevOps', 'azuredevops', 'awsCodeCommit'] as const;

function chosen(spec: Fields): { readonly name: string; readonly block: Fields } {
  const name = PROVIDERS.find((each) => spec[each] !== undefined && spec[each] !== null);
  if (!name) throw new UserError('no SCM provider implementation configured');
  if (name === 'awsCodeCommit') throw new UserError('AWS CodeCommit is not supported; a git or plugin generator can name its repositories');
  return { name: name === 'azuredevops' ? 'azureDevOps' : name, block: spec[name] as Fields };
}

async function repositories(options: ServicesOptions, spec: Fields, signal: AbortSignal | undefined): Promise<Facts> {
  const { name, block } = chosen(spec);
  await permit(options, block);
  const client = await clientFor(options, { name, block, signal });
  const filters = (spec['filters'] ?? []) as Parameters<typeof filteredRepositories>[1];
  const found = await filteredRepositories(REPOSITORIES[name]?.(client, block, spec['cloneProtocol']) as RepositoryHost, filters);
  return found.map((each) => ({ ...each }));
}

async function pullRequests(options: ServicesOptions, spec: Fields, signal: AbortSignal | undefined): Promise<Facts> {
  const { name, block } = chosen(spec);
  await permit(options, block);
  const client = await clientFor(options, { name, block, signal });
  const filters = (spec['filters'] ?? []) as Parameters<typeof filteredRequests>[1];
  const host = REQUESTS[name]?.(client, block) as RequestHost;
  try {
    return filteredRequests(await host.requests(), filters).map((each) => ({ ...each }));
  } catch (error) {
    if (spec['continueOnRepoNotFoundError'] === true && error instanceof IoError && /was answered with 404/.test(error.message)) return [];
    throw error;
  }
}

const REPOSITORIES: Readonly<Record<string, (client: Client, spec: Fields, cloneProtocol: unknown) => RepositoryHost>> = {
  github: githubRepositories,
  gitlab: gitlabRepositories,
  gitea: giteaRepositories,
  bitbucketServer: bitbucketServerRepositories,
  bitbucket: bitbucketCloudRepositories,
  azureDevOps: azureRepositories,
};

const REQUESTS: Readonly<Record<string, (client: Client, spec: Fields) => RequestHost>> = {
  github: githubRequests,
  gitlab: gitlabRequests,
  gitea: giteaRequests,
  bitbucketServer: bitbucketServerRequests,
  bitbucket: bitbucketCloudRequests,
  azureDevOps: azureRequests,
};

/** An address of one's own has to be among those that the settings allow, where they name any. */
async function permit({ hub, env }: ServicesOptions, block: Fields): Promise<void> {
  const data = ((await hub.object('ConfigMap', 'argocd-cmd-params-cm'))?.['data'] ?? {}) as Record<string, string>;
  const enabled = env['ARGOCD_APPLICATIONSET_CONTROLLER_ENABLE_SCM_PROVIDERS'] ?? data['applicationsetcontroller.enable.scm.providers'];
  if (enabled === 'false') throw new UserError('scm providers are disabled');
  const allowed = (
    env['ARGOCD_APPLICATIONSET_CONTROLLER_ALLOWED_SCM_PROVIDERS'] ??
    data['applicationsetcontroller.allowed.scm.providers'] ??
    ''
  )
    .split(',')
    .map((each) => each.trim())
    .filter(Boolean);
  const api = text(block['api']);
  if (api !== '' && allowed.length > 0 && !allowed.includes(api))
    throw new UserError(
      `scm provider not allowed: scm provider ${JSON.stringify(api)} not allowed, must use one of the following: ${allowed.join(', ')}`,
    );
}
