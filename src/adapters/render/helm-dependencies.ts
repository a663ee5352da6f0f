// Dependencies with a `file://` address lie in the same repository; they are put where Helm looks for them.
import { posix } from 'node:path';
import { parseYamlDocuments } from '../../core/manifest/yaml.js';
import { isRecord } from '../../core/merge/record.js';
import type { Tree, TreeEntry } from '../../domain/ports.js';
import { Refused } from './core-input.js';
import { gather, seenFrom } from './gather.js';

const MAX_DEPTH = 8;

interface Chart {
  /** Where the chart is in the repository. */
  readonly root: string;
  /** Its files in base64, by path below it. */
  readonly files: Readonly<Record<string, string>>;
}

/** The chart's files and, below charts/, those of its local dependencies and theirs. What is there already is left as it is. */
export async function withLocalDependencies(
  tree: Tree,
  entries: readonly TreeEntry[],
  chart: Chart,
  depth = 0,
): Promise<Record<string, string>> {
  if (depth > MAX_DEPTH) throw new Refused(`the dependencies of ${chart.root} lead more than ${MAX_DEPTH} charts deep`);
  const files = { ...chart.files };
  for (const { name, repository } of dependenciesOf(chart)) {
    const prefix = `charts/${name}/`;
    if (!repository.startsWith('file://') || Object.keys(files).some((path) => path.startsWith(prefix) || isArchiveOf(path, name)))
      continue;
    const root = posix.normalize(posix.join(chart.root, repository.slice('file://'.length))).replace(/\/$/, '');
    if (root.startsWith('..')) throw new Refused(`the dependency ${name} (${repository}) is outside of the repository`);
    const found = seenFrom((await gather(tree, entries, [root])).files, root);
    const whole = await withLocalDependencies(tree, entries, { root, files: found }, depth + 1);
    for (const [path, content] of Object.entries(whole)) files[prefix + path] = content;
  }
  return files;
}

function isArchiveOf(path: string, name: string): boolean {
  return path.startsWith(`charts/${name}-`) && path.endsWith('.tgz');
}

function dependenciesOf({ files }: Chart): readonly { readonly name: string; readonly repository: string }[] {
  const text = files['Chart.yaml'] ?? files['requirements.yaml'];
  if (text === undefined) return [];
  const { documents } = parseYamlDocuments(Buffer.from(text, 'base64').toString('utf8'), 'Chart.yaml');
  const [first] = documents;
  const list = isRecord(first?.value) ? first.value['dependencies'] : undefined;
  if (!Array.isArray(list)) return [];
  return list.filter(isRecord).map(({ name, repository }) => ({ name: String(name ?? ''), repository: String(repository ?? '') }));
}
