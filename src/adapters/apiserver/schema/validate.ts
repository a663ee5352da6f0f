// Checks an object against its structural type: types, required fields, enums, patterns, limits, list keys, unknown fields.
import type { ListNode, MapNode, ScalarNode, TypeNode, TypeTable } from '../../../domain/schema.js';
import { resolveType } from '../../../domain/schema.js';
import type { FieldError } from './field-error.js';
import { duplicate, invalid, notSupported, required } from './field-error.js';
import { isDateTime, isQuantity } from './formats.js';

const MAX_ERRORS = 50;

export interface Checking {
  /** Reports fields that the type does not have. */
  readonly strict: boolean;
  /** A custom kind: null counts as a value, and everything in status is checked. */
  readonly custom: boolean;
}

interface Walk extends Checking {
  readonly table: TypeTable;
  readonly errors: FieldError[];
  /** Name of the innermost named type on the way, for messages. */
  struct: string;
}

/** Structural errors of a value; at most 50, since more do not help anyone. */
export function checkStructure(table: TypeTable, type: TypeNode, value: unknown, checking: Checking): FieldError[] {
  const walk: Walk = { ...checking, table, errors: [], struct: '' };
  visit(walk, type, value, '');
  return walk.errors;
}

function visit(walk: Walk, type: TypeNode, value: unknown, path: string): void {
  if (walk.errors.length >= MAX_ERRORS) return;
  const outer = walk.struct;
  if (type.is === 'ref') walk.struct = type.name.slice(type.name.lastIndexOf('.') + 1);
  inspect(walk, resolveType(walk.table, type), value, path);
  walk.struct = outer;
}

function inspect(walk: Walk, node: Exclude<TypeNode, { is: 'ref' }>, value: unknown, path: string): void {
  if (value === undefined || node.is === 'any') return;
  if (value === null) {
    if (walk.custom && !node.nullable && path !== '' && !path.startsWith('metadata')) walk.errors.push(mistyped(walk, node, value, path));
    return;
  }
  switch (node.is) {
    case 'scalar':
      scalar(walk, node, value, path);
      return;
    case 'list':
      list(walk, node, value, path);
      return;
    case 'map':
      map(walk, node, value, path);
      return;
    default:
      node satisfies never;
  }
}

function map(walk: Walk, node: MapNode, value: unknown, path: string): void {
  if (typeof value !== 'object' || Array.isArray(value)) {
    walk.errors.push(mistyped(walk, node, value, path));
    return;
  }
  const record = value as Record<string, unknown>;
  for (const [name, field] of Object.entries(record)) {
    if (field === undefined) continue;
    const known = node.fields && Object.hasOwn(node.fields, name) ? node.fields[name] : undefined;
    const at = known || !node.rest ? join(path, name) : `${path}[${name}]`;
    if (known) visit(walk, known, field, at);
    else if (node.rest) visit(walk, node.rest, field, path === '' ? name : join(path, name));
    else if (walk.strict && !node.preserveUnknown && node.fields && !(path === '' && (name === 'apiVersion' || name === 'kind'))) {
      walk.errors.push({ field: at, reason: 'UnknownField', message: `unknown field "${at}"` });
    }
  }
  // A built-in kind's status is filled by the server: what its type requires need not be sent.
  if (!walk.custom && /^status\b/.test(path)) return;
  for (const name of node.required ?? []) {
    if (record[name] === undefined || (record[name] === null && !walk.custom)) walk.errors.push(required(join(path, name)));
  }
}

function list(walk: Walk, node: ListNode, value: unknown, path: string): void {
  if (!Array.isArray(value)) {
    walk.errors.push(mistyped(walk, node, value, path));
    return;
  }
  value.forEach((item, index) => {
    visit(walk, node.items, item, `${path}[${index}]`);
  });
  if (node.minItems !== undefined && value.length < node.minItems) {
    walk.errors.push(invalid(path, value.length, `${path} in body should have at least ${node.minItems} items`));
  }
  if (node.maxItems !== undefined && value.length > node.maxItems) {
    const message = `Too many: ${value.length}: must have at most ${node.maxItems} items`;
    walk.errors.push({ field: path, reason: 'FieldValueTooMany', message });
  }
  // The built-in kinds accept duplicates on create for the sake of old objects; only custom kinds refuse them.
  if (walk.custom && node.listType !== 'atomic') duplicates(walk, node, value, path);
}

function duplicates(walk: Walk, node: ListNode, items: readonly unknown[], path: string): void {
  const seen = new Set<string>();
  items.forEach((item, index) => {
    const record = item as Record<string, unknown> | null;
    const key =
      node.listType === 'map' && record !== null && typeof record === 'object'
        ? Object.fromEntries((node.keys ?? []).map((name) => [name, record[name]]))
        : item;
    const text = JSON.stringify(key);
    if (seen.has(text)) walk.errors.push(duplicate(`${path}[${index}]`, key));
    seen.add(text);
  });
}

function scalar(walk: Walk, node: ScalarNode, value: unknown, path: string): void {
  if (!scalarTypeFits(node, value)) {
    walk.errors.push(mistyped(walk, node, value, path));
    return;
  }
  if (node.enum && !node.enum.includes(value) && !(value === '' && !walk.custom)) {
    walk.errors.push(notSupported(path, value, node.enum));
    return;
  }
  const detail =
    typeof value === 'string' ? textProblem(node, value, path) : typeof value === 'number' ? numberProblem(node, value, path) : '';
  if (detail) walk.errors.push(invalid(path, value, detail));
}

function scalarTypeFits(node: ScalarNode, value: unknown): boolean {
  if (node.format === 'int-or-string') return typeof value === 'string' || Number.isInteger(value);
  if (node.format === 'quantity') return (typeof value === 'string' && (value === '' || isQuantity(value))) || typeof value === 'number';
  switch (node.type) {
    case 'string':
      return typeof value === 'string';
    case 'integer':
      return Number.isInteger(value);
    case 'number':
      return typeof value === 'number';
    case 'boolean':
      return typeof value === 'boolean';
    case undefined:
      return typeof value !== 'object';
    default:
      return node.type satisfies never;
  }
}

function textProblem(node: ScalarNode, value: string, path: string): string {
  if (node.format === 'date-time' && value !== '' && !isDateTime(value))
    return `${path} in body must be of type date-time: ${JSON.stringify(value)}`;
  if (node.format === 'byte' && !/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(value.replace(/[\r\n]/g, ''))) {
    return 'must be base64 encoded';
  }
  if (node.pattern !== undefined && !matches(node.pattern, value)) return `${path} in body should match '${node.pattern}'`;
  if (node.minLength === undefined && node.maxLength === undefined) return '';
  const length = [...value].length;
  if (node.minLength !== undefined && length < node.minLength) return `${path} in body should be at least ${node.minLength} chars long`;
  if (node.maxLength !== undefined && length > node.maxLength) return `may not be more than ${node.maxLength} bytes`;
  return '';
}

function numberProblem(node: ScalarNode, value: number, path: string): string {
  if (node.minimum !== undefined && value < node.minimum) return `${path} in body should be greater than or equal to ${node.minimum}`;
  if (node.maximum !== undefined && value > node.maximum) return `${path} in body should be less than or equal to ${node.maximum}`;
  return '';
}

/** A pattern that this engine cannot read accepts everything: a CRD with such a pattern must not refuse its objects. */
function matches(pattern: string, value: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(value);
  } catch {
    return true;
  }
}

function mistyped(walk: Walk, node: Exclude<TypeNode, { is: 'ref' | 'any' }>, value: unknown, path: string): FieldError {
  const wanted = node.is === 'map' ? 'object' : node.is === 'list' ? 'array' : (node.type ?? 'string');
  const got = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
  if (walk.custom) {
    const message = `Invalid value: ${JSON.stringify(got)}: ${path} in body must be of type ${wanted}: ${JSON.stringify(got)}`;
    return { field: path, reason: 'WrongType', message };
  }
  const goTypes = { object: 'struct', array: 'slice', string: 'string', integer: 'int32', number: 'float64', boolean: 'bool' } as const;
  return { field: path, reason: 'WrongType', message: `${got} into Go struct field ${walk.struct}.${path} of type ${goTypes[wanted]}` };
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}
