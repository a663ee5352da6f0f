// What is wrong with a CustomResourceDefinition beyond its structure: names, versions, and a schema that is not structural.
import type { Manifest } from '../../../domain/resource.js';
import type { CrdSpec, CrdVersion } from './crd.js';
import { duplicate, type FieldError, forbidden, invalid, notSupported, required } from './field-error.js';

const TYPES = ['array', 'boolean', 'integer', 'number', 'object', 'string'];
const MAX_DEPTH = 64;

interface Node {
  readonly type?: unknown;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly additionalProperties?: Node | boolean;
  readonly items?: Node;
  readonly 'x-kubernetes-int-or-string'?: boolean;
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean;
  readonly 'x-kubernetes-list-type'?: unknown;
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
}

export function validateCrd(crd: Manifest): readonly FieldError[] {
  const { group = '', names = {}, versions = [], scope } = (crd['spec'] ?? {}) as CrdSpec;
  const errors: FieldError[] = [];
  if (group === '') errors.push(required('spec.group'));
  if (!names.plural) errors.push(required('spec.names.plural'));
  if (!names.kind) errors.push(required('spec.names.kind'));
  if (crd.metadata.name !== `${names.plural}.${group}`)
    errors.push(invalid('metadata.name', crd.metadata.name, 'must be spec.names.plural+"."+spec.group'));
  if (scope === undefined || scope === '') errors.push(required('spec.scope'));
  else if (scope !== 'Namespaced' && scope !== 'Cluster') errors.push(notSupported('spec.scope', scope, ['Cluster', 'Namespaced']));
  return [...errors, ...versionErrors(versions)];
}

function versionErrors(versions: readonly CrdVersion[]): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  if (versions.filter((version) => version.storage).length !== 1)
    errors.push(
      invalid(
        'spec.versions',
        versions.map(({ name }) => name),
        'must have exactly one version marked as storage version',
      ),
    );
  versions.forEach((version, i) => {
    const at = `spec.versions[${i}]`;
    const { name = '' } = version;
    if (!/^[a-z]([-a-z0-9]*[a-z0-9])?$/.test(name)) errors.push(invalid(`${at}.name`, name, 'must be a DNS-1035 label'));
    if (seen.has(name)) errors.push(duplicate(`${at}.name`, name));
    seen.add(name);
    const schema = version.schema?.openAPIV3Schema as Node | undefined;
    if (!schema) errors.push(required(`${at}.schema.openAPIV3Schema`, 'schemas are required'));
    // A single version is what the old form called `validation`, and so a server names it.
    else errors.push(...rootErrors(schema, `${versions.length === 1 ? 'spec.validation' : `${at}.schema`}.openAPIV3Schema`));
  });
  return errors;
}

function rootErrors(schema: Node, at: string): FieldError[] {
  if (schema.type === undefined || schema.type === '') return [required(`${at}.type`, 'must not be empty at the root')];
  if (schema.type !== 'object') return [invalid(`${at}.type`, schema.type, 'must be object at the root')];
  return nodeErrors(schema, at, 0);
}

function nodeErrors(node: Node, at: string, depth: number): FieldError[] {
  if (depth > MAX_DEPTH) return [invalid(at, '', `must not be nested more than ${MAX_DEPTH} levels deep`)];
  const errors: FieldError[] = [];
  const { type, items } = node;
  if (type !== undefined && type !== '' && !TYPES.includes(String(type))) errors.push(notSupported(`${at}.type`, type, TYPES));
  if (type === 'array' && items === undefined) errors.push(required(`${at}.items`, 'must be specified'));
  if (node.properties && node.additionalProperties !== undefined && node.additionalProperties !== false)
    errors.push(forbidden(`${at}.additionalProperties`, 'additionalProperties and properties are mutually exclusive'));
  if (node['x-kubernetes-list-type'] === 'map' && !node['x-kubernetes-list-map-keys']?.length)
    errors.push(required(`${at}.x-kubernetes-list-map-keys`, 'must not be empty if x-kubernetes-list-type is map'));
  for (const [name, child] of Object.entries(node.properties ?? {}))
    errors.push(...childErrors(child, `${at}.properties[${name}]`, { what: 'specified object fields', depth }));
  if (items) errors.push(...childErrors(items, `${at}.items`, { what: 'specified array items', depth }));
  const more = node.additionalProperties;
  if (more !== null && typeof more === 'object')
    errors.push(...childErrors(more, `${at}.additionalProperties`, { what: 'specified object fields', depth }));
  return errors;
}

/** Every field of a structural schema says its type, unless it takes anything. */
function childErrors(node: Node, at: string, { what, depth }: { readonly what: string; readonly depth: number }): FieldError[] {
  const isOpen = node['x-kubernetes-int-or-string'] === true || node['x-kubernetes-preserve-unknown-fields'] === true;
  const untyped = (node.type === undefined || node.type === '') && !isOpen;
  return [...(untyped ? [required(`${at}.type`, `must not be empty for ${what}`)] : []), ...nodeErrors(node, at, depth + 1)];
}
