// Actions on live objects through the engine, with the real scripts.
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { createScriptCore } from '../../../src/adapters/wasm/core.js';
import type { Manifest } from '../../../src/domain/resource.js';
import { AUTOMATED, appOf, type FleetOptions, type TestFleet, testFleet } from '../../support/fleet.js';

const core = createScriptCore({ workers: 1, lightWorkers: 1 });
afterAll(() => core.close());
let fleet: TestFleet;
afterEach(() => fleet.stop());

const template = { metadata: { labels: { app: 'x' } }, spec: { containers: [{ name: 'c', image: 'i' }] } };
const deployment = (name: string): Manifest => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  spec: { replicas: 1, selector: { matchLabels: { app: 'x' } }, template },
});
const CRON: Manifest = {
  apiVersion: 'batch/v1',
  kind: 'CronJob',
  metadata: { name: 'nightly' },
  spec: { schedule: '0 3 * * *', jobTemplate: { spec: { template: { ...template, spec: { ...template.spec, restartPolicy: 'Never' } } } } },
};

async function withApp(options: FleetOptions = {}, manifests = [deployment('a'), deployment('b'), CRON]): Promise<void> {
  fleet = await testFleet({ core, ...options });
  fleet.git.manifests = { shop: manifests };
  await fleet.put(appOf('shop', 'one', { automated: { ...AUTOMATED.automated, selfHeal: false } }));
  await fleet.row('shop', ({ sync, running }) => sync === 'Synced' && running === undefined);
}

const run = (action: string, filter: object, more: object = {}) =>
  fleet.engine.request({ kind: 'action', app: 'argocd/shop', action, filter, all: false, parameters: {}, actor: 'ana', ...more });
const get = (kind: string, name: string, group = 'apps') =>
  fleet.clusters.get('one')?.get({ group, version: 'v1', kind, namespace: 'shop', name });
const offered = async (filter: object) =>
  (await fleet.engine.inspect({ kind: 'actions', app: 'argocd/shop', filter })).map(
    ({ ref, action, disabled }) => `${ref.name} ${action}${disabled ? ' (disabled)' : ''}`,
  );

describe('actions', () => {
  it('are listed, run and recorded', async () => {
    await withApp();
    expect(await offered({ kind: 'Deployment', name: 'a' })).toEqual(['a pause', 'a restart', 'a resume (disabled)', 'a scale']);
    await run('restart', { kind: 'Deployment', name: 'a' });
    const { spec } = (await get('Deployment', 'a')) as { spec?: { template: typeof template } } & Manifest;
    expect(spec?.template.metadata).toMatchObject({
      annotations: { 'kubectl.kubernetes.io/restartedAt': expect.stringMatching(/^20\d\d-/) },
    });
    await run('pause', { kind: 'Deployment', name: 'a' });
    await expect(run('pause', { kind: 'Deployment', name: 'a' })).rejects.toThrow('the action pause of Deployment a is disabled now');
    await run('resume', { kind: 'Deployment', name: 'a' });
    expect((await get('Deployment', 'a'))?.['spec']).not.toHaveProperty('paused');
    expect(fleet.history.actions({ app: 'argocd/shop' }).map(({ action, outcome, actor }) => [action, outcome, actor])).toEqual([
      ['resume', 'done', 'ana'],
      ['pause', 'done', 'ana'],
      ['restart', 'done', 'ana'],
    ]);
  });

  it('of several objects need to be asked for', async () => {
    await withApp();
    await expect(run('scale', { kind: 'Deployment' }, { parameters: { replicas: '3' } })).rejects.toThrow(
      'Multiple resources match inputs.',
    );
    await run('scale', { kind: 'Deployment' }, { parameters: { replicas: '3' }, all: true });
    expect([await get('Deployment', 'a'), await get('Deployment', 'b')]).toMatchObject([
      { spec: { replicas: 3 } },
      { spec: { replicas: 3 } },
    ]);
    await expect(run('scale', { kind: 'Deployment', name: 'a' }, { parameters: { replicas: 'x' } })).rejects.toThrow('not a whole number');
    expect(fleet.history.actions({})[0]).toMatchObject({ outcome: 'failed', message: expect.stringContaining('not a whole number') });
    await expect(run('scale', { kind: 'StatefulSet' })).rejects.toThrow('No matching resource found');
    await expect(run('promote', { kind: 'Deployment', name: 'a' })).rejects.toThrow(
      'Deployment a offers no action promote; there are pause,',
    );
  });

  it('may create objects', async () => {
    await withApp();
    await run('create-job', { kind: 'CronJob' });
    const jobs = await fleet.engine.inspect({ kind: 'tree', app: 'argocd/shop' });
    expect(jobs.find(({ kind, name }) => kind === 'Job' && name.startsWith('nightly-'))?.parent).toContain('CronJob');
  });

  it('are written again by what is there now, where somebody else wrote in between', async () => {
    let writes = 0;
    let raced = false;
    await withApp({
      faults: {
        one: {
          before: ({ method, path }) =>
            raced && method === 'PATCH' && path.endsWith('/deployments/a') && writes++ === 0
              ? { kind: 'refuse', code: 409, message: 'the object has been modified' }
              : undefined,
        },
      },
    });
    raced = true;
    await run('pause', { kind: 'Deployment', name: 'a' });
    expect(writes).toBe(2);
    expect(await get('Deployment', 'a')).toMatchObject({ spec: { paused: true } });
  });
});

describe('an action on a cluster that is only observed', () => {
  it('is refused, and says how to allow it', async () => {
    fleet = await testFleet({ core, kinds: { one: 'real' } });
    const cluster = fleet.clusters.get('one');
    await cluster?.apply(
      { ...deployment('a'), metadata: { name: 'a', namespace: 'default' } },
      { mode: 'create', fieldManager: 'somebody' },
    );
    fleet.git.manifests = { shop: [{ ...deployment('a'), metadata: { name: 'a', namespace: 'default' } }] };
    await fleet.put(appOf('shop', 'one'));
    await fleet.row('shop', ({ sync }) => sync === 'OutOfSync');
    await expect(run('restart', { kind: 'Deployment' })).rejects.toThrow(/cannot run restart on shop: .*argosy act/);
    expect(fleet.history.actions({})).toEqual([]);
  });
});
