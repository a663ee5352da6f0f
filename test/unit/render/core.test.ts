// Helm, Kustomize and Jsonnet sources through the real core.
import { afterAll, describe, expect, it } from 'vitest';
import { createRenderer } from '../../../src/adapters/render/renderer.js';
import { createScriptCore } from '../../../src/adapters/wasm/core.js';
import type { Source } from '../../../src/domain/application.js';
import type { Rendered, RenderRequest, Tree } from '../../../src/domain/ports.js';
import type { CoreCall } from '../../../src/domain/wasm.js';
import { memoryTree } from '../../support/tree.js';

const core = createScriptCore({ workers: 1 });
afterAll(() => core.close());

function render(files: Record<string, string> | Tree, source: Partial<Source> = {}, more: Partial<RenderRequest> = {}) {
  const tree = 'hash' in files && typeof files.hash === 'function' ? (files as Tree) : memoryTree(files as Record<string, string>);
  return createRenderer({ core }).render(
    {
      app: 'argocd/web',
      appName: 'web',
      source: { repoURL: 'https://example.com/r', path: 'app', ...source },
      destinationNamespace: 'shop',
      kubeVersion: 'v1.32.1',
      apiVersions: ['example.com/v1'],
      ...more,
    },
    tree,
  );
}

const template = (body: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${body}}\n`;
const chart = (more: Record<string, string> = {}, head = '') => ({
  'app/Chart.yaml': `apiVersion: v2\nname: demo\nversion: 1.0.0\n${head}`,
  'app/values.yaml': 'a: chart\n',
  'app/templates/cm.yaml': template('"{{ .Values.a }}"'),
  ...more,
});
const names = ({ manifests }: { manifests: readonly { metadata: { name: string } }[] }) => manifests.map(({ metadata }) => metadata.name);

describe('values of a chart', () => {
  const files = chart({
    'app/one.yaml': 'a: one\n',
    'app/env/b.yaml': 'a: b\n',
    'app/env/a.yaml': 'a: a\n',
    'shared/root.yaml': 'a: root\n',
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['come from its values.yaml', {}, 'chart'],
    ['are replaced by value files', { valueFiles: ['one.yaml'] }, 'one'],
    ['of a glob come in lexical order', { valueFiles: ['env/*.yaml'] }, 'b'],
    ['of a file that is named keep its place, whatever a glob finds', { valueFiles: ['env/b.yaml', 'env/*.yaml'] }, 'a'],
    ['are named from the root by a slash', { valueFiles: ['/shared/root.yaml'] }, 'root'],
    ['may lie elsewhere in the repository', { valueFiles: ['../shared/root.yaml'] }, 'root'],
    ['of the block win over files', { valueFiles: ['one.yaml'], values: 'a: block' }, 'block'],
    ['as an object win over those as a text', { values: 'a: block', valuesObject: { a: 'object' } }, 'object'],
    ['as parameters win over all', { valuesObject: { a: 'object' }, parameters: [{ name: 'a', value: 'set' }] }, 'set'],
    ['as parameters know the environment', { parameters: [{ name: 'a', value: '$ARGOCD_APP_NAME-x' }] }, 'web-x'],
    ['as parameters keep their commas', { parameters: [{ name: 'a', value: 'x,y' }] }, 'x,y'],
    ['may be files', { fileParameters: [{ name: 'a', path: '/shared/name.txt' }] }, 'text'],
  ])('%s', async (_, helm, expected) => {
    expect(names(await render({ ...files, 'shared/name.txt': 'text' }, { helm }))).toEqual([expected]);
  });

  it('may come from another source of the application', async () => {
    const refs = async (name: string) => (name === 'values' ? memoryTree({ 'prod/web.yaml': 'a: elsewhere\n' }) : undefined);
    const helm = { valueFiles: ['$values/prod/web.yaml'] };
    expect(names(await render(files, { helm }, { refs }))).toEqual(['elsewhere']);
    const { problems } = await render(files, { helm: { valueFiles: ['$other/prod/web.yaml'] } }, { refs });
    expect(problems[0]?.message).toContain('no source has `ref: other`');
  });

  it('that are missing stop the rendering, unless they may be', async () => {
    const { problems, manifests } = await render(files, { helm: { valueFiles: ['two.yaml'] } });
    expect(problems[0]?.message).toContain('the value file two.yaml does not exist');
    expect(manifests).toEqual([]);
    expect(names(await render(files, { helm: { valueFiles: ['two.yaml'], ignoreMissingValueFiles: true } }))).toEqual(['chart']);
  });

  it.each(['../../etc/passwd', '/../x', 'https://example.com/values.yaml'])(
    'never come from outside of the repository: %s',
    async (file) => {
      const { problems, manifests } = await render(files, { helm: { valueFiles: [file] } });
      expect(problems[0]?.message).toMatch(/outside of the repository|on another server/);
      expect(manifests).toEqual([]);
    },
  );
});

describe('a chart', () => {
  it('knows its release, its namespace and the cluster', async () => {
    const files = chart({
      'app/templates/cm.yaml': template(
        '"{{ .Release.Name }}.{{ .Release.Namespace }}.{{ .Capabilities.KubeVersion }}.{{ .Capabilities.APIVersions.Has "example.com/v1" }}"',
      ),
    });
    expect(names(await render(files))).toEqual(['web.shop.v1.32.1.true']);
    expect(
      names(await render(files, { helm: { releaseName: 'r', namespace: 'n', kubeVersion: '1.30.0', apiVersions: ['x/v1'] } })),
    ).toEqual(['r.n.v1.30.0.false']);
  });

  it('brings its local dependencies along', async () => {
    const head = 'dependencies:\n- {name: sub, version: 1.0.0, repository: "file://../lib/sub"}\n';
    const sub = { 'lib/sub/Chart.yaml': 'apiVersion: v2\nname: sub\nversion: 1.0.0\n', 'lib/sub/templates/x.yaml': template('sub') };
    expect(names(await render({ ...chart({}, head), ...sub })).sort()).toEqual(['chart', 'sub']);
  });

  it('that is broken names the template and the line, and gives nothing', async () => {
    const { problems, manifests } = await render(chart({ 'app/templates/cm.yaml': '\n{{ fail "why" }}' }));
    expect(problems[0]).toMatchObject({ type: 'ComparisonError', place: { file: 'app' } });
    expect(problems[0]?.message).toMatch(/^helm template of app failed: .*demo\/templates\/cm\.yaml:2:\d+.*why/);
    expect(manifests).toEqual([]);
  });

  it('gives its definitions unless they are skipped', async () => {
    const crd = 'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: x}\n';
    expect(names(await render(chart({ 'app/crds/x.yaml': crd })))).toEqual(['x', 'chart']);
    expect(names(await render(chart({ 'app/crds/x.yaml': crd }), { helm: { skipCrds: true } }))).toEqual(['chart']);
  });
});

describe('a Kustomize directory', () => {
  const files = {
    'base/kustomization.yaml': 'resources: [deploy.yaml]\n',
    'base/deploy.yaml':
      'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 1, template: {spec: {containers: [{name: c, image: "nginx:1"}]}}}\n',
    'app/kustomization.yaml': 'resources: [../base]\nconfigMapGenerator: [{name: g, files: [key=../shared/f.txt]}]\n',
    'shared/f.txt': 'text',
  };
  const buildOptions = '--load-restrictor LoadRestrictionsNone';

  it('sees what its kustomization names elsewhere in the repository, and nothing else', async () => {
    const rendered = await render(files, {}, { buildOptions });
    expect(names(rendered)).toEqual([expect.stringMatching(/^g-/), 'web']);
    const { problems } = await render(files);
    expect(problems[0]?.message).toMatch(/^kustomize build of app failed: .*security; file .*f\.txt.* is not in or below/);
  });

  it('takes the edits of its block', async () => {
    const kustomize = {
      namePrefix: 'a-',
      nameSuffix: '-z',
      images: ['nginx=example.com/nginx:2'],
      replicas: [{ name: 'web', count: 3 }],
      commonLabels: { t: '$ARGOCD_APP_NAME' },
      namespace: 'ns',
    };
    const { manifests, problems } = await render({ ...files, 'app/kustomization.yaml': 'resources: [../base]\n' }, { kustomize });
    expect(problems).toEqual([]);
    expect(manifests[0]).toMatchObject({
      metadata: { name: 'a-web-z', namespace: 'ns', labels: { t: 'web' } },
      spec: { replicas: 3, template: { spec: { containers: [{ image: 'example.com/nginx:2' }] } } },
    });
  });
});

describe('Jsonnet in a directory', () => {
  it('stands beside plain manifests, with variables and libraries', async () => {
    const files = {
      'app/a.yaml': template('plain'),
      'app/b.jsonnet': '(import "lib.libsonnet") + function(n) [{apiVersion: "v1", kind: "ConfigMap", metadata: {name: n}}]',
      'app/c.jsonnet': '[(import "lib.libsonnet")(std.extVar("e"))]',
      'vendor/lib.libsonnet': 'function(n) {apiVersion: "v1", kind: "ConfigMap", metadata: {name: n}}',
    };
    const directory = { jsonnet: { libs: ['vendor'], extVars: [{ name: 'e', value: 'ext-$ARGOCD_APP_NAME' }] } };
    const { problems } = await render(files, { directory });
    expect(problems[0]?.message).toMatch(/^evaluating app\/b\.jsonnet failed: RUNTIME ERROR/);
    const { 'app/b.jsonnet': _, ...good } = files;
    expect(names(await render(good, { directory }))).toEqual(['plain', 'ext-web']);
  });
});

describe('what a renderer prints', () => {
  const MARKER = '+argocd:skip-file-rendering';

  it('counts whole, whatever stands in it: a word in one object does not make the others disappear', async () => {
    const files = chart({ 'app/templates/b.yaml': `# ${MARKER}\n${template('b')}` });
    expect(names(await render(files)).sort()).toEqual(['b', 'chart']);
    const object = `{apiVersion: "v1", kind: "ConfigMap", metadata: {name: "j"}, data: {text: "${MARKER}"}}`;
    expect(names(await render({ 'app/a.jsonnet': object }))).toEqual(['j']);
  });

  it.each([
    ['no kind', 'a: 1\n', /app \(rendered\):\d+: the object has no kind/],
    ['no object', '- 1\n', /YAML parse error on demo\/templates\/cm\.yaml/],
    ['no YAML', 'a: [\n', /YAML parse error on demo\/templates\/cm\.yaml/],
  ])('is refused whole where it has %s: nothing is not the same as unreadable', async (_, text, message) => {
    const { manifests, problems } = await render(chart({ 'app/templates/cm.yaml': text }));
    expect(manifests).toEqual([]);
    expect(problems[0]).toMatchObject({ type: 'ComparisonError', message: expect.stringMatching(message) });
  });
});

describe('a rendering', () => {
  function counting() {
    const seen = { calls: 0 };
    const call = <T>(what: CoreCall): Promise<T> => {
      seen.calls++;
      return core.call(what);
    };
    const renderer = createRenderer({ core: { call, close: async () => undefined } });
    const source = { repoURL: 'r', path: 'app' };
    const request = { app: 'argocd/web', appName: 'web', source, destinationNamespace: 'n', kubeVersion: '', apiVersions: [] };
    const rendered = (files: Record<string, string>, more: Partial<RenderRequest> = {}) =>
      renderer.render({ ...request, ...more }, memoryTree(files));
    return { seen, rendered };
  }

  it('is not made again when a commit touches nothing that it reads', async () => {
    const { seen, rendered } = counting();
    await rendered(chart());
    await rendered(chart({ 'other/file.yaml': 'x: 1' }));
    expect(seen.calls).toBe(1);
    await rendered(chart({ 'app/values.yaml': 'a: other\n' }));
    expect(seen.calls).toBe(2);
  });

  it('is made anew by a hard refresh, and remembered again', async () => {
    const { seen, rendered } = counting();
    await rendered(chart());
    await rendered(chart(), { hard: true });
    expect(seen.calls).toBe(2);
    await rendered(chart());
    expect(seen.calls).toBe(2);
  });

  it('is shared by applications that it does not name', async () => {
    const overlay = { 'app/kustomization.yaml': 'resources: [a.yaml]\n', 'app/a.yaml': template('a') };
    const { seen, rendered } = counting();
    await rendered(overlay);
    await rendered(overlay, { app: 'argocd/other', appName: 'other', instance: 'other', destinationNamespace: 'm' });
    expect(seen.calls).toBe(1);
    await rendered(chart());
    await rendered(chart(), { appName: 'other' });
    expect(seen.calls).toBe(3);
  });
});

describe('a rendering that was kept', () => {
  const files = chart();
  const kept = new Map<string, Rendered>();
  const store = { read: (key: string) => kept.get(key), keep: (key: string, rendered: Rendered) => void kept.set(key, rendered) };
  const renderWith = (more: Partial<RenderRequest> = {}, source: Partial<Source> = {}) =>
    createRenderer({ core, store }).render(
      {
        app: 'argocd/web',
        appName: 'web',
        source: { repoURL: 'r', path: 'app', ...source },
        destinationNamespace: 'n',
        kubeVersion: 'v1.32.1',
        apiVersions: [],
        ...more,
      },
      memoryTree(files),
    );

  it('is not made again by the next process, but for a hard refresh', async () => {
    const first = await renderWith();
    const [[key, value]] = [...kept] as [[string, Rendered]];
    kept.set(key, { ...value, sourceType: 'kept' });
    expect((await renderWith()).sourceType).toBe('kept');
    expect(await renderWith({ hard: true })).toEqual(first);
  });

  it('is not kept where it read a file of a web server', async () => {
    kept.clear();
    const file = async () => Buffer.from('a: remote\n');
    expect(names(await renderWith({ file }, { helm: { valueFiles: ['https://h/x.yaml'] } }))).toEqual(['remote']);
    expect(kept.size).toBe(0);
  });
});
