// Whether an address of an Application is the repository that a webhook names: by whatever protocol, user and port, in any case.
import { satisfies, valid, validRange } from 'semver';
import { sameRepository } from '../repository/url.js';
import { shortRevision } from './fields.js';

const USER = '[\\w.][\\w.-]{0,30}[\\w.$-]?';

export type RepositoryMatch = (repoURL: string) => boolean;

/**
 * Argo CD's rule for the address of a repository's page, applied to every address that the payload names; those that are no web address
 * have to be the same repository.
 */
export function repositoryMatch(urls: readonly string[]): RepositoryMatch {
  const patterns = urls.flatMap(patternOf);
  return (repoURL) => patterns.some((pattern) => pattern.test(repoURL.trim())) || urls.some((url) => sameRepository(url, repoURL));
}

function patternOf(text: string): RegExp[] {
  if (!/^(https?|ssh):\/\//i.test(text) || !URL.canParse(text)) return [];
  const { hostname, pathname } = new URL(text);
  const path = pathname.replace(/^\/+|\/+$/g, '').replace(/\.git$/i, '');
  if (hostname === '' || path === '') return [];
  const host = escaped(hostname);
  return [new RegExp(`^((https?|ssh)://)?(${USER}(:[^@/]*)?@)?((alt)?ssh\\.)?${host}(:\\d+)?[:/]/?${escaped(path)}(\\.git)?/?$`, 'i')];
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}

export interface Moved {
  readonly revisions: readonly string[];
  readonly touchesHead: boolean;
}

/** Whether a targetRevision may mean something new: HEAD with the default branch, a branch or tag by its name, a constraint by a tag in it. */
export function revisionMoved(targetRevision: string | undefined, moved: Moved): boolean {
  const wanted = shortRevision(targetRevision ?? '');
  if (wanted === '' || wanted === 'HEAD') return moved.touchesHead;
  return moved.revisions.some((revision) => revision === wanted || within(revision, wanted));
}

function within(revision: string, constraint: string): boolean {
  const version = revision.replace(/^v/, '');
  const range = constraint.replace(/,/g, ' ').replace(/(^|[\s=<>~^])v(?=\d)/g, '$1');
  return (
    valid(version) !== null && validRange(range) !== null && satisfies(version, range, { includePrerelease: constraint.includes('-') })
  );
}
