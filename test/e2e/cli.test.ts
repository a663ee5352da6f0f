// The commands as a user types them: a fleet of plain files on sandboxes, first without and then beside a running engine.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commitAll, type Place, PROGRAM, place } from '../support/program.js';

const configMap = (name: string, value: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\ndata: {value: "${value}"}\n`;

const app = (name: string, source: string, policy = '') => `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: ${name}, namespace: argocd}
spec:
  project: default
  source: {repoURL: ${source}, path: ${name}, targetRevision: HEAD}
  destination: {name: prod, namespace: default}
  syncPolicy: {${policy}}
`;

function fleet(here: Place): void {
  here.write({
    'src/auto/a.yaml': configMap('auto-a', '1'),
    'src/manual/a.yaml': configMap('manual-a', '1'),
    'src/manual/b.yaml': configMap('manual-b', '1'),
  });
  commitAll(join(here.dir, 'src'), 'first');
}

describe('a fleet that is only tried', () => {
  let here: Place;
  beforeAll(() => {
    here = place();
    fleet(here);
  });
  afterAll(() => here.remove());
  const source = () => join(here.dir, 'src');

  it('exits 0 when all is Synced and Healthy, one JSON line per change', async () => {
    here.write({ 'good/app.yaml': app('auto', source(), 'automated: {}') });
    const { code, stdout, stderr } = await here.run(['run', '--once', '--fleet', './good', '--sandbox', 'in-cluster,prod']);
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.at(-1), stderr).toMatchObject({ event: 'end', end: 'steady', applications: 2, good: 2 });
    expect(lines).toContainEqual(
      expect.objectContaining({ event: 'app', app: 'argocd/auto', sync: 'Synced', health: 'Healthy', cluster: 'prod' }),
    );
    expect(code).toBe(0);
  });

  it('exits 1 when something is not', async () => {
    here.write({ 'mixed/app.yaml': app('manual', source()) });
    const { code, stdout } = await here.run([
      'run',
      '--once',
      '--pretty',
      '--fleet',
      './mixed',
      '--sandbox',
      'in-cluster,prod',
      '--data',
      'd',
    ]);
    expect(stdout).toMatch(/argocd\/manual +prod +default +default +OutOfSync +Missing +Manual/);
    expect(code).toBe(1);
  });

  it('opens the hub itself where no engine runs, and keeps what it did', async () => {
    const world = ['--fleet', './mixed', '--sandbox', 'in-cluster,prod', '--data', 'd'];
    const sync = await here.run(['app', 'sync', 'manual', ...world]);
    expect(sync.stdout, sync.stderr).toContain('Phase:              Succeeded\n');
    expect(sync.code).toBe(0);
    const list = await here.run(['app', 'list', '-o', 'name', '-q', 'sync:synced', ...world]);
    expect(list.stdout).toBe('argocd/fleet\nargocd/manual\n');
  });
});

describe('beside a running engine', () => {
  let here: Place;
  let engine: ChildProcess;
  let ended: Promise<number | null>;
  const world = ['--data', 'd'];
  beforeAll(async () => {
    here = place();
    fleet(here);
    here.write({ 'apps/app.yaml': app('manual', join(here.dir, 'src')) });
    engine = spawn(process.execPath, [PROGRAM, 'run', '--fleet', './apps', '--sandbox', 'in-cluster,prod', ...world], {
      cwd: here.dir,
      env: { ...here.env, USER: 'ana' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    ended = new Promise((resolve) => engine.on('exit', resolve));
    await new Promise<void>((ready) => {
      let text = '';
      engine.stdout?.on('data', (chunk: Buffer) => {
        text += chunk.toString();
        if (/"app":"argocd\/manual","cluster":"prod"/.test(text)) ready();
      });
    });
  });
  afterAll(() => {
    engine.kill('SIGKILL');
    here.remove();
  });
  const run = (...argv: string[]) => here.run([...argv, ...world], { env: { USER: 'ana' } });

  it('diffs, syncs and diffs again with the exit codes of Argo CD', async () => {
    const before = await run('app', 'diff', 'manual');
    expect([before.code, before.stdout]).toEqual([1, expect.stringContaining('===== /ConfigMap default/manual-a ======\n')]);
    expect((await run('app', 'sync', 'manual')).code).toBe(0);
    expect(await run('app', 'diff', 'manual')).toMatchObject({ code: 0, stdout: '' });
    expect((await run('app', 'diff', 'mnual')).code).toBe(2);
    expect((await run('app', 'wait', 'manual', '--timeout', '20')).code).toBe(0);
  });

  it('says what a second engine is refused for', async () => {
    const { code, stderr } = await here.run(['run', '--once', '--fleet', './apps', '--sandbox', 'in-cluster,prod', ...world]);
    expect([code, stderr]).toEqual([2, expect.stringContaining(`pid ${engine.pid}`)]);
  });

  it('prunes only what was approved', async () => {
    here.write({ 'src/manual/b.yaml': '# nothing\n', 'src/manual/a.yaml': '# nothing\n', 'src/manual/c.yaml': configMap('manual-c', '1') });
    commitAll(join(here.dir, 'src'), 'two go');
    await run('notify-commit', join(here.dir, 'src'));
    const asked = await run('app', 'sync', 'manual', '--prune');
    expect([asked.code, asked.stderr]).toEqual([1, '']);
    const hash = /argosy approve ([0-9a-f]{8,})/.exec(asked.stdout)?.[1] ?? '';
    expect(asked.stdout).toContain('ConfigMap/default/manual-b\n');
    expect((await run('approve')).stdout).toContain(hash.slice(0, 12));
    expect((await run('approve', hash, '--yes')).code).toBe(0);
    expect((await run('app', 'wait', 'manual', '--operation', '--sync', '--timeout', '20')).code).toBe(0);
    expect((await run('app', 'resources', 'manual', '-o', 'name')).stdout).toBe('ConfigMap/default/manual-c\n');
  });

  it('rolls back to what was recorded', async () => {
    const history = await run('app', 'history', 'manual', '-o', 'id');
    expect(history.stdout).toBe('0\n1\n');
    const back = await run('app', 'rollback', 'manual', '0');
    expect(back.stdout, back.stderr).toContain('Phase:              Succeeded\n');
    expect((await run('app', 'manifests', 'manual', '--source', 'live')).stdout).toContain('name: manual-b\n');
  });

  it('exports what happened', async () => {
    const { stdout } = await run('history', 'export', '--format', 'ndjson', '--app', 'manual');
    const operations = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(operations.map(({ trigger, actor }) => `${trigger} ${actor}`)).toEqual(['rollback ana', 'manual ana', 'manual ana']);
    await run('history', 'export', '--format', 'sqlite', '--output', 'h.db');
    expect(readFileSync(join(here.dir, 'h.db')).subarray(0, 15).toString()).toBe('SQLite format 3');
  });

  it('ends cleanly on SIGTERM', async () => {
    engine.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect((await run('version')).stdout).not.toContain('engine:');
  });
});

describe('what cannot be used', () => {
  let here: Place;
  beforeAll(() => {
    here = place();
  });
  afterAll(() => here.remove());

  it.each([
    [['app', 'lst'], 'argosy: unknown command "app lst"; did you mean "app list"?\n'],
    [['app', 'list', '--fleet', './none'], 'argosy: cannot use the fleet source ./none: there is no directory'],
    [['app', 'list', '--config', 'wrong.yaml'], 'wrong.yaml:2:1: unknown key "contxts"; did you mean "contexts"?\n'],
  ])('%j exits 2 with one sentence', async (argv, message) => {
    here.write({ 'wrong.yaml': 'mode: act\ncontxts: []\n' });
    const { code, stdout, stderr } = await here.run(argv);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(existsSync(join(here.dir, 'state'))).toBe(false);
  });

  it('init writes a file that doctor is content with', async () => {
    here.write({ 'apps/none.yaml': '' });
    const init = await here.run(['init', '--yes', '--fleet', './apps', '--sandbox', 'in-cluster']);
    expect(init.code, init.stderr).toBe(0);
    const doctor = await here.run(['doctor']);
    expect(doctor.stdout).toContain('✓ sandboxes      in-cluster\n');
    expect(doctor.code, doctor.stdout).toBe(0);
  });
});
