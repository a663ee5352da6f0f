import { expect, it } from 'vitest';
import type { Manifest } from '../../src/domain/resource.js';
import { refOf } from '../../src/domain/resource.js';
import { configMap, eventually, gone, live, makeNamespace, raw, refusal, remove, SERVER_SIDE, type Subject } from './subject.js';

export function deletesContract(subject: () => Subject): void {
  it('deletes only the object with the uid', async () => {
    const namespace = await makeNamespace(subject(), 'deletes');
    const manifest = configMap(namespace, 'one');
    const first = await subject().cluster.apply(manifest, SERVER_SIDE);
    await subject().cluster.remove(refOf(manifest), '00000000-0000-0000-0000-000000000000', 'background');
    expect((await live(subject(), manifest)).metadata.uid).toBe(first.metadata.uid);
    await remove(subject(), first);
    expect(await subject().cluster.get(refOf(manifest))).toBeUndefined();
    await remove(subject(), first);
    const second = await subject().cluster.apply(manifest, SERVER_SIDE);
    await remove(subject(), first);
    expect((await live(subject(), manifest)).metadata.uid).toBe(second.metadata.uid);
    const options = { preconditions: { uid: first.metadata.uid } };
    const answer = await raw(subject(), 'DELETE', `/api/v1/namespaces/${namespace}/configmaps/one`, { body: options });
    expect([answer.status, (answer.body as { reason?: string }).reason]).toEqual([409, 'Conflict']);
    expect((answer.body as { message: string }).message).toContain('the UID in the precondition');
  });

  it('waits for finalizers, and takes no new ones while it does', async () => {
    const namespace = await makeNamespace(subject(), 'finalizers');
    const manifest = configMap(namespace, 'one', {}, { finalizers: ['example.com/hold'] });
    const made = await subject().cluster.apply(manifest, SERVER_SIDE);
    await remove(subject(), made);
    const going = await live(subject(), manifest);
    expect(going.metadata).toMatchObject({
      deletionTimestamp: expect.any(String),
      deletionGracePeriodSeconds: 0,
      finalizers: ['example.com/hold'],
    });
    const patch = (finalizers: string[] | null) =>
      subject().cluster.patch(refOf(manifest), { type: 'merge', body: { metadata: { finalizers } }, fieldManager: 'x' });
    const error = await refusal(patch(['example.com/hold', 'example.com/more']));
    expect(error.status).toBe(422);
    await patch(null);
    await gone(subject(), refOf(manifest));
  });

  it('collects dependents in the background', async () => {
    const { owner, child } = await family(subject(), 'gc-background');
    await remove(subject(), owner, 'background');
    expect(await subject().cluster.get(refOf(owner))).toBeUndefined();
    await gone(subject(), refOf(child));
  });

  it('in the foreground lets the owner go after its dependents', async () => {
    const { owner, child } = await family(subject(), 'gc-foreground', ['example.com/hold']);
    await remove(subject(), owner, 'foreground');
    const waiting = await live(subject(), owner);
    expect(waiting.metadata.finalizers).toContain('foregroundDeletion');
    await eventually(subject(), async () => ((await live(subject(), child)).metadata.deletionTimestamp === undefined ? undefined : true));
    expect(await subject().cluster.get(refOf(owner))).toBeDefined();
    await subject().cluster.patch(refOf(child), { type: 'merge', body: { metadata: { finalizers: null } }, fieldManager: 'x' });
    await gone(subject(), refOf(child));
    await gone(subject(), refOf(owner));
  });

  it('orphans dependents', async () => {
    const { owner, child } = await family(subject(), 'gc-orphan');
    await remove(subject(), owner, 'orphan');
    await gone(subject(), refOf(owner));
    const left = await eventually(subject(), async () => {
      const object = await live(subject(), child);
      return object.metadata.ownerReferences?.length ? undefined : object;
    });
    expect(left.metadata.uid).toBe(child.metadata.uid);
  });

  it('ends a namespace with everything in it, and takes nothing new meanwhile', async () => {
    const namespace = await makeNamespace(subject(), 'terminating');
    const held = await subject().cluster.apply(configMap(namespace, 'held', {}, { finalizers: ['example.com/hold'] }), SERVER_SIDE);
    const free = await subject().cluster.apply(configMap(namespace, 'free'), SERVER_SIDE);
    const ref = { group: '', version: 'v1', kind: 'Namespace', namespace: '', name: namespace };
    const object = await subject().cluster.get(ref);
    await subject().cluster.remove(ref, object?.metadata.uid ?? '', 'background');
    const going = await subject().cluster.get(ref);
    expect(going?.['status']).toMatchObject({ phase: 'Terminating' });
    const error = await refusal(subject().cluster.apply(configMap(namespace, 'late'), SERVER_SIDE));
    expect([error.status, error.retry]).toEqual([403, 'backoff']);
    expect(error.message).toContain('because it is being terminated');
    await gone(subject(), refOf(free));
    expect(await subject().cluster.get(ref)).toBeDefined();
    await subject().cluster.patch(refOf(held), { type: 'merge', body: { metadata: { finalizers: null } }, fieldManager: 'x' });
    await gone(subject(), ref);
  });
}

async function family(subject: Subject, name: string, finalizers?: string[]): Promise<{ owner: Manifest; child: Manifest }> {
  const namespace = await makeNamespace(subject, name);
  const owner = await subject.cluster.apply(configMap(namespace, 'owner'), SERVER_SIDE);
  const ownerReferences = [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid: owner.metadata.uid ?? '', blockOwnerDeletion: true }];
  const child = await subject.cluster.apply(
    configMap(namespace, 'child', {}, { ownerReferences, ...(finalizers ? { finalizers } : {}) }),
    SERVER_SIDE,
  );
  return { owner, child };
}
