// Addresses of repositories: when two are one, what kind an address is, and how it may be shown.

/** What a repoURL points to. */
export type RepositoryAddress =
  /** A plain directory: its files as they are now. */
  | { readonly kind: 'directory'; readonly path: string }
  /** A repository that Git reaches: `url` carries no user and password of its own any more. */
  | { readonly kind: 'git'; readonly url: string; readonly username?: string; readonly password?: string }
  | { readonly kind: 'oci'; readonly url: string };

const SCP_FORM = /^[^/:@\s]+@[^/:\s]+:(?!\/\/)/;
const SCHEME = /^[a-zA-Z][a-zA-Z0-9+.-]*:\/\//;

/**
 * The form by which Argo CD compares addresses (behaviour 2.5): trimmed, in lower case, without '.git', with the scp form
 * 'git@host:path' written as 'git@host/path' just like ssh://git@host/path.
 */
export function normalizeRepositoryUrl(url: string): string {
  let text = url.trim().toLowerCase();
  if (/^(ssh:\/\/)?[^/:]*?@[^@]+$/.test(text) && !text.startsWith('ssh://')) text = `ssh://${text.replace(':', '/')}`;
  return text.replace(/\.git$/, '').replace(/^ssh:\/\//, '');
}

/** Whether two addresses are one repository; a '/' at the end does not make a difference either. */
export function sameRepository(a: string, b: string): boolean {
  const bare = (url: string) => normalizeRepositoryUrl(url.trim().replace(/\/+$/, ''));
  return bare(a) === bare(b);
}

/** Takes an address apart. Anything without a scheme that is not of the scp form is a directory. */
export function readAddress(repoUrl: string): RepositoryAddress {
  const text = repoUrl.trim();
  if (text.startsWith('oci://')) return { kind: 'oci', url: text };
  if (SCP_FORM.test(text)) return { kind: 'git', url: text };
  if (!SCHEME.test(text)) return { kind: 'directory', path: text };
  const match = /^([a-zA-Z][a-zA-Z0-9+.-]*:\/\/)([^/@]*)@(.*)$/s.exec(text);
  const scheme = match?.[1]?.toLowerCase() ?? '';
  if (!match || scheme === 'ssh://' || scheme === 'git+ssh://') return { kind: 'git', url: withoutSshPassword(text) };
  const [username = '', ...password] = (match[2] ?? '').split(':');
  return {
    kind: 'git',
    url: `${match[1]}${match[3]}`,
    ...(username !== '' ? { username: decode(username) } : {}),
    ...(password.length > 0 ? { password: decode(password.join(':')) } : {}),
  };
}

/** An address that may be shown: whoever stands before the '@' of a web address is left out, and passwords always. */
export function printableUrl(url: string): string {
  return url.replace(/([a-zA-Z][a-zA-Z0-9+.-]*:\/\/)([^/@\s]*)@/g, (_, scheme: string, user: string) =>
    /^(git\+)?ssh:/i.test(scheme) ? `${scheme}${user.split(':')[0]}@` : scheme,
  );
}

function withoutSshPassword(url: string): string {
  return url.replace(/^((?:git\+)?ssh:\/\/[^/@:]*):[^/@]*@/i, '$1@');
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
