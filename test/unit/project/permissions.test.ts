import { describe, expect, it } from 'vitest';
import { effectiveProject } from '../../../src/core/project/global.js';
import { defaultProject, parseProject } from '../../../src/core/project/parse.js';
import { permitsDestination, permitsKind, permitsResource, permitsSource, resourceRefusal } from '../../../src/core/project/permissions.js';
import { projectProblems } from '../../../src/core/project/project-problems.js';
import { validateProject } from '../../../src/core/project/validate.js';
import type { Application } from '../../../src/domain/application.js';
import type { Project, ProjectSpec } from '../../../src/domain/project.js';

const project = (spec: ProjectSpec, labels?: Record<string, string>): Project => ({
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'AppProject',
  metadata: { name: 'team', namespace: 'argocd', ...(labels ? { labels } : {}) },
  spec,
});

describe('permitsSource()', () => {
  it.each([
    [['*'], 'https://github.com/org/repo', true],
    [[], 'https://github.com/org/repo', false],
    [['https://github.com/org/*'], 'https://github.com/Org/Repo.git', true],
    [['https://github.com/*'], 'https://github.com/org/repo', false],
    [['https://github.com/**'], 'https://github.com/org/repo', true],
    [['git@github.com:org/repo'], 'ssh://git@github.com/org/repo.git', true],
    [['*', '!https://github.com/org/secret'], 'https://github.com/org/secret', false],
    [['*', '!https://github.com/org/secret'], 'https://github.com/org/open', true],
    [['!https://github.com/org/secret'], 'https://anywhere.example/x', true],
    [['https://{a,b}.example/*'], 'https://b.example/x', true],
  ])('%j admits %s: %s', (sourceRepos, url, expected) => {
    expect(permitsSource({ sourceRepos: sourceRepos as string[] }, url as string)).toBe(expected);
  });
});

describe('permitsDestination()', () => {
  const to = (server: string, name: string, namespace: string) => ({ server, name, namespace });
  it.each([
    [[{ server: '*', namespace: '*' }], to('https://a', 'a', 'x'), true],
    [[{ name: 'prod-*', namespace: 'team-*' }], to('https://a', 'prod-eu', 'team-a'), true],
    [[{ name: 'prod-*', namespace: 'team-*' }], to('https://a', '', 'team-a'), false],
    [[{ server: 'https://a*', namespace: 'n' }], to('https://a/b/c', '', 'n'), true],
    [
      [
        { server: '*', namespace: '*' },
        { server: '*', namespace: '!kube-system' },
      ],
      to('https://a', '', 'kube-system'),
      false,
    ],
    [
      [
        { server: '*', namespace: '*' },
        { server: '*', namespace: '!kube-system' },
      ],
      to('https://a', '', 'x'),
      true,
    ],
    [
      [
        { server: '*', namespace: '*' },
        { server: '!https://a', namespace: 'n' },
      ],
      to('https://a', '', 'other'),
      true,
    ],
    [
      [
        { server: '*', namespace: '*' },
        { server: '!https://a', namespace: 'n' },
      ],
      to('https://a', '', 'n'),
      false,
    ],
    [
      [
        { server: '*', namespace: '*' },
        { name: '!prod', namespace: 'n' },
      ],
      to('https://a', 'prod', 'other'),
      false,
    ],
    [
      [
        { name: 'prod', namespace: '*' },
        { name: 'prod', namespace: '!x' },
      ],
      to('https://a', 'prod', 'x'),
      true,
    ],
    [[{ namespace: '*' }], to('https://a', 'a', 'x'), false],
  ])('%j admits %j: %s', (destinations, destination, expected) => {
    expect(permitsDestination(project({ destinations: destinations as { server?: string }[] }), destination as never)).toBe(expected);
  });

  it('wants a cluster of its own where only those are permitted', () => {
    const own = project({ destinations: [{ server: '*', namespace: '*' }], permitOnlyProjectScopedClusters: true });
    expect(permitsDestination(own, to('https://a', 'a', 'x'))).toBe(false);
    expect(permitsDestination(own, { ...to('https://a', 'a', 'x'), clusterProject: 'team' })).toBe(true);
  });
});

describe('permitsKind()', () => {
  const deployment = { group: 'apps', kind: 'Deployment', name: 'web' };
  it.each([
    [{}, true, true],
    [{ namespaceResourceWhitelist: [] }, true, false],
    [{ namespaceResourceWhitelist: [{ group: 'apps', kind: 'Deploy*' }] }, true, true],
    [{ namespaceResourceWhitelist: [{ group: 'apps', kind: 'deployment' }] }, true, false],
    [{ namespaceResourceBlacklist: [{ group: '*', kind: '*' }] }, true, false],
    [{}, false, false],
    [{ clusterResourceWhitelist: [{ group: '*', kind: '*' }] }, false, true],
    [{ clusterResourceWhitelist: [{ group: '*', kind: '*', name: 'web-*' }] }, false, false],
    [{ clusterResourceWhitelist: [{ group: '*', kind: '*' }], clusterResourceBlacklist: [{ group: 'apps', kind: '*' }] }, false, false],
  ])('%j, namespaced %s: %s', (spec, namespaced, expected) => {
    expect(permitsKind(spec as ProjectSpec, deployment, namespaced as boolean)).toBe(expected);
  });
});

describe('texts', () => {
  const team = project({ sourceRepos: ['https://ok.example/**'], destinations: [{ name: 'prod', namespace: 'a' }] });
  const destination = { server: 'https://s', name: 'prod', namespace: 'b' };
  const app = {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name: 'web', namespace: 'argocd' },
    spec: { project: 'team', source: { repoURL: 'https://bad.example/x', path: '.' }, destination: { name: 'prod', namespace: 'b' } },
  } as Application;

  it('are those of Argo CD', () => {
    expect(projectProblems({ app, project: team, destination, controlNamespace: 'argocd' }).map(({ message }) => message)).toEqual([
      "application repo https://bad.example/x is not permitted in project 'team'",
      "application destination server 'prod' and namespace 'b' do not match any of the allowed destinations in project 'team'",
    ]);
    expect(projectProblems({ app, project: undefined, destination, controlNamespace: 'argocd' })[0]?.message).toBe(
      'Application referencing project team which does not exist',
    );
    const ref = { group: 'apps', version: 'v1', kind: 'Deployment', namespace: 'b', name: 'web' };
    expect(resourceRefusal(team, ref, { namespaced: true, destination })).toBe("namespace b is not permitted in project 'team'");
    expect(resourceRefusal(team, { ...ref, namespace: '' }, { namespaced: false, destination })).toBe(
      'resource apps:Deployment is not permitted in project team',
    );
    expect(permitsResource(team, { ...ref, namespace: 'a' }, destination)).toBe(true);
  });

  it('admit applications of other namespaces by glob or expression', () => {
    const elsewhere = { ...app, metadata: { name: 'web', namespace: 'team-7' } };
    const messages = (sourceNamespaces: string[]) =>
      projectProblems({
        app: elsewhere,
        project: project({ ...defaultProject('argocd').spec, sourceNamespaces }),
        destination,
        controlNamespace: 'argocd',
      });
    expect(messages([])).toHaveLength(1);
    expect(messages(['team-*'])).toEqual([]);
    expect(messages(['/^team-[0-9]$/'])).toEqual([]);
    expect(messages(['/(/'])).toHaveLength(1);
  });
});

describe('projects themselves', () => {
  it('have their repetitions and impossible patterns named', () => {
    expect(
      validateProject(
        project({
          sourceRepos: ['a', 'a', '!*'],
          destinations: [
            { server: 's', namespace: 'n' },
            { server: 's', namespace: 'n' },
            { server: '*', namespace: '!*' },
          ],
          roles: [{ name: 'r', policies: ['p', 'p'], groups: ['g', 'g'] }, { name: 'r' }],
          syncWindows: [{ kind: 'never', schedule: '@daily', duration: 'long' }],
        }),
      ),
    ).toEqual([
      "namespace has an invalid format, '!*'",
      "destination 's/n' already added",
      "source repository has an invalid format, '!*'",
      "source repository 'a' already added",
      "role 'r' already exists",
      "policy 'p' already exists for role 'r'",
      "group 'g' already exists for role 'r'",
      "kind 'never' mismatch: can only be allow or deny",
      "cannot parse schedule '@daily': expected exactly 5 fields, found 1: [@daily]",
      "cannot parse duration 'long': it is written as in 1h30m",
      "the sync window 'never @daily long' selects nothing: give applications, namespaces or clusters",
    ]);
  });

  it('get the lists of global projects that select them', () => {
    const all = [
      { ...project({ sourceRepos: ['g'], namespaceResourceBlacklist: [{ group: '', kind: 'Secret' }] }), metadata: { name: 'global' } },
    ];
    const rules = [{ projectName: 'global', labelSelector: { matchExpressions: [{ key: 'opt', operator: 'In', values: ['yes'] }] } }];
    expect(effectiveProject(project({ sourceRepos: ['own'] }, { opt: 'yes' }), all, rules).spec).toEqual({
      sourceRepos: ['own', 'g'],
      namespaceResourceBlacklist: [{ group: '', kind: 'Secret' }],
    });
    expect(effectiveProject(project({ sourceRepos: ['own'] }), all, rules).spec).toEqual({ sourceRepos: ['own'] });
  });

  it('permit nothing when a list that restricts them cannot be read', () => {
    const { project: read, problems } = parseProject({
      ...project({}),
      spec: {
        sourceRepos: ['*'],
        destinations: [{ server: '*', namespace: '*' }],
        namespaceResourceWhitelist: 'ConfigMap',
        desription: 'x',
      },
    });
    expect(read.spec.sourceRepos).toEqual([]);
    expect(problems.map(({ type, message }) => `${type}: ${message}`)).toEqual([
      'InvalidSpecError: the project team cannot be used: spec.namespaceResourceWhitelist is the text "ConfigMap", but a list is expected',
      'UnknownFieldWarning: spec.desription is not a known field; did you mean "description"?',
    ]);
  });
});
