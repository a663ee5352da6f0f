// Applications of chart repositories, as people write them; the repositories are folders of real charts.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type Place, place } from '../support/program.js';

const SHARED = new URL('../../../shared', import.meta.url).pathname;
const CHARTS = join(SHARED, 'corpus', 'charts');
const ARTICLE = join(SHARED, 'article');
const present = existsSync(CHARTS) && existsSync(ARTICLE);
if (!present) console.log(`skipped: the charts are not at ${CHARTS}`);

let at: Place | undefined;
afterEach(() => at?.remove());

describe.runIf(present)('cert-manager and kube-prometheus-stack', () => {
  it('are rendered from their chart repositories; what is automated is Synced and Healthy, its hook included', async () => {
    at = place();
    // The versions of the folder are not those of the text.
    const text = (file: string) => readFileSync(join(ARTICLE, file), 'utf8').replace(/targetRevision: .*/, 'targetRevision: "*"');
    at.write({ 'fleet/prometheus.yaml': text('application-prometheus.yaml'), 'fleet/cert-manager.yaml': text('apps-cert-manager.yaml') });
    const repositories = ['https://prometheus-community.github.io/helm-charts', 'https://charts.jetstack.io'];
    const flags = ['--fleet', './fleet', '--sandbox', 'in-cluster', '--data', join(at.dir, 'data')].concat(
      repositories.flatMap((url) => ['--repo', `${url}=${CHARTS}`]),
    );
    const run = await at.run(['run', '--once', '--timeout', '90s', ...flags], { timeoutMs: 120_000 });
    expect(run.code, run.stdout + run.stderr).toBe(1);
    const list = JSON.parse((await at.run(['app', 'list', '-o', 'json', ...flags])).stdout) as Listed[];
    const found = Object.fromEntries(
      list.map(({ metadata, status }) => [metadata.name, `${status.sourceType} ${status.sync.status} ${status.health.status}`]),
    );
    expect(found).toMatchObject({ 'cert-manager': 'Helm Synced Healthy', prometheus: 'Helm OutOfSync Missing' });
    const manifests = await at.run(['app', 'manifests', 'prometheus', '--source', 'git', ...flags]);
    expect(manifests.stdout.match(/^kind: /gm)?.length).toBeGreaterThan(100);
  }, 180_000);
});

interface Listed {
  readonly metadata: { readonly name: string };
  readonly status: {
    readonly sourceType: string;
    readonly sync: { readonly status: string };
    readonly health: { readonly status: string };
  };
}
