// What a webhook is checked by: keys of argocd-secret, where a value '$key' means another key of it and '$name:key' a key of the Secret
// `name`, and the size limit of argocd-cm.
import type { WebhookProvider, WebhookSettings } from '../../domain/webhook.js';

const DEFAULT_MAX_MB = 50;
const MEGABYTE = 1024 * 1024;

export interface WebhookSettingsInput {
  /** argocd-secret. */
  readonly secret: ReadonlyMap<string, string>;
  /** Data of argocd-cm. */
  readonly config: Readonly<Record<string, unknown>>;
  /** A key of another Secret of Argo CD's; undefined where it is not there. */
  other(name: string, key: string): string | undefined;
}

export function webhookSettings({ secret, config, other }: WebhookSettingsInput): WebhookSettings {
  const text = (key: string): string => {
    const value = secret.get(`webhook.${key}`)?.trim() ?? '';
    if (!value.startsWith('$')) return value;
    const [name = '', own] = value.slice(1).split(':');
    return (own === undefined ? secret.get(name) : other(name, own))?.trim() || value;
  };
  const megabytes = Number(config['webhook.maxPayloadSizeMB'] ?? DEFAULT_MAX_MB);
  return {
    github: text('github.secret'),
    gitlab: text('gitlab.secret'),
    gogs: text('gogs.secret'),
    bitbucketUuid: text('bitbucket.uuid'),
    bitbucketServer: text('bitbucketserver.secret'),
    azureUsername: text('azuredevops.username'),
    azurePassword: text('azuredevops.password'),
    maxPayloadBytes: (Number.isInteger(megabytes) && megabytes > 0 ? megabytes : DEFAULT_MAX_MB) * MEGABYTE,
  };
}

/** The key of argocd-secret by which a server's webhooks are checked. */
export const SECRET_KEYS: Readonly<Record<WebhookProvider, string>> = {
  github: 'webhook.github.secret',
  gitlab: 'webhook.gitlab.secret',
  gogs: 'webhook.gogs.secret',
  bitbucket: 'webhook.bitbucket.uuid',
  'bitbucket-server': 'webhook.bitbucketserver.secret',
  'azure-devops': 'webhook.azuredevops.username and webhook.azuredevops.password',
};
