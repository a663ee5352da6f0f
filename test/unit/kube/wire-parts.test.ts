import { describe, expect, it } from 'vitest';
import { aggregatedKinds, legacyGroupVersions, legacyKinds, preferredFirst } from '../../../src/adapters/kube/discovery.js';
import { typesOfSchemas } from '../../../src/adapters/kube/openapi-types.js';
import { proxyFor } from '../../../src/adapters/kube/proxy.js';
import { lineSplitter } from '../../../src/adapters/kube/watch-lines.js';
import { ok, scripted } from './support.js';

describe('proxies', () => {
  it.each([
    ['https://api.example.com', {}, undefined],
    ['https://api.example.com', { HTTPS_PROXY: 'http://proxy:3128' }, 'http://proxy:3128'],
    ['https://api.example.com', { https_proxy: 'proxy:3128' }, 'http://proxy:3128'],
    ['http://api.example.com', { HTTPS_PROXY: 'http://proxy:3128' }, undefined],
    ['https://127.0.0.1:6443', { HTTPS_PROXY: 'http://proxy:3128' }, undefined],
    ['https://[::1]:6443', { HTTPS_PROXY: 'http://proxy:3128' }, undefined],
    ['https://api.example.com', { HTTPS_PROXY: 'http://proxy:3128', NO_PROXY: 'example.com' }, undefined],
    ['https://example.com', { HTTPS_PROXY: 'http://proxy:3128', NO_PROXY: '.example.com' }, 'http://proxy:3128'],
    ['https://notexample.com', { HTTPS_PROXY: 'http://proxy:3128', NO_PROXY: 'example.com' }, 'http://proxy:3128'],
    ['https://10.1.2.3:6443', { HTTPS_PROXY: 'http://proxy:3128', NO_PROXY: 'a, 10.0.0.0/8' }, undefined],
    ['https://11.1.2.3:6443', { HTTPS_PROXY: 'http://proxy:3128', NO_PROXY: '10.0.0.0/8' }, 'http://proxy:3128'],
    ['https://api.example.com', { HTTPS_PROXY: 'http://proxy:3128', NO_PROXY: '*' }, undefined],
  ])('%s with %j -> %s', (server, env, expected) => {
    expect(proxyFor(server, undefined, env)).toBe(expected);
  });

  it('prefer what the kubeconfig says', () => {
    expect(proxyFor('https://127.0.0.1', 'socks5://jump:1080', { NO_PROXY: '*' })).toBe('socks5://jump:1080');
  });
});

describe('lines', () => {
  it('are limited in size', () => {
    const splitter = lineSplitter(10);
    expect(splitter.push(Buffer.from('12345\n123456'))).toEqual(['12345']);
    expect(splitter.push(Buffer.from('789\n'))).toEqual(['123456789']);
    expect(splitter.push(Buffer.from('\n\n'))).toEqual([]);
    expect(() => splitter.push(Buffer.from('12345678901'))).toThrow(/larger than 10 bytes/);
  });
});

describe('discovery', () => {
  const resource = (name: string, kind: string, rest = {}) => ({
    resource: name,
    responseKind: { kind },
    scope: 'Namespaced',
    singularResource: '',
    verbs: ['get', 'list', 'watch'],
    ...rest,
  });

  it('reads aggregated documents; what is stale is incomplete, not absent', () => {
    const { kinds, incomplete } = aggregatedKinds({
      items: [
        {
          metadata: { name: 'apps' },
          versions: [
            {
              version: 'v1',
              freshness: 'Current',
              resources: [resource('deployments', 'Deployment', { subresources: [{ subresource: 'scale' }] }), { resource: 'nameless' }],
            },
          ],
        },
        {
          metadata: { name: 'metrics.k8s.io' },
          versions: [{ version: 'v1beta1', freshness: 'Stale', resources: [resource('pods', 'PodMetrics')] }],
        },
      ],
    });
    expect(kinds.map(({ group, kind, plural, singular, subresources }) => [group, kind, plural, singular, subresources])).toEqual([
      ['apps', 'Deployment', 'deployments', 'deployment', ['scale']],
      ['metrics.k8s.io', 'PodMetrics', 'pods', 'podmetrics', []],
    ]);
    expect(incomplete).toEqual([{ group: 'metrics.k8s.io', message: 'the API service of metrics.k8s.io/v1beta1 does not answer' }]);
  });

  it('puts the preferred version of every kind before all others', () => {
    const kind = (group: string, version: string, name: string) => ({
      group,
      version,
      kind: name,
      plural: name,
      namespaced: true,
      verbs: [],
    });
    const ordered = preferredFirst([kind('a', 'v2', 'X'), kind('a', 'v1', 'X'), kind('a', 'v1', 'Y'), kind('b', 'v1', 'X')]);
    expect(ordered.map(({ group, version, kind: name }) => `${group}/${version}/${name}`)).toEqual([
      'a/v2/X',
      'a/v1/Y',
      'b/v1/X',
      'a/v1/X',
    ]);
  });

  it('falls back to the documents of older servers, and goes on without a group that fails', async () => {
    const { cluster } = scripted(({ path }) => {
      if (path === '/version') return ok({ major: '1', minor: '20', gitVersion: 'v1.20.0' });
      if (path === '/api') return ok({ kind: 'APIVersions', versions: ['v1'] });
      if (path === '/apis') {
        const versions = [{ version: 'v1' }, { version: 'v2' }];
        return ok({
          kind: 'APIGroupList',
          groups: [
            { name: 'a.io', versions, preferredVersion: { version: 'v2' } },
            { name: 'b.io', versions: [{ version: 'v1' }] },
          ],
        });
      }
      if (path.startsWith('/apis/b.io')) return { status: 403, headers: {}, body: { kind: 'Status', message: 'not for you' } };
      return ok({
        resources: [
          { name: 'things', kind: 'Thing', namespaced: false, verbs: ['list'] },
          { name: 'things/status', kind: 'Thing' },
        ],
      });
    });
    const { kinds, incomplete } = await cluster.discover();
    expect(kinds.map(({ group, version, subresources }) => [group, version, subresources])).toEqual([
      ['', 'v1', ['status']],
      ['a.io', 'v2', ['status']],
      ['a.io', 'v1', ['status']],
    ]);
    expect(incomplete).toEqual([{ group: 'b.io', message: 'Cannot discover /apis/b.io/v1 on cluster "test": not for you' }]);
  });

  it('reads old lists', () => {
    expect(legacyGroupVersions({ versions: ['v1'] })).toEqual([{ group: '', version: 'v1' }]);
    expect(legacyKinds({}, 'g', 'v1')).toEqual([]);
  });
});

describe('types from OpenAPI', () => {
  const gvk = (kind: string) => ({ 'x-kubernetes-group-version-kind': [{ group: 'g', version: 'v1', kind }] });
  const table = typesOfSchemas({
    'io.example.Thing': {
      ...gvk('Thing'),
      type: 'object',
      required: ['spec'],
      properties: {
        spec: { allOf: [{ $ref: '#/components/schemas/io.example.Spec' }], default: {}, 'x-kubernetes-patch-strategy': 'retainKeys' },
        raw: { type: 'object' },
        anything: {},
        labels: { type: 'object', additionalProperties: { type: 'string', default: '' } },
        open: { type: 'object', additionalProperties: true },
        selector: { type: 'object', 'x-kubernetes-map-type': 'atomic', additionalProperties: { type: 'string' } },
        keep: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true, properties: { a: { type: 'boolean' } } },
        port: { 'x-kubernetes-int-or-string': true, anyOf: [{ type: 'integer' }, { type: 'string' }] },
        quantity: { $ref: '#/definitions/io.k8s.apimachinery.pkg.api.resource.Quantity' },
        list: {
          type: 'array',
          items: { $ref: '#/definitions/io.example.Spec' },
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': ['a', 'b'],
          'x-kubernetes-patch-merge-key': 'a',
          'x-kubernetes-patch-strategy': 'merge,retainKeys',
        },
        plain: { type: 'array', items: { type: 'string', format: 'date-time' }, maxItems: 3 },
        size: { type: 'integer', format: 'int32', minimum: 0, default: 1, nullable: true },
      },
    },
    'io.example.Spec': {
      type: 'object',
      properties: { self: { $ref: '#/components/schemas/io.example.Spec' }, missing: { $ref: '#/x/gone' } },
    },
    'io.k8s.apimachinery.pkg.api.resource.Quantity': { oneOf: [{ type: 'string' }, { type: 'number' }] },
    'io.example.Unreached': { type: 'string' },
    'io.example.DeleteOptions': { ...gvk('DeleteOptions'), type: 'object' },
  });

  it('keep what merging, comparing and validating needs', () => {
    expect(table.kinds).toEqual({ 'g/v1/Thing': 'io.example.Thing' });
    expect(table.types['io.example.Thing']).toEqual({
      is: 'map',
      required: ['spec'],
      fields: {
        spec: { is: 'ref', name: 'io.example.Spec', default: {}, patchStrategy: 'retainKeys' },
        raw: { is: 'any' },
        anything: { is: 'any' },
        labels: { is: 'map', rest: { is: 'scalar', type: 'string', default: '' } },
        open: { is: 'map', rest: { is: 'any' } },
        selector: { is: 'map', atomic: true, rest: { is: 'scalar', type: 'string' } },
        keep: { is: 'map', preserveUnknown: true, fields: { a: { is: 'scalar', type: 'boolean' } } },
        port: { is: 'scalar', format: 'int-or-string' },
        quantity: { is: 'ref', name: 'io.k8s.apimachinery.pkg.api.resource.Quantity' },
        list: {
          is: 'list',
          listType: 'map',
          keys: ['a', 'b'],
          mergeKey: 'a',
          patchStrategy: 'merge,retainKeys',
          items: { is: 'ref', name: 'io.example.Spec' },
        },
        plain: { is: 'list', listType: 'atomic', maxItems: 3, items: { is: 'scalar', type: 'string', format: 'date-time' } },
        size: { is: 'scalar', type: 'integer', format: 'int32', minimum: 0, default: 1, nullable: true },
      },
    });
  });

  it('follow references, also in circles, and drop what no kind reaches', () => {
    expect(Object.keys(table.types).sort()).toEqual([
      'io.example.Spec',
      'io.example.Thing',
      'io.k8s.apimachinery.pkg.api.resource.Quantity',
    ]);
    expect(table.types['io.k8s.apimachinery.pkg.api.resource.Quantity']).toEqual({ is: 'scalar', format: 'quantity' });
  });

  it('are read once per document, and from v2 where there is no v3', async () => {
    const schemas = { T: { ...gvk('Thing'), type: 'object', properties: { a: { type: 'string' } } } };
    const modern = scripted(({ path }) => {
      if (path === '/openapi/v3')
        return ok(JSON.stringify({ paths: { 'apis/g/v1': { serverRelativeURL: '/openapi/v3/apis/g/v1?hash=ABC' }, version: {} } }));
      return ok({ components: { schemas } });
    });
    const first = await modern.cluster.types(undefined, ['g/v1', 'none/v1']);
    expect(await modern.cluster.types()).toBe(first);
    expect(modern.requests.map(({ path, query }) => [path, query])).toEqual([
      ['/openapi/v3', undefined],
      ['/openapi/v3/apis/g/v1', { hash: 'ABC' }],
    ]);
    const old = scripted(({ path }) =>
      path === '/openapi/v2' ? ok({ definitions: schemas }) : { status: 404, headers: {}, body: '404 page not found' },
    );
    expect(await old.cluster.types()).toEqual(first);
  });
});
