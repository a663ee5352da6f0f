// .helmignore: files of a chart's folder that Helm does not load. Patterns as Helm reads them: Go's path.Match, no '**', a slash at the
// end for folders, '!' for "all that does not match".
import { pathMatch } from '../expand/glob.js';

interface Rule {
  readonly pattern: string;
  readonly negated: boolean;
  readonly foldersOnly: boolean;
}

/** Always in force: files below templates/ whose name begins with a dot. */
const DEFAULTS = ['templates/.?*'];

/** The files that are left, with paths relative to the chart. `text` is its .helmignore. */
export function withoutIgnored<T>(files: Readonly<Record<string, T>>, text: string): Record<string, T> {
  const rules = [...DEFAULTS, ...text.split('\n')].flatMap(ruleOf);
  const folders = new Map<string, boolean>();
  const ignoredFolder = (path: string): boolean => {
    if (path === '') return false;
    const known = folders.get(path);
    if (known !== undefined) return known;
    const ignored = ignoredFolder(parentOf(path)) || ignores(rules, path, true);
    folders.set(path, ignored);
    return ignored;
  };
  return Object.fromEntries(Object.entries(files).filter(([path]) => !ignoredFolder(parentOf(path)) && !ignores(rules, path, false)));
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

function ruleOf(line: string): Rule[] {
  const trimmed = line.trim();
  if (trimmed === '' || trimmed.startsWith('#')) return [];
  const negated = trimmed.startsWith('!');
  const pattern = negated ? trimmed.slice(1) : trimmed;
  const foldersOnly = pattern.endsWith('/');
  return [{ negated, foldersOnly, pattern: foldersOnly ? pattern.slice(0, -1) : pattern }];
}

function ignores(rules: readonly Rule[], path: string, isFolder: boolean): boolean {
  for (const rule of rules) {
    const applies = !rule.foldersOnly || isFolder;
    if (rule.negated) {
      if (!applies || !matches(rule.pattern, path)) return true;
    } else if (applies && matches(rule.pattern, path)) return true;
  }
  return false;
}

/** With a slash in it a pattern is about the whole path, without one about the name. */
function matches(pattern: string, path: string): boolean {
  if (pattern.startsWith('/')) return pathMatch(pattern.slice(1), path);
  return pathMatch(pattern, pattern.includes('/') ? path : path.slice(path.lastIndexOf('/') + 1));
}
