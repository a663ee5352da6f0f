// fasttemplate substitution, as ApplicationSets without goTemplate use it: '{{ key }}', single pass, unknown keys stay as they are.
// Behaviour 2.1 ("Parameter shapes").
import { isRecord, type Params } from './generator.js';

const HAS_TAG = /\{\{.*\}\}/;

/** Fills one text in. A key that is unknown, empty or not a string leaves its tag untouched, inner spaces included. Throws nothing; an open tag is an error text. */
export function fillText(text: string, params: Params): { readonly text: string; readonly error?: string } {
  if (!HAS_TAG.test(text)) return { text };
  let filled = '';
  let rest = text;
  for (;;) {
    const open = rest.indexOf('{{');
    if (open < 0) return { text: filled + rest };
    const close = rest.indexOf('}}', open + 2);
    if (close < 0) return { text, error: `invalid template: a tag is opened and not closed in ${JSON.stringify(text)}` };
    const tag = rest.slice(open + 2, close);
    const value = params[tag.trim()];
    filled += rest.slice(0, open) + (typeof value === 'string' && tag.trim() !== '' ? value : `{{${tag}}}`);
    rest = rest.slice(close + 2);
  }
}

/** Fills a JSON value in: every text and every key. Other scalars are kept. Errors are collected, the first one counts. */
export function fillValue(value: unknown, params: Params): { readonly value: unknown; readonly error?: string } {
  const errors: string[] = [];
  const fill = (text: string): string => {
    const { text: filled, error } = fillText(text, params);
    if (error !== undefined) errors.push(error);
    return filled;
  };
  const walk = (node: unknown): unknown => {
    if (typeof node === 'string') return fill(node);
    if (Array.isArray(node)) return node.map(walk);
    if (!isRecord(node)) return node;
    return Object.fromEntries(Object.entries(node).map(([key, child]) => [fill(key), walk(child)]));
  };
  const filled = walk(value);
  const [error] = errors;
  return error === undefined ? { value: filled } : { value: filled, error };
}

/** Nested values as flat keys: 'a.b', and 'a.0.c' for lists; texts as Go prints them. */
export function flatten(value: unknown, prefix = ''): Record<string, string> {
  if (isRecord(value) || Array.isArray(value)) {
    const parts = Object.entries(value).map(([key, child]) => flatten(child, prefix === '' ? key : `${prefix}.${key}`));
    return Object.assign({}, ...parts);
  }
  return prefix === '' ? {} : { [prefix]: printGo(value) };
}

/** Go's %v of a decoded JSON scalar: numbers are float64, large and small ones in e-notation. */
export function printGo(value: unknown): string {
  if (value === null || value === undefined) return '<nil>';
  if (typeof value !== 'number') return String(value);
  const magnitude = Math.abs(value);
  if (magnitude !== 0 && (magnitude < 1e-4 || magnitude >= 1e21)) return exponent(value);
  return String(value);
}

function exponent(value: number): string {
  return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
}

const NAME_MAX = 253;

/** Argo CD's `normalize`: lower case, '-' for what a DNS name may not hold, cut at 253, no '-' or '.' at the ends. */
export function normalizeName(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^-a-z0-9.]/g, '-')
    .slice(0, NAME_MAX)
    .replace(/^[-.]+|[-.]+$/g, '');
}
