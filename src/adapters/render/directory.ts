// A directory of plain manifests -> manifests, in the order of a walk (behaviour 2.2, "Directory").
import { type ReadFile, readManifestFile } from '../../core/manifest/documents.js';
import type { DirectoryOptions } from '../../domain/application.js';
import type { Tree, TreeEntry } from '../../domain/ports.js';
import type { Problem } from '../../domain/problem.js';
import type { Manifest } from '../../domain/resource.js';
import { wrongIn } from './core-input.js';
import { type ChosenFile, chooseFiles } from './walk.js';

export interface DirectoryInput {
  readonly tree: Tree;
  /** All entries of the repository that can matter: those of the directory, and where their links lead. */
  readonly entries: readonly TreeEntry[];
  /** The directory, '' for the root. */
  readonly root: string;
  readonly options: DirectoryOptions;
  /** Evaluates a Jsonnet file; without it such a file is a problem. Throws CoreFailure and Refused. */
  readonly jsonnet?: (file: string) => Promise<ReadFile>;
}

export interface DirectoryResult {
  readonly manifests: readonly Manifest[];
  readonly problems: readonly Problem[];
  /** Bytes read, for the size of a cache. */
  readonly bytes: number;
}

const MAX_COMBINED_BYTES = 10 * 1024 * 1024;
const READ_AT_ONCE = 32;

/** Reads all chosen files. The first broken file stops it: half a directory is never a target. */
export async function renderDirectory(input: DirectoryInput): Promise<DirectoryResult> {
  const files = chooseFiles(input.entries, input.root, input.options);
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  const refused = tooLarge(files, bytes, input.root) ?? (input.jsonnet ? undefined : noJsonnet(files));
  if (refused) return { manifests: [], problems: [refused], bytes: 0 };
  const manifests: Manifest[] = [];
  for (let i = 0; i < files.length; i += READ_AT_ONCE) {
    const part = files.slice(i, i + READ_AT_ONCE);
    const texts = await Promise.all(part.map(async ({ target }) => Buffer.from(await input.tree.read(target)).toString('utf8')));
    for (const [index, { path }] of part.entries()) {
      const read = await readChosen(input, path, texts[index] as string);
      if (read.problems.length > 0) return { manifests: [], problems: read.problems, bytes };
      manifests.push(...read.manifests);
    }
  }
  return { manifests, problems: [], bytes };
}

async function readChosen({ jsonnet }: DirectoryInput, path: string, text: string): Promise<ReadFile> {
  if (!jsonnet || !path.endsWith('.jsonnet')) return readManifestFile(text, path);
  try {
    return await jsonnet(path);
  } catch (error) {
    const wrong = wrongIn(error);
    if (wrong === undefined) throw error;
    const message = `evaluating ${path} failed: ${wrong}`;
    return { manifests: [], problems: [{ type: 'ComparisonError', message, place: { file: path } }] };
  }
}

function tooLarge(files: readonly ChosenFile[], bytes: number, root: string): Problem | undefined {
  if (bytes <= MAX_COMBINED_BYTES) return undefined;
  const mebibytes = (bytes / 1024 / 1024).toFixed(1);
  return {
    type: 'ComparisonError',
    message: `the ${files.length} manifest files of ${root || 'the repository'} have ${mebibytes} MiB together, and 10 MiB are allowed; split the application, or narrow it with directory.include`,
    place: { file: root },
  };
}

function noJsonnet(files: readonly ChosenFile[]): Problem | undefined {
  const file = files.find(({ path }) => path.endsWith('.jsonnet'));
  if (!file) return undefined;
  return {
    type: 'ComparisonError',
    message: `${file.path} is written in Jsonnet, which this version does not render, so nothing of the application is applied; exclude it with directory.exclude to apply the rest`,
    place: { file: file.path },
  };
}
