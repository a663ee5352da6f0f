// A structural schema (the JSON schema dialect of CRDs) as a TypeNode.
import type { MapNode, ScalarNode, TypeNode } from '../../../domain/schema.js';

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';
const MAX_DEPTH = 64;
const SCALAR_TYPES = new Set(['string', 'integer', 'number', 'boolean']);

/** The parts of JSONSchemaProps that decide about structure. */
export interface Schema {
  readonly type?: string;
  readonly format?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly required?: readonly string[];
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly default?: unknown;
  readonly nullable?: boolean;
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean;
  readonly 'x-kubernetes-int-or-string'?: boolean;
  readonly 'x-kubernetes-embedded-resource'?: boolean;
  readonly 'x-kubernetes-list-type'?: string;
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
  readonly 'x-kubernetes-map-type'?: string;
}

/** What cannot be expressed as a TypeNode becomes 'any', so that nothing is refused or lost by mistake. */
export function nodeOfSchema(schema: Schema, depth = 0): TypeNode {
  if (depth > MAX_DEPTH) return { is: 'any' };
  if (schema['x-kubernetes-int-or-string']) return scalarNode(schema, 'int-or-string');
  if (schema.type === 'array') {
    const listType = schema['x-kubernetes-list-type'];
    return {
      is: 'list',
      items: schema.items ? nodeOfSchema(schema.items, depth + 1) : { is: 'any' },
      listType: listType === 'map' || listType === 'set' ? listType : 'atomic',
      ...(schema['x-kubernetes-list-map-keys'] ? { keys: schema['x-kubernetes-list-map-keys'] } : {}),
      ...(schema.minItems !== undefined ? { minItems: schema.minItems } : {}),
      ...(schema.maxItems !== undefined ? { maxItems: schema.maxItems } : {}),
      ...common(schema),
    };
  }
  if (schema.type !== undefined && SCALAR_TYPES.has(schema.type)) return scalarNode(schema, schema.format);
  if (schema.type === 'object' || schema.properties) return mapNode(schema, depth);
  return { is: 'any' };
}

function mapNode(schema: Schema, depth: number): TypeNode {
  const rest = schema.additionalProperties;
  const open = schema['x-kubernetes-preserve-unknown-fields'] === true;
  const embedded = schema['x-kubernetes-embedded-resource'] === true;
  if (!schema.properties && !rest && open && !embedded) return { is: 'any' };
  const fields: Record<string, TypeNode> = {};
  for (const [name, property] of Object.entries(schema.properties ?? {})) fields[name] = nodeOfSchema(property, depth + 1);
  if (embedded) {
    fields.apiVersion ??= { is: 'scalar', type: 'string' };
    fields.kind ??= { is: 'scalar', type: 'string' };
    fields.metadata = { is: 'ref', name: META };
  }
  const node: MapNode = {
    is: 'map',
    // An object without properties has no known field: everything in it is unknown, unless the schema is open.
    ...(rest && !schema.properties ? {} : { fields }),
    ...(rest ? { rest: rest === true ? { is: 'any' } : nodeOfSchema(rest, depth + 1) } : {}),
    ...(schema.required?.length ? { required: schema.required } : {}),
    ...(schema['x-kubernetes-map-type'] === 'atomic' ? { atomic: true } : {}),
    ...(open ? { preserveUnknown: true } : {}),
    ...common(schema),
  };
  return node;
}

function scalarNode(schema: Schema, format: string | undefined): ScalarNode {
  const type = schema.type as ScalarNode['type'];
  return {
    is: 'scalar',
    ...(type && format !== 'int-or-string' ? { type } : {}),
    ...(format ? { format } : {}),
    ...(schema.enum ? { enum: schema.enum } : {}),
    ...(schema.pattern !== undefined ? { pattern: schema.pattern } : {}),
    ...(schema.minimum !== undefined ? { minimum: schema.minimum } : {}),
    ...(schema.maximum !== undefined ? { maximum: schema.maximum } : {}),
    ...(schema.minLength !== undefined ? { minLength: schema.minLength } : {}),
    ...(schema.maxLength !== undefined ? { maxLength: schema.maxLength } : {}),
    ...common(schema),
  };
}

function common(schema: Schema): { default?: unknown; nullable?: boolean } {
  return { ...(schema.default !== undefined ? { default: schema.default } : {}), ...(schema.nullable ? { nullable: true } : {}) };
}
