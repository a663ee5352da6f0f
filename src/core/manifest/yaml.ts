// Text <-> values. Documents are cut at lines that begin with '---', as Kubernetes cuts them, so every document knows its line.
import { dump, load, YAMLException } from 'js-yaml';
import { type Place, UserError } from '../../domain/problem.js';
import { parseLenient } from './yaml-lenient.js';
import { kubernetesSchema, writingSchema } from './yaml-schema.js';

export interface YamlDocument {
  readonly value: unknown;
  /** Line of the file on which its first content stands, from 1. */
  readonly line: number;
}

/** Why a file could not be read: a sentence that begins with file:line:column. */
export interface YamlProblem {
  readonly message: string;
  readonly place: Place;
}

export interface YamlDocuments {
  /** Those before the one that could not be read; empty documents are left out. */
  readonly documents: readonly YamlDocument[];
  readonly problem?: YamlProblem;
}

interface Chunk {
  readonly text: string;
  /** Index of its first line in the file. */
  readonly offset: number;
}

/** Aliases may repeat a part; a document may not grow beyond this many values by it. */
const MAX_EXPANDED_VALUES = 500_000;
const MAX_DEPTH = 1000;

/** Reads all documents of a file (YAML or JSON), and stops at the first that cannot be read. */
export function parseYamlDocuments(text: string, file: string): YamlDocuments {
  const documents: YamlDocument[] = [];
  for (const chunk of cut(text.startsWith('\uFEFF') ? text.slice(1) : text)) {
    const first = firstContentLine(chunk.text);
    if (first < 0) continue;
    try {
      const value = readChunk(chunk.text);
      if (value !== null && value !== undefined) documents.push({ value, line: chunk.offset + first + 1 });
    } catch (error) {
      return { documents, problem: explain(error, file, chunk, first) };
    }
  }
  return { documents };
}

/** Reads exactly one value, undefined for an empty text. Throws UserError with its place. */
export function parseYaml(text: string, file: string): unknown {
  const { documents, problem } = parseYamlDocuments(text, file);
  if (problem) throw new UserError(problem.message, problem.place);
  const second = documents[1];
  if (second)
    throw new UserError(`${file}:${second.line}: a second document begins here, but one is expected`, { file, line: second.line });
  return documents[0]?.value;
}

/** Writes a value as kubectl does: keys sorted, apiVersion, kind and metadata first; any YAML reader gives the same value back. */
export function toYaml(value: unknown): string {
  return dump(ordered(value), {
    schema: writingSchema,
    noRefs: true,
    lineWidth: -1,
    seqNoIndent: true,
    skipInvalid: true,
  });
}

function cut(text: string): Chunk[] {
  const lines = text.split('\n');
  const chunks: Chunk[] = [];
  let start = 0;
  for (let i = 0; i <= lines.length; i++) {
    if (i < lines.length && !lines[i]?.startsWith('---')) continue;
    if (i > start) chunks.push({ text: withPlainMarker(lines.slice(start, i)).join('\n'), offset: start });
    start = i;
  }
  return chunks;
}

/** A separator may be longer than '---' or carry text without a space; only YAML's own form is content. */
function withPlainMarker(lines: string[]): string[] {
  const [first = '', ...rest] = lines;
  return first.startsWith('---') && !/^---(\s|$)/.test(first) ? ['---', ...rest] : lines;
}

/** Index of the first line with content, or -1 where there are only comments, markers and directives. */
function firstContentLine(text: string): number {
  return text.split('\n').findIndex((line) => !/^(?:---|\.\.\.|%.*)?\s*(?:#.*)?$/.test(line.trim()));
}

function readChunk(text: string): unknown {
  const json = readJson(text);
  if (json !== undefined) return json;
  const value = readStrictThenLenient(text);
  if (!/[\s[{,:-]\*[^\s*]/.test(text)) return value;
  countExpanded(value, new Map());
  return JSON.parse(JSON.stringify(value));
}

function readJson(text: string): unknown {
  if (!/^\s*(?:---\s*)?\{/.test(text)) return undefined;
  try {
    return JSON.parse(text.replace(/^\s*---/, ''));
  } catch {
    return undefined; // Flow YAML also begins with '{'; the YAML reader then says what is wrong.
  }
}

function readStrictThenLenient(text: string): unknown {
  try {
    return load(text, { schema: kubernetesSchema, json: true, maxAliases: 1000, maxDepth: MAX_DEPTH });
  } catch (strict) {
    if (!(strict instanceof YAMLException)) throw strict;
    try {
      return parseLenient(text);
    } catch {
      throw strict;
    }
  }
}

/** Number of values when every alias is written out. Shared parts are counted once and added as often as they occur. */
function countExpanded(value: unknown, known: Map<object, number>): number {
  if (value === null || typeof value !== 'object') return 1;
  const before = known.get(value);
  if (before === -1) throw new Error('an anchor contains itself');
  if (before !== undefined) return before;
  known.set(value, -1);
  let count = 1;
  for (const child of Object.values(value)) count += countExpanded(child, known);
  if (count > MAX_EXPANDED_VALUES) throw new Error(`its aliases expand to more than ${MAX_EXPANDED_VALUES} values`);
  known.set(value, count);
  return count;
}

function explain(error: unknown, file: string, chunk: Chunk, first: number): YamlProblem {
  const mark = error instanceof YAMLException ? error.mark : undefined;
  const line = chunk.offset + (mark ? mark.line : first) + 1;
  const column = (mark?.column ?? 0) + 1;
  const reason = error instanceof YAMLException ? error.reason : error instanceof Error ? error.message : String(error);
  return { message: `${file}:${line}:${column}: the file is not valid YAML: ${reason}`, place: { file, line, column } };
}

const FIRST_KEYS: readonly string[] = ['apiVersion', 'kind', 'metadata'];

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (value === null || typeof value !== 'object') return value;
  const source = value as Record<string, unknown>;
  const isObject = 'apiVersion' in source && 'kind' in source;
  const rank = (key: string) => (isObject && FIRST_KEYS.includes(key) ? FIRST_KEYS.indexOf(key) : FIRST_KEYS.length);
  const keys = Object.keys(source).sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
  return Object.fromEntries(keys.map((key) => [key, ordered(source[key])]));
}
