// A YAML document whose every node knows its place, so that a wrong value is named with file:line:column.
import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { parseGoDuration } from '../core/duration.js';
import { nearest } from '../core/nearest.js';
import { UserError } from '../domain/problem.js';

export class ConfigNode {
  readonly #node: Node | null;
  readonly #lines: LineCounter;
  readonly #file: string;
  readonly #path: string;

  constructor(node: Node | null, lines: LineCounter, file: string, path: string) {
    this.#node = node;
    this.#lines = lines;
    this.#file = file;
    this.#path = path;
  }

  /** An error about this value: "cannot read argosy.yaml:3:9: hub: ...". */
  wrong(reason: string, offset = this.#node?.range?.[0] ?? 0): UserError {
    return wrongAt({ file: this.#file, ...this.#lines.linePos(offset) }, this.#path === '' ? reason : `${this.#path}: ${reason}`);
  }

  /** The values of a map with only these keys. A key without a value is left out. */
  keys(known: readonly string[]): ReadonlyMap<string, ConfigNode> {
    const values = new Map<string, ConfigNode>();
    for (const [key, node, offset] of this.#entries()) {
      if (!known.includes(key)) throw this.wrong(unknownKey(key, known), offset);
      if (node.#isNothing()) continue;
      values.set(key, node);
    }
    return values;
  }

  require(keys: ReadonlyMap<string, ConfigNode>, name: string): ConfigNode {
    const node = keys.get(name);
    if (!node) throw this.wrong(`the key "${name}" is missing`);
    return node;
  }

  /** A map with names of the user's as keys. */
  named<T>(read: (node: ConfigNode) => T): ReadonlyMap<string, T> {
    return new Map(this.#entries().map(([key, node]) => [key, read(node)] as const));
  }

  list<T>(read: (node: ConfigNode) => T): readonly T[] {
    if (!isSeq(this.#node)) throw this.wrong(`a list is expected, not ${this.#what()}`);
    return this.#node.items.map((item, i) => read(new ConfigNode(item as Node, this.#lines, this.#file, `${this.#path}[${i}]`)));
  }

  /** A scalar is read by the first, anything else by the second. */
  either<T, U>(scalar: (node: ConfigNode) => T, other: (node: ConfigNode) => U): T | U {
    return isScalar(this.#node) ? scalar(this) : other(this);
  }

  text(): string {
    const value = isScalar(this.#node) ? this.#node.value : undefined;
    if (typeof value === 'string' && value !== '') return value;
    if (typeof value === 'number' || typeof value === 'boolean') return isScalar(this.#node) ? (this.#node.source ?? String(value)) : '';
    throw this.wrong(`a text is expected, not ${this.#what()}`);
  }

  flag(): boolean {
    const value = isScalar(this.#node) ? this.#node.value : undefined;
    if (typeof value !== 'boolean') throw this.wrong(`true or false is expected, not ${this.#what()}`);
    return value;
  }

  integer(min: number, max: number): number {
    const value = isScalar(this.#node) ? this.#node.value : undefined;
    if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max)
      throw this.wrong(`a whole number from ${min} to ${max} is expected, not ${this.#what()}`);
    return value;
  }

  /** Milliseconds of '90s', '5m', '1h30m'. */
  duration(): number {
    const value = isScalar(this.#node) ? this.#node.value : undefined;
    const ms = typeof value === 'string' ? parseGoDuration(value) : undefined;
    if (ms === undefined || ms < 0) throw this.wrong(`a time such as 90s, 5m or 1h30m is expected, not ${this.#what()}`);
    return ms;
  }

  oneOf<const T extends string>(values: readonly T[]): T {
    const text = this.text();
    const found = values.find((value) => value === text);
    if (found !== undefined) return found;
    const meant = nearest(text, values);
    throw this.wrong(`"${text}" is not known${meant ? `; did you mean "${meant}"?` : `; it is ${values.join(' or ')}`}`);
  }

  #entries(): (readonly [string, ConfigNode, number])[] {
    if (this.#node === null) return [];
    if (!isMap(this.#node)) throw this.wrong(`keys and values are expected, not ${this.#what()}`);
    return this.#node.items.map((pair) => {
      const keyNode = pair.key as Node;
      const key = String(isScalar(keyNode) ? keyNode.value : keyNode);
      const path = this.#path === '' ? key : `${this.#path}.${key}`;
      return [key, new ConfigNode(pair.value as Node | null, this.#lines, this.#file, path), keyNode.range?.[0] ?? 0] as const;
    });
  }

  #isNothing(): boolean {
    return this.#node === null || (isScalar(this.#node) && this.#node.value === null);
  }

  #what(): string {
    if (this.#isNothing()) return 'nothing';
    if (isMap(this.#node)) return 'keys and values';
    if (isSeq(this.#node)) return 'a list';
    return isScalar(this.#node) ? JSON.stringify(this.#node.value) : 'an alias';
  }
}

/** Throws UserError where the text is not YAML. */
export function parseConfig(text: string, file: string): ConfigNode {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const error = document.errors[0];
  if (error) throw wrongAt({ file, ...lines.linePos(error.pos[0]) }, error.message);
  return new ConfigNode(document.contents as Node | null, lines, file, '');
}

function wrongAt(place: { file: string; line: number; col: number }, reason: string): UserError {
  const { file, line, col } = place;
  return new UserError(`cannot read ${file}:${line}:${col}: ${reason}`, { file, line, column: col });
}

function unknownKey(key: string, known: readonly string[]): string {
  const meant = nearest(key, known);
  return `unknown key "${key}"${meant ? `; did you mean "${meant}"?` : `; known are ${known.join(', ')}`}`;
}
