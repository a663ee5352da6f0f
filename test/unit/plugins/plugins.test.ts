// Config management plugins, as real processes: which one a source means, what it gets, what happens when it goes wrong.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { readPlugins } from '../../../src/adapters/plugins/read-plugins.js';
import { createPluginRunner } from '../../../src/adapters/plugins/runner.js';
import { createRenderer } from '../../../src/adapters/render/renderer.js';
import { type Plugin, pluginEnvironment, readPlugin } from '../../../src/core/source/plugin.js';
import type { Source } from '../../../src/domain/application.js';
import { memoryTree } from '../../support/tree.js';

const path = process.env['PATH'] ?? '';
const sh = (script: string) => ({ command: ['sh', '-c'], args: [script] });

function plugin(name: string, spec: Record<string, unknown>): Plugin {
  const read = readPlugin({ kind: 'ConfigManagementPlugin', metadata: { name }, spec });
  if (typeof read === 'string') throw new Error(read);
  return read;
}

const PRINT = sh('printf "apiVersion: v1\\nkind: ConfigMap\\nmetadata: {name: %s}\\n" "$(cat name.txt)"');
const FILES = { 'app/name.txt': 'web', 'app/.mark': '', 'app/deep/x.cue': '', 'other/y.txt': '' };

interface Asked {
  readonly source?: Partial<Source> & { plugin?: unknown };
  readonly files?: Record<string, string>;
  readonly timeoutMs?: number;
}

async function render(plugins: readonly Plugin[], { source = {}, files = FILES, timeoutMs }: Asked = {}) {
  const runner = createPluginRunner({ plugins, path, ...(timeoutMs !== undefined && { timeoutMs }) });
  return createRenderer({ plugins: runner }).render(
    {
      app: 'argocd/web',
      appName: 'web',
      source: { repoURL: 'https://example.com/repo', path: 'app', ...source },
      destinationNamespace: 'default',
      kubeVersion: 'v1.32.1',
      apiVersions: ['v1', 'apps/v1'],
    },
    memoryTree(files),
  );
}

const names = (rendered: Awaited<ReturnType<typeof render>>) => rendered.manifests.map(({ metadata }) => metadata.name);
const said = (rendered: Awaited<ReturnType<typeof render>>) => rendered.problems.map(({ message }) => message).join('\n');

describe('which plugin', () => {
  it('is the one that the source names, with its version', async () => {
    const one = plugin('one', { version: 'v1', generate: PRINT });
    expect(await render([one], { source: { plugin: { name: 'one-v1' } } })).toMatchObject({ sourceType: 'Plugin', problems: [] });
    const missing = await render([one], { source: { plugin: { name: 'one' } } });
    expect(missing.manifests).toEqual([]);
    expect(said(missing)).toMatch(/no plugin is called "one"; there are one-v1/);
    expect(said(await render([], { source: { plugin: { name: 'x' } } }))).toContain('no plugin is configured');
  });

  it.each<[string, Record<string, unknown>]>([
    ['a file name', { fileName: './.mark' }],
    ['a pattern', { find: { glob: '**/*.cue' } }],
    ['a command that prints', { find: sh('ls name.txt') }],
  ])('is found by %s', async (_how, discover) => {
    const rendered = await render([
      plugin('no', { discover: { fileName: 'absent' }, generate: PRINT }),
      plugin('p', { discover, generate: PRINT }),
    ]);
    expect(names(rendered)).toEqual(['web']);
    expect(rendered.sourceType).toBe('Plugin');
  });

  it('is none where nothing is discovered, and then the directory is what it is', async () => {
    const rendered = await render([
      plugin('a', { discover: { find: sh('true') }, generate: PRINT }),
      plugin('b', { discover: { find: { glob: '*.nothing' } }, generate: PRINT }),
    ]);
    expect(rendered.sourceType).toBe('Directory');
  });
});

describe('what a plugin gets', () => {
  it('a copy of the repository, without anything of the surroundings, gone afterwards', async () => {
    process.env['ARGOSY_CANARY'] = 'secret';
    const script =
      'printf "apiVersion: v1\\nkind: ConfigMap\\nmetadata: {name: x}\\ndata: {pwd: \\"%s\\", canary: \\"%s\\", app: \\"%s\\", up: \\"%s\\"}\\n" "$PWD" "$ARGOSY_CANARY" "$ARGOCD_APP_NAME" "$(ls ..| tr "\\n" ",")"';
    const rendered = await render([plugin('p', { generate: sh(script) })], { source: { plugin: { name: 'p' } } });
    delete process.env['ARGOSY_CANARY'];
    const { pwd = '', ...rest } = (rendered.manifests[0]?.['data'] ?? {}) as Record<string, string>;
    expect(rest).toEqual({ canary: '', app: 'web', up: 'app,other,' });
    expect(pwd).toMatch(/\/app$/);
    expect(existsSync(pwd)).toBe(false);
  });

  it('environment and parameters by the names of Argo CD', () => {
    const environment = pluginEnvironment(
      {
        env: [{ name: 'PLACE', value: 'on $ARGOCD_APP_NAME' }],
        parameters: [
          { name: 'a-b', string: 's' },
          { name: 'list', array: ['x', 'y'] },
          { name: 'm', map: { 'k.1': 'v' } },
        ],
      },
      { environment: { ARGOCD_APP_NAME: 'web' }, kubeVersion: 'v1.32.1', apiVersions: ['v1', 'apps/v1'] },
    );
    expect(environment).toMatchObject({
      ARGOCD_APP_NAME: 'web',
      ARGOCD_ENV_PLACE: 'on web',
      PARAM_A_B: 's',
      PARAM_LIST_0: 'x',
      PARAM_LIST_1: 'y',
      PARAM_M_K_1: 'v',
      KUBE_VERSION: '1.32.1',
      KUBE_API_VERSIONS: 'v1,apps/v1',
    });
    expect(JSON.parse(environment['ARGOCD_APP_PARAMETERS'] ?? '')).toHaveLength(3);
  });

  it('its init before, in the same folder', async () => {
    const both = plugin('p', { init: sh('printf made > name.txt'), generate: PRINT });
    expect(names(await render([both], { source: { plugin: { name: 'p' } } }))).toEqual(['made']);
  });
});

describe('a plugin that goes wrong', () => {
  const named = { source: { plugin: { name: 'p' } } };

  it.each<[string, Record<string, unknown>, RegExp]>([
    ['init', { init: sh('echo no such chart >&2; exit 3'), generate: PRINT }, /plugin p failed in init \(sh\): exit code 3: no such chart/],
    ['generate', { generate: sh('printf "kind: Half\\n"; exit 1') }, /failed in generate \(sh\): exit code 1/],
    ['no program', { generate: { command: ['argosy-no-such-program'] } }, /there is no program "argosy-no-such-program"/],
    ['no manifests', { generate: sh('echo "{"') }, /./],
  ])('says so and renders nothing: %s', async (_which, spec, message) => {
    const rendered = await render([plugin('p', spec)], named);
    expect(rendered.manifests).toEqual([]);
    expect(said(rendered)).toMatch(message);
  });

  it('is ended at its deadline, with everything that it started', async () => {
    const slow = plugin('p', { generate: sh('sleep 60 & sleep 60; wait') });
    const began = performance.now();
    expect(said(await render([slow], { ...named, timeoutMs: 200 }))).toContain('it took longer than');
    expect(performance.now() - began).toBeLessThan(10_000);
  });
});

describe('a link', () => {
  it('that leads out of the repository ends the rendering before any program runs', async () => {
    const tree = memoryTree({ 'app/name.txt': 'web' });
    const runner = createPluginRunner({ plugins: [plugin('p', { generate: PRINT })], path });
    const linked = { ...tree, list: async () => [{ path: 'app/out', kind: 'symlink' as const, size: 0, linksTo: '../../etc/passwd' }] };
    const request = { tree: linked, root: 'app', wanted: 'p', environment: {}, signal: undefined };
    await expect(runner.generate('p', request)).rejects.toThrow(/leads out of the repository/);
  });
});

describe('the files of plugins', () => {
  let folder = '';
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const file = (name: string, text: string) => {
    folder ||= mkdtempSync(join(tmpdir(), 'plugins-'));
    const at = join(folder, name);
    writeFileSync(at, text);
    return at;
  };

  it('are read one by one or by folder, and refused with their place', () => {
    folder = mkdtempSync(join(tmpdir(), 'plugins-'));
    const good =
      'apiVersion: argoproj.io/v1alpha1\nkind: ConfigManagementPlugin\nmetadata: {name: cue}\nspec: {generate: {command: [cue]}}\n';
    file('cue.yaml', good);
    file('notes.txt', 'not read');
    expect(readPlugins([folder]).map(({ id }) => id)).toEqual(['cue']);
    expect(() => readPlugins([join(folder, 'cue.yaml'), folder])).toThrow(/a plugin cue is there already/);
    expect(() => readPlugins([file('bad.yaml', 'kind: ConfigMap\n')])).toThrow(/bad\.yaml:1: it holds ConfigMap/);
    expect(() => readPlugins([file('half.yaml', good.replace('generate', 'other'))])).toThrow(/spec\.generate\.command is missing/);
    expect(() => readPlugins([join(folder, 'absent')])).toThrow(/there is no such file or folder/);
  });
});
