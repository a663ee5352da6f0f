import { expect, test } from 'vitest';
import { decodeProtobuf, isProtobuf } from '../../../src/adapters/apiserver/schema/protobuf.js';
import { UserError } from '../../../src/domain/problem.js';
import { defaulted, problems } from './objects.js';
import bodies from './protobuf-bodies.json' with { type: 'json' };

// Bodies that kubectl 1.32 sent for `kubectl create ...` and `kubectl auth can-i`, by the last part of their path.
const decode = (name: keyof typeof bodies) => decodeProtobuf(Buffer.from(bodies[name], 'base64'));

test.each(Object.keys(bodies).filter((name) => name !== 'token') as (keyof typeof bodies)[])(
  'what kubectl sends for %s is a valid object',
  (name) => {
    const object = decode(name);
    const named = { ...object, metadata: { ...object.metadata, name: object.metadata?.name ?? 'review' } };
    expect(problems(defaulted(named))).toEqual([]);
  },
);

test('a Deployment comes as its JSON would, zero replicas included', () => {
  expect(decode('deployments')).toEqual({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', labels: { app: 'web' } },
    spec: {
      replicas: 0,
      selector: { matchLabels: { app: 'web' } },
      template: {
        metadata: { labels: { app: 'web' } },
        spec: { containers: [{ name: 'nginx', image: 'nginx', ports: [{ containerPort: 80 }] }] },
      },
    },
  });
});

test('bytes, numbers-or-text, quantities, inlined structs and maps', () => {
  expect(decode('secrets').data).toEqual({ a: 'Yg==' });
  expect(decode('poddisruptionbudgets').spec).toMatchObject({ minAvailable: '50%' });
  expect(decode('services').spec).toMatchObject({ ports: [{ port: 80, targetPort: 8080 }], selector: { app: 'svc' } });
  expect(decode('resourcequotas').spec).toEqual({ hard: { cpu: '1', pods: '2' } });
  expect(decode('rolebindings').subjects).toEqual([
    { kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'me' },
    { kind: 'ServiceAccount', name: 'sa', namespace: 'ns' },
  ]);
  expect(decode('selfsubjectaccessreviews').spec).toEqual({ resourceAttributes: { namespace: 'default', verb: 'get', resource: 'pods' } });
});

test('what is not readable is refused with a sentence', () => {
  const good = Buffer.from(bodies.deployments, 'base64');
  expect(isProtobuf(good)).toBe(true);
  expect(isProtobuf(Buffer.from('{"kind":"Pod"}'))).toBe(false);
  expect(() => decodeProtobuf(Buffer.from('{}'))).toThrow(UserError);
  for (let length = 5; length < good.length; length += 7) {
    try {
      decodeProtobuf(good.subarray(0, length));
    } catch (error) {
      expect(error).toBeInstanceOf(UserError);
    }
  }
  const unknown = Buffer.concat([Buffer.from('k8s\0'), Buffer.from([0x0a, 9, 0x0a, 2, 0x76, 0x31, 0x12, 3, 0x46, 0x6f, 0x6f])]);
  expect(() => decodeProtobuf(unknown)).toThrow('Cannot decode a Foo of "v1" from protobuf');
});
