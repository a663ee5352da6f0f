import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { HistoryFilter } from '../../../src/domain/events.js';
import { UserError } from '../../../src/domain/problem.js';
import { type CommandLine, commandLine } from '../../support/command-line.js';
import { appRow, clusterRow, NOW_MS } from '../../support/rows.js';

let cli: CommandLine;
beforeEach(() => {
  cli = commandLine();
  cli.engine.rows = [
    appRow('a'),
    appRow('b', { repo: 'https://git.example.org/other', revision: '', stale: 'cannot be fetched: timed out' }),
  ];
  cli.engine.clusters = [
    clusterRow('hub', { kind: 'embedded' }),
    clusterRow('prod-eu', { kind: 'real', mode: 'observe', labels: { region: 'eu' }, aliases: ['prod-eu-old'], lease: 'held by us' }),
    clusterRow('prod-us', { kind: 'real', mode: 'observe', connection: 'unreachable', message: 'connection refused', version: '' }),
  ];
});
afterEach(() => cli.remove());

const SECRET = (type: string, data: Record<string, string>) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: `${type}-1`, namespace: 'argocd', labels: { 'argocd.argoproj.io/secret-type': type } },
  data: Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString('base64')])),
});

describe('cluster', () => {
  it('list prints Argo CD columns, mode and applications', async () => {
    expect((await cli.run('cluster', 'list')).out).toBe(`\
SERVER                       NAME     VERSION  STATUS      MODE     APPS  MESSAGE
https://hub.example.org      hub      1.32     Successful  act      3
https://prod-eu.example.org  prod-eu  1.32     Successful  observe  3
https://prod-us.example.org  prod-us           Failed      observe  3     connection refused
`);
    expect((await cli.run('cluster', 'list', '-o', 'wide')).out).toContain('held by us  region=eu  prod-eu-old');
    expect((await cli.run('cluster', 'list', '-o', 'server')).out).toContain('https://prod-eu.example.org\n');
    expect(JSON.parse((await cli.run('cluster', 'list', '-o', 'json')).out)[2]).toMatchObject({
      name: 'prod-us',
      connectionState: { status: 'Failed', message: 'connection refused' },
    });
  });

  it('add writes a Secret after asking', async () => {
    cli.ports.clusterSecret = async (_config, wanted) => SECRET('cluster', { name: wanted.name, server: `https://${wanted.context}` });
    expect(await cli.run('cluster', 'add', 'new', '--label', 'a=b')).toMatchObject({ code: 2, err: expect.stringContaining('say --yes') });
    expect(await cli.run('cluster', 'add', 'new', '-y')).toMatchObject({ code: 0, out: "Cluster 'https://new' added\n" });
    expect(cli.engine.intents).toMatchObject([{ kind: 'put', how: 'create', manifest: { kind: 'Secret' } }]);
    expect((await cli.run('cluster', 'add', 'x', '--name', 'prod-eu', '-y')).err).toContain('is there already; --upsert replaces it');
  });

  it('rm deletes the Secret, and only that', async () => {
    cli.engine.answers.objects = [SECRET('cluster', { name: 'prod-eu', server: 'https://prod-eu.example.org' })];
    expect(await cli.run('cluster', 'rm', 'prod-eu', '-y')).toMatchObject({
      code: 0,
      out: "Cluster 'https://prod-eu.example.org' removed\n",
    });
    expect(cli.engine.intents).toEqual([
      { kind: 'remove', actor: 'ana', ref: { group: '', version: 'v1', kind: 'Secret', namespace: 'argocd', name: 'cluster-1' } },
    ]);
    expect((await cli.run('cluster', 'rm', 'prod-us', '-y')).err).toContain('it comes from the contexts of argosy.yaml');
    expect((await cli.run('cluster', 'rm', 'prod-eux', '-y')).err).toContain('did you mean "prod-eu"?');
  });
});

describe('act and observe', () => {
  it('act shows what matches today, asks, and names the clusters', async () => {
    cli.answers = ['y'];
    const { code, out } = await cli.run('act', 'prod-*');
    expect(code).toBe(0);
    expect(out).toContain('prod-eu  https://prod-eu.example.org  3 applications\n');
    expect(cli.engine.intents).toEqual([{ kind: 'mode', clusters: ['prod-eu', 'prod-us'], mode: 'act', actor: 'ana' }]);
  });

  it('takes aliases, and says what is so already', async () => {
    expect((await cli.run('act', 'prod-eu-old', 'hub', '-y')).out).toBe(
      'hub is in act mode already\nprod-eu  https://prod-eu.example.org  3 applications\nprod-eu: act\n',
    );
    expect((await cli.run('observe', 'hub')).out).toBe('hub: observe\n');
  });

  it('is refused for a name that matches nothing and under mode: observe', async () => {
    expect((await cli.run('act', 'prod-ue', '-y')).err).toBe('argosy: no cluster matches "prod-ue"; did you mean "prod-eu"?\n');
    writeFileSync(join(cli.dir, 'argosy.yaml'), 'mode: observe\n');
    expect(await cli.run('act', 'prod-eu', '-y')).toMatchObject({
      code: 2,
      err: expect.stringContaining('that is a ceiling over every cluster'),
    });
    expect(cli.engine.intents).toEqual([]);
  });
});

describe('projects, repositories, sets', () => {
  const project = {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'AppProject',
    metadata: { name: 'pay', namespace: 'argocd' },
    spec: {
      description: 'Payments',
      destinations: [{ server: '*', namespace: 'pay-*' }],
      sourceRepos: ['a', 'b'],
      clusterResourceWhitelist: [{ group: '', kind: 'Namespace' }],
    },
  };

  it('proj list and get', async () => {
    cli.engine.answers.objects = [project];
    expect((await cli.run('proj', 'list')).out).toBe(`\
NAME     DESCRIPTION  DESTINATIONS  SOURCES  CLUSTER-RESOURCE-WHITELIST  NAMESPACE-RESOURCE-BLACKLIST  ORPHANED-RESOURCES
default               *,*           *        */*                         <none>                        disabled
pay      Payments     *,pay-*       2 repos  /Namespace                  <none>                        disabled
`);
    expect((await cli.run('proj', 'get', 'pay')).out).toContain('Repositories:       a\n                    b\n');
    expect((await cli.run('proj', 'get', 'pya')).err).toBe('argosy: project "pya" not found; did you mean "pay"?\n');
    expect((await cli.run('proj', 'get', 'pay', '-o', 'yaml')).out).toContain('kind: AppProject\n');
  });

  it('repo list joins those with credentials and those in use', async () => {
    cli.engine.answers.objects = [
      SECRET('repository', { url: 'https://git.example.org/org/apps.git', username: 'ci', type: 'git', name: 'apps' }),
    ];
    expect((await cli.run('repo', 'list')).out).toBe(`\
TYPE  NAME  REPO                                  INSECURE  OCI    LFS    CREDS  STATUS      MESSAGE                       PROJECT
git   apps  https://git.example.org/org/apps.git  false     false  false  true   Successful
git         https://git.example.org/other         false     false  false  false  Failed      cannot be fetched: timed out
`);
  });

  it('appset list and get', async () => {
    cli.engine.answers.objects = [
      {
        apiVersion: 'argoproj.io/v1alpha1',
        kind: 'ApplicationSet',
        metadata: { name: 'obs', namespace: 'argocd' },
        spec: {
          template: { spec: { project: 'platform', source: { repoURL: 'r', path: 'p' } } },
          syncPolicy: { applicationsSync: 'create-only' },
        },
        status: { conditions: [{ type: 'ErrorOccurred', status: 'False', message: 'all fine' }] },
      },
    ];
    expect((await cli.run('appset', 'list')).out).toBe(`\
NAME        PROJECT   SYNCPOLICY   CONDITIONS
argocd/obs  platform  create-only  ErrorOccurred=False
`);
    expect((await cli.run('appset', 'get', 'obs')).out).toContain('ErrorOccurred  False   all fine\n');
  });
});

describe('approve', () => {
  const plan = { app: 'argocd/a', revisions: [], tasks: [], deletes: [], hash: 'abcdef012345', invalid: [] };
  beforeEach(() => {
    cli.engine.answers.approvals = [{ hash: 'abcdef012345', app: 'argocd/a', reason: 'it would delete a Namespace', plan }];
  });

  it('lists what waits', async () => {
    expect((await cli.run('approve')).out).toBe(`\
HASH          APP       DELETES  REASON
abcdef012345  argocd/a  0        it would delete a Namespace
`);
  });

  it('shows the plan, asks, and takes the beginning of a hash', async () => {
    cli.answers = ['y'];
    const { code, out } = await cli.run('approve', 'abcdef01');
    expect([code, out]).toEqual([0, expect.stringContaining('Plan abcdef012345\n')]);
    expect(cli.engine.intents).toEqual([{ kind: 'approve', hash: 'abcdef012345', actor: 'ana' }]);
  });

  it('leaves what is not listed to the engine', async () => {
    expect((await cli.run('approve', 'abc', '-y')).err).toContain('too short');
    cli.engine.onRequest = () => {
      throw new UserError('no plan with the hash 00000000 waits');
    };
    expect(await cli.run('approve', '00000000', '-y')).toMatchObject({ code: 2, err: 'argosy: no plan with the hash 00000000 waits\n' });
  });

  it('says which operation began', async () => {
    cli.engine.onRequest = () => 9;
    expect((await cli.run('approve', 'abcdef01', '-y')).out).toContain(
      'approved: operation #9 started; `argosy app wait argocd/a --operation`',
    );
  });
});

describe('notify-commit and history export', () => {
  it('needs somebody to notify', async () => {
    expect((await cli.run('notify-commit', 'https://x')).out).toBe('notified of https://x\n');
    cli.attached = false;
    expect(await cli.run('notify-commit', 'https://x')).toMatchObject({ code: 2, err: expect.stringContaining('no engine is running on') });
  });

  it('exports to standard output or a private file, with a filter', async () => {
    const asked: [string, HistoryFilter][] = [];
    cli.ports.exportHistory = async function* (_config, format, filter) {
      asked.push([format, filter]);
      yield 'id\r\n';
      yield '1\r\n';
    };
    expect((await cli.run('history', 'export', '--format', 'csv', '--since', '7d', '--app', 'a')).out).toBe('id\r\n1\r\n');
    expect(asked).toEqual([['csv', { sinceMs: NOW_MS - 7 * 86_400_000, app: 'argocd/a' }]]);
    await cli.run('history', 'export', '--output', 'h.json', '--since', '2026-01-01');
    const file = join(cli.dir, 'h.json');
    expect(readFileSync(file, 'utf8')).toBe('id\r\n1\r\n');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(asked[1]).toEqual(['json', { sinceMs: Date.UTC(2026, 0, 1) }]);
  });

  it('says what is wrong', async () => {
    expect((await cli.run('history', 'export', '--since', 'monday')).err).toContain('cannot use --since monday');
    expect((await cli.run('history', 'export', '--format', 'sqlite')).err).toContain('name it by --output FILE');
    const missing = await cli.run('history', 'export', '--output', 'no/h.json');
    expect(missing).toMatchObject({ code: 2, err: expect.stringContaining('its folder does not exist') });
    expect(existsSync(join(cli.dir, 'no'))).toBe(false);
  });
});

describe('drift', () => {
  const key = (name: string) => ({ group: 'apps', kind: 'Deployment', namespace: 'shop', name });
  const base = { app: 'argocd/a', cluster: 'prod-eu', kind: 'changed' as const, by: 'kubectl-edit', sinceMs: NOW_MS - 60_000 };

  it('list says who, what, how long and how it ended', async () => {
    cli.engine.answers.drifts = [
      { ...base, id: 2, key: key('web'), fields: ['spec.replicas', 'spec.paused', 'metadata.labels.x'] },
      {
        ...base,
        id: 1,
        key: key('db'),
        kind: 'missing',
        fields: [],
        by: '',
        end: 'healed',
        endedAtMs: NOW_MS - 30_000,
        operation: 7,
        endedBy: 'argosy',
      },
    ];
    const [head, web, db] = (await cli.run('drift', 'list')).out.split('\n').map((line) => line.split(/\s{2,}/));
    expect(head).toEqual(['SINCE', 'LASTED', 'APP', 'RESOURCE', 'WHAT', 'BY', 'END']);
    expect(web?.slice(1)).toEqual(['60s', 'a', 'Deployment web', 'spec.replicas, spec.paused and 1 more', 'kubectl-edit', 'open']);
    expect(db?.slice(1)).toEqual(['30s', 'a', 'Deployment db', 'missing', '-', 'healed by argosy (#7)']);
  });

  it('export writes every form, and nothing that a spreadsheet would run', async () => {
    cli.engine.answers.drifts = [{ ...base, id: 1, key: key('web'), fields: ['spec.replicas'], by: '=cmd()' }];
    expect((await cli.run('drift', 'export', '--format', 'csv')).out.split('\r\n')[1]).toContain(",'=cmd(),");
    expect(JSON.parse((await cli.run('drift', 'export')).out)).toMatchObject([{ key: { name: 'web' }, kind: 'changed' }]);
    expect((await cli.run('drift', 'export', '--format', 'ndjson')).out.trim().split('\n')).toHaveLength(1);
  });
});
