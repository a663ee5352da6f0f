// What a rendering reads from other servers: bases and files of a kustomization, its charts, value files by their address.
import { afterAll, describe, expect, it } from 'vitest';
import { createRenderer } from '../../../src/adapters/render/renderer.js';
import { createScriptCore } from '../../../src/adapters/wasm/core.js';
import { isRemoteFile, remoteBase } from '../../../src/core/source/kustomization.js';
import type { Source } from '../../../src/domain/application.js';
import type { RenderRequest } from '../../../src/domain/ports.js';
import { memoryTree } from '../../support/tree.js';

const core = createScriptCore({ workers: 1 });
afterAll(() => core.close());

const render = (files: Record<string, string>, more: Partial<RenderRequest> = {}, source: Partial<Source> = {}) =>
  createRenderer({ core }).render(
    {
      app: 'argocd/web',
      appName: 'web',
      source: { repoURL: 'https://example.com/r', path: 'app', ...source },
      destinationNamespace: 'shop',
      kubeVersion: 'v1.32.1',
      apiVersions: [],
      ...more,
    },
    memoryTree(files),
  );
const configMap = (name: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n`;
const told = ({ manifests }: { manifests: readonly { kind: string; metadata: { name: string; namespace?: string } }[] }) =>
  manifests.map(({ kind, metadata }) => `${kind} ${metadata.namespace ? `${metadata.namespace}/` : ''}${metadata.name}`);

describe('an entry of a kustomization', () => {
  it.each([
    ['https://github.com/org/repo//deep/base?ref=v1.2.3', 'https://github.com/org/repo', 'v1.2.3', 'deep/base'],
    ['https://github.com/org/repo/deep?ref=main', 'https://github.com/org/repo', 'main', 'deep'],
    ['github.com/org/repo/deep/base?ref=v1', 'https://github.com/org/repo', 'v1', 'deep/base'],
    ['git@github.com:org/repo.git//base?version=2', 'git@github.com:org/repo.git', '2', 'base'],
    ['ssh://git@host.example/team/repo.git/base', 'ssh://git@host.example/team/repo.git', '', 'base'],
    ['https://host.example/team/repo.git/base?ref=x&timeout=90s', 'https://host.example/team/repo.git', 'x', 'base'],
    ['git::https://host.example/team/repo//base', 'https://host.example/team/repo', '', 'base'],
    ['https://dev.azure.com/org/project/_git/repo/base', 'https://dev.azure.com/org/project/_git/repo', '', 'base'],
    ['file:///srv/repo//base', 'file:///srv/repo', '', 'base'],
  ])('%s is a base', (entry, repoURL, targetRevision, path) => {
    expect(remoteBase(entry)).toEqual({ repoURL, targetRevision, path });
  });

  it.each(['../base', 'base', './a/b.yaml', 'github.com', 'name=value'])('%s is a path', (entry) => {
    expect(remoteBase(entry)).toBeUndefined();
  });

  it('is a file on a web server where it ends like one, and names no repository', () => {
    expect(isRemoteFile('https://raw.example.com/org/repo/v1/crds.yaml')).toBe(true);
    expect(isRemoteFile('https://github.com/org/repo//deploy/a.yaml?ref=v1')).toBe(false);
    expect(isRemoteFile('https://github.com/org/repo')).toBe(false);
  });
});

describe('a kustomization', () => {
  it('builds on bases of other repositories, which may build on others', async () => {
    const asked: Source[] = [];
    const repositories: Record<string, Record<string, string>> = {
      'https://github.com/org/base': {
        'deploy/kustomization.yaml': 'resources: [one.yaml, ../shared, "github.com/org/deeper?ref=v2"]\n',
        'deploy/one.yaml': configMap('one'),
        'shared/kustomization.yaml': 'resources: [two.yaml]\n',
        'shared/two.yaml': configMap('two'),
      },
      'https://github.com/org/deeper': { 'kustomization.yaml': 'resources: [three.yaml]\n', 'three.yaml': configMap('three') },
    };
    const base = async (source: Source) => {
      asked.push(source);
      return memoryTree(repositories[source.repoURL] ?? {});
    };
    const files = {
      'app/kustomization.yaml': '# a comment\nnamePrefix: my-\nresources:\n- https://github.com/org/base//deploy?ref=v1\n- own.yaml\n',
      'app/own.yaml': configMap('own'),
    };
    const rendered = await render(files, { base });
    expect(rendered.problems).toEqual([]);
    expect(told(rendered)).toEqual(['ConfigMap my-one', 'ConfigMap my-own', 'ConfigMap my-three', 'ConfigMap my-two']);
    expect(asked).toEqual([
      { repoURL: 'https://github.com/org/base', targetRevision: 'v1' },
      { repoURL: 'https://github.com/org/deeper', targetRevision: 'v2' },
    ]);
    expect((await render(files)).problems[0]?.message).toContain('is in another repository, and nothing is read from there here');
  });

  it('takes files from web servers', async () => {
    const files = {
      'app/kustomization.yaml':
        'resources: [https://raw.example.com/v1/crds.yaml]\npatches:\n- path: https://raw.example.com/v1/patch.yaml\n',
    };
    const file = async (url: string) =>
      Buffer.from(url.endsWith('patch.yaml') ? `${configMap('remote')}data: {patched: "yes"}\n` : configMap('remote'));
    const { manifests, problems } = await render(files, { file });
    expect(problems).toEqual([]);
    expect(manifests).toMatchObject([{ metadata: { name: 'remote' }, data: { patched: 'yes' } }]);
  });

  const inflating = (more = '') => ({
    'app/kustomization.yaml':
      `namespace: team\nnamePrefix: my-\nresources: [own.yaml]\nconfigMapGenerator:\n- name: made\n  literals: [a=b]\n` +
      `helmCharts:\n- name: demo\n  releaseName: rel\n  valuesInline: {a: inline}\n${more}`,
    'app/own.yaml': configMap('own'),
    'app/charts/demo/Chart.yaml': 'apiVersion: v2\nname: demo\nversion: 1.0.0\n',
    'app/charts/demo/values.yaml': 'a: chart\nb: chart\n',
    'app/charts/demo/templates/cm.yaml':
      '{{ range list "x" "y" }}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ $.Release.Name }}-{{ . }}\n  namespace: {{ $.Release.Namespace }}\ndata: {a: {{ $.Values.a }}, b: {{ $.Values.b }}}\n{{ end }}',
    'app/charts/demo/templates/hook.yaml':
      'apiVersion: v1\nkind: Secret\nmetadata: {name: hook, annotations: {helm.sh/hook: pre-install}}\n',
  });

  it("inflates charts with --enable-helm; its prefix counts for them, its namespace is the release's", async () => {
    const { manifests, problems, ...rest } = await render(inflating(), { buildOptions: '--enable-helm' });
    expect(problems).toEqual([]);
    expect(told({ manifests, ...rest }).map((each) => each.replace(/-[a-z0-9]{10}$/, ''))).toEqual([
      'ConfigMap team/my-made',
      'ConfigMap team/my-own',
      'ConfigMap team/my-rel-x',
      'ConfigMap team/my-rel-y',
      'Secret my-hook',
    ]);
    expect(manifests[2]).toMatchObject({ data: { a: 'inline', b: 'chart' } });
    expect(JSON.stringify(manifests)).not.toContain('helm-generated');
  });

  it('leaves hooks out where it says so, and takes charts from their repository', async () => {
    const files = inflating('  skipHooks: true\n  repo: https://charts.example.com\n  version: 1.0.0\n');
    const asked: unknown[] = [];
    const dependency = async (wanted: unknown) => {
      asked.push(wanted);
      const tree: Record<string, string> = {};
      for (const [path, text] of Object.entries(files))
        if (path.startsWith('app/charts/demo/')) tree[path.slice('app/charts/demo/'.length)] = text;
      return memoryTree(tree);
    };
    const rendered = await render(files, { buildOptions: '--enable-helm', dependency });
    expect(rendered.problems).toEqual([]);
    expect(asked).toEqual([{ name: 'demo', version: '1.0.0', repository: 'https://charts.example.com' }]);
    expect(told(rendered)).toHaveLength(4);
  });

  it('says what to do about charts without the option', async () => {
    expect((await render(inflating())).problems[0]?.message).toContain('--enable-helm');
  });
});

describe('value files', () => {
  const chart = {
    'app/Chart.yaml': 'apiVersion: v2\nname: demo\nversion: 1.0.0\n',
    'app/templates/cm.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "{{ .Values.a }}"}\n',
  };
  const source = { helm: { valueFiles: ['https://values.example.com/prod.yaml'] } };
  const file = async () => Buffer.from('a: remote\n');

  it('come by their address from the schemes that are permitted', async () => {
    expect(told(await render(chart, { file }, source))).toEqual(['ConfigMap remote']);
    expect((await render(chart, { file, valueFileSchemes: ['s3'] }, source)).problems[0]?.message).toContain(
      "the URL scheme 'https' is not allowed",
    );
    expect((await render(chart, { file }, { helm: { valueFiles: ['s3://bucket/x.yaml'] } })).problems[0]?.message).toContain(
      "the URL scheme 's3' is not allowed",
    );
  });
});
