import { expect, test } from 'vitest';
import { builtinKinds, builtinTypes } from '../../../src/adapters/apiserver/schema/builtin-types.js';
import { compareVersions, discoveryDocument } from '../../../src/adapters/apiserver/schema/discovery.js';
import { openApiDocument } from '../../../src/adapters/apiserver/schema/openapi.js';
import { joinTables, typesOfSchemas } from '../../../src/adapters/kube/openapi-types.js';
import type { ApiKind } from '../../../src/domain/resource.js';
import { resolveType, type TypeNode, type TypeTable, typeOfKind } from '../../../src/domain/schema.js';

// biome-ignore lint/suspicious/noExplicitAny: documents are walked as they travel
type Any = any;
const discovery = (path: string, accept = 'application/json', kinds: readonly ApiKind[] = builtinKinds()): Any =>
  discoveryDocument(path, kinds, accept)?.body;
const openApi = (path: string): Any => openApiDocument(path, builtinKinds(), builtinTypes());

test('every kind that can be listed has a type, and Argo CD short names are the ones that its users type', () => {
  const without = builtinKinds().filter(
    (kind) => kind.verbs.includes('list') && !typeOfKind(builtinTypes(), kind.group, kind.version, kind.kind),
  );
  expect(without).toEqual([]);
  const argo = builtinKinds().filter((kind) => kind.group === 'argoproj.io');
  expect(Object.fromEntries(argo.map((kind) => [kind.kind, kind.shortNames]))).toEqual({
    Application: ['app', 'apps'],
    ApplicationSet: ['appset', 'appsets'],
    AppProject: ['appproj', 'appprojs'],
  });
});

test('every reference in the table leads to a type', () => {
  const table = builtinTypes();
  const names = [...JSON.stringify(table.types).matchAll(/"is":"ref","name":"([^"]+)"/g)].map((match) => match[1] ?? '');
  expect([...new Set(names)].filter((name) => !table.types[name])).toEqual([]);
  expect([...new Set(Object.values(table.kinds))].filter((name) => !table.types[name])).toEqual([]);
});

test('list types, keys and merge keys are the server’s', () => {
  const table = builtinTypes();
  const container = resolveType(table, { is: 'ref', name: 'io.k8s.api.core.v1.Container' });
  const field = (name: string) => (container.is === 'map' ? container.fields?.[name] : undefined);
  expect(field('ports')).toMatchObject({
    is: 'list',
    listType: 'map',
    keys: ['containerPort', 'protocol'],
    mergeKey: 'containerPort',
    patchStrategy: 'merge',
  });
  expect(field('env')).toMatchObject({ listType: 'map', keys: ['name'], mergeKey: 'name' });
  expect(field('args')).toMatchObject({ listType: 'atomic' });
  const meta = resolveType(table, { is: 'ref', name: 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta' });
  expect(meta.is === 'map' ? meta.fields?.finalizers : undefined).toMatchObject({ listType: 'set' });
  expect(meta.is === 'map' ? meta.fields?.ownerReferences : undefined).toMatchObject({ listType: 'map', keys: ['uid'] });
});

test('legacy discovery lists groups, versions and resources', () => {
  expect(discovery('/api')).toMatchObject({ kind: 'APIVersions', versions: ['v1'] });
  const apps = discovery('/apis').groups.find((group: Any) => group.name === 'apps');
  expect(apps).toMatchObject({ preferredVersion: { groupVersion: 'apps/v1' } });
  expect(discovery('/apis/autoscaling').versions.map((each: Any) => each.version)).toEqual(['v2', 'v1']);
  const list = discovery('/apis/apps/v1');
  expect(list).toMatchObject({ kind: 'APIResourceList', groupVersion: 'apps/v1' });
  expect(list.resources.find((each: Any) => each.name === 'deployments')).toMatchObject({
    kind: 'Deployment',
    shortNames: ['deploy'],
    namespaced: true,
  });
  expect(list.resources.find((each: Any) => each.name === 'deployments/scale')).toMatchObject({
    group: 'autoscaling',
    version: 'v1',
    kind: 'Scale',
  });
  expect(discovery('/api/v1').resources.find((each: Any) => each.name === 'pods/eviction')).toMatchObject({
    kind: 'Eviction',
    verbs: ['create'],
  });
  for (const path of ['/apis/none.example/v1', '/apis/none.example', '/api/v2', '/healthz', '/apis/apps/v1/deployments'])
    expect(discovery(path)).toBeUndefined();
});

test('aggregated discovery comes when it is asked for, with its content type', () => {
  const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json';
  const answer = discoveryDocument('/apis', builtinKinds(), accept);
  expect(answer?.contentType).toBe('application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList');
  const body = answer?.body as Any;
  expect(body.items.some((item: Any) => item.metadata.name === undefined)).toBe(false);
  const apps = body.items.find((item: Any) => item.metadata.name === 'apps');
  expect(apps.versions[0].resources.find((each: Any) => each.resource === 'deployments')).toMatchObject({
    scope: 'Namespaced',
    responseKind: { group: 'apps', version: 'v1', kind: 'Deployment' },
    subresources: [{ subresource: 'scale', responseKind: { kind: 'Scale' } }, { subresource: 'status' }],
  });
  expect(discovery('/api', accept).items).toHaveLength(1);
});

test('versions sort by stability, then by number', () => {
  expect(['v1beta1', 'v2', 'foo', 'v1', 'v1alpha1', 'v10', 'v1beta2'].sort(compareVersions)).toEqual([
    'v10',
    'v2',
    'v1',
    'v1beta2',
    'v1beta1',
    'v1alpha1',
    'foo',
  ]);
});

test('the OpenAPI index names every group version once, by a hash that follows its kinds', () => {
  const index = openApi('/openapi/v3').paths;
  expect(Object.keys(index)).toContain('apis/apps/v1');
  expect(index['api/v1'].serverRelativeURL).toMatch(/^\/openapi\/v3\/api\/v1\?hash=[0-9A-F]{32}$/);
  const fewer = openApiDocument(
    '/openapi/v3',
    builtinKinds().filter((kind) => kind.kind !== 'Pod'),
    builtinTypes(),
  ) as Any;
  expect(fewer.paths['api/v1'].serverRelativeURL).not.toBe(index['api/v1'].serverRelativeURL);
  expect(fewer.paths['apis/apps/v1']).toEqual(index['apis/apps/v1']);
  expect(openApi('/openapi/v2')).toBeUndefined();
  expect(openApi('/openapi/v3/apis/none/v1')).toBeUndefined();
});

test('a group document carries what kubectl looks for', () => {
  const document = openApi('/openapi/v3/apis/apps/v1');
  const patch = document.paths['/apis/apps/v1/namespaces/{namespace}/deployments/{name}'].patch;
  expect(patch['x-kubernetes-group-version-kind']).toEqual({ group: 'apps', version: 'v1', kind: 'Deployment' });
  expect(patch.parameters.map((each: Any) => each.name)).toEqual(
    expect.arrayContaining(['dryRun', 'fieldValidation', 'fieldManager', 'force']),
  );
  const { schemas } = document.components;
  expect(schemas['io.k8s.api.apps.v1.Deployment']['x-kubernetes-group-version-kind']).toEqual([
    { group: 'apps', version: 'v1', kind: 'Deployment' },
  ]);
  expect(schemas['io.k8s.api.core.v1.ContainerPort'].properties.protocol.default).toBe('TCP');
  expect(schemas['io.k8s.api.apps.v1.DeploymentSpec'].properties.replicas).not.toHaveProperty('default');
  expect(schemas['io.k8s.api.core.v1.Container'].properties.ports).toMatchObject({
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-list-map-keys': ['containerPort', 'protocol'],
  });
  const dangling = [...JSON.stringify(schemas).matchAll(/#\/components\/schemas\/([^"]+)/g)].filter((match) => !schemas[match[1] ?? '']);
  expect(dangling).toEqual([]);
});

/** Names of types that lead to a node, with everything that merging depends on. */
function structure(table: TypeTable, node: TypeNode, seen: ReadonlySet<string> = new Set()): unknown {
  if (node.is === 'ref') return seen.has(node.name) ? node.name : structure(table, resolveType(table, node), new Set([...seen, node.name]));
  if (node.is === 'list')
    return {
      list: node.listType,
      keys: node.keys,
      merge: node.mergeKey,
      strategy: node.patchStrategy,
      items: structure(table, node.items, seen),
    };
  if (node.is !== 'map')
    return node.is === 'any' ? 'any' : `${node.type ?? ''}/${node.format ?? ''}`.replace(/^string\/(quantity|int-or-string)$/, '/$1');
  // An object of which nothing is known: both sides keep whatever is in it.
  if (!node.rest && Object.keys(node.fields ?? {}).length === 0) return 'any';
  const fields = Object.entries(node.fields ?? {}).map(([name, field]) => [name, structure(table, field, seen)] as const);
  return { map: Object.fromEntries(fields.sort()), rest: node.rest && structure(table, node.rest, seen), atomic: node.atomic === true };
}

test.each(['apis/apps/v1', 'apis/batch/v1', 'api/v1', 'apis/argoproj.io/v1alpha1', 'apis/networking.k8s.io/v1'])(
  'the types read back from the served %s are the ones it was made of',
  (group) => {
    const read = joinTables([typesOfSchemas(openApi(`/openapi/v3/${group}`).components.schemas)]);
    const own = builtinTypes();
    const kinds = Object.keys(read.kinds);
    expect(kinds.length).toBeGreaterThan(0);
    for (const kind of kinds) {
      const [a, b] = [own, read].map((table) => structure(table, { is: 'ref', name: table.kinds[kind] ?? '' }));
      expect(b, kind).toEqual(a);
    }
  },
);
