// `argosy appset generate` from files alone: no hub, no cluster, no argosy.yaml.

import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { httpServer } from '../support/http.js';
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

describe('an ApplicationSet over a host of repositories', () => {
  it('makes its applications, and keeps them while the host refuses or answers nothing', async () => {
    const here = place();
    const http = await httpServer();
    try {
      here.write({
        'repo/app/a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n',
        'fleet/token.yaml': 'apiVersion: v1\nkind: Secret\nmetadata: {name: github, namespace: argocd}\nstringData: {token: secret-4711}\n',
        'fleet/set.yaml': `apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: org, namespace: argocd}
spec:
  goTemplate: true
  generators:
  - scmProvider:
      cloneProtocol: https
      github: {organization: org, api: "${http.url}", tokenRef: {secretName: github, key: token}}
  template:
    metadata: {name: "app-{{ .repository }}"}
    spec:
      project: default
      source: {repoURL: "${join(here.dir, 'repo')}", path: app}
      destination: {server: https://kubernetes.default.svc, namespace: "{{ .repository }}"}
`,
      });
      const repository = (name: string) => ({
        id: 1,
        name,
        owner: { login: 'org' },
        default_branch: 'main',
        clone_url: `https://h/${name}`,
        topics: [],
      });
      const branch = { body: { name: 'main', commit: { sha: 'abc' } } };
      http.answers = {
        '/api/v3/orgs/org/repos': { body: [repository('one'), repository('two')] },
        '/api/v3/repos/org/one/branches/main': branch,
        '/api/v3/repos/org/two/branches/main': branch,
      };
      const flags = ['--fleet', './fleet', '--sandbox', 'in-cluster', '--data', join(here.dir, 'data')];
      const names = async () => (await here.run(['app', 'list', '-o', 'name', ...flags])).stdout.trim().split('\n').sort();
      const run = () => here.run(['run', '--once', '--timeout', '30s', ...flags], { timeoutMs: 60_000 });
      await run();
      const both = ['argocd/app-one', 'argocd/app-two', 'argocd/fleet'];
      expect(await names()).toEqual(both);
      for (const answer of [{ status: 403, body: { message: 'no' } }, { body: [] }]) {
        http.answers = { '/api/v3/orgs/org/repos': answer };
        await run();
        expect(await names()).toEqual(both);
      }
      const preview = await here.run(['appset', 'generate', './fleet/set.yaml', '-o', 'name'], { env: { GITHUB_TOKEN: 'x' } });
      expect(preview.stderr).toContain('error fetching Github token: error fetching secret argocd/github: secrets "github" not found');
    } finally {
      http.close();
      here.remove();
    }
  }, 240_000);
});
