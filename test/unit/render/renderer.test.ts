import { describe, expect, it } from 'vitest';
import { createRenderer } from '../../../src/adapters/render/renderer.js';
import type { Source } from '../../../src/domain/application.js';
import type { Tree } from '../../../src/domain/ports.js';
import { memoryTree } from '../../support/tree.js';

const map = (name: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\n`;

async function render(files: Record<string, string> | Tree, source: Partial<Source> = {}, renderer = createRenderer()) {
  const tree = 'revision' in files ? (files as Tree) : memoryTree(files as Record<string, string>);
  return renderer.render(
    {
      app: 'argocd/web',
      appName: 'web',
      source: { repoURL: 'https://example.com/repo', path: 'app', ...source },
      destinationNamespace: 'default',
      kubeVersion: '1.32',
      apiVersions: [],
    },
    tree,
  );
}

const names = (rendered: Awaited<ReturnType<typeof render>>) => rendered.manifests.map(({ metadata }) => metadata.name);

describe('which files are read', () => {
  const files = {
    'app/b.yaml': map('b'),
    'app/a.yml': map('a'),
    'app/sub.yaml': map('after-sub'),
    'app/sub/c.yaml': map('c'),
    'app/readme.txt': map('text'),
    'other.yaml': map('other'),
  };

  it('takes those directly in the directory, with the extensions of manifests', async () => {
    expect(names(await render(files))).toEqual(['a', 'b', 'after-sub']);
  });

  it('walks folder by folder with recurse', async () => {
    expect(names(await render(files, { directory: { recurse: true } }))).toEqual(['a', 'b', 'c', 'after-sub']);
  });

  it('lets exclude beat include, and lets * cross folders', async () => {
    expect(names(await render(files, { directory: { recurse: true, include: '{*c.yaml,b.yaml}', exclude: 'b*' } }))).toEqual(['c']);
  });

  it('takes any name without the extension filter', async () => {
    expect(names(await render(files, { directory: { disableExtensionFilter: true, include: '*.txt' } }))).toEqual(['text']);
  });

  it('renders the root of the repository for "."', async () => {
    expect(names(await render(files, { path: '.' }))).toEqual(['other']);
    expect(names(await render(files, { path: './app/../app/sub' }))).toEqual(['c']);
  });
});

describe('the path', () => {
  it.each([
    ['nowhere', 'nowhere: app path does not exist'],
    ['../app', '../app: app path outside root'],
    ['/app', '/app: app path is absolute'],
    ['app/a.yaml', 'app/a.yaml: app path is not a directory'],
  ])('%s', async (path, message) => {
    expect((await render({ 'app/a.yaml': map('a') }, { path })).problems).toMatchObject([{ type: 'ComparisonError', message }]);
  });

  it('may lead through links', async () => {
    expect(names(await render({ 'base/v1/a.yaml': map('a'), current: '->base/v1' }, { path: 'current' }))).toEqual(['a']);
  });
});

describe('symbolic links', () => {
  it('are followed inside the repository and skipped when they dangle', async () => {
    const files = { 'app/l.yaml': '->../shared/x.yaml', 'app/gone.yaml': '->nothing.yaml', 'shared/x.yaml': map('x') };
    expect(names(await render(files))).toEqual(['x']);
  });

  it.each(['->/etc/passwd', '->../../secret'])('refuse the whole repository when they lead out of it: %s', async (link) => {
    const { problems, manifests } = await render({ 'app/a.yaml': map('a'), 'elsewhere/l': link });
    expect(manifests).toEqual([]);
    expect(problems[0]?.message).toBe('repository contains out-of-bounds symlinks. file: elsewhere/l');
  });

  it('survive circles', async () => {
    expect(names(await render({ 'app/a.yaml': '->b.yaml', 'app/b.yaml': '->a.yaml', 'app/c.yaml': map('c') }))).toEqual(['c']);
  });
});

describe('what is not a plain directory is named, and nothing of it is given', () => {
  it.each([
    [{ 'app/Chart.yaml': 'name: x', 'app/a.yaml': map('a') }, {}, 'Helm', /^app is a Helm chart \(Chart\.yaml\)/],
    [{ 'app/Chart.yaml': 'name: x', 'app/kustomization.yaml': '' }, {}, 'Kustomize', /^app is a Kustomize directory/],
    [{ 'app/a.yaml': map('a') }, { plugin: { name: 'x' } }, 'Plugin', /plugin/],
    [{ 'app/a.yaml': map('a'), 'app/b.jsonnet': '{}' }, {}, 'Directory', /^app\/b\.jsonnet is written in Jsonnet/],
    [{ 'app/a.yaml': map('a') }, { helm: {}, kustomize: {} }, 'Directory', /^multiple application sources defined: Kustomize,Helm$/],
  ])('%j %j', async (files, source, sourceType, message) => {
    const rendered = await render(files as Record<string, string>, source);
    expect(rendered).toMatchObject({
      sourceType,
      manifests: [],
      problems: [{ type: 'ComparisonError', message: expect.stringMatching(message) }],
    });
  });

  it('reads a directory with a chart in it when the source says that it is a directory', async () => {
    expect(names(await render({ 'app/Chart.yaml': 'name: x', 'app/a.yaml': map('a') }, { directory: { recurse: true } }))).toEqual(['a']);
  });

  it('gives nothing for a source that is only referred to', async () => {
    expect(await render({ 'app/a.yaml': map('a') }, { path: '', ref: 'values' })).toEqual({
      manifests: [],
      problems: [],
      sourceType: 'Directory',
    });
  });
});

describe('limits and broken files', () => {
  it('stops at a broken manifest with its place', async () => {
    const { manifests, problems } = await render({ 'app/a.yaml': map('a'), 'app/b.yaml': `${map('b')}---\nkind: [\n` });
    expect(manifests).toEqual([]);
    expect(problems[0]).toMatchObject({ type: 'ComparisonError', place: { file: 'app/b.yaml' } });
    expect(problems[0]?.message).toMatch(/^app\/b\.yaml:\d+:\d+: /);
  });

  it('refuses more than 10 MiB together', async () => {
    const { problems } = await render({ 'app/a.yaml': `${map('a')}#${'x'.repeat(11 * 1024 * 1024)}` });
    expect(problems[0]?.message).toMatch(/11\.0 MiB together, and 10 MiB are allowed/);
  });
});

describe('override files', () => {
  it('change the source, the one of the app after the common one, but never where it comes from', async () => {
    const files = {
      'app/.argocd-source.yaml': 'directory: {recurse: true, include: "*c.yaml"}\npath: other\n',
      'app/.argocd-source-web.yaml': 'directory: {include: "*d.yaml"}\n',
      'app/x/c.yaml': map('c'),
      'app/x/d.yaml': map('d'),
      'other/d.yaml': map('other'),
    };
    expect(names(await render(files))).toEqual(['d']);
  });

  it('are refused when they do not fit', async () => {
    const { problems } = await render({ 'app/.argocd-source.yaml': 'directory: {recurse: 1}\n', 'app/a.yaml': map('a') });
    expect(problems[0]?.message).toMatch(/\.argocd-source\.yaml\.directory\.recurse is the number 1, but a boolean is expected/);
  });
});

describe('remembering', () => {
  it('renders equal content once, whatever the commit', async () => {
    const renderer = createRenderer();
    const tree = memoryTree({ 'app/a.yaml': map('a') });
    const first = await render(tree, {}, renderer);
    const reads = tree.reads;
    expect(await render(tree, {}, renderer)).toBe(first);
    expect(tree.reads).toBe(reads);
    expect(names(await render(memoryTree({ 'app/a.yaml': map('changed') }), {}, renderer))).toEqual(['changed']);
  });

  it('sees a changed file behind a link out of the directory', async () => {
    const renderer = createRenderer();
    await render({ 'app/l.yaml': '->../x.yaml', 'x.yaml': map('one') }, {}, renderer);
    expect(names(await render({ 'app/l.yaml': '->../x.yaml', 'x.yaml': map('two') }, {}, renderer))).toEqual(['two']);
  });
});
