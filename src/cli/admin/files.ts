// The files that the offline commands work on: one object, argocd-cm, folders of manifests.
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { readRenderedText } from '../../core/manifest/documents.js';
import { type ComparisonSettings, DEFAULT_SETTINGS, parseSettings } from '../../core/settings.js';
import { type Problem, UserError } from '../../domain/problem.js';
import type { Manifest } from '../../domain/resource.js';
import type { Session } from '../session.js';

const MOST_FILES = 10_000;

/** All objects of a file; '-' is standard input. Lists are taken apart. */
export async function objectsOf(session: Session, file: string): Promise<readonly Manifest[]> {
  const text = file === '-' ? await session.io.input() : await textOf(resolve(session.io.cwd, file), file);
  const { manifests, problems } = readRenderedText(text, file);
  const [problem] = problems;
  if (problem) throw new UserError(`cannot read ${file}: ${problem.message}`, { file });
  return manifests;
}

/** The one object of a file. */
export async function objectOf(session: Session, file: string): Promise<Manifest> {
  const objects = await objectsOf(session, file);
  const [object] = objects;
  if (!object || objects.length > 1)
    throw new UserError(`cannot use ${file}: it holds ${objects.length} objects, and one is needed`, { file });
  return object;
}

/** The objects of all YAML and JSON files of a folder, in the order of their names; or those of one file. */
export async function folderOf(session: Session, path: string): Promise<readonly Manifest[]> {
  const at = resolve(session.io.cwd, path);
  const found = await stat(at).catch(() => undefined);
  if (!found) throw new UserError(`cannot read ${path}: there is no such folder`, { file: path });
  if (!found.isDirectory()) return objectsOf(session, path);
  const names = (await readdir(at, { recursive: true })).filter((name) => /\.(ya?ml|json)$/.test(name)).sort();
  if (names.length > MOST_FILES) throw new UserError(`cannot read ${path}: it holds ${names.length} files, more than ${MOST_FILES}`);
  const lists = await Promise.all(names.map((name) => objectsOf(session, join(path, name))));
  return lists.flat();
}

export interface SettingsFile {
  readonly data: Readonly<Record<string, string>>;
  readonly settings: ComparisonSettings;
  readonly problems: readonly Problem[];
}

/** argocd-cm of --argocd-cm-path; the defaults where it is not given. */
export async function settingsOf(session: Session): Promise<SettingsFile> {
  const file = session.invocation.text('argocd-cm-path');
  if (file === undefined) return { data: {}, settings: DEFAULT_SETTINGS, problems: [] };
  const object = await objectOf(session, file);
  if (object.kind !== 'ConfigMap')
    throw new UserError(`cannot use ${file}: it holds a ${object.kind}, and the ConfigMap argocd-cm is needed`, { file });
  const data = (object['data'] ?? {}) as Record<string, string>;
  return { data, ...parseSettings(data) };
}

async function textOf(path: string, name: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new UserError(`cannot read ${name}: ${missing ? 'there is no such file' : (error as Error).message}`, { file: name });
  }
}
