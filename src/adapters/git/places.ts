// Where the files of a repoURL are: a remote that is mirrored, a repository on this machine, or a plain directory.
//   a bare directory path            its working tree as it is now, at whatever targetRevision (a bare repository: by revision)
//   file://, or mapped by --repo     by revision when the directory is a Git repository; a mapped plain directory as it is now
//   https://, ssh://, git@, git://   by revision
import { access } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { printableUrl, readAddress, sameRepository } from '../../core/repository/url.js';
import { IoError } from '../../domain/problem.js';

export type SourcePlace =
  | { readonly kind: 'directory'; readonly path: string }
  | {
      readonly kind: 'repository';
      /** What git is told: an address without user and password, or a path. */
      readonly url: string;
      /** What people read. */
      readonly shown: string;
      readonly username?: string;
      readonly password?: string;
    };

export interface PlaceOptions {
  /** Repositories that are taken from a path of this machine: address -> path. */
  readonly map: ReadonlyMap<string, string>;
  /** Where relative directories begin. */
  readonly baseDir: string;
}

/** Throws IoError for addresses that cannot be read at all. */
export async function placeOf(repoUrl: string, options: PlaceOptions): Promise<SourcePlace> {
  const mapped = [...options.map].find(([url]) => sameRepository(url, repoUrl));
  if (mapped) return mappedPlace(repoUrl, localPath(mapped[1], options.baseDir));
  const address = readAddress(repoUrl);
  switch (address.kind) {
    case 'oci':
      throw new IoError(`reading ${printableUrl(address.url)} failed: OCI registries as sources are not supported by this version`, {
        retry: 'never',
      });
    case 'directory': {
      const path = localPath(address.path, options.baseDir);
      return (await isBareRepository(path)) ? { kind: 'repository', url: path, shown: address.path } : { kind: 'directory', path };
    }
    case 'git': {
      const { kind: _, url, ...login } = address;
      return {
        kind: 'repository',
        url: url.startsWith('file://') ? pathOfFileUrl(url) : url,
        shown: printableUrl(repoUrl.trim()),
        ...login,
      };
    }
    default:
      return address satisfies never;
  }
}

async function mappedPlace(repoUrl: string, path: string): Promise<SourcePlace> {
  const repository = (await exists(join(path, '.git'))) || (await isBareRepository(path));
  if (!repository) return { kind: 'directory', path };
  return { kind: 'repository', url: path, shown: `${printableUrl(repoUrl.trim())} (taken from ${path})` };
}

function localPath(path: string, baseDir: string): string {
  if (path === '~' || path.startsWith('~/')) return join(homedir(), path.slice(1));
  return isAbsolute(path) ? path : resolve(baseDir, path);
}

function pathOfFileUrl(url: string): string {
  try {
    return fileURLToPath(url);
  } catch (error) {
    throw new IoError(`reading ${url} failed: a file:// address needs an absolute path, as in file:///srv/repo`, {
      retry: 'never',
      cause: error,
    });
  }
}

async function isBareRepository(path: string): Promise<boolean> {
  const parts = await Promise.all(['HEAD', 'objects', 'refs'].map((name) => exists(join(path, name))));
  return parts.every(Boolean);
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
