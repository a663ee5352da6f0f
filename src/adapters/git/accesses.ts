// Which credentials a repository is reached with, for whom, and what is prepared for git to use them.
import { credentialFor, type RepositoryCredential } from '../../core/repository/credentials.js';
import { NO_TRUST, type Trust } from '../../core/repository/trust.js';
import type { Clock } from '../../domain/ports.js';
import { type Access, openAccess, trustedDirectories, writeAskpass } from './access.js';
import { githubApps } from './github-app.js';
import type { LargeFileServer } from './large-file-server.js';
import type { SourcePlace } from './places.js';

type Repository = Extract<SourcePlace, { kind: 'repository' }>;

export interface AccessesOptions {
  readonly cacheDir: string;
  readonly clock: Clock;
  readonly credentials?: () => readonly RepositoryCredential[];
  readonly trust?: () => Trust;
}

export interface Accesses {
  /** The project whose own credentials are used; '' where they are for everybody, or there are none. */
  scope(repository: Repository, project: string | undefined): string;
  /** How many commits of a branch are wanted; undefined for all. */
  depth(repository: Repository, scope: string): number | undefined;
  /** Whether large files are read; they are left as pointers otherwise. */
  large(repository: Repository, scope: string): boolean;
  /** Whom the repository's LFS server is told to be asked by. */
  login(repository: Repository, scope: string): Promise<LargeFileServer>;
  /** What one run of git needs; `end` removes what was written for it. */
  open(repository: Repository, scope: string): Promise<Access>;
}

export function accesses(options: AccessesOptions): Accesses {
  const known = () => options.credentials?.() ?? [];
  const tokenOf = githubApps(options.clock);
  let ready: Promise<{ askpass: string; trusted: Readonly<Record<string, string>> }> | undefined;
  const prepared = () => {
    ready ??= prepareFolder(options.cacheDir).catch((error) => {
      ready = undefined;
      throw error;
    });
    return ready;
  };
  const login = async (repository: Repository, scope: string): Promise<LargeFileServer> => {
    const trust = options.trust?.() ?? NO_TRUST;
    const said = loginOf(repository, credentialFor(repository.url, known(), scope));
    const credential = said?.githubAppPrivateKey ? await withToken(said, tokenOf, trust) : said;
    return { url: repository.url, credential, trust };
  };
  return {
    scope: ({ url }, project) => credentialFor(url, known(), project)?.project ?? '',
    depth: ({ url }, scope) => credentialFor(url, known(), scope)?.depth,
    large: ({ url }, scope) => credentialFor(url, known(), scope)?.enableLfs === true,
    login,
    async open(repository, scope) {
      const { askpass, trusted } = await prepared();
      const { credential, trust } = await login(repository, scope);
      const access = await openAccess(repository.url, credential, { askpass, trust });
      return { ...access, env: { ...trusted, ...access.env } };
    },
  };
}

async function withToken(
  credential: RepositoryCredential,
  tokenOf: ReturnType<typeof githubApps>,
  trust: Trust,
): Promise<RepositoryCredential> {
  return { ...credential, username: 'x-access-token', password: await tokenOf(credential, trust) };
}

async function prepareFolder(cacheDir: string) {
  return { askpass: await writeAskpass(cacheDir), trusted: await trustedDirectories(cacheDir) };
}

/** What the address itself says comes before what a Secret says. */
function loginOf({ url, username, password }: Repository, known: RepositoryCredential | undefined): RepositoryCredential | undefined {
  if (username === undefined && password === undefined) return known;
  return { url, prefix: false, ...known, ...(username === undefined ? {} : { username }), ...(password === undefined ? {} : { password }) };
}
