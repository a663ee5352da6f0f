// A Kustomize directory -> manifests. Kustomize sees the directory and whatever its kustomization files name inside the repository.
import { posix } from 'node:path';
import { parseYamlDocuments } from '../../core/manifest/yaml.js';
import { isRecord } from '../../core/merge/record.js';
import { type KustomizeBlock, kustomizeEdits } from '../../core/source/kustomize.js';
import { type CoreInput, type CoreResult, environment, guarded, printed, Refused } from './core-input.js';
import { gather } from './gather.js';

const DEADLINE_MS = 60_000;
const MAX_DIRECTORIES = 500;
const KUSTOMIZATION = /(^|\/)(kustomization\.ya?ml|Kustomization)$/;

export function renderKustomize(input: CoreInput): Promise<CoreResult> {
  return guarded(input, 'kustomize build of', async () => {
    const { core, request, source, tree, entries, root } = input;
    const block = (source.kustomize ?? {}) as KustomizeBlock;
    const extra = (block.components ?? []).map((path) => posix.normalize(posix.join(root, path)));
    const places = await reachable(input, [root, ...extra]);
    const { files, bytes } = await gather(tree, entries, places);
    const isThere = (path: string) => entries.some((entry) => entry.path.startsWith(`${posix.normalize(posix.join(root, path))}/`));
    const edits = kustomizeEdits(block, environment(input), isThere);
    const anyFile = /--load[-_]restrictor[ =]LoadRestrictionsNone/.test(request.buildOptions ?? '');
    const text = await core.call<string>({
      operation: 'kustomize',
      input: { filesB64: files, dir: root, anyFile, ...(edits ? { edits } : {}) },
      deadlineMs: DEADLINE_MS,
      fairKey: request.app,
    });
    return printed(text, root, bytes);
  });
}

/** Folders and files of the repository that a kustomization reaches: every text in it that names something is followed. */
async function reachable({ tree, entries }: CoreInput, from: readonly string[]): Promise<string[]> {
  const places = new Set<string>();
  const directories = new Set(entries.flatMap(({ path }) => foldersOf(path)));
  const files = new Set(entries.map(({ path }) => path));
  const kustomizations = entries.filter(({ path, kind }) => kind === 'file' && KUSTOMIZATION.test(path));
  const waiting = [...from];
  for (let place = waiting.pop(); place !== undefined; place = waiting.pop()) {
    if (places.has(place)) continue;
    places.add(place);
    if (places.size > MAX_DIRECTORIES) throw new Refused(`it reaches more than ${MAX_DIRECTORIES} folders and files outside of it`);
    for (const file of kustomizations) {
      if (posix.dirname(file.path).replace(/^\.$/, '') !== place) continue;
      for (const text of textsOf(Buffer.from(await tree.read(file.path)).toString('utf8'), file.path)) {
        const path = posix.normalize(posix.join(place, text)).replace(/\/$/, '');
        if (path.startsWith('..')) continue;
        if (directories.has(path) || files.has(path)) waiting.push(path);
      }
    }
  }
  return [...places];
}

function foldersOf(path: string): string[] {
  const parts = path.split('/');
  return ['', ...parts.slice(0, -1).map((_, i) => parts.slice(0, i + 1).join('/'))];
}

/** Every text in a kustomization that may be a path; `key=path` of generators too. */
function textsOf(text: string, file: string): string[] {
  const found: string[] = [];
  const walk = (value: unknown): void => {
    if (typeof value === 'string' && value.length < 1_000 && !value.includes('\n')) {
      found.push(value);
      const equals = value.indexOf('=');
      if (equals >= 0) found.push(value.slice(equals + 1));
    } else if (Array.isArray(value)) value.forEach(walk);
    else if (isRecord(value)) Object.values(value).forEach(walk);
  };
  for (const { value } of parseYamlDocuments(text, file).documents) walk(value);
  return found.filter((each) => each !== '' && !each.startsWith('/'));
}
