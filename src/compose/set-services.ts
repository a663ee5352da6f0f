// What generators of ApplicationSets ask outside, with the hub to read Secrets and ConfigMaps from; or without one, for files alone.
import { githubApps } from '../adapters/git/github-app.js';
import { createSetServices, type HubReads } from '../adapters/scm/services.js';
import { credentialsFromSecrets, SECRET_TYPE_LABEL } from '../core/repository/credentials.js';
import { NO_TRUST } from '../core/repository/trust.js';
import type { Clock, Cluster } from '../domain/ports.js';
import { IoError, UserError } from '../domain/problem.js';
import { groupVersion, type Manifest } from '../domain/resource.js';

type Env = Readonly<Record<string, string | undefined>>;

export function setServices(hub: HubReads, clock: Clock, env: Env): ReturnType<typeof createSetServices> {
  const tokenOf = githubApps(clock);
  return createSetServices({
    hub,
    env,
    githubApp: (secret) => {
      const metadata = { ...secret.metadata, labels: { ...secret.metadata.labels, [SECRET_TYPE_LABEL]: 'repo-creds' } };
      const [credential] = credentialsFromSecrets([{ ...secret, metadata }]);
      if (!credential?.githubAppPrivateKey) throw new UserError(`Secret ${secret.metadata.name} holds no credentials of a GitHub App`);
      return tokenOf(credential, NO_TRUST);
    },
  });
}

/** Read anew for each question: a token that was changed counts at once. */
export function readsOf(hub: Cluster, namespace: string): HubReads {
  return {
    namespace,
    object: (kind, name) => hub.get({ group: '', version: 'v1', kind, namespace, name }),
    async list(apiVersion, kind) {
      const { group } = groupVersion(apiVersion);
      const api = (await hub.discover()).kinds.find((each) => each.group === group && each.kind === kind);
      if (!api) throw new IoError(`failed to get dynamic resources: the hub has no ${kind} of ${apiVersion}`, { retry: 'backoff' });
      return hub.list(api, { namespace });
    },
  };
}

/** Nothing but what the environment says. */
export function noReads(namespace: string, objects: readonly Manifest[] = []): HubReads {
  return {
    namespace,
    object: async (kind, name) => objects.find((each) => each.kind === kind && each.metadata.name === name),
    list: async (apiVersion, kind) => objects.filter((each) => each.apiVersion === apiVersion && each.kind === kind),
  };
}
