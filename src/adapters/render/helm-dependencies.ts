// Dependencies that are not in charts/: those with a `file://` address lie in the same repository, the others come from their chart
// repositories, in the version of the lock file where there is one. They are put where Helm looks for them.
import { posix } from 'node:path';
import { parseYamlDocuments } from '../../core/manifest/yaml.js';
import { isRecord } from '../../core/merge/record.js';
import { withoutIgnored } from '../../core/source/helm-ignore.js';
import type { ChartDependency, Tree, TreeEntry } from '../../domain/ports.js';
import { Refused } from './core-input.js';
import { gather, seenFrom } from './gather.js';

const MAX_DEPTH = 8;

interface Chart {
  /** Where the chart is in the repository. */
  readonly root: string;
  /** Its files in base64, by path below it. */
  readonly files: Readonly<Record<string, string>>;
}

export interface DependencyMeans {
  readonly tree: Tree;
  readonly entries: readonly TreeEntry[];
  readonly fetch?: (dependency: ChartDependency) => Promise<Tree>;
}

/** The chart's files and, below charts/, its dependencies and theirs. What is there already is left as it is. */
export async function withDependencies(means: DependencyMeans, chart: Chart, depth = 0): Promise<Record<string, string>> {
  if (depth > MAX_DEPTH) throw new Refused(`the dependencies of ${chart.root} lead more than ${MAX_DEPTH} charts deep`);
  const files = { ...chart.files };
  const present = namesPresent(chart.files);
  const added = new Set<string>();
  for (const dependency of dependenciesOf(chart)) {
    const { name, repository, version } = dependency;
    if (present.has(name) || Object.keys(chart.files).some((path) => isArchiveOf(path, name))) continue;
    if (added.has(`${name} ${version}`)) continue;
    // The same chart may be there in two versions, under two aliases.
    const prefix = [...added].some((each) => each.startsWith(`${name} `)) ? `charts/${name}-${added.size}/` : `charts/${name}/`;
    added.add(`${name} ${version}`);
    const found = repository.startsWith('file://')
      ? await beside(means, chart, dependency, depth)
      : /^(https?|oci):\/\//.test(repository) && means.fetch
        ? await fetchedFiles(await means.fetch(dependency))
        : {};
    for (const [path, content] of Object.entries(found)) files[prefix + path] = content;
  }
  return files;
}

async function beside(
  means: DependencyMeans,
  chart: Chart,
  { name, repository }: ChartDependency,
  depth: number,
): Promise<Record<string, string>> {
  const root = posix.normalize(posix.join(chart.root, repository.slice('file://'.length))).replace(/\/$/, '');
  if (root.startsWith('..')) throw new Refused(`the dependency ${name} (${repository}) is outside of the repository`);
  const found = loaded(seenFrom((await gather(means.tree, means.entries, [root])).files, root));
  return withDependencies(means, { root, files: found }, depth + 1);
}

/** What Helm loads of a chart's folder. */
export function loaded(files: Readonly<Record<string, string>>): Record<string, string> {
  return withoutIgnored(files, Buffer.from(files['.helmignore'] ?? '', 'base64').toString('utf8'));
}

/** A packaged chart brings its own dependencies along. */
export async function fetchedFiles(tree: Tree): Promise<Record<string, string>> {
  const entries = await tree.list('');
  const files = await Promise.all(
    entries.map(async ({ path }): Promise<[string, string]> => [path, Buffer.from(await tree.read(path)).toString('base64')]),
  );
  return Object.fromEntries(files);
}

/** Charts that lie in charts/, whatever their folders are called. */
function namesPresent(files: Readonly<Record<string, string>>): ReadonlySet<string> {
  const names = new Set<string>();
  for (const [path, text] of Object.entries(files)) {
    const folder = /^charts\/([^/]+)\/Chart\.yaml$/.exec(path)?.[1];
    if (folder === undefined) continue;
    const { documents } = parseYamlDocuments(Buffer.from(text, 'base64').toString('utf8'), path);
    const value = documents[0]?.value;
    names.add(isRecord(value) && typeof value['name'] === 'string' ? value['name'] : folder);
  }
  return names;
}

function isArchiveOf(path: string, name: string): boolean {
  return path.startsWith(`charts/${name}-`) && path.endsWith('.tgz');
}

function dependenciesOf({ files }: Chart): readonly ChartDependency[] {
  const locked = listIn(files['Chart.lock'] ?? files['requirements.lock']);
  const listed = listIn(files['Chart.yaml'] ?? '', files['requirements.yaml']);
  // A lock names them in the same order: by place, so that one chart may be there twice.
  return listed.map((each, i) => {
    const lock = locked[i]?.name === each.name ? locked[i] : locked.find(({ name }) => name === each.name);
    return { ...each, version: lock?.version ?? each.version };
  });
}

/** `dependencies` of the first file that has any. */
function listIn(...texts: readonly (string | undefined)[]): ChartDependency[] {
  for (const text of texts) {
    if (!text) continue;
    const { documents } = parseYamlDocuments(Buffer.from(text, 'base64').toString('utf8'), 'Chart.yaml');
    const list = isRecord(documents[0]?.value) ? documents[0].value['dependencies'] : undefined;
    if (Array.isArray(list))
      return list.filter(isRecord).map((each) => ({
        name: String(each['name'] ?? ''),
        version: String(each['version'] ?? ''),
        repository: String(each['repository'] ?? ''),
      }));
  }
  return [];
}
