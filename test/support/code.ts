// Reads the source tree as text: files, imports, functions. Formatting is uniform (biome), so indentation tells where a function ends.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface SourceFile {
  /** Relative to the project: 'src/core/compare.ts'. */
  readonly path: string;
  readonly lines: readonly string[];
  readonly imports: readonly Import[];
}

export interface Import {
  /** A project path for relative imports, else the package or node: name. */
  readonly target: string;
  readonly relative: boolean;
  readonly typeOnly: boolean;
}

export function sourceFiles(): SourceFile[] {
  return ['src', 'views', 'store'].flatMap((dir) => walk(dir)).sort((a, b) => (a.path < b.path ? -1 : 1));
}

function walk(dir: string): SourceFile[] {
  let entries: { name: string; isDirectory(): boolean }[];
  try {
    entries = readdirSync(join(ROOT, dir), { withFileTypes: true });
  } catch {
    return [];
  }
  return entries.flatMap((entry) => {
    const path = `${dir}/${entry.name}`;
    if (entry.isDirectory()) return walk(path);
    return /\.(ts|mts)$/.test(entry.name) ? [read(path)] : [];
  });
}

function read(path: string): SourceFile {
  const text = readFileSync(join(ROOT, path), 'utf8');
  return { path, lines: text.replace(/\n$/, '').split('\n'), imports: importsOf(path, text) };
}

function importsOf(path: string, text: string): Import[] {
  const found: Import[] = [];
  const statics = /^(?:import|export)\s+(type\s+)?[^'";]*?\bfrom\s+'([^']+)'|^import\s+'([^']+)'/gm;
  for (const match of text.matchAll(statics)) found.push(toImport(path, match[2] ?? match[3] ?? '', match[1] !== undefined));
  for (const match of text.matchAll(/\bimport\(\s*'([^']+)'\s*\)/g)) found.push(toImport(path, match[1] ?? '', false));
  return found;
}

function toImport(path: string, name: string, typeOnly: boolean): Import {
  if (!name.startsWith('.')) return { target: name, relative: false, typeOnly };
  const target = posix.normalize(posix.join(dirname(path), name)).replace(/\.js$/, '.ts');
  return { target, relative: true, typeOnly };
}

export interface FunctionSpan {
  readonly path: string;
  readonly line: number;
  readonly name: string;
  readonly length: number;
}

const START =
  /^(\s*)(?:export\s+)?(?:(?:async\s+)?function\*?\s+(\w+)|(?:const|let)\s+(\w+)\s*(?::[^=]+)?=\s*(?:async\s*)?(?:\([^)]*\)|\w+)(?::\s*[^=]+)?\s*=>\s*\{|(?:private\s+|public\s+|static\s+|async\s+|\*|get\s+|set\s+|override\s+)*(#?\w+)\s*(?:<[^>]*>)?\([^)]*\)(?::\s*.+)?\s*\{$)/;

/** Functions and methods with a body of several lines, and how many lines each spans. */
export function functionsOf(file: SourceFile): FunctionSpan[] {
  return file.lines.flatMap((text, index) => {
    const match = START.exec(text);
    const name = match?.[2] ?? match?.[3] ?? match?.[4];
    if (!match || !name || /^(if|for|while|switch|catch|return|else)$/.test(name)) return [];
    const indent = match[1] ?? '';
    const end = file.lines.findIndex((line, i) => i > index && line.startsWith(`${indent}}`) && line[indent.length] === '}');
    return end < 0 ? [] : [{ path: file.path, line: index + 1, name, length: end - index + 1 }];
  });
}
