// Whether a webhook comes from whom it says: a signature of the body, or a secret beside it, compared in constant time.
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { WebhookHeaders } from '../../core/webhook/payload.js';
import type { WebhookProvider, WebhookSettings } from '../../domain/webhook.js';

/** 'unsigned': no secret is set for this server, so that anybody may tell. */
export type Verdict = 'signed' | 'unsigned' | 'wrong';

export interface Delivery {
  readonly provider: WebhookProvider;
  readonly headers: WebhookHeaders;
  readonly body: Uint8Array;
}

export function verify({ provider, headers, body }: Delivery, settings: WebhookSettings): Verdict {
  switch (provider) {
    case 'github':
      return hmac(settings.github, body, [headers['x-hub-signature-256'], 'sha256=']);
    case 'gogs':
      return hmac(settings.gogs, body, [headers['x-gogs-signature'] ?? headers['x-gitea-signature'], '']);
    case 'bitbucket-server':
      return hmac(settings.bitbucketServer, body, [headers['x-hub-signature'], 'sha256=']);
    case 'gitlab':
      return secret(settings.gitlab, headers['x-gitlab-token']);
    case 'bitbucket':
      return secret(bareUuid(settings.bitbucketUuid), bareUuid(headers['x-hook-uuid'] ?? ''));
    case 'azure-devops':
      return basic(settings, headers['authorization']);
    default:
      return provider satisfies never;
  }
}

function hmac(key: string, body: Uint8Array, [header, prefix]: readonly [string | undefined, string]): Verdict {
  if (key === '') return 'unsigned';
  if (!header?.startsWith(prefix)) return 'wrong';
  return equal(createHmac('sha256', key).update(body).digest('hex'), header.slice(prefix.length).toLowerCase()) ? 'signed' : 'wrong';
}

function secret(wanted: string, shown: string | undefined): Verdict {
  if (wanted === '') return 'unsigned';
  return equal(wanted, shown ?? '') ? 'signed' : 'wrong';
}

/** Both a name and a password may be set; one alone counts as well. */
function basic({ azureUsername, azurePassword }: WebhookSettings, header: string | undefined): Verdict {
  if (azureUsername === '' && azurePassword === '') return 'unsigned';
  const [scheme = '', text = ''] = (header ?? '').split(' ');
  if (scheme.toLowerCase() !== 'basic') return 'wrong';
  return equal(`${azureUsername}:${azurePassword}`, Buffer.from(text, 'base64').toString('utf8')) ? 'signed' : 'wrong';
}

/** Of equal time for texts of any length: their hashes are compared. */
function equal(a: string, b: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(a), hash(b));
}

/** Bitbucket writes a UUID with braces in some places and without in others. */
function bareUuid(text: string): string {
  return text.replace(/^\{|\}$/g, '').toLowerCase();
}
