// Generators whose answer the hub leads to: a plugin that a ConfigMap names, and decisions that a resource of the hub holds.
import { type LabelSelector, matcherOf } from '../../core/expand/selector.js';
import { UserError } from '../../domain/problem.js';
import { createClient, failure } from './client.js';
import { fromSecret } from './login.js';
import { at, type Fields, text } from './provider.js';
import type { Facts, ServiceNeed, ServicesOptions } from './services.js';

export async function pluginParameters(
  { hub }: ServicesOptions,
  { set, spec }: ServiceNeed,
  signal: AbortSignal | undefined,
): Promise<Facts> {
  const name = text(spec['configMapRef'], 'name');
  const map = await hub.object('ConfigMap', name);
  const broken = (why: string) => new UserError(`error getting plugin from generator: ${why}`);
  if (!map) throw broken(`error fetching ConfigMap: configmaps ${JSON.stringify(name)} not found`);
  const data = (map['data'] ?? {}) as Record<string, string>;
  if (!data['baseUrl']) throw broken('error fetching ConfigMap: baseUrl not found in ConfigMap');
  if (!data['token']) throw broken('error fetching ConfigMap: token not found in ConfigMap');
  const [secretName, key] = /^\$(?:([^:]+):)?(.+)$/.exec(data['token'])?.slice(1) ?? [];
  if (key === undefined)
    throw broken(`error fetching Secret token: token is empty, or does not reference a secret key starting with '$': ${data['token']}`);
  const token = await fromSecret(hub, { secretName: secretName ?? 'argocd-secret', key }, 'Secret token');
  const timeoutS = Number(data['requestTimeout'] ?? 30);
  if (!Number.isFinite(timeoutS) || timeoutS < 0)
    throw broken(`error set requestTimeout : ${data['requestTimeout']} is not a number of seconds`);
  if (!URL.canParse(data['baseUrl'])) throw broken(`${data['baseUrl']} is not an address such as http://plugin:4355`);
  const service = `the plugin ${name}`;
  const client = createClient({
    ...{ api: data['baseUrl'].replace(/\/+$/, ''), service, signal },
    headers: { authorization: `Bearer ${token}` },
    ...(timeoutS > 0 ? { timeoutMs: timeoutS * 1000 } : {}),
  });
  const { body } = await client.post('/api/v1/getparams.execute', {
    applicationSetName: set,
    input: { parameters: at(spec['input'], 'parameters') ?? {} },
  });
  const parameters = at(body, 'output', 'parameters');
  if (!Array.isArray(parameters) || parameters.some((each) => typeof each !== 'object' || each === null || Array.isArray(each)))
    throw failure({ service }, 'output.parameters of its answer is not a list of objects');
  return parameters as Facts;
}

/** Each decision with the key that names its cluster. */
export async function decisions({ hub }: ServicesOptions, spec: Fields): Promise<Facts> {
  const name = text(spec['configMapRef']);
  const map = await hub.object('ConfigMap', name);
  if (!map) throw new UserError(`error reading configMapRef: configmaps ${JSON.stringify(name)} not found`);
  const data = (map['data'] ?? {}) as Record<string, string>;
  const { apiVersion = '', kind = '', matchKey = '' } = data;
  if (kind === '' || apiVersion.indexOf('/') < 1)
    throw new UserError('There is a problem with the apiVersion, kind or resourceName provided');
  const resource = text(spec['name']);
  const selector = spec['labelSelector'] as LabelSelector | undefined;
  const selecting = selector !== undefined && Object.keys(selector).length > 0;
  if ((resource === '') === !selecting)
    throw new UserError('There is a problem with the definition of the ClusterDecisionResource generator');
  const { test = () => true, error } = matcherOf(selector);
  if (error !== undefined) throw new UserError(`error parsing label selector: ${error}`);
  const all = await hub.list(apiVersion, kind);
  const found = all.filter(({ metadata }) => (resource === '' ? test(metadata.labels ?? {}) : metadata.name === resource));
  if (found.length === 0) throw new UserError('no clusterDecisionResources found');
  const key = data['statusListKey'] || 'clusters';
  if (matchKey === '') return [];
  return found.flatMap((each): { matchKey: string; item: unknown }[] => {
    const list = at(each['status'], key);
    if (list === undefined) return [];
    if (!Array.isArray(list)) throw new UserError(`status.${key} of ${kind} ${each.metadata.name} is not a list`);
    return list.map((item) => ({ matchKey, item }));
  });
}
