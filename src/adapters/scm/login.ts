// How a host of repositories is reached: its API, and what of Secrets and ConfigMaps is shown to it. Messages are Argo CD's.
import { secretTexts } from '../../core/repository/credentials.js';
import { UserError } from '../../domain/problem.js';
import type { Manifest } from '../../domain/resource.js';
import { type Client, type ClientOptions, createClient } from './client.js';
import { at, type Fields, text } from './provider.js';
import type { HubReads, ServicesOptions } from './services.js';

export interface Reaching {
  readonly name: string;
  readonly block: Fields;
  readonly signal: AbortSignal | undefined;
}

export async function clientFor(options: ServicesOptions, { name, block, signal }: Reaching): Promise<Client> {
  const api = text(block['api']).trim().replace(/\/+$/, '');
  const { root, service } = rootOf(name, api);
  if (!URL.canParse(root)) throw new UserError(`the api of ${service}, ${JSON.stringify(api)}, is not an address such as https://host`);
  const ca = await fromConfigMap(options.hub, block['caRef']);
  const common: Omit<ClientOptions, 'headers'> = {
    api: root,
    service,
    ...(ca === undefined ? {} : { ca }),
    ...(block['insecure'] === true ? { insecure: true } : {}),
    signal,
  };
  return createClient({ ...common, headers: await headersFor(options, name, block) });
}

function rootOf(name: string, api: string): { readonly root: string; readonly service: string } {
  switch (name) {
    case 'github': {
      if (api === '') return { root: 'https://api.github.com', service: 'GitHub' };
      const host = URL.canParse(api) ? new URL(api).host : '';
      const whole = api.endsWith('/api/v3') || host.startsWith('api.') || host.includes('.api.');
      return { root: whole ? api : `${api}/api/v3`, service: 'GitHub' };
    }
    case 'gitlab':
      return { root: api === '' ? 'https://gitlab.com/api/v4' : api.endsWith('/api/v4') ? api : `${api}/api/v4`, service: 'GitLab' };
    case 'gitea':
      return { root: `${api}/api/v1`, service: 'Gitea' };
    case 'bitbucketServer':
      return { root: api.replace(/\/rest$/, ''), service: 'Bitbucket Server' };
    case 'bitbucket':
      return { root: api || 'https://api.bitbucket.org/2.0', service: 'Bitbucket' };
    default:
      return { root: api || 'https://dev.azure.com', service: 'Azure DevOps' };
  }
}

async function headersFor(options: ServicesOptions, name: string, block: Fields): Promise<Record<string, string>> {
  const { hub, env } = options;
  const secret = (ref: unknown, what: string) => fromSecret(hub, ref, what);
  const basic = (user: string, password: string) => ({ authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` });
  switch (name) {
    case 'github': {
      const extra = { accept: 'application/vnd.github+json', 'x-github-api-version': '2022-11-28' };
      const app = text(block['appSecretName']);
      const token =
        app === ''
          ? ((await secret(block['tokenRef'], 'Github token')) ?? env['GITHUB_TOKEN'])
          : await options.githubApp(await needed(hub, app));
      return token ? { ...extra, authorization: `Bearer ${token}` } : extra;
    }
    case 'gitlab': {
      const token = (await secret(block['tokenRef'], 'Gitlab token')) ?? env['GITLAB_TOKEN'];
      return token ? { 'private-token': token } : {};
    }
    case 'gitea': {
      const token = (await secret(block['tokenRef'], 'Gitea token')) ?? env['GITEA_TOKEN'];
      return token ? { authorization: `token ${token}` } : {};
    }
    case 'azureDevOps': {
      const token = await secret(block['accessTokenRef'] ?? block['tokenRef'], 'Azure Devops access token');
      return token ? basic('', token) : {};
    }
    default: {
      const checks = name === 'bitbucketServer' ? { 'x-atlassian-token': 'no-check', 'x-requested-with': 'XMLHttpRequest' } : {};
      const bearer = await secret(at(block['bearerToken'], 'tokenRef'), 'Secret Bearer token');
      if (bearer) return { ...checks, authorization: `Bearer ${bearer}` };
      const password = await secret(block['appPasswordRef'] ?? at(block['basicAuth'], 'passwordRef'), 'Secret token');
      const user = text(block['user']) || text(block['basicAuth'], 'username');
      return password ? { ...checks, ...basic(user, password) } : checks;
    }
  }
}

async function needed(hub: HubReads, name: string): Promise<Manifest> {
  const found = await hub.object('Secret', name);
  if (!found) throw new UserError(`error fetching secret ${hub.namespace}/${name}: secrets ${JSON.stringify(name)} not found`);
  return found;
}

/** {secretName, key}; undefined where nothing is named. */
export async function fromSecret(hub: HubReads, ref: unknown, what: string): Promise<string | undefined> {
  if (ref === undefined || ref === null) return undefined;
  const [name, key] = [text(ref, 'secretName'), text(ref, 'key')];
  const secret = await hub.object('Secret', name);
  if (!secret)
    throw new UserError(
      `error fetching ${what}: error fetching secret ${hub.namespace}/${name}: secrets ${JSON.stringify(name)} not found`,
    );
  const value = secretTexts(secret).get(key);
  if (value === undefined)
    throw new UserError(
      `error fetching ${what}: key ${JSON.stringify(key)} in secret ${JSON.stringify(`${hub.namespace}/${name}`)} not found`,
    );
  return value.trim();
}

async function fromConfigMap(hub: HubReads, ref: unknown): Promise<string | undefined> {
  if (ref === undefined || ref === null) return undefined;
  const [name, key] = [text(ref, 'configMapName'), text(ref, 'key')];
  const found = ((await hub.object('ConfigMap', name))?.['data'] as Record<string, string> | undefined)?.[key];
  if (found === undefined)
    throw new UserError(`error fetching CA certificates from ConfigMap: key ${JSON.stringify(key)} of ${hub.namespace}/${name} not found`);
  return found;
}
