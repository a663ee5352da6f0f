// A Kustomize directory -> manifests. Kustomize sees the directory and whatever its kustomization files name.
import { posix } from 'node:path';
import { type KustomizeBlock, kustomizeEdits } from '../../core/source/kustomize.js';
import { type CoreInput, type CoreResult, environment, guarded, printed } from './core-input.js';
import { inflateCharts } from './kustomize-charts.js';
import { reach } from './kustomize-reach.js';

const DEADLINE_MS = 60_000;

export function renderKustomize(input: CoreInput): Promise<CoreResult> {
  return guarded(input, 'kustomize build of', async () => {
    const { core, request, source, entries, root } = input;
    const block = (source.kustomize ?? {}) as KustomizeBlock;
    const extra = (block.components ?? []).map((path) => posix.normalize(posix.join(root, path)));
    const { files, bytes, kustomizations } = await reach(input, [root, ...extra]);
    if (inflates(request.buildOptions)) await inflateCharts(input, files, kustomizations);
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

/** Whether the options say --enable-helm. */
export function inflates(buildOptions: string | undefined): boolean {
  return /(^|\s)--enable-helm(=true)?(\s|$)/.test(buildOptions ?? '');
}
