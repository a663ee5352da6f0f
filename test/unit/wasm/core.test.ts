import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createScriptCore } from '../../../src/adapters/wasm/core.js';
import { createPool } from '../../../src/adapters/wasm/pool.js';
import type { CoreFailure } from '../../../src/domain/wasm.js';

const core = createScriptCore({ workers: 1 });
afterAll(() => core.close());

const helm = (files: Record<string, string>, input: object = {}, deadlineMs = 30_000) =>
  core.call<string>({ operation: 'helm', input: { files, name: 'web', namespace: 'shop', values: [], ...input }, deadlineMs });

const CHART = { 'Chart.yaml': 'apiVersion: v2\nname: demo\nversion: 1.0.0\n', 'values.yaml': 'size: 1\n' };

const failure = (work: Promise<unknown>): Promise<CoreFailure> =>
  work.then(
    () => Promise.reject(new Error('it did not fail')),
    (error: CoreFailure) => error,
  );

describe('a core that cannot begin', () => {
  it('says that it is to be asked again, which is nothing about the source', async () => {
    const full = createScriptCore({ workers: 1, maxQueued: 0 });
    const ask = () => full.call({ operation: 'helm', input: {}, deadlineMs: 1_000 });
    await expect(ask()).rejects.toMatchObject({ name: 'IoError', retry: 'backoff' });
    await full.close();
    await expect(ask()).rejects.toMatchObject({ name: 'IoError', retry: 'backoff', message: 'Cannot render: the program is ending' });
  });
});

describe('a pool whose module is not there', () => {
  it('says so at every call', async () => {
    const options = { workers: 1, idleMs: 1_000, maxQueued: 10, maxCalls: 10, maxBytes: 2 ** 30 };
    const pool = createPool({ ...options, file: '/nowhere/none.wasm.br', worker: '/nowhere/worker.mjs' });
    for (const _ of [1, 2]) {
      const refused = expect.stringMatching(/^Cannot render: the renderer cannot be started: ENOENT/);
      await expect(pool.call({ operation: 'x', input: {}, deadlineMs: 1_000 })).rejects.toMatchObject({
        name: 'IoError',
        message: refused,
      });
    }
    await pool.close();
  });

  it('says so when its worker does not start', async () => {
    const folder = new URL('../../../src/adapters/wasm/', import.meta.url).pathname;
    const options = { workers: 1, idleMs: 1_000, maxQueued: 10, maxCalls: 10, maxBytes: 2 ** 30 };
    const pool = createPool({ ...options, file: `${folder}light.wasm.br`, worker: '/nowhere/worker.mjs' });
    await expect(pool.call({ operation: 'x', input: {}, deadlineMs: 1_000 })).rejects.toMatchObject({ name: 'IoError', retry: 'backoff' });
    await pool.close();
  });
});

describe('the WebAssembly core', () => {
  it('renders a chart with values, later ones over earlier ones and parameters over both', async () => {
    const files = { ...CHART, 'templates/a.yaml': 'kind: A\nname: {{ .Release.Name }}-{{ .Values.size }}-{{ .Values.more }}\n' };
    const values = [
      { name: 'a', text: 'size: 2\nmore: x\n' },
      { name: 'b', text: 'size: 3\n' },
    ];
    expect(await helm(files, { values, set: ['more=y'] })).toBe('---\n# Source: demo/templates/a.yaml\nkind: A\nname: web-3-y\n');
  });

  it('names the file and the line of a template that fails', async () => {
    const { reason, message } = await failure(
      helm({ ...CHART, 'templates/a.yaml': 'a: 1\nb: {{ required "size of what?" .Values.absent }}\n' }),
    );
    expect(reason).toBe('failed');
    expect(message).toContain('demo/templates/a.yaml:2:');
    expect(message).toContain('size of what?');
  });

  it('says which dependency is missing', async () => {
    const chart = `${CHART['Chart.yaml']}dependencies:\n- {name: redis, version: 1.0.0, repository: https://example.com}\n`;
    const { message } = await failure(helm({ ...CHART, 'Chart.yaml': chart }));
    expect(message).toBe('found in Chart.yaml, but missing in charts/ directory: redis');
  });

  it('ends a template that never ends, and goes on with the next request', async () => {
    const endless = { ...CHART, 'templates/a.yaml': '{{ range until 100000 }}{{ range until 100000 }}{{ end }}{{ end }}' };
    expect((await failure(helm(endless, {}, 1_500))).reason).toBe('deadline');
    expect(await helm({ ...CHART, 'templates/a.yaml': 'kind: A' })).toContain('kind: A');
  });

  it('ends a template that eats all memory, and goes on with the next request', async () => {
    const bomb = {
      ...CHART,
      'templates/a.yaml': '{{ $x := "xxxxxxxxxxxxxxxx" }}{{ range until 40 }}{{ $x = print $x $x }}{{ end }}{{ $x }}',
    };
    expect((await failure(helm(bomb, {}, 60_000))).reason).toBe('crashed');
    expect(await helm({ ...CHART, 'templates/a.yaml': 'kind: A' })).toContain('kind: A');
  });

  it('builds a kustomization with the edits of an Application', async () => {
    const files = {
      'base/kustomization.yaml': 'resources: [cm.yaml]\n',
      'base/cm.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n',
      'over/kustomization.yaml': 'resources: [../base]\n',
    };
    const edits = { namePrefix: 'x-', commonLabels: { team: 'red' } };
    const built = await core.call<string>({ operation: 'kustomize', input: { files, dir: 'over', edits }, deadlineMs: 30_000 });
    expect(built).toBe('apiVersion: v1\nkind: ConfigMap\nmetadata:\n  labels:\n    team: red\n  name: x-a\n');
  });

  it('evaluates Jsonnet with imports beside the file and from libraries', async () => {
    const input = {
      files: {
        'app/main.jsonnet': 'function(n) [(import "a.libsonnet") + (import "b.libsonnet") + {n: n, e: std.extVar("e")}]',
        'app/a.libsonnet': '{a: 1}',
        'vendor/b.libsonnet': '{b: 2}',
      },
      main: 'app/main.jsonnet',
      libs: ['vendor'],
      tlas: [{ name: 'n', value: '3', code: true }],
      extVars: [{ name: 'e', value: 'x', code: false }],
    };
    expect(JSON.parse(await core.call<string>({ operation: 'jsonnet', input, deadlineMs: 10_000 }))).toEqual([
      { a: 1, b: 2, n: 3, e: 'x' },
    ]);
  });

  const corpus = new URL('../../../../shared/corpus/charts/', import.meta.url).pathname;
  const charts = (() => {
    try {
      return readdirSync(corpus).filter((name) => statSync(join(corpus, name)).isDirectory());
    } catch {
      return [];
    }
  })();
  if (charts.length === 0) console.log(`skipped: there are no charts at ${corpus}`);
  it.runIf(charts.length > 0)('renders charts that other people wrote', async () => {
    for (const chart of charts.filter((name) => name !== 'kube-prometheus-stack' && name !== 'prometheus-windows-exporter')) {
      const filesB64 = Object.fromEntries(
        readdirSync(join(corpus, chart), { recursive: true, encoding: 'utf8' })
          .filter((path) => statSync(join(corpus, chart, path)).isFile())
          .map((path) => [path, readFileSync(join(corpus, chart, path)).toString('base64')]),
      );
      expect(await helm({}, { filesB64, kubeVersion: 'v1.32.0' }), chart).toContain('# Source: ');
    }
  });
});
