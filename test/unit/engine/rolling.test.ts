// A rollout in steps over twelve clusters, by a running engine; cut short half-way, it goes on where it was.
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Manifest } from '../../../src/domain/resource.js';
import { configMap, type TestFleet, testFleet } from '../../support/fleet.js';

const NAMES = Array.from({ length: 12 }, (_, i) => `c${String(i + 1).padStart(2, '0')}`);
const REF = { group: 'argoproj.io', version: 'v1alpha1', kind: 'ApplicationSet', namespace: 'argocd', name: 'team' };
let fleet: TestFleet;
afterEach(() => fleet.stop());

const envOf = (i: number) => (i < 2 ? 'canary' : i < 6 ? 'some' : 'rest');
const step = (env: string, more: object = {}) => ({ matchExpressions: [{ key: 'env', operator: 'In', values: [env] }], ...more });
const set = (annotations: Record<string, string> = {}): Manifest => ({
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'ApplicationSet',
  metadata: { name: 'team', namespace: 'argocd', annotations },
  spec: {
    generators: [{ list: { elements: NAMES.map((name, i) => ({ name, env: envOf(i) })) } }],
    strategy: { type: 'RollingSync', rollingSync: { steps: [step('canary'), step('some', { maxUpdate: '50%' }), step('rest')] } },
    template: {
      metadata: { name: 'web-{{name}}', labels: { env: '{{env}}' } },
      spec: {
        project: 'default',
        source: { repoURL: 'https://git.example.com/repo', path: 'web' },
        destination: { name: '{{name}}', namespace: 'shop' },
        syncPolicy: { automated: { prune: true }, syncOptions: ['CreateNamespace=true'] },
      },
    },
  },
});

const start = async () => {
  fleet = await testFleet({ kinds: Object.fromEntries(NAMES.map((name) => [name, 'sandbox' as const])) });
  fleet.git.manifests = { web: [configMap('a')] };
};
const put = (manifest: Manifest) => fleet.engine.request({ kind: 'put', manifest, how: 'upsert', actor: 'ana' });
async function statuses(): Promise<Record<string, string>> {
  const found = (await fleet.hub.get(REF))?.['status'] as { applicationStatus?: { application: string; status: string }[] } | undefined;
  return Object.fromEntries((found?.applicationStatus ?? []).map(({ application, status }) => [application.replace('web-', ''), status]));
}
const through = async (names: readonly string[]) => {
  const found = await statuses();
  return names.filter((name) => found[name] === 'Healthy').length;
};
const eventually = (check: () => Promise<void>) => vi.waitFor(check, { timeout: 30_000, interval: 50 });
const commit = async (digit: string, manifests: Manifest[]) => {
  fleet.git.revision = digit.repeat(40);
  fleet.git.manifests = { web: manifests };
  await fleet.engine.request({ kind: 'refresh', hard: false });
};

/** When the first sync of each application after this moment began. */
const begun = () =>
  new Map(
    [...fleet.history.find({ dryRuns: false, limit: 200 })]
      .reverse()
      .map(({ app, startedAtMs, finishedAtMs }) => [app.replace('argocd/web-', ''), { startedAtMs, finishedAtMs: finishedAtMs ?? 0 }]),
  );

describe('a rollout over twelve clusters', () => {
  it('goes step by step, and again for the next commit', async () => {
    await start();
    await put(set());
    await eventually(async () => expect(await through(NAMES)).toBe(12));
    const times = begun();
    const of = (env: string) =>
      NAMES.filter((_, i) => envOf(i) === env).map((name) => times.get(name) as { startedAtMs: number; finishedAtMs: number });
    const end = (env: string) => Math.max(...of(env).map(({ finishedAtMs }) => finishedAtMs));
    const begin = (env: string) => Math.min(...of(env).map(({ startedAtMs }) => startedAtMs));
    expect(begin('some')).toBeGreaterThanOrEqual(end('canary'));
    expect(begin('rest')).toBeGreaterThanOrEqual(end('some'));
    await commit('b', [configMap('a', 'new')]);
    await eventually(async () => expect(await through(NAMES)).toBeLessThan(12));
    await eventually(async () => expect(await through(NAMES)).toBe(12));
    for (const name of NAMES) expect((await fleet.live(name, 'ConfigMap', 'a'))?.['data']).toEqual({ key: 'new' });
    expect(await fleet.hub.get(REF)).toMatchObject({
      status: { conditions: expect.arrayContaining([expect.objectContaining({ type: 'RolloutProgressing', status: 'False' })]) },
    });
  }, 90_000);

  it('that is cut short goes on where it was; a pause holds it', async () => {
    await start();
    await put(set());
    await eventually(async () => expect(await through(NAMES)).toBe(12));
    await put(set({ 'argosy.dev/rollout-paused': 'true' }));
    await commit('b', [configMap('a', 'new')]);
    await eventually(async () => expect(await through(NAMES)).toBe(0));
    expect((await fleet.live('c01', 'ConfigMap', 'a'))?.['data']).toEqual({ key: 'v' });
    await put(set({ 'argosy.dev/rollout-paused': 'false' }));
    await eventually(async () => expect(await through(NAMES)).toBeGreaterThanOrEqual(2));
    fleet = await fleet.restarted();
    await eventually(async () => expect(await through(NAMES)).toBe(12));
    for (const name of NAMES) expect((await fleet.live(name, 'ConfigMap', 'a'))?.['data']).toEqual({ key: 'new' });
    const syncs = fleet.history
      .find({ dryRuns: false, limit: 200 })
      .filter(({ phase, counts }) => phase === 'Succeeded' && counts.total > 0);
    // The first one, and the one of the commit: nothing was synced twice for one commit, but what a stop may have cut short.
    expect(syncs.length).toBeLessThanOrEqual(26);
  }, 90_000);

  it('stops at an application that fails', async () => {
    await start();
    await put(set());
    await eventually(async () => expect(await through(NAMES)).toBe(12));
    const broken: Manifest = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'Not A Name' }, data: {} };
    await commit('c', [configMap('a', 'newer'), broken]);
    await eventually(async () => expect(fleet.history.find({ app: 'argocd/web-c01', limit: 1 })[0]?.phase).toMatch(/Failed|Error/));
    await eventually(async () => expect((await statuses())['c01']).toBe('Progressing'));
    expect((await statuses())['c03']).toBe('Waiting');
    expect((await fleet.live('c03', 'ConfigMap', 'a'))?.['data']).toEqual({ key: 'v' });
  }, 60_000);
});
