// The built-in kinds and Argo CD's, read back from builtin.json (see derive.mjs). Built once, on first use.
import type { ApiKind } from '../../../domain/resource.js';
import type { ListNode, MapNode, RefNode, ScalarNode, TypeNode, TypeTable } from '../../../domain/schema.js';
import builtin from './builtin.json' with { type: 'json' };
import { SERVER_DEFAULTS } from './server-defaults.js';

/** A printer column of a custom kind. */
export interface PrinterColumn {
  readonly name: string;
  readonly jsonPath: string;
  readonly type: string;
  readonly priority?: number;
  readonly format?: string;
  readonly description?: string;
}

/** The short forms of builtin.json. */
type Short = string | ShortNode;
interface ShortNode {
  readonly '@'?: string;
  /** Scalar with restrictions, or patch strategy of a list. */
  readonly s?: string;
  readonly l?: Short;
  readonly f?: Readonly<Record<string, Short>>;
  readonly r?: Short;
  readonly q?: readonly string[];
  readonly k?: readonly string[];
  readonly m?: string;
  readonly t?: 's';
  readonly a?: 1;
  readonly u?: 1;
  readonly n?: 1;
  readonly e?: readonly unknown[];
  readonly p?: string;
  readonly d?: unknown;
  readonly min?: number;
  readonly max?: number;
  readonly minl?: number;
  readonly maxl?: number;
}

const SOURCE = builtin as unknown as {
  types: Readonly<Record<string, Short>>;
  kinds: Readonly<Record<string, string>>;
  columns: Readonly<Record<string, readonly PrinterColumn[]>>;
  api: readonly ApiKind[];
};
const SCALARS: Readonly<Record<string, NonNullable<ScalarNode['type']>>> = { s: 'string', i: 'integer', n: 'number', b: 'boolean' };
const ANY: TypeNode = { is: 'any' };

let table: TypeTable | undefined;

/** Types of all built-in kinds, with the defaults that a server applies. Kinds are keyed 'group/version/Kind'. */
export function builtinTypes(): TypeTable {
  table ??= expandTable();
  return table;
}

/** All built-in kinds as discovery reports them, Argo CD's three among them. */
export function builtinKinds(): readonly ApiKind[] {
  return SOURCE.api;
}

/** Printer columns of built-in kinds that come from a CRD, by 'group/version/Kind'. */
export function builtinColumns(): Readonly<Record<string, readonly PrinterColumn[]>> {
  return SOURCE.columns;
}

/** The full name of a type: '~core.v1.Pod' -> 'io.k8s.api.core.v1.Pod'. */
export function fullTypeName(short: string): string {
  return short.replace(/^~/, 'io.k8s.api.').replace(/^\^/, 'io.k8s.apimachinery.pkg.');
}

/** Each type is expanded when it is first looked at: a server that holds ten kinds pays for those. */
function expandTable(): TypeTable {
  const types: Record<string, TypeNode> = {};
  const shared = new Map<string, TypeNode>();
  for (const [name, short] of Object.entries(SOURCE.types)) {
    const full = fullTypeName(name);
    Object.defineProperty(types, full, {
      configurable: true,
      enumerable: true,
      get() {
        const value = withDefaults(expand(short, shared), SERVER_DEFAULTS[name]);
        Object.defineProperty(types, full, { value, enumerable: true });
        return value;
      },
    });
  }
  const kinds: Record<string, string> = {};
  for (const [kind, name] of Object.entries(SOURCE.kinds)) kinds[kind] = fullTypeName(name);
  return { types, kinds };
}

function withDefaults(node: TypeNode, defaults: Readonly<Record<string, unknown>> | undefined): TypeNode {
  if (!defaults || node.is !== 'map') return node;
  const fields: Record<string, TypeNode> = { ...node.fields };
  for (const [name, value] of Object.entries(defaults)) {
    const field = fields[name];
    if (!field) throw new Error(`server-defaults.ts names the field "${name}", which its type does not have`);
    if (field.is !== 'any') fields[name] = { ...field, default: value };
  }
  return { ...node, fields };
}

function expand(short: Short, shared: Map<string, TypeNode>): TypeNode {
  if (typeof short === 'string') {
    const known = shared.get(short);
    if (known) return known;
    const made: TypeNode = short === '*' ? ANY : short.startsWith('@') ? { is: 'ref', name: fullTypeName(short.slice(1)) } : scalar(short);
    shared.set(short, made);
    return made;
  }
  if (short['@'] !== undefined) return reference(short, short['@'], shared);
  if (short.l !== undefined) return list(short, short.l, shared);
  if (short.s !== undefined) return scalar(short.s, short);
  return map(short, shared);
}

/** An atomic use of a named struct becomes a map of its own, since a reference cannot say 'atomic'. */
function reference(short: ShortNode, name: string, shared: Map<string, TypeNode>): RefNode | TypeNode {
  const target = SOURCE.types[name];
  if (!short.a || target === undefined) return { is: 'ref', name: fullTypeName(name) };
  return { ...expand(target, shared), atomic: true } as TypeNode;
}

function scalar(form: string, short: ShortNode = {}): ScalarNode {
  const [letter = 's', format] = form.split('/', 2);
  const type = SCALARS[letter];
  return {
    is: 'scalar',
    ...(type ? { type } : {}),
    ...(format ? { format } : {}),
    ...(short.e ? { enum: short.e } : {}),
    ...(short.p !== undefined ? { pattern: short.p } : {}),
    ...(short.min !== undefined ? { minimum: short.min } : {}),
    ...(short.max !== undefined ? { maximum: short.max } : {}),
    ...(short.minl !== undefined ? { minLength: short.minl } : {}),
    ...(short.maxl !== undefined ? { maxLength: short.maxl } : {}),
    ...(short.d !== undefined ? { default: short.d } : {}),
    ...(short.n ? { nullable: true } : {}),
  };
}

function list(short: ShortNode, items: Short, shared: Map<string, TypeNode>): ListNode {
  return {
    is: 'list',
    items: expand(items, shared),
    listType: short.k ? 'map' : short.t === 's' ? 'set' : 'atomic',
    ...(short.k ? { keys: short.k } : {}),
    ...(short.m !== undefined ? { mergeKey: short.m } : {}),
    ...(short.s !== undefined ? { patchStrategy: short.s } : {}),
    ...(short.min !== undefined ? { minItems: short.min } : {}),
    ...(short.max !== undefined ? { maxItems: short.max } : {}),
    ...(short.d !== undefined ? { default: short.d } : {}),
    ...(short.n ? { nullable: true } : {}),
  };
}

function map(short: ShortNode, shared: Map<string, TypeNode>): MapNode {
  const fields: Record<string, TypeNode> = {};
  for (const [name, field] of Object.entries(short.f ?? {})) fields[name] = expand(field, shared);
  return {
    is: 'map',
    ...(short.f ? { fields } : {}),
    ...(short.r !== undefined ? { rest: expand(short.r, shared) } : {}),
    ...(short.q ? { required: short.q } : {}),
    ...(short.a ? { atomic: true } : {}),
    ...(short.u ? { preserveUnknown: true } : {}),
    ...(short.d !== undefined ? { default: short.d } : {}),
    ...(short.n ? { nullable: true } : {}),
  };
}
