// Webhooks in the engine, and manifest-generate-paths: whom a commit concerns looks again, and nobody else.
import { afterEach, describe, expect, it } from 'vitest';
import type { Manifest } from '../../../src/domain/resource.js';
import type { WebhookEvent } from '../../../src/domain/webhook.js';
import { AUTOMATED, appOf, configMap, type TestFleet, testFleet } from '../../support/fleet.js';

let fleet: TestFleet | undefined;
afterEach(async () => {
  await fleet?.stop();
  fleet = undefined;
});

const URL = 'https://git.example.com/repo';
const [B, C] = ['b'.repeat(40), 'c'.repeat(40)];

function push(files: readonly string[], more: Partial<Extract<WebhookEvent, { kind: 'push' }>> = {}): WebhookEvent {
  return { kind: 'push', provider: 'github', urls: [URL], revisions: ['main'], touchesHead: true, files, ...more };
}

function withPaths(app: Manifest, paths: string): Manifest {
  return { ...app, metadata: { ...app.metadata, annotations: { 'argocd.argoproj.io/manifest-generate-paths': paths } } };
}

describe('a webhook', () => {
  it('makes the applications look again that it concerns', async () => {
    fleet = await testFleet();
    const { git, engine } = fleet;
    git.manifests = { near: [configMap('near')], far: [configMap('far')] };
    await fleet.put(withPaths(appOf('near', 'one', AUTOMATED), '.'));
    await fleet.put(withPaths(appOf('far', 'one', AUTOMATED), '.'));
    for (const name of ['near', 'far']) await fleet.row(name, ({ sync, health }) => sync === 'Synced' && health === 'Healthy');
    git.manifests = { near: [configMap('near', 'new')], far: [configMap('far', 'new')] };
    git.revision = B;
    await engine.request({ kind: 'webhook', event: push(['near/a.yaml'], { urls: ['https://git.example.com/other'] }) });
    await engine.request({ kind: 'webhook', event: push(['near/a.yaml'], { revisions: ['feature'], touchesHead: false }) });
    await engine.request({ kind: 'webhook', event: push(['near/a.yaml']) });
    await fleet.row('near', ({ revision, sync }) => revision === B && sync === 'Synced');
    expect((await fleet.live('one', 'ConfigMap', 'near'))?.['data']).toEqual({ key: 'new' });
    const far = await fleet.row('far', () => true);
    expect(far.revision).toBe('a'.repeat(40));
  });

  it('says what it has to say of one', async () => {
    fleet = await testFleet();
    const notices: string[] = [];
    fleet.engine.subscribe((event) => {
      if (event.kind === 'notice') notices.push(event.message);
    });
    await fleet.engine.request({ kind: 'webhook', notice: 'a webhook was refused' });
    await expect.poll(() => notices).toContain('a webhook was refused');
  });
});

describe('an ApplicationSet', () => {
  it('is expanded again by a push to the repository of its git generator', async () => {
    fleet = await testFleet();
    const { git } = fleet;
    git.files = ['apps/a/x.yaml'];
    await fleet.put({
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'ApplicationSet',
      metadata: { name: 'team', namespace: 'argocd' },
      spec: {
        generators: [{ git: { repoURL: URL, revision: 'HEAD', directories: [{ path: 'apps/*' }] } }],
        template: { metadata: { name: '{{path.basename}}' }, spec: appOf('x', 'one')['spec'] },
      },
    });
    await fleet.row('a', () => true);
    git.files = ['apps/a/x.yaml', 'apps/b/x.yaml'];
    git.revision = B;
    await fleet.engine.request({ kind: 'webhook', event: push([], { urls: [`${URL}.git`] }) });
    await fleet.row('b', () => true);
  });
});

describe('manifest-generate-paths', () => {
  it('keeps what was rendered while nothing below the paths changes, and follows the revision', async () => {
    fleet = await testFleet();
    const { git } = fleet;
    git.manifests = { shop: [configMap('c')] };
    git.hashes = { shop: '1' };
    await fleet.put(withPaths(appOf('shop', 'one', AUTOMATED), '.'));
    await fleet.row('shop', ({ sync, health }) => sync === 'Synced' && health === 'Healthy');
    const before = git.renders;
    git.manifests = { shop: [configMap('c', 'new')] };
    git.revision = B;
    await fleet.engine.request({ kind: 'notify-commit', repo: URL });
    await fleet.row('shop', ({ revision }) => revision === B);
    expect(git.renders).toBe(before);
    expect((await fleet.live('one', 'ConfigMap', 'c'))?.['data']).toEqual({ key: 'v' });
    git.hashes = { shop: '2' };
    git.revision = C;
    await fleet.engine.request({ kind: 'notify-commit', repo: URL });
    await fleet.row('shop', ({ revision, sync }) => revision === C && sync === 'Synced');
    expect((await fleet.live('one', 'ConfigMap', 'c'))?.['data']).toEqual({ key: 'new' });
  });

  it('does not take a commit elsewhere as a reason to sync again', async () => {
    fleet = await testFleet();
    const { git } = fleet;
    git.manifests = { shop: [configMap('c')] };
    git.hashes = { shop: '1' };
    await fleet.put(withPaths(appOf('shop', 'one', { automated: {} }), '.'));
    await fleet.row('shop', ({ sync, last }) => sync === 'Synced' && last?.phase === 'Succeeded');
    const edited = { ...configMap('c', 'edited'), metadata: { name: 'c', namespace: 'shop' } };
    await fleet.clusters.get('one')?.apply(edited, { mode: 'server-side', fieldManager: 'ana', force: true });
    await fleet.row('shop', ({ sync }) => sync === 'OutOfSync');
    git.revision = B;
    await fleet.engine.request({ kind: 'notify-commit', repo: URL });
    await fleet.row('shop', ({ revision }) => revision === B);
    expect(await fleet.engine.inspect({ kind: 'history', filter: { app: 'argocd/shop' } })).toHaveLength(1);
    git.hashes = { shop: '2' };
    git.revision = C;
    await fleet.engine.request({ kind: 'notify-commit', repo: URL });
    await fleet.row('shop', ({ revision, sync }) => revision === C && sync === 'Synced');
  });
});
