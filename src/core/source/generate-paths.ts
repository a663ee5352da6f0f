// argocd.argoproj.io/manifest-generate-paths: what an application's manifests are made from, as its author says. A commit that changes
// nothing there does not concern it (behaviour 2.2, "Refresh").
import { type Application, type Source, sourcesOf } from '../../domain/application.js';
import { globMatches } from '../glob.js';

export const GENERATE_PATHS = 'argocd.argoproj.io/manifest-generate-paths';

/** The annotation's paths for one source, from the top of its repository; [] where it says nothing, so that every commit counts. */
export function generatePaths(app: Application, source: Source): readonly string[] {
  const items = (app.metadata.annotations?.[GENERATE_PATHS] ?? '').split(';').map((item) => item.trim());
  const paths = items.filter((item) => item !== '').map((item) => (item.startsWith('/') ? item : `${source.path ?? ''}/${item}`));
  return [...new Set(paths.map(clean))];
}

export function hasGeneratePaths(app: Application): boolean {
  return sourcesOf(app.spec).some((source) => generatePaths(app, source).length > 0);
}

/** Whether one of the changed files lies at, below, or in the pattern of one of the paths. Unknown files, and no paths, say yes. */
export function filesTouch(paths: readonly string[], files: readonly string[]): boolean {
  if (paths.length === 0 || files.length === 0) return true;
  return files.map(clean).some((file) => paths.some((path) => liesAt(path, file)));
}

/** Whether a file counts to one of the paths. */
export function liesAt(path: string, file: string): boolean {
  return path === '' || file === path || file.startsWith(`${path}/`) || (isPattern(path) && globMatches(path, file, '/'));
}

export function isPattern(path: string): boolean {
  return /[*?[]/.test(path);
}

/** Without '.', '..' and doubled slashes; what would lead out of the repository ends at its top. */
function clean(path: string): string {
  const steps: string[] = [];
  for (const step of path.split('/')) {
    if (step === '..') steps.pop();
    else if (step !== '' && step !== '.') steps.push(step);
  }
  return steps.join('/');
}
