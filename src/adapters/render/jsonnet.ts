// One Jsonnet file of a directory source -> manifests.
import { posix } from 'node:path';
import { type ReadFile, readRendered } from '../../core/manifest/documents.js';
import { jsonnetPlan } from '../../core/source/jsonnet.js';
import { type CoreInput, environment, Refused } from './core-input.js';
import { gather } from './gather.js';

const DEADLINE_MS = 30_000;

/** Throws CoreFailure and Refused. The result is one object or a list of them. */
export async function renderJsonnet(input: CoreInput, file: string): Promise<ReadFile> {
  const { core, request, source, tree, entries, root } = input;
  const { tlas, extVars, libs } = jsonnetPlan(source.directory?.jsonnet, environment(input));
  const folders = libs.map((lib) => posix.normalize(lib).replace(/\/$/, '').replace(/^\.$/, ''));
  const outside = folders.find((folder) => folder.startsWith('..') || folder.startsWith('/'));
  if (outside !== undefined) throw new Refused(`the Jsonnet library ${outside} is outside of the repository`);
  const { files } = await gather(tree, entries, [root, ...folders]);
  const json = await core.call<string>({
    operation: 'jsonnet',
    input: { filesB64: files, main: file, libs: [root, ...folders], tlas, extVars },
    deadlineMs: DEADLINE_MS,
    fairKey: request.app,
  });
  const value: unknown = JSON.parse(json);
  const objects: readonly unknown[] = Array.isArray(value) ? value : [value];
  return readRendered(
    objects.map((object) => ({ value: object, line: 1 })),
    `${file} (rendered)`,
  );
}
