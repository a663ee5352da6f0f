// Repositories that are taken from a local path instead of from their URL.
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** URL -> absolute path; relative paths are taken from `base`. */
export function repositoryMap(map: ReadonlyMap<string, string>, base: string): ReadonlyMap<string, string> {
  return new Map([...map].map(([url, path]) => [url, resolve(base, path.startsWith('~/') ? join(homedir(), path.slice(2)) : path)]));
}
