// Control objects that are missing from their source: told, kept, and deleted only by a plan that somebody approves.
import { afterEach, describe, expect, it } from 'vitest';
import type { Manifest } from '../../../src/domain/resource.js';
import { AUTOMATED, appOf, configMap, type TestFleet, testFleet } from '../../support/fleet.js';

let fleet: TestFleet | undefined;
afterEach(async () => {
  await fleet?.stop();
  fleet = undefined;
});

const project: Manifest = {
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'AppProject',
  metadata: { name: 'pay', namespace: 'argocd' },
  spec: { sourceRepos: ['*'], destinations: [{ server: '*', namespace: '*' }] },
};

describe('a project that the fleet source no longer defines', () => {
  it('is told and kept; its deletion is a plan that waits for an approval and names it', async () => {
    const notices: string[] = [];
    const shop = appOf('shop', 'one', AUTOMATED);
    fleet = await testFleet({ fleet: 'all' });
    fleet.engine.subscribe((event) => {
      if (event.kind === 'notice') notices.push(event.message);
    });
    fleet.git.manifests = { all: [project, shop], shop: [configMap('c')] };
    await fleet.refresh('fleet');
    await fleet.row('shop', ({ sync }) => sync === 'Synced');
    fleet.git.manifests = { all: [shop], shop: [configMap('c')] };
    fleet.git.revision = 'b'.repeat(40);
    await fleet.refresh('fleet');
    await fleet.row('fleet', ({ changes }) => changes.prune === 1);
    await expect.poll(() => notices.join('\n')).toContain('AppProject pay is missing from the fleet source');
    const prune = { kind: 'sync' as const, app: 'argocd/fleet', operation: { sync: { prune: true } }, actor: 'ana' };
    await expect(fleet.engine.request(prune)).rejects.toThrow('it deletes AppProject argocd/pay');
    const ref = { group: 'argoproj.io', version: 'v1alpha1', kind: 'AppProject', namespace: 'argocd', name: 'pay' };
    expect(await fleet.hub.get(ref)).toBeDefined();
    const { approval } = await fleet.row('fleet', (row) => row.approval !== undefined);
    await fleet.engine.request({ kind: 'approve', hash: approval?.hash ?? '', actor: 'ana' });
    await fleet.row('fleet', ({ changes, sync }) => changes.prune === 0 && sync === 'Synced');
    expect(await fleet.hub.get(ref)).toBeUndefined();
  });
});

describe('globalProjects of argocd-cm', () => {
  it('adds the lists of the global project to every project that its selector matches', async () => {
    fleet = await testFleet();
    fleet.git.manifests = { shop: [configMap('c')] };
    await fleet.put({ ...project, metadata: { ...project.metadata, name: 'everywhere' }, spec: { sourceRepos: ['*'], destinations: [] } });
    await fleet.put({
      ...project,
      metadata: { ...project.metadata, labels: { team: 'pay' } },
      spec: { destinations: [{ server: '*', namespace: '*' }] },
    });
    const app = appOf('shop', 'one', AUTOMATED);
    await fleet.put({ ...app, spec: { ...(app['spec'] as object), project: 'pay' } });
    await fleet.row('shop', ({ conditions }) => conditions.some(({ message }) => message.includes('is not permitted in project')));
    const globalProjects = '- projectName: everywhere\n  labelSelector: {matchLabels: {team: pay}}\n';
    await fleet.put({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'argocd-cm', namespace: 'argocd' },
      data: { globalProjects },
    });
    await fleet.row('shop', ({ sync }) => sync === 'Synced');
  });
});
