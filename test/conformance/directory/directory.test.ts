// Each fixture proves one sentence of the behaviour reference, from an Application and the files of its repository to its targets:
//   sentence   the sentence          application  the spec (source.repoURL and destination may be left out)
//   files      path -> text          expected     targets as 'group/Kind/namespace/name', and problems as 'Type: message'
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createRenderer } from '../../../src/adapters/render/renderer.js';
import { parseApplication } from '../../../src/core/application/parse.js';
import { prepareTargets } from '../../../src/core/manifest/prepare.js';
import { DEFAULT_TRACKING, type TrackingSettings } from '../../../src/core/manifest/tracking.js';
import { parseYaml } from '../../../src/core/manifest/yaml.js';
import { type ApplicationSpec, type Source, sourcesOf } from '../../../src/domain/application.js';
import { type ApiKind, type Manifest, refOf, resourceId } from '../../../src/domain/resource.js';
import { memoryTree } from '../../support/tree.js';

interface Fixture {
  readonly sentence: string;
  readonly application?: Partial<ApplicationSpec> & { source?: Partial<Source> };
  readonly settings?: Partial<TrackingSettings>;
  readonly excluded?: readonly string[];
  readonly files: Record<string, string>;
  readonly expected: { readonly targets?: readonly string[]; readonly problems?: readonly string[]; readonly objects?: readonly unknown[] };
}

const KINDS = [
  ['', 'ConfigMap', true],
  ['', 'Secret', true],
  ['', 'Service', true],
  ['', 'Namespace', false],
  ['apps', 'Deployment', true],
  ['rbac.authorization.k8s.io', 'ClusterRole', false],
  ['apiextensions.k8s.io', 'CustomResourceDefinition', false],
].map(([group, kind, namespaced]) => ({ group, version: 'v1', kind, plural: '', namespaced, verbs: [] })) as unknown as ApiKind[];

const folder = join(import.meta.dirname, 'fixtures');

describe('directory sources', () => {
  for (const name of readdirSync(folder).sort()) {
    const fixture = parseYaml(readFileSync(join(folder, name), 'utf8'), name) as Fixture;
    it(`${name.replace(/\.yaml$/, '')}: ${fixture.sentence}`, async () => {
      const { targets, problems } = await targetsOf(fixture);
      expect(problems).toEqual(fixture.expected.problems ?? []);
      if (fixture.expected.targets) expect(targets.map((target) => resourceId(refOf(target)))).toEqual(fixture.expected.targets);
      if (fixture.expected.objects) expect(targets).toEqual(fixture.expected.objects);
    });
  }
});

async function targetsOf(fixture: Fixture) {
  const spec = {
    destination: { server: 'https://kubernetes.default.svc', namespace: 'dest' },
    ...fixture.application,
    source: { repoURL: 'https://example.com/repo', path: 'app', ...fixture.application?.source },
  };
  const metadata = { name: 'web', namespace: 'argocd' };
  const { app, problems } = parseApplication({ apiVersion: 'argoproj.io/v1alpha1', kind: 'Application', metadata, spec });
  const renderer = createRenderer();
  const found = [...problems];
  const manifests: Manifest[] = [];
  for (const source of sourcesOf(app.spec)) {
    const request = { app: 'argocd/web', appName: 'web', source, destinationNamespace: 'dest', kubeVersion: '1.32', apiVersions: [] };
    const rendered = await renderer.render(request, memoryTree(fixture.files));
    manifests.push(...rendered.manifests);
    found.push(...rendered.problems);
  }
  const prepared = prepareTargets({
    app,
    manifests,
    kinds: KINDS,
    settings: { ...DEFAULT_TRACKING, ...fixture.settings },
    controlNamespace: 'argocd',
    excluded: ({ kind }) => fixture.excluded?.includes(kind) ?? false,
  });
  return { targets: prepared.targets, problems: [...found, ...prepared.problems].map(({ type, message }) => `${type}: ${message}`) };
}
