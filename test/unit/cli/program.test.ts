import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withKeyTable } from '../../../src/cli/readme-keys.js';
import { cliCommands } from '../../../src/commands/registry.js';
import { loadConfig } from '../../../src/config.js';
import { type CommandLine, commandLine } from '../../support/command-line.js';
import { QUIET } from '../../support/fake-engine.js';
import { appRow, clusterRow, NOW_MS, operation } from '../../support/rows.js';

let cli: CommandLine;
beforeEach(() => {
  cli = commandLine();
  cli.engine.rows = [appRow('a'), appRow('b', { health: 'Progressing' })];
  cli.engine.clusters = [clusterRow('staging-eu')];
  cli.engine.activity = { ...QUIET, steady: false, waitsFor: ['b is Progressing'] };
});
afterEach(() => cli.remove());

describe('run', () => {
  /** The engine works for a moment: b ends as it is told, then everything is steady. */
  function engineEnds(health: 'Healthy' | 'Degraded'): void {
    cli.engine.onRun = async (signal) => {
      cli.engine.emit({ kind: 'operation.started', atMs: NOW_MS, operation: operation(3, { app: 'argocd/b', phase: 'Running' }) });
      cli.engine.change('argocd/b', { comparedAtMs: 1 });
      cli.engine.change('argocd/b', { health });
      cli.engine.emit({ kind: 'activity', atMs: NOW_MS, activity: QUIET });
      expect(signal.aborted).toBe(true);
    };
  }

  it('--once prints a JSON line per change and exits 0 when all is well', async () => {
    engineEnds('Healthy');
    const { code, out, err } = await cli.run('run', '--once');
    const lines = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ event, app, health }) => [event, app, health].filter(Boolean).join(' '))).toEqual([
      'started',
      'cluster',
      'app argocd/a Healthy',
      'app argocd/b Progressing',
      'operation.started argocd/b',
      'app argocd/b Healthy',
      'end',
    ]);
    expect(lines.at(-1)).toEqual({ time: '2026-01-02T12:00:00.000Z', event: 'end', end: 'steady', applications: 2, good: 2 });
    expect([code, err]).toEqual([0, '']);
  });

  it('--once exits 1 when something is not well', async () => {
    engineEnds('Degraded');
    expect((await cli.run('run', '--once')).code).toBe(1);
  });

  it('--once exits 2 at the timeout and says what it waits for', async () => {
    const running = cli.run('run', '--once', '--timeout', '90s');
    await cli.clock.advance(100_000);
    expect(await running).toMatchObject({ code: 2, err: 'argosy: not steady after 90s; it still waits for b is Progressing\n' });
  });

  it('--pretty prints lines for people and the table', async () => {
    engineEnds('Healthy');
    const { out } = await cli.run('run', '--once', '--pretty');
    expect(out).toContain('12:00:00  fleet test: 2 applications, 1 cluster\n');
    expect(out).toContain('12:00:00  argocd/b: operation #3 started  manual by ana\n');
    expect(out).toContain('12:00:00  argocd/b @ staging-eu  Synced  Healthy  a1b2c3d\n');
    expect(out).toContain('\n\nNAME      CLUSTER ');
  });

  it('runs until it is told to stop', async () => {
    const running = cli.run('run');
    await cli.clock.advance(10_000);
    cli.stop.abort();
    expect((await running).code).toBe(0);
    expect(cli.engine.listeners).toBe(0);
  });

  it('exits 2 when the engine cannot run', async () => {
    cli.engine.onRun = async () => {
      throw Object.assign(new Error('another engine holds this data: host x, pid 7'), { name: 'UserError' });
    };
    expect(await cli.run('run', '--once')).toMatchObject({ code: 2, err: 'argosy: another engine holds this data: host x, pid 7\n' });
  });
});

describe('sandbox', () => {
  it('serve prints how to reach them and stays until it is stopped', async () => {
    let closed = false;
    cli.ports.serveSandboxes = async (_config, names, kubeconfig) => ({
      kubeconfig,
      clusters: names.map((name) => ({ name, url: `https://127.0.0.1/${name}` })),
      close: async () => {
        closed = true;
      },
    });
    const serving = cli.run('sandbox', 'serve', 'one', 'two', 'one', '--kubeconfig', 'kc');
    await cli.clock.advance(10);
    expect(closed).toBe(false);
    cli.stop.abort();
    const { code, out } = await serving;
    expect([code, closed]).toEqual([0, true]);
    expect(out).toBe(
      `one  https://127.0.0.1/one\ntwo  https://127.0.0.1/two\nkubectl --kubeconfig ${cli.dir}/kc --context one get namespaces\n`,
    );
  });

  it('refuses names that cannot be', async () => {
    expect((await cli.run('sandbox', 'serve', 'One', '--kubeconfig', 'k')).err).toContain('cannot call a sandbox "One"');
    expect((await cli.run('sandbox', 'serve', 'one')).err).toContain('--kubeconfig FILE');
  });

  it('kubeconfig prints the name of the file of the running engine', async () => {
    const file = join(cli.dir, 'sandboxes');
    writeFileSync(file, 'kind: Config\n');
    cli.engine.answers.engine = { version: '1', fleet: 'f', pid: 1, startedAtMs: 0, data: 'd', socket: 's', sandboxKubeconfig: file };
    expect((await cli.run('sandbox', 'kubeconfig')).out).toBe(`${file}\n`);
    expect((await cli.run('sandbox', 'kubeconfig', '--raw')).out).toBe('kind: Config\n');
    cli.attached = false;
    expect((await cli.run('sandbox', 'kubeconfig')).err).toContain('no engine is running on');
  });
});

describe('init', () => {
  const contexts = [
    { name: 'dev', server: 'https://dev', reachable: true, version: '1.32', message: '' },
    { name: 'prod', server: 'https://prod', reachable: false, message: 'token expired; run `aws sso login`' },
  ];
  beforeEach(() => {
    cli.ports.probes = {
      reach: async () => ({ ok: true, message: '' }),
      program: async () => undefined,
      contexts: async () => ({ contexts }),
      fleet: async () => ({ ok: true, message: '' }),
      database: async () => ({ ok: true, message: '' }),
      repository: async () => 'git@git.example.org:org/gitops.git',
    };
  });
  const written = () => readFileSync(join(cli.dir, 'argosy.yaml'), 'utf8');
  const load = () => loadConfig({}, { env: { HOME: cli.dir }, cwd: cli.dir });

  it('asks, and takes what it found for an empty answer', async () => {
    cli.answers = ['', '', ''];
    const { code, out } = await cli.run('init');
    expect(code).toBe(0);
    expect(out).toContain('kubeconfig: 2 contexts, 1 reachable\n  ✓ dev   1.32\n  ✗ prod  token expired; run `aws sso login`\n');
    expect(written()).toContain('fleet: git@git.example.org:org/gitops.git\ncontexts:\n  - dev\n');
    expect(load()).toMatchObject({ fleetName: 'gitops', contexts: [{ glob: 'dev' }], hub: { kind: 'embedded' } });
  });

  it('takes flags instead, and quotes what needs it', async () => {
    await cli.run(
      'init',
      '--yes',
      '--fleet',
      'https://git.example.org/a#main:x',
      '--context',
      'prod-*,@x',
      '--data',
      './d',
      '--mode',
      'observe',
    );
    expect(load()).toMatchObject({
      contexts: [{ glob: 'prod-*' }, { glob: '@x' }],
      data: join(cli.dir, 'd'),
      mode: 'observe',
      fleet: { path: 'x' },
    });
  });

  it('uses a sandbox where there is no cluster', async () => {
    cli.ports.probes = {
      ...(cli.ports.probes as NonNullable<typeof cli.ports.probes>),
      contexts: async () => ({ contexts: [], problem: 'no kubeconfig' }),
    };
    expect((await cli.run('init', '--yes')).err).toBe('argosy: no kubeconfig\n');
    expect(load()).toMatchObject({ inCluster: 'in-cluster', contexts: [] });
    expect(load().clusters.get('in-cluster')?.sandbox).toBe(true);
  });

  it('never replaces a file unasked', async () => {
    writeFileSync(join(cli.dir, 'argosy.yaml'), 'fleet: .\n');
    expect(await cli.run('init', '--yes')).toMatchObject({
      code: 2,
      err: expect.stringContaining('is there already; --force replaces it'),
    });
    expect(written()).toBe('fleet: .\n');
    expect((await cli.run('init', '--example', '--force')).code).toBe(0);
    expect(written()).toContain('# argosy.yaml: every key');
  });
});

describe('doctor', () => {
  it('exits 0 when all that is needed is there', async () => {
    const { code, out } = await cli.run('doctor', '--sandbox', 'one');
    expect(out).toContain('✓ git            git version 1\n');
    expect(out).toContain('✓ sandboxes      one\n');
    expect(out).toMatch(/\nAll that is needed is there\.\n$/);
    expect(code).toBe(0);
  });

  it('says what is missing and what to do', async () => {
    writeFileSync(join(cli.dir, 'argosy.yaml'), 'fleet: https://git.example.org/a\ncontexts: [prod, "stage-*"]\n');
    cli.ports.probes = {
      reach: async () => ({ ok: true, message: '' }),
      program: async () => undefined,
      contexts: async () => ({
        contexts: [{ name: 'prod', server: 'https://prod', reachable: false, message: 'token expired; run `aws sso login`' }],
      }),
      fleet: async () => ({ ok: false, message: 'https://git.example.org/a: not found' }),
      database: async () => ({ ok: false, message: 'no space left' }),
      repository: async () => undefined,
    };
    const { code, out } = await cli.run('doctor');
    expect(code).toBe(1);
    for (const line of [
      '✗ git            not found: install git; repositories are read by it',
      '· kubectl        not found: only needed to look at clusters by hand',
      '✗ context        prod  https://prod: token expired; run `aws sso login`',
      '✗ context        no kubeconfig context matches "stage-*"',
      '✗ fleet          https://git.example.org/a: not found',
      '✗ data           no space left',
      '5 things are missing.',
    ])
      expect(out).toContain(`${line}\n`);
  });

  it('reports a configuration that cannot be read instead of stopping', async () => {
    writeFileSync(join(cli.dir, 'argosy.yaml'), 'flet: x\n');
    const { code, out } = await cli.run('doctor', '-o', 'json');
    expect(code).toBe(1);
    expect(JSON.parse(out).at(-1)).toMatchObject({
      name: 'configuration',
      state: 'missing',
      message: expect.stringContaining('did you mean "fleet"?'),
    });
  });
});

describe('help, version, completion', () => {
  it('helps on commands and topics', async () => {
    expect((await cli.run('help')).out).toContain('Topics: argosy help filter');
    expect((await cli.run('help', 'app', 'sync')).out).toContain('Usage: argosy app sync');
    expect((await cli.run('help', 'app')).out).toContain('Usage: argosy app');
    expect((await cli.run('help', 'filter')).out).toContain('health:degraded,missing');
    expect((await cli.run('help', 'keys')).out).toContain('| `s` ');
    expect((await cli.run('help', 'config')).out).toContain('# argosy.yaml: every key');
    expect((await cli.run('help', 'fliter')).err).toBe('argosy: there is no help on "fliter"; did you mean "filter"?\n');
  });

  it('names every field of the filter language in its help', async () => {
    const { out } = await cli.run('help', 'filter');
    const { FLAGS, NUMBERS, STATES, TEXTS } = await import('../../../src/core/fleet/query-fields.js');
    const aliases = new Set(['app', 'proj', 'ns', 'rev', 'status', 'operation', 'cond', 'name', 'policy']);
    for (const name of [...TEXTS.keys(), ...STATES.keys(), ...FLAGS.keys(), ...NUMBERS.keys()])
      if (!aliases.has(name)) expect(out, name).toContain(name);
  });

  it('prints versions', async () => {
    cli.engine.answers.engine = { version: '1.2.0', fleet: 'f', pid: 42, startedAtMs: 0, data: '/d', socket: 's' };
    expect((await cli.run('version')).out).toMatch(
      /^argosy: 1\.2\.3 \(node v.*\)\nengine: 1\.2\.0 \(pid 42, since 1970-01-01T00:00:00\.000Z, \/d\)\n$/,
    );
    cli.attached = false;
    expect((await cli.run('version', '--client')).out).toMatch(/^argosy: 1\.2\.3 .*\n$/);
  });

  it('completes words and flags in bash', async () => {
    const { out } = await cli.run('completion', 'bash');
    const ask = (...words: string[]) =>
      execFileSync(
        'bash',
        [
          '-c',
          `${out}\nCOMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}; _argosy; echo "\${COMPREPLY[@]}"`,
        ],
        { encoding: 'utf8' },
      ).trim();
    expect(ask('argosy', 'ap')).toBe('app appset approve');
    expect(ask('argosy', 'app', 'ro')).toBe('rollback');
    expect(ask('argosy', 'app', 'sync', 'x', '--pru')).toBe('--prune');
  });

  it.each(['zsh', 'fish'])('has a script for %s with every command', async (shell) => {
    const { out } = await cli.run('completion', shell);
    for (const { cli: form } of cliCommands()) expect(out).toContain(form.words.at(-1));
    expect((await cli.run('completion', 'ksh')).err).toContain('it is bash, zsh or fish');
  });
});

describe('the README', () => {
  const file = new URL('../../../README.md', import.meta.url);

  // `npm run unit -- test/unit/cli/program.test.ts -u` writes the table anew.
  it('shows the keys as they are', async () => {
    await expect(withKeyTable(readFileSync(file, 'utf8'))).toMatchFileSnapshot(fileURLToPath(file));
  });

  it('keeps the rest of the text', () => {
    const text = withKeyTable('# A\n<!-- keys:begin -->\nold\n<!-- keys:end -->\nrest\n');
    expect(text).toMatch(/^# A\n<!-- keys:begin -->\n\n\| Key[\s\S]*\n\n<!-- keys:end -->\nrest\n$/);
    expect(withKeyTable(text)).toBe(text);
    expect(() => withKeyTable('# A\n')).toThrow('no place for the key table');
  });
});

describe('the world that is meant', () => {
  const engineOn = (...folders: string[]) => {
    const asked: string[] = [];
    cli.ports.attach = async (config) => {
      const there = folders.some((name) => config.data.endsWith(`/${name}`));
      return there ? { engine: cli.engine, attached: true, close: async () => undefined } : undefined;
    };
    cli.ports.open = async (config) => {
      asked.push(config.data);
      return { engine: cli.engine, attached: true, close: async () => undefined };
    };
    for (const name of ['demo', 'other']) mkdirSync(join(cli.dir, 'state/argosy', name), { recursive: true });
    return asked;
  };

  it('is that of the one engine that runs, where nothing is named', async () => {
    const asked = engineOn('demo');
    expect((await cli.run('app', 'list', '-o', 'name')).out).toBe('argocd/a\nargocd/b\n');
    expect(asked).toEqual([join(cli.dir, 'state/argosy/demo')]);
  });

  it('has to be named where several run', async () => {
    engineOn('demo', 'other');
    expect(await cli.run('app', 'list')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/several engines run: choose one by --data .*demo or --data .*other/),
    });
  });

  it('is an empty hub where none runs, and it says so', async () => {
    const asked: string[] = [];
    cli.ports.attach = async () => undefined;
    cli.ports.open = async (config) => {
      asked.push(config.data);
      return { engine: cli.engine, attached: false, close: async () => undefined };
    };
    expect((await cli.run('app', 'list')).err).toContain('no argosy.yaml, no --fleet, and no engine is running');
    expect(asked).toEqual([join(cli.dir, 'state/argosy/default')]);
  });

  it('is never another one where something is named', async () => {
    const asked = engineOn('demo');
    await cli.run('app', 'list', '--sandbox', 'one');
    writeFileSync(join(cli.dir, 'argosy.yaml'), 'mode: act\n');
    await cli.run('app', 'list');
    expect(asked).toEqual([join(cli.dir, 'state/argosy/default-sandbox'), join(cli.dir, 'state/argosy/default')]);
  });
});

describe('errors', () => {
  it('come as one sentence, and our own mistakes say where with ARGOSY_DEBUG', async () => {
    cli.ports.open = async () => {
      throw new Error('boom');
    };
    expect(await cli.run('app', 'list')).toMatchObject({ code: 2, err: 'argosy: internal error: boom (ARGOSY_DEBUG=1 shows where)\n' });
    cli.io = { env: { ARGOSY_DEBUG: '1', HOME: cli.dir } };
    expect((await cli.run('app', 'list')).err).toContain('at ');
  });

  it('open the screen without a command', async () => {
    cli.ports.screen = async (config) => (config.fleetName === 'default' ? 7 : 0);
    expect((await cli.run()).code).toBe(7);
  });
});
