import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ResourceDiff } from '../../../src/domain/comparison.js';
import type { Manifest } from '../../../src/domain/resource.js';
import { application } from '../../support/application.js';
import { type CommandLine, commandLine } from '../../support/command-line.js';
import { appRow } from '../../support/rows.js';

let cli: CommandLine;
beforeEach(() => {
  cli = commandLine();
  cli.engine.rows = [appRow('web')];
  cli.engine.applications.set('argocd/web', application('web'));
});
afterEach(() => cli.remove());

function diff(kind: string, sides: { live?: number; target?: number }, more: Partial<ResourceDiff> = {}): ResourceDiff {
  const object = (replicas: number): Manifest => ({ apiVersion: 'apps/v1', kind, metadata: { name: 'web' }, spec: { replicas } });
  return {
    key: { group: kind === 'Secret' ? '' : 'apps', kind, namespace: 'web', name: 'web' },
    version: 'v1',
    change: sides.live === undefined ? 'create' : sides.target === undefined ? 'prune' : 'update',
    ...(sides.live === undefined ? {} : { live: object(sides.live) }),
    ...(sides.target === undefined ? {} : { target: object(sides.target) }),
    fields: [],
    ...more,
  };
}

describe('app diff', () => {
  it('prints a unified diff under a heading and exits 1', async () => {
    cli.engine.answers.diff = [diff('Deployment', { live: 6, target: 4 })];
    expect(await cli.run('app', 'diff', 'web')).toEqual({
      code: 1,
      err: '',
      out: `
===== apps/Deployment web/web ======
--- live
+++ target
@@ -3,4 +3,4 @@
 metadata:
   name: web
 spec:
-  replicas: 6
+  replicas: 4
`,
    });
  });

  it('prints whole objects that are created or pruned', async () => {
    cli.engine.answers.diff = [diff('Deployment', { target: 4 }), diff('StatefulSet', { live: 1 })];
    const { out } = await cli.run('app', 'diff', 'web');
    expect(out).toContain('+kind: Deployment\n');
    expect(out).toContain('-kind: StatefulSet\n');
  });

  it('is silent and exits 0 without a difference; hooks and Secrets do not count', async () => {
    cli.engine.answers.diff = [
      diff('Deployment', { live: 1, target: 1 }, { change: 'none' }),
      diff('Job', { target: 1 }, { hook: true }),
      diff('Secret', { live: 1, target: 2 }),
    ];
    expect(await cli.run('app', 'diff', 'web')).toEqual({ code: 0, out: '', err: '' });
  });

  it.each([
    [['--exit-code=false'], 0],
    [['--diff-exit-code', '7'], 7],
    [['--revision', 'v2'], 1],
  ])('%j', async (flags, code) => {
    cli.engine.answers.diff = [diff('Deployment', { live: 6, target: 4 })];
    expect((await cli.run('app', 'diff', 'web', ...flags)).code).toBe(code);
  });

  it('exits 2 for an error', async () => {
    expect((await cli.run('app', 'diff', 'wbe')).code).toBe(2);
  });

  it('asks for what was asked for', async () => {
    cli.engine.answers.diff = [];
    cli.ports.renderLocal = async () => [];
    await cli.run('app', 'diff', 'web', '--local', '.', '--server-side-diff', '--revision', 'v2');
    expect(cli.engine.queries.at(-1)).toEqual({ kind: 'diff', app: 'argocd/web', revisions: ['v2'], manifests: [], serverSide: true });
  });

  it('runs KUBECTL_EXTERNAL_DIFF on two files', async () => {
    const script = join(cli.dir, 'differ');
    writeFileSync(script, '#!/bin/sh\necho "$1"; grep replicas "$2" "$3" | sed "s/.*yaml://"; exit 1\n');
    chmodSync(script, 0o755);
    cli.engine.answers.diff = [diff('Deployment', { live: 6, target: 4 })];
    cli.io = { env: { KUBECTL_EXTERNAL_DIFF: `${script} --loud`, HOME: cli.dir, PATH: process.env['PATH'] } };
    expect((await cli.run('app', 'diff', 'web')).out).toBe(
      '\n===== apps/Deployment web/web ======\n--loud\n  replicas: 6\n  replicas: 4\n',
    );
    cli.io = { env: { KUBECTL_EXTERNAL_DIFF: join(cli.dir, 'none'), HOME: cli.dir } };
    expect(await cli.run('app', 'diff', 'web')).toMatchObject({
      code: 2,
      err: expect.stringContaining('cannot show the difference with KUBECTL_EXTERNAL_DIFF'),
    });
  });
});
