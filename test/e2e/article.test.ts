// The manifests of a published article on GitOps with Argo CD, byte for byte, tried on sandboxes; only the repositories come from local paths.
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '../support/code.js';
import { commitAll, type Finished, type Place, place } from '../support/program.js';

const ARTICLE = join(ROOT, '..', 'shared', 'article');
const present = existsSync(ARTICLE);
if (!present) console.log(`skipped: the article's manifests are not at ${ARTICLE}`);

const read = (name: string) => readFileSync(join(ARTICLE, name), 'utf8');
const DEPLOYMENT = (replicas: number) => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: my-app
spec:
  replicas: ${replicas}
  selector:
    matchLabels: {app: my-app}
  template:
    metadata:
      labels: {app: my-app}
    spec:
      containers:
        - name: my-app
          image: kainlite/my-app:v1.2.3
---
apiVersion: v1
kind: Service
metadata:
  name: my-app
spec:
  selector: {app: my-app}
  ports:
    - port: 80
`;

describe.skipIf(!present)('the article, unchanged', () => {
  let here: Place;
  let flags: string[];
  let first: Finished;

  beforeAll(async () => {
    here = place();
    here.write({
      'fleet/app-of-apps.yaml': read('application-app-of-apps.yaml'),
      'fleet/project.yaml': read('appproject-payments-team.yaml'),
      'gitops/apps/my-app.yaml': read('application-my-app.yaml'),
      'gitops/apps/cert-manager.yaml': read('apps-cert-manager.yaml'),
      'manifests/overlays/production/my-app.yaml': DEPLOYMENT(3),
    });
    mkdirSync(join(here.dir, 'data'));
    commitAll(join(here.dir, 'gitops'), 'apps');
    commitAll(join(here.dir, 'manifests'), 'my-app');
    flags = [
      '--fleet',
      join(here.dir, 'fleet'),
      '--sandbox',
      'in-cluster',
      '--in-cluster',
      'in-cluster',
      '--data',
      join(here.dir, 'data'),
      '--repo',
      `https://github.com/kainlite/gitops-repo=${join(here.dir, 'gitops')}`,
      '--repo',
      `https://github.com/kainlite/my-app-manifests=${join(here.dir, 'manifests')}`,
      ...['--repo', 'https://charts.jetstack.io=./no-charts'],
    ];
    first = await here.run(['run', '--once', '--timeout', '60s', ...flags], { timeoutMs: 90_000 });
  }, 100_000);
  afterAll(() => here.remove());

  it('creates the children of the app of apps and syncs what can be rendered', async () => {
    const listed = await here.run(['app', 'list', '-o', 'json', ...flags]);
    const apps = JSON.parse(listed.stdout) as {
      metadata: { name: string };
      status: { sync: { status: string }; health: { status: string }; conditions?: { message: string }[] };
    }[];
    const byName = new Map(apps.map((app) => [app.metadata.name, app]));
    expect([...byName.keys()].sort()).toEqual(['app-of-apps', 'cert-manager', 'fleet', 'my-app']);
    expect(byName.get('my-app')?.status).toMatchObject({ sync: { status: 'Synced' }, health: { status: 'Healthy' } });
    expect(byName.get('app-of-apps')?.status.sync.status).toBe('Synced');
  });

  it('names a source that it cannot read, applies nothing of it, and says so by the exit code', async () => {
    expect(first.code).toBe(1);
    const got = await here.run(['app', 'get', 'cert-manager', '-o', 'json', ...flags]);
    const app = JSON.parse(got.stdout) as { status: { sync: { status: string }; conditions: { type: string; message: string }[] } };
    expect(app.status.sync.status).toBe('Unknown');
    expect(app.status.conditions[0]).toMatchObject({
      type: 'ComparisonError',
      message: expect.stringContaining('reading the index of the chart repository https://charts.jetstack.io failed'),
    });
  });

  it('ignores the replicas that the Application says to ignore, heals what it does not', async () => {
    const diff = await here.run(['app', 'diff', 'my-app', ...flags]);
    expect(diff.stdout).toBe('');
    expect(diff.code).toBe(0);
  });

  it('notices a revert in Git, and rolls back from history only with a pin', async () => {
    here.write({ 'manifests/overlays/production/my-app.yaml': DEPLOYMENT(3).replace('v1.2.3', 'v1.2.4') });
    commitAll(join(here.dir, 'manifests'), 'v1.2.4');
    await here.run(['run', '--once', '--timeout', '60s', ...flags], { timeoutMs: 90_000 });
    const image = async () =>
      (await here.run(['app', 'manifests', 'my-app', '--source', 'live', ...flags])).stdout.match(/image: (\S+)/)?.[1];
    expect(await image()).toBe('kainlite/my-app:v1.2.4');
    const refused = await here.run(['app', 'rollback', 'my-app', ...flags]);
    expect(refused.code).not.toBe(0);
    expect(refused.stderr).toContain('rollback cannot be initiated when auto-sync is enabled');
    const pinned = await here.run(['app', 'rollback', 'my-app', '--pin', ...flags]);
    expect(pinned.code).toBe(0);
    expect(await image()).toBe('kainlite/my-app:v1.2.3');
    await here.run(['run', '--once', '--timeout', '60s', ...flags], { timeoutMs: 90_000 });
    expect(await image()).toBe('kainlite/my-app:v1.2.3');
  }, 120_000);
});
