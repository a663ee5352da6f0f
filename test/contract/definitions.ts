// CustomResourceDefinitions themselves: which are refused, and what their deletion waits for.
import { expect, it } from 'vitest';
import type { Manifest } from '../../src/domain/resource.js';
import { refOf } from '../../src/domain/resource.js';
import { eventually, gone, live, makeNamespace, refusal, remove, SERVER_SIDE, type Subject } from './subject.js';

function definition(plural: string, schema: unknown, over: Record<string, unknown> = {}): Manifest {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.defined.example` },
    spec: {
      group: 'defined.example',
      scope: 'Namespaced',
      names: { plural, singular: plural.slice(0, -1), kind: plural.charAt(0).toUpperCase() + plural.slice(1, -1) },
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema } }],
      ...over,
    },
  };
}

const OPEN = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };

export function definitionsContract(subject: () => Subject): void {
  it.each([
    ['an unknown type', { type: 'object', properties: { size: { type: 'integr' } } }, 'properties[size].type: Unsupported value: "integr"'],
    [
      'a field without a type',
      { type: 'object', properties: { size: {} } },
      'properties[size].type: Required value: must not be empty for specified object fields',
    ],
    ['a root that is no object', { type: 'string' }, 'openAPIV3Schema.type: Invalid value: "string": must be object at the root'],
  ])('is refused for %s', async (_, schema, message) => {
    const error = await refusal(subject().cluster.apply(definition('wrongs', schema), SERVER_SIDE));
    expect(error.status).toBe(422);
    expect(error.message).toContain(message);
  });

  it('is refused under another name than its own', async () => {
    const crd = definition('rights', OPEN);
    const error = await refusal(subject().cluster.apply({ ...crd, metadata: { name: 'others.defined.example' } }, SERVER_SIDE));
    expect(error.message).toContain('must be spec.names.plural+"."+spec.group');
  });

  it('goes only when its objects are gone, finalizers included', async () => {
    const at = subject();
    const namespace = await makeNamespace(at, 'definitions');
    const crd = definition('holders', OPEN);
    await at.cluster.apply(crd, SERVER_SIDE);
    const object: Manifest = {
      apiVersion: 'defined.example/v1',
      kind: 'Holder',
      metadata: { name: 'a', namespace, finalizers: ['defined.example/hold'] },
    };
    await eventually(at, () => at.cluster.apply(object, SERVER_SIDE).catch(() => undefined));
    await remove(at, await live(at, crd));
    const waiting = await eventually(at, async () => {
      const now = await at.cluster.get(refOf(object));
      return now?.metadata.deletionTimestamp ? now : undefined;
    });
    const { metadata, status } = (await live(at, crd)) as Manifest & { status: { conditions: { type: string; status: string }[] } };
    expect(metadata.deletionTimestamp).toBeDefined();
    expect(status.conditions.find(({ type }) => type === 'Terminating')?.status).toBe('True');
    await at.cluster.patch(refOf(object), {
      type: 'merge',
      body: { metadata: { uid: waiting.metadata.uid, finalizers: null } },
      fieldManager: 'them',
    });
    await gone(at, refOf(crd));
  });
}
