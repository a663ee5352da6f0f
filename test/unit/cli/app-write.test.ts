import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Intent } from '../../../src/domain/events.js';
import type { OperationDetail, Plan } from '../../../src/domain/operation.js';
import { UserError } from '../../../src/domain/problem.js';
import { application, resource } from '../../support/application.js';
import { type CommandLine, commandLine } from '../../support/command-line.js';
import { appRow, NOW_MS, operation } from '../../support/rows.js';

let cli: CommandLine;
beforeEach(() => {
  cli = commandLine();
  cli.engine.rows = [appRow('my-app'), appRow('other', { labels: { team: 'x' } })];
  for (const { name } of cli.engine.rows) cli.engine.applications.set(`argocd/${name}`, application(name));
});
afterEach(() => cli.remove());

const REF = { group: 'apps', version: 'v1', kind: 'Deployment', namespace: 'my-app', name: 'my-app' };

function detail(id: number, more: Partial<OperationDetail> = {}): OperationDetail {
  return {
    ...operation(id),
    request: {},
    sources: [],
    options: [],
    results: [{ ref: REF, phase: 'Sync', wave: 0, code: 'Synced', message: 'deployment configured' }],
    ...more,
  };
}

const PLAN: Plan = {
  app: 'argocd/my-app',
  revisions: [],
  tasks: [
    {
      kind: 'apply',
      id: '1',
      ref: REF,
      phase: 'Sync',
      wave: 0,
      target: { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'my-app' } },
      how: { mode: 'server-side', fieldManager: 'argocd-controller', force: true },
      change: 'update',
    },
    {
      kind: 'prune',
      id: '2',
      ref: { ...REF, kind: 'StatefulSet', name: 'db' },
      phase: 'Sync',
      wave: 1,
      uid: 'u',
      propagation: 'foreground',
    },
  ],
  deletes: [
    {
      ref: { ...REF, kind: 'StatefulSet', name: 'db' },
      uid: 'u',
      cascade: [{ group: '', kind: 'Pod', namespace: 'my-app', name: 'db-0' }],
    },
  ],
  hash: 'abcdef0123456789',
  invalid: [],
};

/** Accepts the intent as operation 5 and finishes it a moment later. */
function finishes(more: Partial<OperationDetail> = {}): void {
  cli.engine.onRequest = () => {
    cli.engine.operations.set(5, detail(5, more));
    setImmediate(() => {
      cli.engine.finish(detail(5, more));
      for (const { key } of cli.engine.rows) cli.engine.change(key, { comparedAtMs: NOW_MS });
    });
    return 5;
  };
}

describe('app sync', () => {
  it('waits, prints what happened, and exits 0', async () => {
    finishes();
    const { code, out } = await cli.run('app', 'sync', 'my-app');
    expect(code).toBe(0);
    expect(out).toContain('Name:               argocd/my-app\n');
    expect(out.slice(out.indexOf('Operation:'))).toBe(`\
Operation:          Sync
Sync Revision:      a1b2c3d4e5f60718293a4b5c6d7e8f9001122334
Phase:              Succeeded
Start:              2026-01-02T11:59:00Z
Finished:           2026-01-02T11:59:04Z
Duration:           4s
Message:            successfully synced (all tasks run)

GROUP  KIND        NAMESPACE  NAME    STATUS  HEALTH   HOOK  MESSAGE
apps   Deployment  my-app     my-app  Synced  Healthy        deployment configured
`);
    expect(cli.engine.intents).toEqual([
      { kind: 'sync', app: 'argocd/my-app', actor: 'ana', operation: { sync: {}, initiatedBy: { username: 'ana' } } },
    ]);
    expect(cli.engine.listeners).toBe(0);
  });

  it('passes what was asked for', async () => {
    finishes();
    const flags =
      '--prune --revision v1 --force --server-side --apply-out-of-sync-only --resource apps:Deployment:my-app --info a=b --retry-limit 3 --strategy apply';
    await cli.run('app', 'sync', 'my-app', ...flags.split(' '));
    expect((cli.engine.intents[0] as Extract<Intent, { kind: 'sync' }>).operation).toEqual({
      sync: {
        revision: 'v1',
        prune: true,
        syncStrategy: { apply: { force: true } },
        syncOptions: ['ServerSideApply=true', 'ApplyOutOfSyncOnly=true'],
        resources: [{ group: 'apps', kind: 'Deployment', name: 'my-app', namespace: 'my-app' }],
      },
      initiatedBy: { username: 'ana' },
      info: [{ name: 'a', value: 'b' }],
      retry: { limit: 3, backoff: { duration: '5s', factor: 2, maxDuration: '180s' } },
    });
  });

  it('exits 1 when it failed, and says what requires pruning', async () => {
    cli.engine.applications.set(
      'argocd/my-app',
      application('my-app', { status: { resources: [resource('', 'Service', 'old', { requiresPruning: true })] } }),
    );
    finishes({ phase: 'Failed', message: 'one or more objects failed to apply' });
    const { code, out } = await cli.run('app', 'sync', 'my-app');
    expect(code).toBe(1);
    expect(out).toContain('Phase:              Failed\n');
    expect(out).toMatch(/\n1 resource requires pruning\n$/);
  });

  it('prints the plan, its hash and the command when it has to be approved', async () => {
    cli.engine.answers.approvals = [{ hash: PLAN.hash, app: 'argocd/my-app', reason: 'it would delete all of it', plan: PLAN }];
    cli.engine.onRequest = () => {
      throw new UserError('the plan of my-app waits for an approval: ...; `argosy approve abcdef012345` carries it out');
    };
    for (const flags of [['--prune'], ['--prune', '--async']]) {
      const { code, out, err } = await cli.run('app', 'sync', 'my-app', ...flags);
      expect([code, err]).toEqual([1, '']);
      expect(out).toContain('Would be deleted:\n  apps/StatefulSet/my-app/db\n    with it Pod/my-app/db-0\n');
      expect(out).toMatch(/\nmy-app waits for an approval: it would delete all of it\n {2}argosy approve abcdef0123456789\n$/);
    }
  });

  it('notices an approval that is asked for later', async () => {
    cli.engine.answers.approvals = [{ hash: PLAN.hash, app: 'argocd/my-app', reason: 'r', plan: PLAN }];
    cli.engine.onRequest = () => {
      setImmediate(() => cli.engine.change('argocd/my-app', { approval: { hash: PLAN.hash, reason: 'r' } }));
      return undefined;
    };
    expect((await cli.run('app', 'sync', 'my-app')).code).toBe(1);
  });

  it('shows the plan of a dry run', async () => {
    cli.engine.answers.plan = PLAN;
    finishes({ dryRun: true });
    const { code, out } = await cli.run('app', 'sync', 'my-app', '--dry-run', '--prune');
    expect(code).toBe(0);
    expect(out.slice(0, out.indexOf('Name:'))).toBe(`\
PHASE  WAVE  DO      GROUP  KIND         NAMESPACE  NAME    NOTE
Sync   0     update  apps   Deployment   my-app     my-app
Sync   1     delete  apps   StatefulSet  my-app     db

Would be deleted:
  apps/StatefulSet/my-app/db
    with it Pod/my-app/db-0

Plan abcdef0123456789

`);
    expect(cli.engine.queries).toContainEqual({ kind: 'plan', app: 'argocd/my-app', request: { prune: true, dryRun: true } });
  });

  it('does not wait with --async, and gives up at --timeout', async () => {
    cli.engine.onRequest = () => 5;
    expect(await cli.run('app', 'sync', 'my-app', '--async')).toMatchObject({ code: 0, out: 'operation #5 of my-app started\n' });
    const waiting = cli.run('app', 'sync', 'my-app', '--timeout', '5');
    await cli.clock.advance(6_000);
    expect(await waiting).toMatchObject({ code: 1, err: expect.stringContaining('my-app: timed out waiting for the operation') });
  });

  it('takes several, by selector too; the worst exit code counts', async () => {
    finishes({ phase: 'Failed' });
    expect((await cli.run('app', 'sync', '-l', 'team=x')).code).toBe(1);
    expect(cli.engine.intents.map((intent) => 'app' in intent && intent.app)).toEqual(['argocd/other']);
    expect((await cli.run('app', 'sync')).err).toBe('argosy: name an application, or choose some by --selector\n');
    expect((await cli.run('app', 'sync', '-l', 'team=none')).err).toContain('argosy: no application matches');
  });

  it('renders --local itself', async () => {
    finishes();
    const manifest = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'x' } };
    cli.ports.renderLocal = async (_config, app, folder) => [{ ...manifest, metadata: { name: `${app.metadata.name} ${folder}` } }];
    await cli.run('app', 'sync', 'my-app', '--local', './here');
    expect(cli.engine.intents[0]).toMatchObject({ manifests: [{ metadata: { name: 'my-app ./here' } }] });
  });

  it('passes a refusal of the engine on', async () => {
    cli.engine.onRequest = () => {
      throw Object.assign(new Error('cannot sync: blocked by sync window'), { name: 'UserError' });
    };
    expect(await cli.run('app', 'sync', 'my-app')).toMatchObject({ code: 2, err: 'argosy: cannot sync: blocked by sync window\n' });
    expect(cli.engine.listeners).toBe(0);
  });

  it('can be interrupted', async () => {
    cli.engine.onRequest = () => {
      setImmediate(() => cli.stop.abort());
      return 5;
    };
    cli.engine.operations.set(5, detail(5));
    expect(await cli.run('app', 'sync', 'my-app')).toMatchObject({
      code: 2,
      err: 'argosy: interrupted; what runs in the engine goes on\n',
    });
  });
});

describe('app rollback', () => {
  it('is refused under auto-sync without --pin', async () => {
    cli.engine.applications.set('argocd/my-app', application('my-app', { spec: { syncPolicy: { automated: {} } } }));
    const { code, err } = await cli.run('app', 'rollback', 'my-app', '3');
    expect([code, err.split(';')[0]]).toEqual([2, 'argosy: rollback cannot be initiated when auto-sync is enabled']);
    finishes();
    expect((await cli.run('app', 'rollback', 'my-app', '3', '--pin')).code).toBe(0);
    expect(cli.engine.intents).toEqual([
      { kind: 'rollback', app: 'argocd/my-app', historyId: 3, pin: true, prune: false, dryRun: false, actor: 'ana' },
    ]);
  });

  it('takes an operation by #N', async () => {
    finishes();
    await cli.run('app', 'rollback', 'my-app', '#41');
    expect(cli.engine.intents[0]).toMatchObject({ operation: 41 });
    expect((await cli.run('app', 'rollback', 'my-app', 'v1')).err).toContain('cannot roll back to "v1"');
  });
});

describe('app wait', () => {
  it('returns when everything that was asked for is reached', async () => {
    cli.engine.rows = [appRow('my-app', { sync: 'OutOfSync', health: 'Progressing' })];
    const waiting = cli.run('app', 'wait', 'my-app');
    await cli.clock.advance(10);
    cli.engine.change('argocd/my-app', { sync: 'Synced' });
    await cli.clock.advance(10);
    cli.engine.change('argocd/my-app', { health: 'Healthy', running: operation(1, { phase: 'Running' }) });
    await cli.clock.advance(10);
    const { running: _running, ...ended } = cli.engine.rows[0] as ReturnType<typeof appRow>;
    cli.engine.rows = [ended];
    cli.engine.emit({ kind: 'app.changed', atMs: NOW_MS, row: ended });
    expect(await waiting).toMatchObject({ code: 0, out: expect.stringContaining('Name:               argocd/my-app\n') });
  });

  it('exits 1 at the timeout and says what is missing', async () => {
    cli.engine.rows = [appRow('my-app', { sync: 'OutOfSync', health: 'Degraded', healthMessage: 'crash loop' })];
    const waiting = cli.run('app', 'wait', 'my-app', '--sync', '--timeout', '5');
    await cli.clock.advance(6_000);
    expect(await waiting).toMatchObject({
      code: 1,
      err: 'argosy: timed out after 5s waiting for my-app: OutOfSync, Degraded (crash loop)\n',
    });
  });

  it('aborts when it becomes Degraded while --health waits', async () => {
    cli.engine.rows = [appRow('my-app', { health: 'Progressing' })];
    const waiting = cli.run('app', 'wait', 'my-app', '--health');
    await cli.clock.advance(10);
    cli.engine.change('argocd/my-app', { health: 'Degraded' });
    expect(await waiting).toMatchObject({ code: 1, err: 'argosy: application my-app became Degraded while waiting\n' });
  });

  it('does not trust a stale verdict, and --suspended is enough', async () => {
    cli.engine.rows = [appRow('my-app', { health: 'Suspended', stale: 'unreachable' })];
    const waiting = cli.run('app', 'wait', 'my-app', '--suspended', '--timeout', '1m');
    await cli.clock.advance(10);
    const { stale: _stale, ...current } = cli.engine.rows[0] as ReturnType<typeof appRow>;
    cli.engine.rows = [current];
    cli.engine.emit({ kind: 'app.changed', atMs: NOW_MS, row: current });
    expect((await waiting).code).toBe(0);
  });

  it('looks at single resources', async () => {
    cli.engine.rows = [appRow('my-app', { health: 'Degraded', sync: 'OutOfSync' })];
    expect((await cli.run('app', 'wait', 'my-app', '--resource', 'apps:Deployment:my-app')).code).toBe(0);
  });

  it('waits until it is gone', async () => {
    const waiting = cli.run('app', 'wait', 'my-app', '--delete');
    await cli.clock.advance(10);
    cli.engine.emit({ kind: 'app.removed', atMs: NOW_MS, app: 'argocd/my-app' });
    expect(await waiting).toMatchObject({ code: 0, out: '' });
  });
});

describe('app delete', () => {
  it('shows what falls with it and asks', async () => {
    cli.engine.answers['delete-plan'] = PLAN;
    cli.answers = ['n'];
    expect(await cli.run('app', 'delete', 'my-app')).toMatchObject({
      code: 0,
      out: expect.stringMatching(
        /Would be deleted:[\s\S]*Delete argocd\/my-app and its resources\? \[y\/N\] argocd\/my-app is left as it is\n$/,
      ),
    });
    expect(cli.engine.intents).toEqual([]);
    cli.answers = ['y'];
    await cli.run('app', 'delete', 'my-app');
    expect(cli.engine.intents).toEqual([
      { kind: 'delete', app: 'argocd/my-app', cascade: 'foreground', actor: 'ana', approved: PLAN.hash },
    ]);
  });

  it('needs --yes without a terminal, and leaves resources with --cascade=false', async () => {
    cli.engine.answers['delete-plan'] = PLAN;
    expect(await cli.run('app', 'delete', 'my-app')).toMatchObject({
      code: 2,
      err: expect.stringContaining('there is no terminal to ask on; say --yes'),
    });
    expect(await cli.run('app', 'delete', 'my-app', '-y', '--cascade=false')).toMatchObject({
      code: 0,
      out: "application 'argocd/my-app' deleted\n",
    });
    expect(cli.engine.intents).toEqual([{ kind: 'delete', app: 'argocd/my-app', cascade: 'none', actor: 'ana' }]);
  });

  it('deletes what points to a cluster that is not known', async () => {
    cli.engine.inspect = (async (query: { kind: string }) => {
      if (query.kind === 'rows') return { apps: cli.engine.rows, clusters: [], activity: cli.engine.activity };
      throw new UserError('there are no clusters with this name: prd');
    }) as typeof cli.engine.inspect;
    expect(await cli.run('app', 'delete', 'my-app', '-y')).toMatchObject({
      code: 0,
      err: 'argosy: there are no clusters with this name: prd; what it deployed there cannot be shown\n',
    });
    expect(cli.engine.intents).toEqual([{ kind: 'delete', app: 'argocd/my-app', cascade: 'foreground', actor: 'ana' }]);
  });
});

describe('app create', () => {
  const flags =
    '--repo https://git.example.org/r --path p --dest-name staging --dest-namespace n --sync-policy auto --auto-prune --sync-option CreateNamespace=true --label a=b';

  it('makes an Application from flags', async () => {
    expect(await cli.run('app', 'create', 'new', ...flags.split(' '))).toMatchObject({
      code: 0,
      err: '',
      out: "application 'argocd/new' created\n",
    });
    expect(cli.engine.intents).toEqual([
      {
        kind: 'put',
        how: 'create',
        actor: 'ana',
        manifest: {
          apiVersion: 'argoproj.io/v1alpha1',
          kind: 'Application',
          metadata: { name: 'new', namespace: 'argocd', labels: { a: 'b' } },
          spec: {
            project: 'default',
            destination: { name: 'staging', namespace: 'n' },
            source: { repoURL: 'https://git.example.org/r', path: 'p' },
            syncPolicy: { automated: { prune: true }, syncOptions: ['CreateNamespace=true'] },
          },
        },
      },
    ]);
  });

  it('is fine with an identical one, refuses a different one, replaces it with --upsert', async () => {
    const app = application('my-app');
    writeFileSync(join(cli.dir, 'app.yaml'), JSON.stringify({ ...app, status: undefined }));
    expect(await cli.run('app', 'create', '-f', 'app.yaml')).toMatchObject({ code: 0, out: "application 'argocd/my-app' unchanged\n" });
    const different = await cli.run('app', 'create', '-f', 'app.yaml', '--path', 'elsewhere');
    expect(different).toMatchObject({
      code: 2,
      err: expect.stringContaining('existing application spec is different, use upsert flag to force update'),
    });
    expect((await cli.run('app', 'create', '-f', 'app.yaml', '--path', 'elsewhere', '--upsert')).out).toBe(
      "application 'argocd/my-app' updated\n",
    );
    expect(cli.engine.intents).toMatchObject([{ kind: 'put', how: 'upsert', manifest: { spec: { source: { path: 'elsewhere' } } } }]);
  });

  it.each([
    [['x'], 'cannot create application x: '],
    [[], 'name the application, or give a manifest by --file'],
    [['-f', 'none.yaml'], 'there is no such file'],
    [['x', '--dest-name', 'a', '--dest-server', 'b'], 'not by both'],
    [['x', '--self-heal'], 'need --sync-policy automated'],
  ])('%j is refused', async (argv, message) => {
    const { code, err } = await cli.run('app', 'create', ...argv);
    expect(code).toBe(2);
    expect(err).toContain(message);
    expect(cli.engine.intents).toEqual([]);
  });
});

describe('app terminate-op', () => {
  it('needs a running operation', async () => {
    expect(await cli.run('app', 'terminate-op', 'my-app')).toMatchObject({ code: 2, err: 'argosy: no operation is running on my-app\n' });
    cli.engine.rows = [appRow('my-app', { running: operation(1, { phase: 'Running' }) })];
    expect((await cli.run('app', 'terminate-op', 'my-app')).out).toBe("application 'my-app' operation terminating\n");
  });
});

describe('app set and app unset', () => {
  const app = (spec: object) => ({
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name: 'my-app', namespace: 'argocd' },
    spec: { project: 'default', destination: { name: 'staging', namespace: 'n' }, ...spec },
    status: { sync: { status: 'Synced' } },
  });
  const chart = { repoURL: 'u', path: 'p', helm: { parameters: [{ name: 'replicas', value: '1' }] } };
  const change = async (spec: object, ...words: string[]) => {
    cli.engine.applications.set('argocd/my-app', app(spec) as never);
    const result = await cli.run('app', ...words);
    const intent = cli.engine.intents.at(-1) as { manifest?: { spec: unknown; status?: unknown } } | undefined;
    return { ...result, spec: intent?.manifest?.spec, status: intent?.manifest?.status };
  };

  it('change parameters of a chart, and leave the rest of the object as it is', async () => {
    const set = await change(
      { source: chart },
      'set',
      'my-app',
      '-p',
      'replicas=3',
      '--helm-set-string',
      'tag=1.10',
      '--values',
      'prod.yaml',
    );
    expect(set).toMatchObject({ code: 0, out: '', status: undefined });
    expect(set.spec).toMatchObject({
      source: {
        helm: {
          valueFiles: ['prod.yaml'],
          parameters: [
            { name: 'replicas', value: '3' },
            { name: 'tag', value: '1.10', forceString: true },
          ],
        },
      },
    });
    const unset = await change({ source: chart }, 'unset', 'my-app', '-p', 'replicas');
    expect(unset.spec).toMatchObject({ source: { repoURL: 'u', path: 'p' } });
    expect(JSON.stringify(unset.spec)).not.toContain('helm');
  });

  it('change one source of several', async () => {
    const sources = [
      { repoURL: 'u', path: 'p' },
      { repoURL: 'v', path: 'q' },
    ];
    const refused = await change({ sources }, 'set', 'my-app', '--revision', 'v2');
    expect(refused.err).toContain('say which source by --source-position: the application has 2');
    const set = await change({ sources }, 'set', 'my-app', '--revision', 'v2', '--source-position', '2');
    expect(set.spec).toMatchObject({ sources: [sources[0], { repoURL: 'v', path: 'q', targetRevision: 'v2' }] });
  });

  it('take a sync option away by an exclamation mark', async () => {
    const spec = { source: chart, syncPolicy: { syncOptions: ['CreateNamespace=true', 'Validate=false'] } };
    const set = await change(spec, 'set', 'my-app', '--sync-option', '!Validate=false', '--sync-option', 'ServerSideApply=true');
    expect(set.spec).toMatchObject({ syncPolicy: { syncOptions: ['CreateNamespace=true', 'ServerSideApply=true'] } });
  });

  it('say so where nothing would change', async () => {
    expect((await change({ source: chart }, 'unset', 'my-app', '-p', 'other')).err).toContain('nothing of my-app is changed by this');
    expect((await change({ source: chart }, 'set', 'my-app', '--kustomize-replica', 'web=many')).err).toContain(
      'a number of replicas is wanted',
    );
  });
});
