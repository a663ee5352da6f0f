// Fields of a payload that somebody else wrote: whatever has another type than expected is not there.

const MAX_FILES = 100_000;
const MAX_TEXT = 4_096;

/** The value below names and list indexes; undefined where a step is not there. */
export function field(value: unknown, ...steps: readonly (string | number)[]): unknown {
  let here = value;
  for (const step of steps) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, step)) return undefined;
    here = (here as Record<string | number, unknown>)[step];
  }
  return here;
}

export function textAt(value: unknown, ...steps: readonly (string | number)[]): string {
  const found = field(value, ...steps);
  if (typeof found === 'number') return String(found);
  return typeof found === 'string' && found.length <= MAX_TEXT ? found : '';
}

export function listAt(value: unknown, ...steps: readonly (string | number)[]): readonly unknown[] {
  const found = field(value, ...steps);
  return Array.isArray(found) ? found : [];
}

/** The texts that say something, each once. */
export function given(...texts: readonly string[]): string[] {
  return [...new Set(texts.filter((text) => text !== ''))];
}

/** 'refs/heads/a/b' -> 'a/b', as Argo CD reads it: what stands after the second slash. */
export function shortRef(ref: string): string {
  const parts = ref.split('/');
  return parts.length >= 3 ? parts.slice(2).join('/') : (parts.at(-1) ?? '');
}

/** A targetRevision may be a branch with slashes: only the prefixes of refs are taken off. */
export function shortRevision(revision: string): string {
  return revision.replace(/^refs\/(heads|tags)\//, '');
}

/** What the commits of GitHub, GitLab and Gogs name as added, modified and removed. Empty, that is unknown, where there are too many. */
export function changedFiles(payload: unknown): string[] {
  const files = new Set<string>();
  for (const commit of listAt(payload, 'commits'))
    for (const change of ['added', 'modified', 'removed'])
      for (const path of listAt(commit, change)) {
        if (typeof path === 'string') files.add(path);
        if (files.size > MAX_FILES) return [];
      }
  return [...files];
}
