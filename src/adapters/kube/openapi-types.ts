// Structural types from a server's OpenAPI documents: v3 (one per group version) or v2 (one for all).
// Only what a kind reaches is converted; texts are dropped.
import type { ListNode, MapNode, RefNode, ScalarNode, TypeNode, TypeTable } from '../../domain/schema.js';

export type Schema = Record<string, unknown>;

/** Kinds that every group repeats and nobody applies. */
const SHARED = new Set(['DeleteOptions', 'WatchEvent', 'Status', 'APIVersions', 'APIGroup', 'APIGroupList', 'APIResourceList']);

/** Converts the schemas of one document, named as in `components.schemas` or `definitions`. */
export function typesOfSchemas(schemas: Readonly<Record<string, Schema>>): TypeTable {
  const types: Record<string, TypeNode> = {};
  const kinds: Record<string, string> = {};
  const reach = (name: string) => {
    const schema = schemas[name];
    if (name in types || schema === undefined) return;
    types[name] = { is: 'any' };
    types[name] = nodeOf(schema, name, reach);
  };
  for (const [name, schema] of Object.entries(schemas)) {
    for (const { group, version, kind } of kindsOf(schema)) {
      if (SHARED.has(kind)) continue;
      kinds[`${group}/${version}/${kind}`] = name;
      reach(name);
    }
  }
  return { types, kinds };
}

/** Joins tables; of a type that several have, the first counts. */
export function joinTables(tables: readonly TypeTable[]): TypeTable {
  const types: Record<string, TypeNode> = {};
  const kinds: Record<string, string> = {};
  for (const table of [...tables].reverse()) {
    Object.assign(types, table.types);
    Object.assign(kinds, table.kinds);
  }
  return { types, kinds };
}

function kindsOf(schema: Schema): readonly { group: string; version: string; kind: string }[] {
  const value = schema['x-kubernetes-group-version-kind'];
  return Array.isArray(value) ? value : [];
}

type Reach = (name: string) => void;

function nodeOf(schema: Schema, name: string, reach: Reach): TypeNode {
  const ref = refOf(schema);
  if (ref !== undefined) return refNode(schema, ref, reach);
  if (isIntOrString(schema, name)) return scalar(schema, { format: 'int-or-string' });
  if (name.endsWith('.api.resource.Quantity')) return scalar(schema, { format: 'quantity' });
  const type = typeName(schema);
  if (type === 'array') return listNode(schema, reach);
  if (type === 'object' || schema['properties'] !== undefined) return mapNode(schema, reach);
  if (type === 'string' || type === 'integer' || type === 'number' || type === 'boolean') return scalar(schema, { type });
  return { is: 'any' };
}

function typeName(schema: Schema): unknown {
  const type = schema['type'];
  return Array.isArray(type) ? type[0] : type;
}

/** A reference stands alone in v2; v3 wraps it in allOf where it has a default. */
function refOf(schema: Schema): string | undefined {
  const direct = schema['$ref'];
  const wrapped = Array.isArray(schema['allOf']) && schema['allOf'].length === 1 ? (schema['allOf'][0] as Schema)['$ref'] : undefined;
  const ref = direct ?? wrapped;
  return typeof ref === 'string' ? ref.slice(ref.lastIndexOf('/') + 1) : undefined;
}

function refNode(schema: Schema, name: string, reach: Reach): RefNode {
  reach(name);
  const strategy = schema['x-kubernetes-patch-strategy'];
  return {
    is: 'ref',
    name,
    ...(schema['default'] === undefined ? {} : { default: schema['default'] }),
    ...(typeof strategy === 'string' ? { patchStrategy: strategy } : {}),
  };
}

function isIntOrString(schema: Schema, name: string): boolean {
  return schema['x-kubernetes-int-or-string'] === true || schema['format'] === 'int-or-string' || name.endsWith('.util.intstr.IntOrString');
}

const SCALAR_LIMITS = ['pattern', 'minimum', 'maximum', 'minLength', 'maxLength', 'default', 'nullable', 'enum', 'format'] as const;

function scalar(schema: Schema, known: { type?: NonNullable<ScalarNode['type']>; format?: string }): ScalarNode {
  return { is: 'scalar', ...picked(schema, SCALAR_LIMITS), ...known } as ScalarNode;
}

function listNode(schema: Schema, reach: Reach): ListNode {
  const listType = schema['x-kubernetes-list-type'];
  const keys = schema['x-kubernetes-list-map-keys'];
  const mergeKey = schema['x-kubernetes-patch-merge-key'];
  const strategy = schema['x-kubernetes-patch-strategy'];
  const items = schema['items'];
  return {
    is: 'list',
    items: typeof items === 'object' && items !== null ? nodeOf(items as Schema, '', reach) : { is: 'any' },
    listType: listType === 'map' || listType === 'set' ? listType : 'atomic',
    ...(Array.isArray(keys) ? { keys: keys as string[] } : {}),
    ...(typeof mergeKey === 'string' ? { mergeKey } : {}),
    ...(typeof strategy === 'string' ? { patchStrategy: strategy } : {}),
    ...picked(schema, ['minItems', 'maxItems', 'default', 'nullable']),
  } as ListNode;
}

/** An object without known fields is RawExtension and its like: anything goes. */
function mapNode(schema: Schema, reach: Reach): TypeNode {
  const properties = schema['properties'] as Record<string, Schema> | undefined;
  const additional = schema['additionalProperties'];
  const preserve = schema['x-kubernetes-preserve-unknown-fields'] === true;
  const atomic = schema['x-kubernetes-map-type'] === 'atomic';
  const rest = restNode(additional, reach);
  if (properties === undefined && rest === undefined && !preserve && !atomic) return { is: 'any' };
  const fields = Object.fromEntries(Object.entries(properties ?? {}).map(([name, field]) => [name, nodeOf(field, '', reach)]));
  return {
    is: 'map',
    ...(properties === undefined ? {} : { fields }),
    ...(rest ? { rest } : {}),
    ...(atomic ? { atomic } : {}),
    ...(preserve ? { preserveUnknown: true } : {}),
    ...picked(schema, ['required', 'default', 'nullable']),
  } as MapNode;
}

function restNode(additional: unknown, reach: Reach): TypeNode | undefined {
  if (additional === true) return { is: 'any' };
  return typeof additional === 'object' && additional !== null ? nodeOf(additional as Schema, '', reach) : undefined;
}

function picked(schema: Schema, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(names.filter((name) => schema[name] !== undefined).map((name) => [name, schema[name]]));
}
