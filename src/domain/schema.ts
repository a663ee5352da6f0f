// The structural type of a kind: what server-side apply, comparison, validation and defaulting need to know.
// Derived from a server's OpenAPI or from a CRD; small enough to keep for every kind.

export type TypeNode = ScalarNode | MapNode | ListNode | RefNode | AnyNode;

export interface ScalarNode {
  readonly is: 'scalar';
  readonly type?: 'string' | 'integer' | 'number' | 'boolean';
  /** 'int-or-string', 'quantity', 'date-time', 'byte', 'duration' and the OpenAPI formats. */
  readonly format?: string;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly default?: unknown;
  readonly nullable?: boolean;
}

export interface MapNode {
  readonly is: 'map';
  /** Known fields, by name. */
  readonly fields?: Readonly<Record<string, TypeNode>>;
  /** The type of every other key (additionalProperties). */
  readonly rest?: TypeNode;
  readonly required?: readonly string[];
  /** x-kubernetes-map-type: atomic. */
  readonly atomic?: boolean;
  readonly preserveUnknown?: boolean;
  readonly default?: unknown;
  readonly nullable?: boolean;
}

export interface ListNode {
  readonly is: 'list';
  readonly items: TypeNode;
  /** x-kubernetes-list-type; a list without one is atomic, as the server treats it. */
  readonly listType: 'atomic' | 'set' | 'map';
  /** x-kubernetes-list-map-keys. */
  readonly keys?: readonly string[];
  /** x-kubernetes-patch-merge-key, for strategic merge. */
  readonly mergeKey?: string;
  /** x-kubernetes-patch-strategy: 'merge', 'replace', 'retainKeys' or several joined by ','. */
  readonly patchStrategy?: string;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly default?: unknown;
  readonly nullable?: boolean;
}

/** Points to a named type of the same table; types may be recursive (JSONSchemaProps). */
export interface RefNode {
  readonly is: 'ref';
  readonly name: string;
  readonly default?: unknown;
  /** x-kubernetes-patch-strategy of the field that points here ('retainKeys'). */
  readonly patchStrategy?: string;
}

/** Anything goes: RawExtension, preserve-unknown-fields, or a type that could not be read. */
export interface AnyNode {
  readonly is: 'any';
}

/** Types of many kinds. Keys of `kinds` are 'group/version/Kind' with '' for the core group: '/v1/Pod'. */
export interface TypeTable {
  readonly types: Readonly<Record<string, TypeNode>>;
  readonly kinds: Readonly<Record<string, string>>;
}

/** The type of a kind, or undefined where the table does not know it. */
export function typeOfKind(table: TypeTable, group: string, version: string, kind: string): TypeNode | undefined {
  const name = table.kinds[`${group}/${version}/${kind}`];
  return name === undefined ? undefined : table.types[name];
}

/** Follows references until a real node; a dangling reference counts as 'any'. */
export function resolveType(table: TypeTable, node: TypeNode): Exclude<TypeNode, RefNode> {
  let current = node;
  for (let hops = 0; current.is === 'ref' && hops < 32; hops++) current = table.types[current.name] ?? { is: 'any' };
  return current.is === 'ref' ? { is: 'any' } : current;
}
