// 100 clusters x 100 directories: 10,000 applications of one ApplicationSet, expanded, validated and compared with what exists.
// Cold: nothing is remembered. Warm: the same again, with everything created.
import { createScriptCore } from '../../src/adapters/wasm/core.js';
import { planSet } from '../../src/core/expand/set-plan.js';
import { destinationsOf } from '../../src/core/expand/validate.js';
import type { Sources, Tree } from '../../src/domain/ports.js';
import type { Manifest } from '../../src/domain/resource.js';
import { SetReader } from '../../src/engine/set-inputs.js';
import { report } from './report.js';

const COUNT = 100;
const paths = Array.from({ length: COUNT }, (_, i) => `apps/team-${i}/kustomization.yaml`);
const clusters = Array.from({ length: COUNT }, (_, i) => ({
  name: `cluster-${i}`,
  server: `https://cluster-${i}.example.org`,
  labels: { env: i % 3 === 0 ? 'prod' : 'stage', 'argocd.argoproj.io/secret-type': 'cluster' },
  annotations: {},
}));
const revision = { id: 'a'.repeat(40), asked: 'HEAD', kind: 'head', name: 'main' } as const;
const tree = { revision, local: false, list: async () => paths.map((path) => ({ path, kind: 'file', size: 1 })) } as unknown as Tree;
const sources = { resolve: async () => revision, tree: async () => tree, inProject: () => sources } as unknown as Sources;

function set(mode: 'fast' | 'fields' | 'go'): Manifest {
  const tag = (name: string, go: string) => (mode === 'fast' ? `{{${name}}}` : `{{ ${go} }}`);
  const name =
    mode === 'go'
      ? '{{ .name | lower }}-{{ .path.basename | trunc 40 }}'
      : `${tag('name', '.name')}-${tag('path.basename', '.path.basename')}`;
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'ApplicationSet',
    metadata: { name: 'all', namespace: 'argocd', uid: 'u' },
    spec: {
      ...(mode === 'fast' ? {} : { goTemplate: true, goTemplateOptions: ['missingkey=error'] }),
      generators: [
        {
          matrix: {
            generators: [
              { clusters: { selector: { matchLabels: { 'argocd.argoproj.io/secret-type': 'cluster' } } } },
              { git: { repoURL: 'https://git.example.org/repo', revision: 'HEAD', directories: [{ path: 'apps/*' }] } },
            ],
          },
        },
      ],
      template: {
        metadata: { name, labels: { cluster: tag('name', '.name') } },
        spec: {
          project: 'default',
          source: { repoURL: 'https://git.example.org/repo', path: tag('path', '.path.path'), targetRevision: 'HEAD' },
          destination: { server: tag('server', '.server'), namespace: tag('path.basename', '.path.basename') },
          syncPolicy: { automated: { prune: true } },
        },
      },
    },
  };
}

const core = createScriptCore();
for (const mode of ['fast', 'fields', 'go'] as const) {
  const reader = new SetReader({ sources, core });
  let owned: Manifest[] = [];
  for (const run of ['cold', 'warm', 'warm again']) {
    const startedMs = performance.now();
    const expansion = await reader.expand(set(mode), {
      clusters,
      projects: new Set(['default']),
      destinationProblem: destinationsOf(clusters),
    });
    const plan = planSet(set(mode), expansion, owned);
    const ms = Math.round(performance.now() - startedMs);
    if (expansion.applications.length !== COUNT * COUNT) throw new Error(expansion.stop?.message ?? 'not all were expanded');
    const goal = run !== 'cold' ? 300 : mode === 'go' ? 3_000 : 1_500;
    report({ what: `ApplicationSet of 10,000, ${mode}, ${run}`, value: ms, unit: 'ms', goal: `${goal} ms`, met: ms <= goal });
    if (owned.length === 0) owned = structuredClone(plan.create) as Manifest[];
  }
}
await core.close();
