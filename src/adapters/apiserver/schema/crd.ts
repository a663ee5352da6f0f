// Reads a CustomResourceDefinition: its served versions as kinds, their structural schemas as types, their printer columns.
import type { ApiKind, Manifest } from '../../../domain/resource.js';
import type { TypeNode, TypeTable } from '../../../domain/schema.js';
import type { PrinterColumn } from './builtin-types.js';
import { compareVersions } from './discovery.js';
import { nodeOfSchema, type Schema } from './structural-schema.js';

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';
const VERBS = ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch'];

/** Paths of the scale subresource, as JSONPath: '.spec.replicas'. */
export interface ScalePaths {
  readonly specReplicasPath: string;
  readonly statusReplicasPath: string;
  readonly labelSelectorPath?: string;
}

export interface CustomKinds {
  /** Served versions, preferred first. */
  readonly kinds: readonly ApiKind[];
  /** Types of all versions; ObjectMeta is referred to by its built-in name. */
  readonly table: TypeTable;
  /** By 'group/version/Kind'; kinds without columns of their own are absent. */
  readonly columns: Readonly<Record<string, readonly PrinterColumn[]>>;
  /** By 'group/version/Kind', where the version has a scale subresource. */
  readonly scale: Readonly<Record<string, ScalePaths>>;
  readonly storageVersion: string | undefined;
}

export interface CrdVersion {
  readonly name?: string;
  readonly served?: boolean;
  readonly storage?: boolean;
  readonly schema?: { readonly openAPIV3Schema?: Schema };
  readonly subresources?: { readonly status?: unknown; readonly scale?: ScalePaths };
  readonly additionalPrinterColumns?: readonly PrinterColumn[];
}

export interface CrdSpec {
  readonly group?: string;
  readonly scope?: string;
  readonly names?: {
    readonly kind?: string;
    readonly plural?: string;
    readonly singular?: string;
    readonly shortNames?: readonly string[];
    readonly categories?: readonly string[];
  };
  readonly versions?: readonly CrdVersion[];
}

/** The kinds that a CRD defines. A version without a schema accepts anything. */
export function readCrd(crd: Manifest): CustomKinds {
  const spec = (crd.spec ?? {}) as CrdSpec;
  const { group = '', names = {}, versions = [] } = spec;
  const kinds: ApiKind[] = [];
  const types: Record<string, TypeNode> = {};
  const typeOfKind: Record<string, string> = {};
  const columns: Record<string, readonly PrinterColumn[]> = {};
  const scale: Record<string, ScalePaths> = {};
  for (const version of [...versions].sort((a, b) => compareVersions(a.name ?? '', b.name ?? ''))) {
    if (version.served === false || !version.name || !names.kind || !names.plural) continue;
    const key = `${group}/${version.name}/${names.kind}`;
    const name = `${group.split('.').reverse().join('.')}.${version.name}.${names.kind}`;
    types[name] = rootType(version.schema?.openAPIV3Schema);
    typeOfKind[key] = name;
    kinds.push(kindOf(spec, version, { group, kind: names.kind, plural: names.plural }));
    if (version.additionalPrinterColumns?.length) columns[key] = version.additionalPrinterColumns;
    if (version.subresources?.scale) scale[key] = version.subresources.scale;
  }
  const storageVersion = versions.find((version) => version.storage)?.name;
  return { kinds, table: { types, kinds: typeOfKind }, columns, scale, storageVersion };
}

function kindOf(spec: CrdSpec, version: CrdVersion, id: { group: string; kind: string; plural: string }): ApiKind {
  const subresources = [...(version.subresources?.status ? ['status'] : []), ...(version.subresources?.scale ? ['scale'] : [])];
  return {
    ...id,
    version: version.name ?? '',
    singular: spec.names?.singular || id.kind.toLowerCase(),
    namespaced: spec.scope !== 'Cluster',
    verbs: VERBS,
    ...(spec.names?.shortNames?.length ? { shortNames: spec.names.shortNames } : {}),
    ...(spec.names?.categories?.length ? { categories: spec.names.categories } : {}),
    ...(subresources.length ? { subresources } : {}),
  };
}

function rootType(schema: Schema | undefined): TypeNode {
  const node = schema ? nodeOfSchema(schema) : undefined;
  const fields = {
    apiVersion: { is: 'scalar', type: 'string' },
    kind: { is: 'scalar', type: 'string' },
    metadata: { is: 'ref', name: META },
  } as const;
  if (node?.is !== 'map') return { is: 'map', fields, preserveUnknown: true };
  return { ...node, fields: { ...node.fields, ...fields }, required: (node.required ?? []).filter((name) => !(name in fields)) };
}
