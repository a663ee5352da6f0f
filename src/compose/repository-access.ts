// How repositories are reached, as the hub says it now: the engine tells, the adapters ask.
import { credentialsFromSecrets, type RepositoryCredential } from '../core/repository/credentials.js';
import { NO_TRUST, trustFrom } from '../core/repository/trust.js';
import type { Manifest } from '../domain/resource.js';

export function repositoryAccess() {
  let credentials: readonly RepositoryCredential[] = [];
  let trust = NO_TRUST;
  return {
    credentials: () => credentials,
    trust: () => trust,
    take({ secrets, configMaps }: { readonly secrets: readonly Manifest[]; readonly configMaps: readonly Manifest[] }): void {
      credentials = credentialsFromSecrets(secrets);
      trust = trustFrom(configMaps);
    },
  };
}
