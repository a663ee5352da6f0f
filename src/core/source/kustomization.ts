// A kustomization file as text: what it names on other servers, and the same file with these names replaced. The rules by which an
// entry is a repository are Kustomize's own (its remote build targets): scheme, host, repository, folder, ?ref=.
import { isPair, isScalar, parseDocument, visit } from 'yaml';

export interface RemoteBase {
  readonly repoURL: string;
  /** A branch, tag or commit; '' for the default branch. */
  readonly targetRevision: string;
  /** The folder in the repository, '' for its root. */
  readonly path: string;
}

/** Fields whose entries may be folders; in all others only files are named. */
const FOLDERS = new Set(['resources', 'bases', 'components', 'generators', 'transformers', 'validators']);
/** Fields whose texts are never addresses of something to read. */
const NOT_READ = new Set([
  'helmCharts',
  'helmChartInflationGenerator',
  'images',
  'commonAnnotations',
  'commonLabels',
  'labels',
  'metadata',
]);

/** The repository and folder that an entry means; undefined for a path. */
export function remoteBase(entry: string): RemoteBase | undefined {
  const [address = '', query = ''] = entry.replace(/^git::/i, '').split('?', 2);
  const scheme = /^(ssh|https?|file):\/\//i.exec(address)?.[0] ?? '';
  const afterScheme = address.slice(scheme.length);
  const user = scheme.toLowerCase() === 'file://' ? '' : (/^[a-zA-Z][a-zA-Z0-9-]*@/.exec(afterScheme)?.[0] ?? '');
  const rest = afterScheme.slice(user.length);
  const isGithub = /^github\.com[/:]/i.test(rest);
  if (scheme === '' && user === '' && !isGithub) return undefined;
  const host = scheme.toLowerCase() === 'file://' ? '' : (hostIn(rest, scheme === '') ?? '');
  if (host === '' && scheme.toLowerCase() !== 'file://') return undefined;
  const split = splitPath(rest.slice(host.length), scheme.toLowerCase() === 'file://');
  if (!split) return undefined;
  const parameters = new URLSearchParams(query);
  return {
    repoURL: repositoryOf({ scheme, user, host, isGithub }) + split.repository,
    targetRevision: parameters.get('ref') || parameters.get('version') || '',
    path: split.path.replace(/^\/+|\/+$/g, ''),
  };
}

function hostIn(rest: string, scp: boolean): string | undefined {
  return (scp ? /^[^/:]+[/:]/ : /^[^/]+\//).exec(rest)?.[0];
}

function repositoryOf({ scheme, user, host, isGithub }: { scheme: string; user: string; host: string; isGithub: boolean }): string {
  if (!isGithub) return scheme + user + host;
  return /^ssh:/i.test(scheme) || user !== '' ? `${user || 'git@'}github.com:` : 'https://github.com/';
}

/** What is cloned, and the folder below it: split at '_git/', '//' or '.git', else after two names. */
function splitPath(path: string, whole: boolean): { readonly repository: string; readonly path: string } | undefined {
  const azure = path.indexOf('_git/');
  if (azure >= 0) {
    const [repository = '', ...below] = path.slice(azure + 5).split('/');
    return { repository: path.slice(0, azure + 5) + repository, path: below.join('/') };
  }
  const double = path.indexOf('//');
  if (double >= 0) return { repository: path.slice(0, double), path: path.slice(double + 2) };
  const suffix = path.indexOf('.git');
  if (suffix >= 0) return { repository: path.slice(0, suffix + 4), path: path.slice(suffix + 4) };
  if (whole) return { repository: path, path: '' };
  const parts = path.split('/');
  return parts.length < 2 || parts[0] === '' ? undefined : { repository: parts.slice(0, 2).join('/'), path: parts.slice(2).join('/') };
}

/** Whether an address is that of one file: over HTTP, with the ending of a manifest, and no repository's. */
export function isRemoteFile(entry: string): boolean {
  return /^https?:\/\/[^?#]+\.(ya?ml|json)([?#].*)?$/i.test(entry) && !/\.git\/|_git\/|[^:]\/\/|[?&]ref=/.test(entry);
}

export interface RemoteEntry {
  readonly entry: string;
  readonly kind: 'folder' | 'file';
}

/** The entries of a kustomization that lead to other servers, each once. */
export function remoteEntries(text: string): readonly RemoteEntry[] {
  const found = new Map<string, RemoteEntry>();
  eachText(text, (value, field) => {
    if (found.has(value) || NOT_READ.has(field)) return;
    if (isRemoteFile(value)) found.set(value, { entry: value, kind: 'file' });
    else if (FOLDERS.has(field) && !value.includes('\n') && remoteBase(value)) found.set(value, { entry: value, kind: 'folder' });
  });
  return [...found.values()];
}

export interface Rewriting {
  /** Texts by what they become. */
  readonly replaced?: ReadonlyMap<string, string>;
  /** A folder of components that stands for the charts: it comes before the other components, where Kustomize would have put them. */
  readonly charts?: string;
}

/** The same file, with everything else as it stood. */
export function rewritten(text: string, { replaced = new Map(), charts }: Rewriting): string {
  const document = eachText(text, (value, field, set) => {
    const other = NOT_READ.has(field) ? undefined : replaced.get(value);
    if (other !== undefined) set(other);
  });
  if (charts !== undefined) {
    document.delete('helmCharts');
    document.delete('helmChartInflationGenerator');
    document.delete('helmGlobals');
    const components = document.toJS().components;
    document.set('components', [charts, ...(Array.isArray(components) ? components : [])]);
  }
  return document.toString({ lineWidth: 0 });
}

function eachText(text: string, see: (value: string, field: string, set: (value: string) => void) => void) {
  const document = parseDocument(text, { version: '1.1', keepSourceTokens: false });
  visit(document, {
    Scalar(key, node, path) {
      if (key === 'key' || typeof node.value !== 'string' || !isScalar(node)) return;
      const top = path[2];
      const field = isPair(top) && isScalar(top.key) ? String(top.key.value) : '';
      see(node.value, field, (value) => {
        node.value = value;
      });
    },
  });
  return document;
}
