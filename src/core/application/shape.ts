// The shape of a value as a small table, and a walk that compares a value with it: wrong types and unknown names are reported
// with their path; wrong values are left out of the result, so that code behind it can trust the types.
import { nearest } from '../nearest.js';

export type Shape =
  | 'string'
  | 'boolean'
  | 'integer'
  | 'any'
  | { readonly fields: Readonly<Record<string, Shape>> }
  | { readonly list: Shape }
  | { readonly map: Shape };

export interface ShapeFindings {
  /** The value without what has the wrong type, and without nulls where a field is known. */
  readonly value: unknown;
  readonly wrong: readonly string[];
  readonly unknown: readonly string[];
}

const MAX_DEPTH = 100;

/** Compares a value with its shape. Never throws; unknown fields are kept. */
export function checkShape(value: unknown, shape: Shape, path: string): ShapeFindings {
  const wrong: string[] = [];
  const unknown: string[] = [];
  const walk = (current: unknown, expected: Shape, at: string, depth: number): unknown => {
    if (expected === 'any' || depth > MAX_DEPTH) return current;
    if (!hasType(current, expected)) {
      wrong.push(`${at} is ${describe(current)}, but ${describeShape(expected)} is expected`);
      return undefined;
    }
    if (typeof expected === 'string') return current;
    if ('list' in expected) {
      const items = (current as unknown[]).map((item, i) => walk(item, expected.list, `${at}[${i}]`, depth + 1));
      return items.filter((item) => item !== undefined);
    }
    const entries = Object.entries(current as Record<string, unknown>).flatMap(([key, child]): [string, unknown][] => {
      const next = 'map' in expected ? expected.map : Object.hasOwn(expected.fields, key) ? expected.fields[key] : undefined;
      if (next === undefined) {
        unknown.push(unknownField(at, key, 'fields' in expected ? Object.keys(expected.fields) : []));
        return [[key, child]];
      }
      if (child === null && next !== 'any') return [];
      const kept = walk(child, next, `${at}.${key}`, depth + 1);
      return kept === undefined ? [] : [[key, kept]];
    });
    return Object.fromEntries(entries);
  };
  return { value: walk(value, shape, path, 0), wrong, unknown };
}

function hasType(value: unknown, shape: Exclude<Shape, 'any'>): boolean {
  if (shape === 'integer') return Number.isSafeInteger(value);
  if (typeof shape === 'string') return typeof value === shape;
  if ('list' in shape) return Array.isArray(value);
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function unknownField(at: string, key: string, known: readonly string[]): string {
  const right = nearest(key, known);
  return `${at}.${key} is not a known field${right === undefined ? '' : `; did you mean "${right}"?`}`;
}

function describeShape(shape: Shape): string {
  if (typeof shape === 'string') return shape === 'integer' ? 'an integer' : shape === 'string' ? 'text' : `a ${shape}`;
  return 'list' in shape ? 'a list' : 'a map';
}

function describe(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  return typeof value === 'string' ? `the text ${JSON.stringify(value.slice(0, 80))}` : `the ${typeof value} ${String(value)}`;
}
