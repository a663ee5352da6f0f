// What a cluster or repository Secret says in the open: its name, address, type. Credentials are never asked for.
import type { Manifest } from '../../domain/resource.js';

const OPEN_FIELDS = ['name', 'server', 'url', 'type', 'project', 'insecure', 'enableLfs', 'enableOCI', 'username'] as const;

/** '' where the field is not there. */
export function secretField(secret: Manifest, field: (typeof OPEN_FIELDS)[number]): string {
  const text = (secret['stringData'] as Record<string, string> | undefined)?.[field];
  if (typeof text === 'string') return text;
  const encoded = (secret['data'] as Record<string, string> | undefined)?.[field];
  return typeof encoded === 'string' ? Buffer.from(encoded, 'base64').toString('utf8') : '';
}

/** 'cluster', 'repository', 'repo-creds' or ''. */
export function secretType(secret: Manifest): string {
  return secret.metadata.labels?.['argocd.argoproj.io/secret-type'] ?? '';
}

/** Whether a Secret brings a field, whatever its value. */
export function hasSecretField(secret: Manifest, ...fields: readonly string[]): boolean {
  const all = { ...(secret['data'] as object | undefined), ...(secret['stringData'] as object | undefined) };
  return fields.some((field) => field in all);
}
