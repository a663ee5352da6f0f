// Hooks around the deletion of an application, against API servers.
import { afterEach, describe, expect, it } from 'vitest';
import type { Manifest, ResourceRef } from '../../../src/domain/resource.js';
import { AUTOMATED, appOf, configMap, type TestFleet, testFleet } from '../../support/fleet.js';

const RESOURCES = 'resources-finalizer.argocd.argoproj.io';
const POST = 'post-delete-finalizer.argocd.argoproj.io';
const APP: ResourceRef = { group: 'argoproj.io', version: 'v1alpha1', kind: 'Application', namespace: 'argocd', name: 'shop' };
const JOB: ResourceRef = { group: 'batch', version: 'v1', kind: 'Job', namespace: 'shop', name: 'goodbye' };

let fleet: TestFleet;
afterEach(() => fleet.stop());

const hook = (manifest: Manifest, type: string, policy?: string): Manifest => ({
  ...manifest,
  metadata: {
    ...manifest.metadata,
    annotations: {
      'argocd.argoproj.io/hook': type,
      ...(policy === undefined ? {} : { 'argocd.argoproj.io/hook-delete-policy': policy }),
    },
  },
});
const job = (): Manifest => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'goodbye' },
  spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'i' }] } } },
});

const finalizers = async () => (await fleet.hub.get(APP))?.metadata.finalizers ?? [];
const goodbye = () => fleet.clusters.get('one')?.get(JOB);
const jobEnds = (type: 'Complete' | 'Failed') =>
  fleet.clusters.get('one')?.patch(JOB, {
    type: 'merge',
    subresource: 'status',
    body: { status: { conditions: [{ type, status: 'True', message: 'it says so' }] } },
    fieldManager: 'kubelet',
  } as never);
const runs = () =>
  fleet.history
    .find({ app: 'argocd/shop' })
    .filter(({ trigger }) => trigger === 'delete')
    .map(({ phase }) => phase)
    .reverse();

async function begin(manifests: readonly Manifest[]): Promise<void> {
  fleet = await testFleet();
  fleet.git.manifests = { shop: manifests };
  await fleet.put(appOf('shop', 'one', AUTOMATED, [RESOURCES]));
  await fleet.row('shop', ({ sync, running }) => sync === 'Synced' && running === undefined);
}

const remove = async () => fleet.hub.remove(APP, (await fleet.hub.get(APP))?.metadata.uid ?? '', 'background');

describe('an application with a PostDelete hook', () => {
  it('has the finalizers that Argo CD gives it, as long as it has the hook', async () => {
    await begin([configMap('a'), hook(job(), 'PostDelete')]);
    await expect.poll(finalizers).toEqual([RESOURCES, POST, `${POST}/cleanup`]);
    fleet.git.manifests = { shop: [configMap('a')] };
    fleet.git.revision = 'b'.repeat(40);
    await fleet.refresh('shop');
    await expect.poll(finalizers).toEqual([RESOURCES]);
  });

  it('is gone when its resources are, the hook has run after them, and the hook is cleared away', async () => {
    await begin([configMap('a'), hook(job(), 'PostDelete', 'HookSucceeded')]);
    await expect.poll(finalizers).toContain(POST);
    expect(await goodbye()).toBeUndefined();
    await remove();
    await expect.poll(goodbye, { timeout: 4_000 }).toBeDefined();
    expect(await fleet.live('one', 'ConfigMap', 'a')).toBeUndefined();
    expect(await finalizers()).toContain(POST);
    await jobEnds('Complete');
    await expect.poll(() => fleet.hub.get(APP), { timeout: 4_000 }).toBeUndefined();
    expect(await goodbye()).toBeUndefined();
    expect(runs()).toEqual(['Succeeded', 'Succeeded']);
  });

  it('is gone when the hook has failed, too', async () => {
    await begin([configMap('a'), hook(job(), 'PostDelete')]);
    await expect.poll(finalizers).toContain(POST);
    await remove();
    await expect.poll(goodbye, { timeout: 4_000 }).toBeDefined();
    await jobEnds('Failed');
    await expect.poll(() => fleet.hub.get(APP), { timeout: 4_000 }).toBeUndefined();
    expect(runs()).toEqual(['Succeeded', 'Failed']);
  });

  it('waits while its source cannot be read', async () => {
    await begin([configMap('a'), hook(job(), 'PostDelete')]);
    await expect.poll(finalizers).toContain(POST);
    fleet.git.broken = true;
    await remove();
    await expect.poll(finalizers, { timeout: 4_000 }).toEqual([POST, `${POST}/cleanup`]);
    const row = await fleet.row('shop', ({ conditions }) => conditions.some(({ message }) => message.includes('hooks are not known')));
    expect(row.name).toBe('shop');
    expect(await goodbye()).toBeUndefined();
  });
});

describe('an application with a PreDelete hook', () => {
  it('keeps its resources until the hook has run, and where it fails', async () => {
    await begin([configMap('a'), hook(job(), 'PreDelete')]);
    await expect.poll(finalizers).toHaveLength(3);
    await remove();
    await expect.poll(goodbye, { timeout: 4_000 }).toBeDefined();
    const first = (await goodbye())?.metadata.uid;
    await jobEnds('Failed');
    await expect.poll(runs, { timeout: 4_000 }).toEqual(['Failed']);
    expect(await fleet.live('one', 'ConfigMap', 'a')).toBeDefined();
    expect(await finalizers()).toHaveLength(3);
    await fleet.refresh('shop');
    await expect.poll(async () => (await goodbye())?.metadata.uid ?? first, { timeout: 4_000 }).not.toBe(first);
    await jobEnds('Complete');
    await expect.poll(() => fleet.hub.get(APP), { timeout: 4_000 }).toBeUndefined();
    expect(await fleet.live('one', 'ConfigMap', 'a')).toBeUndefined();
    expect(runs()).toEqual(['Failed', 'Succeeded', 'Succeeded']);
  });

  it('does not run it again because the process was stopped', async () => {
    await begin([configMap('a'), hook(job(), 'PreDelete')]);
    await expect.poll(finalizers).toHaveLength(3);
    await remove();
    await expect.poll(goodbye, { timeout: 4_000 }).toBeDefined();
    const uid = (await goodbye())?.metadata.uid;
    fleet = await fleet.restarted();
    await expect.poll(runs, { timeout: 4_000 }).toContain('Running');
    expect((await goodbye())?.metadata.uid).toBe(uid);
    await jobEnds('Complete');
    await expect.poll(() => fleet.hub.get(APP), { timeout: 4_000 }).toBeUndefined();
  });
});
