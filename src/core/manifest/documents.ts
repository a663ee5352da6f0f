// One file of a source -> manifests. Which files count, and what is wrong with them, follows Argo CD (behaviour 2.2, "Directory").
import type { Place, Problem } from '../../domain/problem.js';
import type { Manifest } from '../../domain/resource.js';
import { parseYamlDocuments } from './yaml.js';

export const SKIP_FILE_MARKER = '+argocd:skip-file-rendering';

export interface ReadFile {
  readonly manifests: readonly Manifest[];
  readonly problems: readonly Problem[];
}

/**
 * All manifests of one file, Lists expanded. A file that is no manifest at all (values, configuration) gives nothing and no
 * problem; one that begins well, or looks like a manifest, and is broken gives a ComparisonError with its place.
 */
export function readManifestFile(text: string, file: string): ReadFile {
  if (text.includes(SKIP_FILE_MARKER)) return { manifests: [], problems: [] };
  return file.endsWith('.json') ? readJsonFile(text, file) : readYamlFile(text, file);
}

/**
 * All manifests that a renderer printed, Lists expanded. Every document counts: what cannot be read, or is no object, is a
 * ComparisonError, because an empty target is a reason to prune and an unreadable one is none.
 */
export function readRenderedText(text: string, name: string): ReadFile {
  const { documents, problem } = parseYamlDocuments(text, name);
  return problem ? failure(problem.message, problem.place) : readRendered(documents, name);
}

/** The same for values that a renderer returned. */
export function readRendered(documents: readonly { readonly value: unknown; readonly line: number }[], name: string): ReadFile {
  const manifests: Manifest[] = [];
  for (const { value, line } of documents) {
    const read = readObject(value, { file: name, line });
    if (read.problem !== undefined) return failure(read.problem, { file: name, line });
    manifests.push(...read.manifests);
  }
  return { manifests, problems: [] };
}

function readYamlFile(text: string, file: string): ReadFile {
  const { documents, problem } = parseYamlDocuments(text, file);
  const manifests: Manifest[] = [];
  // Values and configuration files lie beside manifests: a file counts when something in it is an object, or looks like one.
  const counts = () => manifests.length > 0 || looksLikeManifest(text);
  for (const { value, line } of documents) {
    const read = readObject(value, { file, line });
    if (read.problem === undefined) manifests.push(...read.manifests);
    else if (hasKind(value) || counts()) return failure(read.problem, { file, line });
    else return { manifests: [], problems: [] };
  }
  if (problem === undefined) return { manifests, problems: [] };
  return counts() ? failure(problem.message, problem.place) : { manifests: [], problems: [] };
}

function hasKind(value: unknown): boolean {
  return isRecord(value) && typeof value['kind'] === 'string' && typeof value['apiVersion'] === 'string';
}

function readJsonFile(text: string, file: string): ReadFile {
  const place = { file, line: 1 };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (jsonValuesIn(text) > 1) {
      return failure(`Found multiple objects in ${JSON.stringify(file)}. Only single objects are allowed in JSON files.`, place);
    }
    const reason = error instanceof Error ? error.message : String(error);
    return failure(`${file}: the file is not valid JSON: ${reason}`, place);
  }
  const read = readObject(value, place);
  return read.problem === undefined ? { manifests: read.manifests, problems: [] } : failure(read.problem, place);
}

/** How many complete JSON objects stand one after the other; counting ends at the first thing that is none. */
function jsonValuesIn(text: string): number {
  let depth = 0;
  let found = 0;
  for (const token of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\]]/gs)) {
    if (token[0] === '{' || token[0] === '[') depth++;
    else if ((token[0] === '}' || token[0] === ']') && --depth === 0) found++;
  }
  return depth === 0 ? found : 0;
}

function looksLikeManifest(text: string): boolean {
  return text.includes('apiVersion:') && text.includes('kind:') && text.includes('metadata:');
}

function failure(message: string, place: Place): ReadFile {
  return { manifests: [], problems: [{ type: 'ComparisonError', message, place }] };
}

type ReadObject = { readonly manifests: readonly Manifest[]; readonly problem?: undefined } | { readonly problem: string };

function readObject(value: unknown, place: { file: string; line: number }): ReadObject {
  const where = `${place.file}:${place.line}`;
  if (!isRecord(value)) return { problem: `${where}: a Kubernetes object is expected, but this is ${kindOfValue(value)}` };
  if (Array.isArray(value['items'])) return expandList(value, value['items'], place);
  if ('items' in value && value['items'] === null && !('spec' in value) && !('status' in value)) return { manifests: [] };
  const problem = whatIsWrong(value, where);
  return problem === undefined ? { manifests: [value as unknown as Manifest] } : { problem };
}

/** Items of a list may leave out what the list says already: a ConfigMapList holds ConfigMaps. */
function expandList(list: Record<string, unknown>, items: readonly unknown[], place: { file: string; line: number }): ReadObject {
  const manifests: Manifest[] = [];
  const listKind = typeof list['kind'] === 'string' ? list['kind'] : '';
  const typed = listKind.endsWith('List') && listKind !== 'List';
  for (const item of items) {
    const whole = typed && isRecord(item) ? { apiVersion: list['apiVersion'], kind: listKind.slice(0, -'List'.length), ...item } : item;
    const read = readObject(whole, place);
    if (read.problem !== undefined) return read;
    manifests.push(...read.manifests);
  }
  return { manifests };
}

function whatIsWrong(value: Record<string, unknown>, where: string): string | undefined {
  const { kind, apiVersion, metadata } = value;
  if (typeof kind !== 'string' || kind === '') return `${where}: the object has no kind`;
  if (typeof apiVersion !== 'string' || apiVersion === '') return `${where}: the ${kind} has no apiVersion`;
  if (!isRecord(metadata)) return `${where}: the ${kind} has no metadata`;
  const { name, generateName, namespace } = metadata;
  if ((typeof name !== 'string' || name === '') && typeof generateName !== 'string') {
    return name === undefined || name === '' || name === null
      ? `${where}: the ${kind} has no metadata.name`
      : `${where}: metadata.name of the ${kind} is ${kindOfValue(name)}; put it in quotes`;
  }
  if (namespace !== undefined && namespace !== null && typeof namespace !== 'string') {
    return `${where}: metadata.namespace of ${kind} ${String(name)} is ${kindOfValue(namespace)}; put it in quotes`;
  }
  return (
    notText(metadata, 'labels', `${where}: ${kind} ${String(name)}`) ??
    notText(metadata, 'annotations', `${where}: ${kind} ${String(name)}`)
  );
}

function notText(metadata: Record<string, unknown>, field: 'labels' | 'annotations', what: string): string | undefined {
  const map = metadata[field];
  if (map === undefined || map === null) return undefined;
  if (!isRecord(map)) return `${what}: metadata.${field} is ${kindOfValue(map)}, but a map of texts is expected`;
  const wrong = Object.entries(map).find(([, value]) => value !== null && typeof value !== 'string');
  if (!wrong) return undefined;
  return `${what}: metadata.${field}["${wrong[0]}"] is ${kindOfValue(wrong[1])}, but only text is allowed there; put it in quotes`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function kindOfValue(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'a map' : `the ${typeof value} ${JSON.stringify(value)}`;
}
