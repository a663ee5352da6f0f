import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { application, resource } from '../../support/application.js';
import { type CommandLine, commandLine } from '../../support/command-line.js';
import { appRow, NOW_MS, operation } from '../../support/rows.js';

let cli: CommandLine;
beforeEach(() => {
  cli = commandLine();
  cli.engine.rows = [
    appRow('payments', {
      cluster: 'production-eu',
      project: 'pay',
      health: 'Degraded',
      why: 'container api: exit 137',
      conditions: [
        { type: 'SyncError', message: 'x' },
        { type: 'SyncError', message: 'y' },
        { type: 'ComparisonError', message: 'z' },
      ],
    }),
    appRow('my-app', { syncPolicy: 'Auto-Prune', labels: { team: 'web' } }),
    appRow('orders', { cluster: 'staging-us', sync: 'OutOfSync', syncPolicy: 'Auto', stale: 'cluster unreachable since 4m' }),
  ];
  for (const { name } of cli.engine.rows) cli.engine.applications.set(`argocd/${name}`, application(name));
});
afterEach(() => cli.remove());

describe('app list', () => {
  it('prints the columns of Argo CD', async () => {
    const { code, out } = await cli.run('app', 'list');
    expect(out).toBe(`\
NAME             CLUSTER        NAMESPACE  PROJECT  STATUS     HEALTH    SYNCPOLICY  CONDITIONS
argocd/my-app    staging-eu     my-app     default  Synced     Healthy   Auto-Prune  <none>
argocd/orders    staging-us     orders     default  OutOfSync  Healthy   Auto        <none>
argocd/payments  production-eu  payments   pay      Synced     Degraded  Manual      ComparisonError,SyncError(2)
`);
    expect(code).toBe(0);
  });

  it('adds source, age and reason with -o wide', async () => {
    const { out } = await cli.run('app', 'list', '-o', 'wide', '-q', 'payments');
    expect(out).toBe(`\
NAME             CLUSTER        NAMESPACE  PROJECT  STATUS  HEALTH    SYNCPOLICY  CONDITIONS                    REPO                                  PATH           TARGET  REVISION  SEEN  WHY
argocd/payments  production-eu  payments   pay      Synced  Degraded  Manual      ComparisonError,SyncError(2)  https://git.example.org/org/apps.git  apps/payments  HEAD    a1b2c3d   5s    container api: exit 137
`);
  });

  it('prints a summary line and colours only on a terminal', async () => {
    cli.io = { terminal: true, colour: true };
    const { out } = await cli.run('app', 'list');
    expect(out).toContain('\n\n3 applications: 2 Synced, 1 OutOfSync; 2 Healthy, 1 Degraded\n');
    expect(out).toContain('\u001b[31mDegraded\u001b[0m');
  });

  it.each([
    [['-l', 'team=web'], 'argocd/my-app\n'],
    [['-p', 'pay,none'], 'argocd/payments\n'],
    [['-c', 'staging-us'], 'argocd/orders\n'],
    [['-P', 'apps/orders'], 'argocd/orders\n'],
    [['-r', 'https://git.example.org/org/APPS'], 'argocd/my-app\nargocd/orders\nargocd/payments\n'],
    [['-N', 'other'], ''],
    [['-q', 'auto:on !orders'], 'argocd/my-app\n'],
  ])('%j', async (flags, names) => {
    expect((await cli.run('app', 'list', '-o', 'name', ...flags)).out).toBe(names);
  });

  it('prints whole objects as JSON and YAML', async () => {
    const { out } = await cli.run('app', 'list', '-o', 'json', '-q', 'payments');
    expect(JSON.parse(out)).toEqual([application('payments')]);
    expect((await cli.run('app', 'list', '-o', 'yaml', '-q', 'payments')).out).toContain('kind: Application\n');
  });

  it('refuses a query that it cannot use', async () => {
    const { code, err } = await cli.run('app', 'list', '-q', 'helth:x');
    expect([code, err]).toEqual([2, 'argosy: cannot use the query: "helth" is not known to the query language; did you mean "health"?\n']);
  });

  it('prints names from outside inert', async () => {
    cli.engine.rows = [appRow('x', { project: 'a\u001b[2J\u202eb\nc' })];
    expect((await cli.run('app', 'list')).out).toContain('a\\x1b[2J\\u202eb c');
  });
});

describe('app get', () => {
  it('prints facts, conditions and resources', async () => {
    cli.engine.applications.set(
      'argocd/payments',
      application('payments', {
        status: {
          health: { status: 'Degraded', message: 'one pod crashes' },
          conditions: [{ type: 'SyncError', message: 'failed', lastTransitionTime: '2026-01-02T11:00:00Z' }],
          operationState: {
            operation: {},
            phase: 'Succeeded',
            message: 'successfully synced (all tasks run)',
            startedAt: '2026-01-02T11:00:00Z',
            finishedAt: '2026-01-02T11:00:04Z',
            syncResult: {
              revision: 'a1b2c3d4e5f60718293a4b5c6d7e8f9001122334',
              resources: [
                {
                  group: 'apps',
                  version: 'v1',
                  kind: 'Deployment',
                  namespace: 'payments',
                  name: 'payments',
                  status: 'Synced',
                  message: 'deployment configured',
                },
                { group: '', version: 'v1', kind: 'ConfigMap', namespace: 'payments', name: 'old', status: 'Pruned', message: 'pruned' },
              ],
            },
          },
        },
      }),
    );
    const { code, out } = await cli.run('app', 'get', 'payments', '--show-operation');
    expect(code).toBe(0);
    expect(out).toBe(`\
Name:               argocd/payments
Project:            default
Server:             https://staging-eu.example.org
Namespace:          payments
Source:
- Repo:             https://git.example.org/org/apps.git
  Target:           HEAD
  Path:             apps/payments
SyncWindow:         Sync Allowed
Sync Policy:        Manual
Sync Status:        Synced to HEAD (a1b2c3d)
Health Status:      Degraded (one pod crashes)

Operation:          Sync
Sync Revision:      a1b2c3d4e5f60718293a4b5c6d7e8f9001122334
Phase:              Succeeded
Start:              2026-01-02T11:00:00Z
Finished:           2026-01-02T11:00:04Z
Duration:           4s
Message:            successfully synced (all tasks run)

CONDITION  MESSAGE  LAST TRANSITION
SyncError  failed   2026-01-02T11:00:00Z
Why:                container api: exit 137

GROUP  KIND        NAMESPACE  NAME      STATUS  HEALTH   HOOK  MESSAGE
       Service     payments   payments  Synced
apps   Deployment  payments   payments  Synced  Healthy        deployment configured
       ConfigMap   payments   old       Pruned                 pruned
`);
  });

  it('shows the sync window of the project', async () => {
    const windows = [{ kind: 'deny', schedule: '* * * * *', duration: '1h', applications: ['*'], manualSync: true }];
    cli.engine.answers.objects = [
      { apiVersion: 'argoproj.io/v1alpha1', kind: 'AppProject', metadata: { name: 'default' }, spec: { syncWindows: windows } },
    ];
    expect((await cli.run('app', 'get', 'my-app')).out).toContain('SyncWindow:         Manual Allowed\n');
  });

  it('names the nearest application', async () => {
    const { code, err } = await cli.run('app', 'get', 'paymets');
    expect([code, err]).toEqual([2, 'argosy: application "paymets" not found; did you mean "payments"?\n']);
  });

  it('waits for a new verdict with --refresh', async () => {
    cli.engine.onRequest = (intent) => {
      expect(intent).toEqual({ kind: 'refresh', app: 'argocd/my-app', hard: false });
      setImmediate(() => cli.engine.change('argocd/my-app', { comparedAtMs: NOW_MS + 1 }));
      return undefined;
    };
    expect((await cli.run('app', 'get', 'my-app', '--refresh', '-o', 'json')).code).toBe(0);
    expect(cli.engine.intents).toHaveLength(1);
    expect(cli.engine.listeners).toBe(0);
  });

  it('prints the tree', async () => {
    cli.engine.answers.tree = [
      {
        id: 'd',
        group: 'apps',
        version: 'v1',
        kind: 'Deployment',
        namespace: 'my-app',
        name: 'web',
        sync: 'Synced',
        health: { status: 'Degraded' },
        notes: ['Ready 0/1'],
      },
      { id: 'r', parent: 'd', group: 'apps', version: 'v1', kind: 'ReplicaSet', namespace: 'my-app', name: 'web-1', notes: [] },
      {
        id: 'p',
        parent: 'r',
        group: '',
        version: 'v1',
        kind: 'Pod',
        namespace: 'my-app',
        name: 'web-1-a',
        health: { status: 'Degraded', message: 'CrashLoopBackOff' },
        notes: ['restarts 14'],
      },
      { id: 's', group: '', version: 'v1', kind: 'Service', namespace: 'my-app', name: 'web', sync: 'OutOfSync', notes: [] },
    ];
    expect((await cli.run('app', 'resources', 'my-app', '-o', 'tree')).out).toBe(`\
KIND/NAME           STATUS     HEALTH    MESSAGE
Deployment/web      Synced     Degraded  Ready 0/1
└─ReplicaSet/web-1
  └─Pod/web-1-a                Degraded  restarts 14, CrashLoopBackOff
Service/web         OutOfSync
`);
    expect((await cli.run('app', 'resources', 'my-app')).out).toBe(`\
GROUP  KIND        NAMESPACE  NAME  ORPHANED
apps   Deployment  my-app     web   No
       Service     my-app     web   No
`);
    expect((await cli.run('app', 'resources', 'my-app', '-o', 'name')).out).toBe('apps/Deployment/my-app/web\nService/my-app/web\n');
  });
});

describe('app history, manifests, why', () => {
  it('lists history newest last', async () => {
    const entry = (id: number, revision: string) => ({
      id,
      revision,
      deployedAt: `2026-01-0${id + 1}T10:00:00Z`,
      source: { repoURL: 'r', targetRevision: 'main' },
      initiatedBy: { username: 'bob' },
    });
    cli.engine.applications.set(
      'argocd/my-app',
      application('my-app', { status: { history: [entry(0, '0'.repeat(40)), entry(1, 'b'.repeat(40))] } }),
    );
    expect((await cli.run('app', 'history', 'my-app')).out).toBe(`\
ID  DATE                  REVISION
0   2026-01-01T10:00:00Z  main (0000000)
1   2026-01-02T10:00:00Z  main (bbbbbbb)
`);
    expect((await cli.run('app', 'history', 'my-app', '-o', 'id')).out).toBe('0\n1\n');
    cli.engine.answers.history = [operation(12, { historyId: 1, commit: { author: 'Ana', subject: 'tune limits', atMs: 0 } })];
    expect((await cli.run('app', 'history', 'my-app', '-o', 'wide')).out).toBe(`\
ID  DATE                  REVISION        OPERATION  ACTOR  TRIGGER  COMMIT
0   2026-01-01T10:00:00Z  main (0000000)             bob
1   2026-01-02T10:00:00Z  main (bbbbbbb)  #12        ana    manual   tune limits
`);
  });

  it('prints manifests as documents', async () => {
    cli.engine.answers.manifests = [
      { apiVersion: 'v1', kind: 'Service', metadata: { name: 'a' } },
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'b' } },
    ];
    expect((await cli.run('app', 'manifests', 'my-app', '--source', 'live')).out).toBe(`\
---
apiVersion: v1
kind: Service
metadata:
  name: a
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: b
`);
    expect(cli.engine.queries.at(-1)).toEqual({ kind: 'manifests', app: 'argocd/my-app', source: 'live' });
  });

  it('explains', async () => {
    cli.engine.answers.why = ['spec.replicas was set to 6 by kubectl-edit', 'self-heal acts in 3s'];
    expect((await cli.run('app', 'why', 'orders')).out).toBe(`\
orders @ staging-us: OutOfSync, Healthy
  spec.replicas was set to 6 by kubectl-edit
  self-heal acts in 3s
`);
  });

  it('selects resources by pattern', async () => {
    const { selectedResources } = await import('../../../src/cli/app/sync-request.js');
    const app = application('x', {
      status: {
        resources: [resource('', 'Service', 'x'), resource('apps', 'Deployment', 'x'), resource('batch', 'Job', 'x', { hook: true })],
      },
    });
    const names = (...choices: string[]) => selectedResources(app, choices)?.map(({ kind }) => kind);
    expect(names()).toBeUndefined();
    expect(names(':Service:x')).toEqual(['Service']);
    expect(names('*:*:*')).toEqual(['Service', 'Deployment']);
    expect(names('!apps:Deployment:x/x')).toEqual(['Service']);
    expect(() => names('apps:Service:x')).toThrow('no resource of x matches --resource apps:Service:x');
    expect(() => names('Service:x')).toThrow('cannot use --resource Service:x: write it as GROUP:KIND:NAME');
  });
});
