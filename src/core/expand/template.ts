// fasttemplate substitution, as ApplicationSets without goTemplate use it: '{{ key }}', single pass, unknown keys stay as they are.
// Behaviour 2.1 ("Parameter shapes").
import { compileValue, Fault } from './compile.js';
import { isRecord, type Params } from './generator.js';

const HAS_TAG = /\{\{[^\n]*\}\}/;

type Piece = string | { readonly tag: string; readonly key: string };

/** The text as a function of parameters; undefined where there is no tag on any line. An unknown, empty or non-string key keeps its tag. */
export function compileFast(text: string): ((params: Params) => string | Fault) | undefined {
  if (!text.includes('{{') || !HAS_TAG.test(text)) return undefined;
  const pieces: Piece[] = [];
  let rest = text;
  for (;;) {
    const open = rest.indexOf('{{');
    if (open < 0) break;
    const close = rest.indexOf('}}', open + 2);
    if (close < 0) {
      const from = JSON.stringify(rest.slice(open + 2));
      const fault = new Fault(`invalid template: Cannot find end tag="}}" in the template=${JSON.stringify(text)} starting from ${from}`);
      return () => fault;
    }
    const tag = rest.slice(open + 2, close);
    pieces.push(rest.slice(0, open), { tag: `{{${tag}}}`, key: tag.trim() });
    rest = rest.slice(close + 2);
  }
  pieces.push(rest);
  return (params) => {
    let filled = '';
    for (const piece of pieces) {
      if (typeof piece === 'string') filled += piece;
      else filled += textAt(params, piece);
    }
    return filled;
  };
}

function textAt(params: Params, { tag, key }: { readonly tag: string; readonly key: string }): string {
  const value = key !== '' && Object.hasOwn(params, key) ? params[key] : undefined;
  return typeof value === 'string' ? value : tag;
}

/** Fills one text in. A tag that is opened and not closed is an error text. */
export function fillText(text: string, params: Params): { readonly text: string; readonly error?: string } {
  const filled = compileFast(text)?.(params) ?? text;
  return filled instanceof Fault ? { text, error: filled.error ?? 'invalid template' } : { text: filled };
}

/** Fills a JSON value in: every text and every key. Other scalars are kept. */
export function fillValue(value: unknown, params: Params): { readonly value: unknown; readonly error?: string } {
  const filled = compileValue(value, compileFast)(params);
  return filled instanceof Fault ? { value, error: filled.error ?? 'invalid template' } : { value: filled };
}

/** Nested values as flat keys: 'a.b', and 'a.0.c' for lists; texts as Go prints them. */
export function flatten(value: unknown): Record<string, string> {
  const flat: Record<string, string> = {};
  const visit = (node: unknown, prefix: string): void => {
    if (isRecord(node) || Array.isArray(node)) {
      for (const [key, child] of Object.entries(node)) visit(child, prefix === '' ? key : `${prefix}.${key}`);
    } else if (prefix !== '') flat[prefix] = printGo(node);
  };
  visit(value, '');
  return flat;
}

/** Go's %v of a decoded JSON scalar: numbers are float64, and from a million on in e-notation. */
export function printGo(value: unknown): string {
  if (value === null || value === undefined) return '<nil>';
  if (typeof value === 'number') return printNumber(value);
  if (Array.isArray(value)) return `[${value.map(printGo).join(' ')}]`;
  if (isRecord(value))
    return `map[${Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, child]) => `${key}:${printGo(child)}`)
      .join(' ')}]`;
  return String(value);
}

/** %g with the fewest digits: an exponent below -4, or of 6 and more, is written as one. */
export function printNumber(value: number): string {
  const magnitude = Math.abs(value);
  if (magnitude === 0 || !Number.isFinite(value)) return String(value);
  return magnitude < 1e-4 || magnitude >= 1e6 ? exponent(value) : String(value);
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
