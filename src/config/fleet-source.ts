// Where the control objects come from: 'DIR', 'URL', 'URL#REVISION:PATH', or the same as an object.
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { UserError } from '../domain/problem.js';

export interface FleetSource {
  /** A Git URL, or the absolute path of a directory or a repository. */
  readonly repoURL: string;
  /** undefined: HEAD of a repository, the working tree of a directory. */
  readonly targetRevision: string | undefined;
  readonly path: string;
  /** It is a directory of this machine. */
  readonly local: boolean;
}

export interface FleetText {
  readonly repoURL: string;
  readonly targetRevision?: string;
  readonly path?: string;
}

const REMOTE = /^(?:[a-z][a-z0-9+.-]*:\/\/|[^/\\\s]+@[^/\\\s]+:|[^/\\\s:]+:(?!\\))/i;

/** Relative directories are taken from `base`. Throws UserError where a directory does not exist. */
export function fleetOf(fleet: string | FleetText, base: string): FleetSource {
  const { repoURL, targetRevision, path } = typeof fleet === 'string' ? splitText(fleet, base) : fleet;
  if (repoURL === '') throw new UserError('cannot use the fleet source: it is empty; name a directory or a Git URL');
  if (REMOTE.test(repoURL)) return { repoURL, targetRevision, path: path ?? '.', local: false };
  const directory = resolve(base, repoURL === '~' || repoURL.startsWith('~/') ? join(homedir(), repoURL.slice(1)) : repoURL);
  if (!existsSync(directory)) throw new UserError(`cannot use the fleet source ${repoURL}: there is no directory ${directory}`);
  return { repoURL: directory, targetRevision, path: path ?? '.', local: true };
}

/** 'URL#REVISION:PATH', where both are optional; a directory that has a '#' in its name wins. */
function splitText(text: string, base: string): FleetText {
  const at = text.lastIndexOf('#');
  if (at < 0 || existsSync(resolve(base, text))) return { repoURL: text };
  const [revision = '', path = ''] = text.slice(at + 1).split(':', 2);
  return { repoURL: text.slice(0, at), ...(revision ? { targetRevision: revision } : {}), ...(path ? { path } : {}) };
}

/** 'gitops' for '/home/ana/work/gitops' and for 'git@host:org/gitops.git'; with a path below the root, its last part as well. */
export function fleetName(fleet: FleetSource): string {
  const parts = [lastPart(fleet.repoURL.replace(/\.git\/*$/, '')), fleet.path === '.' ? '' : lastPart(fleet.path)];
  return parts.filter((part) => part !== '').join('-') || 'fleet';
}

function lastPart(path: string): string {
  const part = path.replace(/\/+$/, '').split(/[/:]/).pop() ?? '';
  return part
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[.-]+/, '')
    .slice(0, 60);
}
