import { expect, test } from 'vitest';
import { readCrd } from '../../../src/adapters/apiserver/schema/crd.js';
import { validateCrd } from '../../../src/adapters/apiserver/schema/crd-rules.js';
import { applyDefaults } from '../../../src/adapters/apiserver/schema/defaults.js';
import { describeFieldError } from '../../../src/adapters/apiserver/schema/field-error.js';
import { jsonPathValues } from '../../../src/adapters/apiserver/schema/json-path.js';
import { pruneUnknown } from '../../../src/adapters/apiserver/schema/prune.js';
import { validateObject } from '../../../src/adapters/apiserver/schema/validate-object.js';
import type { Manifest } from '../../../src/domain/resource.js';
import { typeOfKind } from '../../../src/domain/schema.js';

const crd: Manifest = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'widgets.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { kind: 'Widget', plural: 'widgets', shortNames: ['wd'], categories: ['all'] },
    versions: [
      { name: 'v1alpha1', served: false, storage: false, schema: { openAPIV3Schema: { type: 'object' } } },
      {
        name: 'v1beta1',
        served: true,
        storage: false,
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: { status: {}, scale: { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas' } },
        additionalPrinterColumns: [{ name: 'Size', type: 'string', jsonPath: '.spec.size' }],
        schema: {
          openAPIV3Schema: {
            type: 'object',
            required: ['spec'],
            properties: {
              spec: {
                type: 'object',
                required: ['size'],
                properties: {
                  size: { type: 'string', enum: ['small', 'big'] },
                  replicas: { type: 'integer', default: 2 },
                  note: { type: 'string', nullable: true },
                  port: { 'x-kubernetes-int-or-string': true },
                  free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
                  pod: { type: 'object', 'x-kubernetes-embedded-resource': true, 'x-kubernetes-preserve-unknown-fields': true },
                  labels: { type: 'object', additionalProperties: { type: 'string' } },
                  parts: {
                    type: 'array',
                    'x-kubernetes-list-type': 'map',
                    'x-kubernetes-list-map-keys': ['id'],
                    items: { type: 'object', properties: { id: { type: 'string' }, weight: { type: 'integer', default: 1 } } },
                  },
                  sealed: { type: 'object', 'x-kubernetes-map-type': 'atomic', properties: { a: { type: 'string' } } },
                },
              },
              status: { type: 'object', properties: { replicas: { type: 'integer' } } },
            },
          },
        },
      },
    ],
  },
};
const { kinds, table, columns, scale, storageVersion } = readCrd(crd);
const type = typeOfKind(table, 'example.com', 'v1', 'Widget');
if (!type) throw new Error('no type was read');
const widget = (spec: object): Manifest => ({
  apiVersion: 'example.com/v1',
  kind: 'Widget',
  metadata: { name: 'one', namespace: 'shop' },
  spec,
});
const errors = (spec: object) => validateObject(table, type, widget(spec), { strict: true }).map(describeFieldError);

test('served versions become kinds, the preferred one first', () => {
  expect(kinds.map((kind) => kind.version)).toEqual(['v1', 'v1beta1']);
  expect(kinds[0]).toMatchObject({
    group: 'example.com',
    kind: 'Widget',
    plural: 'widgets',
    singular: 'widget',
    namespaced: true,
    shortNames: ['wd'],
    categories: ['all'],
    subresources: ['status', 'scale'],
  });
  expect(kinds[1]).not.toHaveProperty('subresources');
  expect(columns).toEqual({ 'example.com/v1/Widget': [{ name: 'Size', type: 'string', jsonPath: '.spec.size' }] });
  expect(scale['example.com/v1/Widget']?.specReplicasPath).toBe('.spec.replicas');
  expect(storageVersion).toBe('v1');
});

test('list types, keys and atomic maps are kept', () => {
  const spec = type.is === 'map' ? type.fields?.spec : undefined;
  const fields = spec?.is === 'map' ? spec.fields : undefined;
  expect(fields?.parts).toMatchObject({ is: 'list', listType: 'map', keys: ['id'] });
  expect(fields?.sealed).toMatchObject({ is: 'map', atomic: true });
  expect(fields?.port).toMatchObject({ is: 'scalar', format: 'int-or-string' });
  expect(fields?.free).toEqual({ is: 'any' });
  expect(fields?.pod).toMatchObject({ preserveUnknown: true, fields: { metadata: { is: 'ref' } } });
});

test('objects are validated, pruned and defaulted by the schema', () => {
  expect(errors({ size: 'big', port: '80%', free: { any: [1] }, labels: { a: 'b' }, note: null })).toEqual([]);
  expect(errors({})).toEqual(['spec.size: Required value']);
  expect(errors({ size: 'huge' })).toEqual(['spec.size: Unsupported value: "huge": supported values: "small", "big"']);
  expect(errors({ size: 'big', colour: 'red' })).toEqual(['unknown field "spec.colour"']);
  expect(errors({ size: 'big', replicas: null })[0]).toContain('must be of type integer: "null"');
  const pruned = pruneUnknown(table, type, widget({ size: 'big', colour: 'red', replicas: null, note: null, free: { any: 1 } }), 'keep');
  expect(pruned.spec).toEqual({ size: 'big', note: null, free: { any: 1 } });
  expect(applyDefaults(table, type, pruneUnknown(table, type, widget({ size: 'big', parts: [{ id: 'a' }] }), 'keep')).spec).toEqual({
    size: 'big',
    replicas: 2,
    parts: [{ id: 'a', weight: 1 }],
  });
});

test('a version that keeps unknown fields accepts anything', () => {
  const open = typeOfKind(table, 'example.com', 'v1beta1', 'Widget');
  const object = { ...widget({ anything: { goes: true } }), apiVersion: 'example.com/v1beta1' };
  expect(open && validateObject(table, open, object, { strict: true })).toEqual([]);
  expect(open && pruneUnknown(table, open, object, 'keep')).toBe(object);
});

test('a CRD itself is checked', () => {
  expect(validateCrd(crd)).toEqual([]);
  const wrong = { ...crd, metadata: { name: 'gadgets.example.com' }, spec: { ...(crd.spec as object), versions: [{ name: 'v1' }] } };
  expect(validateCrd(wrong).map(describeFieldError)).toEqual([
    'metadata.name: Invalid value: "gadgets.example.com": must be spec.names.plural+"."+spec.group',
    'spec.versions: Invalid value: ["v1"]: must have exactly one version marked as storage version',
    'spec.versions[0].schema.openAPIV3Schema: Required value: schemas are required',
  ]);
});

test('the JSONPath of columns', () => {
  const object = {
    a: { b: [{ c: 1 }, { c: 2 }], 'x.y': 'dotted', 'with-dash': 'dash' },
    conditions: [
      { type: 'Ready', status: 'True' },
      { type: 'Other', status: 'False' },
    ],
  };
  expect(jsonPathValues('.a.b[1].c', object)).toEqual([2]);
  expect(jsonPathValues('.a.b[*].c', object)).toEqual([1, 2]);
  expect(jsonPathValues('{.a.b[-1:].c}', object)).toEqual([]);
  expect(jsonPathValues('.a.x\\.y', object)).toEqual(['dotted']);
  expect(jsonPathValues(".a['x.y']", object)).toEqual(['dotted']);
  expect(jsonPathValues('.a.with-dash', object)).toEqual(['dash']);
  expect(jsonPathValues('.conditions[?(@.type=="Ready")].status', object)).toEqual(['True']);
  expect(jsonPathValues(".conditions[?(@.type!='Ready')].status", object)).toEqual(['False']);
  expect(jsonPathValues('.nothing.here', object)).toEqual([]);
  expect(jsonPathValues('.a.__proto__', object)).toEqual([]);
});
