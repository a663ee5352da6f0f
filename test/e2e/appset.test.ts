// `argosy appset generate` from files alone: no hub, no cluster, no argosy.yaml.
import { afterEach, describe, expect, it } from 'vitest';
import { type Place, place } from '../support/program.js';

const CLUSTERS = ['prod', 'dev']
  .map((env) =>
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: env, labels: { 'argocd.argoproj.io/secret-type': 'cluster', env } },
      stringData: { name: env, server: `https://${env}` },
    }),
  )
  .join('\n---\n');

const set = (spec: object): string =>
  JSON.stringify({ apiVersion: 'argoproj.io/v1alpha1', kind: 'ApplicationSet', metadata: { name: 'team' }, spec });

const matrix = {
  matrix: {
    generators: [
      { clusters: { selector: { matchLabels: { env: 'prod' } }, values: { rev: 'main-{{.name}}' } } },
      { git: { repoURL: 'https://git.example.com/apps', revision: 'HEAD', directories: [{ path: 'apps/*' }] } },
    ],
  },
};

let at: Place | undefined;
afterEach(() => at?.remove());

interface Generated {
  readonly metadata: { readonly name: string; readonly finalizers?: readonly string[] };
  readonly spec: { readonly source: { readonly targetRevision?: string; readonly path: string }; readonly syncPolicy?: object };
}

describe('appset generate', () => {
  it('executes Go templates over the clusters of a file and the directories of a local path', async () => {
    at = place();
    const template = {
      metadata: { name: '{{.name}}-{{.path.basename | upper | lower}}' },
      spec: {
        project: 'default',
        source: { repoURL: 'https://git.example.com/apps', path: '{{.path.path}}', targetRevision: '{{.values.rev}}' },
        destination: { server: '{{.server}}', namespace: 'x' },
      },
    };
    const templatePatch = 'spec:\n  syncPolicy: {automated: {prune: {{ eq .path.basename "one" }} }}\n';
    at.write({
      'set.json': set({ goTemplate: true, generators: [matrix], template, templatePatch }),
      'clusters.yaml': CLUSTERS,
      'repo/apps/one/a.yaml': '',
      'repo/apps/two/a.yaml': '',
    });
    const flags = ['--repo', 'https://git.example.com/apps=./repo', '--clusters', 'clusters.yaml'];
    const json = await at.run(['appset', 'generate', 'set.json', ...flags, '-o', 'json']);
    expect(json.stderr).toBe('');
    const made = JSON.parse(json.stdout) as Generated[];
    expect(made.map(({ metadata }) => metadata.name)).toEqual(['prod-one', 'prod-two']);
    expect(made[0]?.spec).toMatchObject({
      source: { path: 'apps/one', targetRevision: 'main-prod' },
      syncPolicy: { automated: { prune: true } },
    });
    expect(made[0]?.metadata.finalizers).toEqual(['resources-finalizer.argocd.argoproj.io']);
    expect((await at.run(['appset', 'generate', 'set.json', ...flags, '-o', 'name'])).stdout).toBe('argocd/prod-one\nargocd/prod-two\n');
  }, 30_000);

  it('says what is wrong, prints nothing and exits 2', async () => {
    at = place();
    const template = { metadata: { name: '{{.nothing}}' }, spec: { project: 'default' } };
    const elements = [{ name: 'a' }];
    at.write({
      'set.json': set({ goTemplate: true, goTemplateOptions: ['missingkey=error'], generators: [{ list: { elements } }], template }),
    });
    const run = await at.run(['appset', 'generate', 'set.json']);
    expect(run).toMatchObject({ code: 2, stdout: '' });
    expect(run.stderr).toContain('map has no entry for key "nothing"');
    expect((await at.run(['appset', 'generate', 'nowhere.yaml'])).stderr).toContain('there is no such file');
  }, 30_000);
});
