// What every host of repositories can be asked, and the filters over its answers (behaviour 2.1, scmProvider and pullRequest).
import { UserError } from '../../domain/problem.js';

export interface FoundRepository {
  readonly organization: string;
  readonly repository: string;
  readonly repository_id: unknown;
  readonly url: string;
  readonly branch: string;
  readonly sha: string;
  readonly labels: readonly string[];
}

export interface FoundRequest {
  readonly number: number;
  readonly title: string;
  readonly branch: string;
  readonly target_branch: string;
  readonly head_sha: string;
  readonly labels: readonly string[];
  readonly author: string;
}

export interface RepositoryHost {
  /** With their default branches; `sha` may still be ''. */
  repositories(): Promise<readonly FoundRepository[]>;
  /** The branches of a repository: its default one, or all. */
  branches(repository: FoundRepository): Promise<readonly FoundRepository[]>;
  hasPath(repository: FoundRepository, path: string): Promise<boolean>;
}

export interface RequestHost {
  requests(): Promise<readonly FoundRequest[]>;
}

export type Fields = Readonly<Record<string, unknown>>;

const AT_ONCE = 8;

interface Filter {
  readonly repositoryMatch?: string;
  readonly labelMatch?: string;
  readonly branchMatch?: string;
  readonly pathsExist?: readonly string[];
  readonly pathsDoNotExist?: readonly string[];
}

/** Repositories and branches that pass: filters of a kind are alternatives, the fields of one hold together. */
export async function filteredRepositories(host: RepositoryHost, filters: readonly Filter[]): Promise<readonly FoundRepository[]> {
  for (const { repositoryMatch, labelMatch, branchMatch } of filters) {
    checkPattern('RepositoryMatch', repositoryMatch);
    checkPattern('LabelMatch', labelMatch);
    checkPattern('BranchMatch', branchMatch);
  }
  const onBranches = filters.filter((each) => each.branchMatch !== undefined || each.pathsExist || each.pathsDoNotExist);
  const onRepositories = filters.filter((each) => !onBranches.includes(each) && (each.repositoryMatch ?? each.labelMatch) !== undefined);
  const all = await host.repositories();
  const chosen = onRepositories.length === 0 ? all : all.filter((each) => onRepositories.some((filter) => matches(filter, each)));
  const branches = (await inTurns(chosen, (each) => host.branches(each))).flat();
  if (onBranches.length === 0) return branches;
  const passed = await inTurns(branches, async (branch) => {
    for (const filter of onBranches) if (await passes(host, filter, branch)) return true;
    return false;
  });
  return branches.filter((_, i) => passed[i]);
}

function matches({ repositoryMatch, labelMatch, branchMatch }: Filter, { repository, branch, labels }: FoundRepository): boolean {
  if (repositoryMatch !== undefined && !new RegExp(repositoryMatch).test(repository)) return false;
  if (branchMatch !== undefined && !new RegExp(branchMatch).test(branch)) return false;
  return labelMatch === undefined || labels.some((label) => new RegExp(labelMatch).test(label));
}

async function passes(host: RepositoryHost, filter: Filter, branch: FoundRepository): Promise<boolean> {
  if (!matches(filter, branch)) return false;
  for (const path of filter.pathsExist ?? []) if (!(await host.hasPath(branch, path.replace(/\/+$/, '')))) return false;
  for (const path of filter.pathsDoNotExist ?? []) if (await host.hasPath(branch, path.replace(/\/+$/, ''))) return false;
  return true;
}

export function filteredRequests(
  requests: readonly FoundRequest[],
  filters: readonly { readonly branchMatch?: string; readonly targetBranchMatch?: string; readonly titleMatch?: string }[],
): readonly FoundRequest[] {
  for (const { branchMatch, targetBranchMatch, titleMatch } of filters) {
    checkPattern('BranchMatch', branchMatch);
    checkPattern('TargetBranchMatch', targetBranchMatch);
    checkPattern('TitleMatch', titleMatch);
  }
  if (filters.length === 0) return requests;
  const fits = (pattern: string | undefined, text: string) => pattern === undefined || new RegExp(pattern).test(text);
  return requests.filter(({ branch, target_branch, title }) =>
    filters.some((each) => fits(each.branchMatch, branch) && fits(each.targetBranchMatch, target_branch) && fits(each.titleMatch, title)),
  );
}

function checkPattern(field: string, pattern: string | undefined): void {
  if (pattern === undefined) return;
  try {
    new RegExp(pattern);
  } catch (error) {
    throw new UserError(`error compiling ${field} regexp ${JSON.stringify(pattern)}: ${(error as Error).message}`);
  }
}

/** A few at a time, answers in order. */
export async function inTurns<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let at = 0; at < items.length; at += AT_ONCE) results.push(...(await Promise.all(items.slice(at, at + AT_ONCE).map(work))));
  return results;
}

/** ssh by default, as Argo CD has it. */
export function cloneUrl(protocol: unknown, { ssh, https }: { readonly ssh: string; readonly https: string }, service: string): string {
  if (protocol === undefined || protocol === '' || protocol === 'ssh') return ssh;
  if (protocol === 'https') return https;
  throw new UserError(`unknown clone protocol for ${service} ${String(protocol)}`);
}

export function text(value: unknown, ...path: readonly string[]): string {
  const found = at(value, ...path);
  return found === undefined || found === null ? '' : String(found);
}

export function at(value: unknown, ...path: readonly string[]): unknown {
  let current = value;
  for (const name of path) current = (current as Record<string, unknown> | null | undefined)?.[name];
  return current;
}

export function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
