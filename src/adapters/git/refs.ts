// From what a user writes as targetRevision to a commit, given the branches and tags of a repository (behaviour 2.2).
import semver from 'semver';
import { nearest } from '../../core/nearest.js';
import type { Revision } from '../../domain/ports.js';

/** Branches, tags and HEAD as `ls-remote --symref` gives them; annotated tags already stand for their commit. */
export interface Refs {
  /** Full name -> commit. */
  readonly commits: ReadonlyMap<string, string>;
  /** Full name of the branch that HEAD points to. */
  readonly head?: string;
}

export type ResolvedRef =
  | { readonly kind: 'found'; readonly revision: Revision }
  /** Not a name, but it may be a shortened SHA: only the objects can tell. */
  | { readonly kind: 'maybe-sha' }
  | { readonly kind: 'missing'; readonly hint?: string };

const FULL_SHA = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/i;
const SHORT_SHA = /^[0-9a-f]{7,39}$/i;

export function isFullSha(text: string): boolean {
  return FULL_SHA.test(text);
}

/** Reads the answer of `git ls-remote --symref`. */
export function readRefs(output: string): Refs {
  const commits = new Map<string, string>();
  let head: string | undefined;
  for (const line of output.split('\n')) {
    const [left = '', name = ''] = line.split('\t');
    if (left.startsWith('ref: ')) {
      if (name === 'HEAD') head = left.slice('ref: '.length);
    } else if (name.endsWith('^{}')) {
      commits.set(name.slice(0, -'^{}'.length), left);
    } else if (name === 'HEAD' || name.startsWith('refs/heads/') || name.startsWith('refs/tags/')) {
      commits.set(name, left);
    }
  }
  return head === undefined ? { commits } : { commits, head };
}

/**
 * Finds the commit of a branch, tag, HEAD, full ref, or semver constraint over the tags. A constraint beats a branch of that
 * name, a branch beats a tag; an exact version is a name and never a constraint.
 */
export function resolveRef(asked: string, refs: Refs, tagPrefix = ''): ResolvedRef {
  if (asked === 'HEAD') return headOf(refs);
  const tag = isConstraint(asked) ? newestTag(asked, refs, tagPrefix) : undefined;
  if (tag !== undefined) return found(asked, `refs/tags/${tag}`, refs);
  for (const name of [`refs/heads/${asked}`, `refs/tags/${asked}`, asked]) {
    if (refs.commits.has(name)) return found(asked, name, refs);
  }
  if (SHORT_SHA.test(asked)) return { kind: 'maybe-sha' };
  if (isConstraint(asked)) return { kind: 'missing', hint: `no tag of the repository satisfies it${newestTagsHint(refs)}` };
  const near = nearest(asked, [...refs.commits.keys()].map(shortName));
  return near === undefined ? { kind: 'missing' } : { kind: 'missing', hint: `did you mean "${near}"?` };
}

function headOf(refs: Refs): ResolvedRef {
  const commit = refs.commits.get('HEAD') ?? (refs.head === undefined ? undefined : refs.commits.get(refs.head));
  if (commit === undefined) {
    return { kind: 'missing', hint: refs.commits.size === 0 ? 'the repository has no commits' : 'its HEAD points to no branch; name one' };
  }
  return { kind: 'found', revision: { id: commit, asked: 'HEAD', kind: 'head', name: shortName(refs.head ?? 'HEAD') } };
}

function found(asked: string, name: string, refs: Refs): ResolvedRef {
  const kind = name.startsWith('refs/tags/') ? 'tag' : 'branch';
  return { kind: 'found', revision: { id: refs.commits.get(name) as string, asked, kind, name: shortName(name) } };
}

function shortName(ref: string): string {
  return ref.replace(/^refs\/(heads|tags)\//, '');
}

/** Whether a targetRevision is a semver constraint ('1.2.*', '>=1.0 <2', '^1'); an exact version ('v1.2.3', '1.2') is not. */
export function isConstraint(text: string): boolean {
  if (/^v?\d+(\.\d+){0,2}(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$/.test(text)) return false;
  return semver.validRange(rangeText(text)) !== null;
}

/** Argo CD's constraints may be joined by commas; npm's are joined by spaces. */
function rangeText(text: string): string {
  return text.replace(/\s*,\s*/g, ' ');
}

function newestTag(constraint: string, refs: Refs, tagPrefix: string): string | undefined {
  const versions = new Map<string, string>();
  for (const name of refs.commits.keys()) {
    if (!name.startsWith(`refs/tags/${tagPrefix}`)) continue;
    const version = versionOf(name.slice(`refs/tags/${tagPrefix}`.length));
    if (version !== undefined) versions.set(version, shortName(name));
  }
  // A constraint that names a pre-release admits pre-releases; others do not.
  const includePrerelease = /\d-[0-9A-Za-z]/.test(constraint);
  const best = semver.maxSatisfying([...versions.keys()], rangeText(constraint), { includePrerelease });
  return best === null ? undefined : versions.get(best);
}

/** Tags may leave out parts of a version: 'v1.2' counts as 1.2.0. */
function versionOf(tag: string): string | undefined {
  const match = /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?((?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?)$/.exec(tag);
  if (!match) return undefined;
  return semver.valid(`${match[1]}.${match[2] ?? 0}.${match[3] ?? 0}${match[4] ?? ''}`) ?? undefined;
}

function newestTagsHint(refs: Refs): string {
  const tags = [...refs.commits.keys()].filter((name) => name.startsWith('refs/tags/')).map(shortName);
  if (tags.length === 0) return ', it has no tags';
  const newest = tags.sort((a, b) => semver.compare(versionOf(b) ?? '0.0.0', versionOf(a) ?? '0.0.0')).slice(0, 3);
  return `; its newest tags: ${newest.join(', ')}`;
}
