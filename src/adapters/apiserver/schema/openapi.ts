// OpenAPI v3 documents synthesized from the type table: what kubectl needs for apply, explain and diff, and what any client
// needs to derive list types and merge keys. Texts are left out: they would be ten times the structure.
import { createHash } from 'node:crypto';
import type { ApiKind } from '../../../domain/resource.js';
import type { TypeNode, TypeTable } from '../../../domain/schema.js';
import { PUBLISHED_DEFAULTS } from './server-defaults.js';

type Json = Record<string, unknown>;
/** Quantities are named in the documents, as a real server names them, so that clients know them for what they are. */
const QUANTITY = 'io.k8s.apimachinery.pkg.api.resource.Quantity';
const QUANTITY_SCHEMA = { oneOf: [{ type: 'string' }, { type: 'number' }] };
const WRITE_PARAMETERS = ['dryRun', 'fieldManager', 'fieldValidation', 'pretty'];

/**
 * The document at '/openapi/v3' (the index) or '/openapi/v3/api/v1', '/openapi/v3/apis/GROUP/VERSION'; undefined elsewhere,
 * '/openapi/v2' included: clients go on to v3.
 */
export function openApiDocument(path: string, kinds: readonly ApiKind[], table: TypeTable): unknown {
  const parts = path.split('/').filter((part) => part !== '');
  if (parts[0] !== 'openapi' || parts[1] !== 'v3') return undefined;
  if (parts.length === 2) return index(kinds, table);
  const [root, first, second] = parts.slice(2);
  const [group, version] = root === 'api' ? ['', first] : [first, second];
  if (group === undefined || version === undefined || parts.length !== (root === 'api' ? 4 : 5)) return undefined;
  const found = kinds.filter((kind) => kind.group === group && kind.version === version);
  return found.length === 0 ? undefined : groupDocument(group, version, found, table);
}

function index(kinds: readonly ApiKind[], table: TypeTable): unknown {
  const paths: Json = {};
  for (const { group, version } of kinds) {
    const key = group === '' ? `api/${version}` : `apis/${group}/${version}`;
    paths[key] ??= { serverRelativeURL: `/openapi/v3/${key}?hash=${groupHash(group, version, kinds, table)}` };
  }
  return { paths };
}

/** Changes exactly when the group's document would: clients cache by it. */
function groupHash(group: string, version: string, kinds: readonly ApiKind[], table: TypeTable): string {
  const found = kinds.filter((kind) => kind.group === group && kind.version === version);
  const builtIn = group === '' || !group.includes('.') || group.endsWith('.k8s.io');
  const types = builtIn ? found.map((kind) => kind.kind) : found.map((kind) => collect(rootName(kind, table), table));
  return createHash('sha256')
    .update(JSON.stringify([found, types.map((each) => (each instanceof Map ? [...each] : each))]))
    .digest('hex')
    .slice(0, 32)
    .toUpperCase();
}

function rootName(kind: ApiKind, table: TypeTable): string {
  return table.kinds[`${kind.group}/${kind.version}/${kind.kind}`] ?? '';
}

function groupDocument(group: string, version: string, kinds: readonly ApiKind[], table: TypeTable): unknown {
  const schemas: Record<string, unknown> = { [QUANTITY]: QUANTITY_SCHEMA };
  const paths: Json = {};
  for (const kind of kinds) {
    const name = rootName(kind, table);
    for (const [typeName, node] of collect(name, table)) schemas[typeName] ??= schemaOf(node, typeName);
    if (name === '') continue;
    const gvk = { group, version, kind: kind.kind };
    schemas[name] = { ...(schemas[name] as Json), 'x-kubernetes-group-version-kind': [gvk] };
    Object.assign(paths, pathsOf(kind, name));
  }
  return { openapi: '3.0.0', info: { title: 'Kubernetes', version: 'v1.32.0' }, paths, components: { schemas } };
}

function collect(root: string, table: TypeTable): Map<string, TypeNode> {
  const found = new Map<string, TypeNode>();
  const walk = (node: TypeNode): void => {
    if (node.is === 'ref') take(node.name);
    if (node.is === 'list') walk(node.items);
    if (node.is !== 'map') return;
    for (const field of Object.values(node.fields ?? {})) walk(field);
    if (node.rest) walk(node.rest);
  };
  const take = (name: string): void => {
    const node = table.types[name];
    if (!node || found.has(name)) return;
    found.set(name, node);
    walk(node);
  };
  take(root);
  return found;
}

/** The OpenAPI form of a node. `owner` is the named type it belongs to. */
function schemaOf(node: TypeNode, owner: string): Json {
  switch (node.is) {
    case 'any':
      return { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
    case 'ref': {
      const reference = { $ref: `#/components/schemas/${node.name}` };
      return publishes(owner) && node.default !== undefined ? { default: node.default, allOf: [reference] } : reference;
    }
    case 'scalar': {
      if (node.format === 'quantity') return { $ref: `#/components/schemas/${QUANTITY}` };
      const base: Json =
        node.format === 'int-or-string'
          ? { 'x-kubernetes-int-or-string': true, oneOf: [{ type: 'integer' }, { type: 'string' }], format: 'int-or-string' }
          : { type: node.type ?? 'string' };
      if (node.format) base.format = node.format;
      for (const key of ['enum', 'pattern', 'minimum', 'maximum', 'minLength', 'maxLength'] as const) {
        if (node[key] !== undefined) base[key] = node[key];
      }
      return withDefault(base, node, owner);
    }
    case 'list':
      return withDefault(listSchema(node, owner), node, owner);
    case 'map':
      return withDefault(mapSchema(node, owner), node, owner);
    default:
      return node satisfies never;
  }
}

function listSchema(node: Extract<TypeNode, { is: 'list' }>, owner: string): Json {
  return {
    type: 'array',
    items: schemaOf(node.items, owner),
    'x-kubernetes-list-type': node.listType,
    ...(node.keys ? { 'x-kubernetes-list-map-keys': node.keys } : {}),
    ...(node.mergeKey ? { 'x-kubernetes-patch-merge-key': node.mergeKey } : {}),
    ...(node.patchStrategy ? { 'x-kubernetes-patch-strategy': node.patchStrategy } : {}),
    ...(node.minItems !== undefined ? { minItems: node.minItems } : {}),
    ...(node.maxItems !== undefined ? { maxItems: node.maxItems } : {}),
  };
}

function mapSchema(node: Extract<TypeNode, { is: 'map' }>, owner: string): Json {
  const fields = Object.entries(node.fields ?? {}).map(([name, field]) => [name, schemaOf(field, owner)] as const);
  return {
    type: 'object',
    ...(node.fields ? { properties: Object.fromEntries(fields) } : {}),
    ...(node.rest ? { additionalProperties: schemaOf(node.rest, owner) } : {}),
    ...(node.required ? { required: node.required } : {}),
    ...(node.atomic ? { 'x-kubernetes-map-type': 'atomic' } : {}),
    ...(node.preserveUnknown ? { 'x-kubernetes-preserve-unknown-fields': true } : {}),
  };
}

function withDefault(schema: Json, node: { default?: unknown; nullable?: boolean }, owner: string): Json {
  if (node.default !== undefined && publishes(owner)) schema.default = node.default;
  if (node.nullable) schema.nullable = true;
  return schema;
}

function publishes(owner: string): boolean {
  return !owner.startsWith('io.k8s.') || PUBLISHED_DEFAULTS.has(owner);
}

function pathsOf(kind: ApiKind, typeName: string): Json {
  const gvk = { group: kind.group, version: kind.version, kind: kind.kind };
  const base = kind.group === '' ? `/api/${kind.version}` : `/apis/${kind.group}/${kind.version}`;
  const collection = `${base}${kind.namespaced ? '/namespaces/{namespace}' : ''}/${kind.plural}`;
  const content = { content: { 'application/json': { schema: { $ref: `#/components/schemas/${typeName}` } } } };
  const operation = (action: string, parameters: readonly string[]) => ({
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': gvk,
    parameters: parameters.map((name) => ({ name, in: 'query', schema: { type: 'string', uniqueItems: true } })),
    responses: { '200': { description: 'OK', ...content } },
  });
  const can = (verb: string) => kind.verbs.includes(verb);
  return {
    [collection]: {
      ...(can('list') ? { get: operation('list', ['labelSelector', 'fieldSelector', 'limit', 'continue', 'watch']) } : {}),
      ...(can('create') ? { post: operation('post', WRITE_PARAMETERS) } : {}),
    },
    [`${collection}/{name}`]: {
      ...(can('get') ? { get: operation('get', ['pretty']) } : {}),
      ...(can('update') ? { put: operation('put', WRITE_PARAMETERS) } : {}),
      ...(can('patch') ? { patch: operation('patch', [...WRITE_PARAMETERS, 'force']) } : {}),
      ...(can('delete') ? { delete: operation('delete', ['dryRun', 'gracePeriodSeconds', 'propagationPolicy']) } : {}),
    },
  };
}
