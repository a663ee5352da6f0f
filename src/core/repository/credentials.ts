// Credentials from Argo CD's repository Secrets (behaviour 2.5), and which of them an address gets.
import type { Manifest } from '../../domain/resource.js';
import { normalizeRepositoryUrl } from './url.js';

export const SECRET_TYPE_LABEL = 'argocd.argoproj.io/secret-type';

export interface RepositoryCredential {
  readonly url: string;
  /** A template (`repo-creds`): it counts for every address that begins with its url. */
  readonly prefix: boolean;
  readonly project?: string;
  readonly username?: string;
  readonly password?: string;
  readonly bearerToken?: string;
  readonly sshPrivateKey?: string;
  readonly tlsClientCertData?: string;
  readonly tlsClientCertKey?: string;
  readonly proxy?: string;
  readonly noProxy?: string;
  readonly githubAppID?: string;
  readonly githubAppInstallationID?: string;
  readonly githubAppPrivateKey?: string;
  /** The API of a GitHub Enterprise server; github.com's own when absent. */
  readonly githubAppEnterpriseBaseUrl?: string;
  /** Do not verify the server's certificate or host key. */
  readonly insecure?: boolean;
  /** Show user and password at once, for servers that never ask for them. */
  readonly forceHttpBasicAuth?: boolean;
  /** A Helm repository that is an OCI registry. */
  readonly enableOCI?: boolean;
  /** The registry is spoken to without TLS. */
  readonly insecureOCIForceHttp?: boolean;
  /** Read large files from the repository's LFS server; without it their pointers are what is read. */
  readonly enableLfs?: boolean;
  /** How many commits of a branch are fetched; all of them when absent. */
  readonly depth?: number;
}

const TEXTS = [
  'username',
  'password',
  'bearerToken',
  'sshPrivateKey',
  'tlsClientCertData',
  'tlsClientCertKey',
  'proxy',
  'noProxy',
  'project',
  'githubAppID',
  'githubAppInstallationID',
  'githubAppPrivateKey',
  'githubAppEnterpriseBaseUrl',
] as const;

const SWITCHES = ['forceHttpBasicAuth', 'enableOCI', 'insecureOCIForceHttp', 'enableLfs'] as const;

/** Reads the Secrets that are repositories or credential templates; others, and those without a url, are left out. */
export function credentialsFromSecrets(secrets: readonly Manifest[]): RepositoryCredential[] {
  return secrets.flatMap((secret): RepositoryCredential[] => {
    const type = secret.metadata.labels?.[SECRET_TYPE_LABEL];
    if (type !== 'repository' && type !== 'repo-creds') return [];
    const fields = secretTexts(secret);
    const url = fields.get('url')?.trim();
    if (!url) return [];
    const texts = Object.fromEntries(TEXTS.flatMap((name) => (fields.get(name) ? [[name, fields.get(name)]] : [])));
    const switches = Object.fromEntries(SWITCHES.flatMap((name) => (fields.get(name) === 'true' ? [[name, true]] : [])));
    const insecure = fields.get('insecure') === 'true' || fields.get('insecureIgnoreHostKey') === 'true';
    const depth = Number(fields.get('depth') ?? 0);
    return [
      {
        url,
        prefix: type === 'repo-creds',
        ...texts,
        ...switches,
        ...(insecure ? { insecure } : {}),
        ...(Number.isInteger(depth) && depth > 0 ? { depth } : {}),
      },
    ];
  });
}

/** The texts of a Secret: `data` decoded from base64, `stringData` over it. */
export function secretTexts(secret: Manifest): Map<string, string> {
  const texts = new Map<string, string>();
  for (const [key, value] of Object.entries((secret['data'] ?? {}) as Record<string, unknown>)) {
    if (typeof value === 'string') texts.set(key, fromBase64(value));
  }
  for (const [key, value] of Object.entries((secret['stringData'] ?? {}) as Record<string, unknown>)) {
    if (typeof value === 'string') texts.set(key, value);
  }
  return texts;
}

function fromBase64(text: string): string {
  try {
    return new TextDecoder().decode(Uint8Array.from(atob(text), (char) => char.charCodeAt(0)));
  } catch {
    return '';
  }
}

/**
 * What to show to a repository: its own Secret when that brings any credential, else the template with the longest matching
 * url below it, else the Secret as it is (it may say `insecure` or `proxy`), else nothing. A Secret that names a project is for
 * the applications of this project alone, and comes before one for everybody (behaviour 2.5). The answer's `project` says
 * whether it is such a one.
 */
export function credentialFor(
  repoUrl: string,
  credentials: readonly RepositoryCredential[],
  project?: string,
): RepositoryCredential | undefined {
  const wanted = normalizeRepositoryUrl(repoUrl);
  const usable = credentials.filter((each) => each.project === undefined || each.project === project);
  const scopedFirst = (a: RepositoryCredential, b: RepositoryCredential) =>
    Number(b.project !== undefined) - Number(a.project !== undefined);
  const own = usable.filter(({ prefix, url }) => !prefix && normalizeRepositoryUrl(url) === wanted).sort(scopedFirst)[0];
  if (own && identifies(own)) return own;
  const template = usable
    .filter(({ prefix, url }) => prefix && wanted.startsWith(normalizeRepositoryUrl(url)))
    .sort((a, b) => normalizeRepositoryUrl(b.url).length - normalizeRepositoryUrl(a.url).length || scopedFirst(a, b))[0];
  return template ? { ...template, ...own, prefix: template.prefix } : own;
}

function identifies(credential: RepositoryCredential): boolean {
  return Boolean(
    credential.username ||
      credential.password ||
      credential.bearerToken ||
      credential.sshPrivateKey ||
      credential.tlsClientCertData ||
      credential.githubAppPrivateKey,
  );
}
