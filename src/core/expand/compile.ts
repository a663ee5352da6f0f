// A JSON value with templates in its strings and keys, compiled once and filled in for every parameter set.
// Parts without a template are shared between the results: nobody may change them.
import { isRecord, type Params } from './generator.js';

/** A text could not be filled in: with an error, or because it needs the Go template engine. */
export class Fault {
  readonly error: string | undefined;

  constructor(error?: string) {
    this.error = error;
  }
}

/** Undefined where the text has nothing to fill in. */
export type TextCompiler = (text: string) => ((params: Params) => string | Fault) | undefined;
export type Filler = (params: Params) => unknown;

/** Fills every string and key of the value in. Other scalars are kept; what is null in an object is dropped, as Argo CD does. */
export function compileValue(value: unknown, compileText: TextCompiler): Filler {
  return compiled(value, compileText) ?? (() => value);
}

/** Undefined for a value that is always the same. */
function compiled(value: unknown, compileText: TextCompiler): Filler | undefined {
  if (typeof value === 'string') return compileText(value);
  if (Array.isArray(value)) return compiledList(value, compileText);
  return isRecord(value) ? compiledRecord(value, compileText) : undefined;
}

function compiledList(list: readonly unknown[], compileText: TextCompiler): Filler | undefined {
  const items = list.map((item) => compiled(item, compileText));
  if (items.every((item) => item === undefined)) return undefined;
  return (params) => {
    const filled: unknown[] = [];
    for (const [i, item] of items.entries()) {
      const value = item ? item(params) : list[i];
      if (value instanceof Fault) return value;
      filled.push(value);
    }
    return filled;
  };
}

interface Field {
  readonly key: string;
  readonly fillKey: ((params: Params) => string | Fault) | undefined;
  readonly value: unknown;
  readonly fill: Filler | undefined;
}

function compiledRecord(record: Readonly<Record<string, unknown>>, compileText: TextCompiler): Filler | undefined {
  const all = Object.entries(record);
  const fields = all
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([key, value]): Field => ({ key, fillKey: compileText(key), value, fill: compiled(value, compileText) }));
  if (fields.length === all.length && fields.every(({ fill, fillKey }) => !fill && !fillKey)) return undefined;
  return (params) => {
    const filled: Record<string, unknown> = {};
    for (const { key, fillKey, value, fill } of fields) {
      const name = fillKey ? fillKey(params) : key;
      const content = fill ? fill(params) : value;
      if (name instanceof Fault) return name;
      if (content instanceof Fault) return content;
      filled[name] = content;
    }
    return filled;
  };
}
