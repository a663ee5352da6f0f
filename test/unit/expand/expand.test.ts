import { describe, expect, it } from 'vitest';
import { expand } from '../../../src/core/expand/expand.js';
import { type Inputs, needId } from '../../../src/core/expand/generator.js';
import { crossingGlob, pathMatch } from '../../../src/core/expand/glob.js';
import { fillText, flatten, normalizeName } from '../../../src/core/expand/template.js';
import type { Manifest } from '../../../src/domain/resource.js';

const REPO = 'https://github.com/kainlite/gitops-repo';
const TEMPLATE = {
  metadata: { name: 'app-{{name}}' },
  spec: { project: 'default', source: { repoURL: REPO, path: '{{path}}' }, destination: { server: '{{server}}' } },
};

function set(generators: unknown[], spec: Record<string, unknown> = {}): Manifest {
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'ApplicationSet',
    metadata: { name: 'team', namespace: 'argocd' },
    spec: { generators, template: TEMPLATE, ...spec },
  };
}

function inputs(over: Partial<Inputs> = {}): Inputs {
  return { clusters: [], answers: new Map(), ...over };
}

const cluster = (name: string, labels: Record<string, string> = {}) => ({ name, server: `https://${name}`, labels, annotations: {} });
const names = (result: ReturnType<typeof expand>) => result.applications.map(({ application }) => application.metadata.name);
const problems = (result: ReturnType<typeof expand>) => result.problems.map(({ message }) => message);
const withPaths = (paths: string[]) =>
  inputs({ answers: new Map([[needId({ kind: 'git-paths', repoURL: REPO, revision: 'main' }), paths]]) });

describe('fasttemplate', () => {
  it.each([
    ['{{ a }}-{{b}}', 'x-y'],
    ['{{unknown}} {{ }}', '{{unknown}} {{ }}'],
    ['}} {{', '}} {{'],
    ['{{nested}}', '{{a}}'],
    ['{{A}}', '{{A}}'],
  ])('fills %j', (text, expected) => {
    expect(fillText(text, { a: 'x', b: 'y', nested: '{{a}}' }).text).toBe(expected);
  });
  it('says that a tag is not closed', () => {
    expect(fillText('{{a}} {{b', { a: 'x' }).error).toContain('invalid template');
  });
  it('flattens with dots and prints numbers as Go does', () => {
    expect(flatten({ a: { b: [1, { c: true }] }, big: 1e21, small: 0.00001, none: null })).toEqual({
      'a.b.0': '1',
      'a.b.1.c': 'true',
      big: '1e+21',
      small: '1e-05',
      none: '<nil>',
    });
  });
  it('normalizes names', () => {
    expect(normalizeName('-Feature/X_y.Z-')).toBe('feature-x-y.z');
  });
});

describe('globs', () => {
  it('keeps * in its segment for directories and lets it cross for files', () => {
    expect(pathMatch('teams/*/apps/*', 'teams/a/apps/b')).toBe(true);
    expect(pathMatch('teams/*', 'teams/a/apps')).toBe(false);
    expect(pathMatch('[', 'a')).toBe(false);
    expect(crossingGlob('teams/*.json').test('teams/a/b.json')).toBe(true);
    expect(crossingGlob('teams').test('teams/a/b.json')).toBe(true);
    expect(crossingGlob('teams').test('teams-b/a')).toBe(false);
  });
});

describe('expand()', () => {
  it('lists: one application per element, with the namespace of the set and the default finalizer', () => {
    const result = expand(set([{ list: { elements: [{ name: 'a', server: 'https://a', path: 'p' }] } }]), inputs());
    expect(result.applications[0]?.application).toMatchObject({
      metadata: { name: 'app-a', namespace: 'argocd', finalizers: ['resources-finalizer.argocd.argoproj.io'] },
      spec: { source: { path: 'p' }, destination: { server: 'https://a' } },
    });
  });

  it('lists: values must be texts, only `values` may nest, and elementsYaml comes after', () => {
    expect(problems(expand(set([{ list: { elements: [{ name: 1 }] } }]), inputs()))).toEqual(['error parsing value as string: name is 1']);
    const result = expand(set([{ list: { elements: [{ name: 'a', values: { x: 'y' } }], elementsYaml: '- {name: b}' } }]), inputs());
    expect(result.applications.map(({ params }) => params)).toEqual([{ name: 'a', 'values.x': 'y' }, { name: 'b' }]);
  });

  it('clusters: by label, with labels as parameters; in-cluster only without a selector', () => {
    const known = inputs({ clusters: [cluster('prod', { env: 'production' }), cluster('stg', { env: 'staging' })] });
    const result = expand(
      set([{ clusters: { selector: { matchLabels: { env: 'production' } }, values: { region: '{{metadata.labels.env}}-eu' } } }]),
      known,
    );
    expect(names(result)).toEqual(['app-prod']);
    expect(result.applications[0]?.params).toMatchObject({
      nameNormalized: 'prod',
      'metadata.labels.env': 'production',
      'values.region': 'production-eu',
    });
    expect(names(expand(set([{ clusters: {} }]), known))).toEqual(['app-prod', 'app-stg', 'app-in-cluster']);
  });

  it('git directories: asks for the paths first, then includes and excludes in any order', () => {
    const generators = [
      { git: { repoURL: REPO, revision: 'main', directories: [{ path: 'teams/*/apps/b', exclude: true }, { path: 'teams/*/apps/*' }] } },
    ];
    const template = { ...TEMPLATE, metadata: { name: '{{path.basename}}' } };
    const asked = expand(set(generators, { template }), inputs());
    expect(asked).toMatchObject({ needs: [{ kind: 'git-paths', repoURL: REPO, revision: 'main' }], complete: false, applications: [] });
    const result = expand(
      set(generators, { template }),
      withPaths(['teams/x/apps/a/k.yaml', 'teams/x/apps/b/k.yaml', 'teams/x/.hidden/apps/c/k', 'README.md']),
    );
    expect(names(result)).toEqual(['a']);
    expect(result.applications[0]?.params).toMatchObject({ path: 'teams/x/apps/a', 'path[1]': 'x', 'path.basenameNormalized': 'a' });
  });

  it('git files: content is flattened, a list gives one set per element, path parameters win', () => {
    const generators = [{ git: { repoURL: REPO, revision: 'main', files: [{ path: 'config/*.json' }] } }];
    const paths = ['config/a.json', 'config/b.json', 'other.json'];
    const read: Inputs = inputs({
      answers: new Map<string, unknown>([
        [needId({ kind: 'git-paths', repoURL: REPO, revision: 'main' }), paths],
        [
          needId({ kind: 'git-files', repoURL: REPO, revision: 'main', paths: ['config/a.json', 'config/b.json'] }),
          { 'config/a.json': '{"name":"one","path":"x","n":{"m":2}}', 'config/b.json': '[{"name":"two"},{"name":"three"}]' },
        ],
      ]),
    });
    const result = expand(set(generators), read);
    expect(names(result)).toEqual(['app-one', 'app-two', 'app-three']);
    expect(result.applications[0]?.params).toMatchObject({ path: 'config', 'path.filename': 'a.json', 'n.m': '2' });
  });

  it('matrix: the second generator may use the parameters of the first; equal keys must agree', () => {
    const matrix = {
      matrix: {
        generators: [
          { clusters: { selector: { matchLabels: { env: 'x' } } } },
          { list: { elements: [{ path: 'apps/{{name}}' }, { path: 'b' }] } },
        ],
      },
    };
    const known = inputs({ clusters: [cluster('c', { env: 'x' })] });
    expect(
      expand(set([matrix], { template: { ...TEMPLATE, metadata: { name: '{{name}}-{{path}}' } } }), known).applications.map(
        ({ params }) => params['path'],
      ),
    ).toEqual(['apps/c', 'b']);
    const clash = { matrix: { generators: [{ list: { elements: [{ a: '1' }] } }, { list: { elements: [{ a: '2' }] } }] } };
    expect(problems(expand(set([clash]), inputs()))).toEqual([
      'failed to combine string maps with merging params for the matrix generator: found duplicate key a with different value, a: 1 ,b: 2',
    ]);
    expect(problems(expand(set([{ matrix: { generators: [{ list: {} }] } }]), inputs()))[0]).toContain('found less than two generators');
  });

  it('merge: later generators override where the merge keys agree; keys must be unique', () => {
    const merge = (second: unknown[]) => ({
      merge: {
        mergeKeys: ['name'],
        generators: [
          {
            list: {
              elements: [
                { name: 'a', path: 'x' },
                { name: 'b', path: 'x' },
              ],
            },
          },
          { list: { elements: second } },
        ],
      },
    });
    const result = expand(
      set([
        merge([
          { name: 'a', path: 'y' },
          { name: 'zzz', path: 'y' },
        ]),
      ]),
      inputs(),
    );
    expect(result.applications.map(({ params }) => params['path'])).toEqual(['y', 'x']);
    expect(problems(expand(set([merge([{ name: 'a' }, { name: 'a' }])]), inputs()))[0]).toContain('not unique by the given mergeKeys');
  });

  it('filters by the selector on generated parameters, URLs allowed as values', () => {
    const generators = [
      {
        list: {
          elements: [
            { name: 'a', server: 'https://a:6443' },
            { name: 'b', server: 'https://b' },
          ],
        },
        selector: { matchExpressions: [{ key: 'server', operator: 'In', values: ['https://a:6443'] }] },
      },
    ];
    expect(names(expand(set(generators), inputs()))).toEqual(['app-a']);
  });

  it('lays the generator template over the template, and the patch over both, but never the project', () => {
    const generators = [{ list: { elements: [{ name: 'a' }], template: { metadata: { labels: { from: 'generator' } } } } }];
    const result = expand(
      set(generators, {
        templatePatch: 'metadata:\n  labels: {patched: "{{name}}"}\nspec:\n  project: evil\n  destination: {namespace: other}\n',
      }),
      inputs(),
    );
    expect(result.applications[0]?.application).toMatchObject({
      metadata: { name: 'app-a', labels: { from: 'generator', patched: 'a' } },
      spec: { project: 'default', destination: { namespace: 'other' } },
    });
  });

  it('drops every copy of a duplicate name, and keeps the others', () => {
    const result = expand(set([{ list: { elements: [{ name: 'a' }, { name: 'a' }, { name: 'b' }] } }]), inputs());
    expect(names(result)).toEqual(['app-b']);
    expect(problems(result)).toEqual(['ApplicationSet team contains applications with duplicate name: app-a']);
    expect(result.generated).toHaveLength(3);
  });

  it('changes nothing when any generator fails or is unknown', () => {
    const good = { list: { elements: [{ name: 'a' }] } };
    for (const result of [
      expand(set([good, { lst: {} }]), inputs()),
      expand(set([good, { list: { elements: [{ name: 1 }] } }]), inputs()),
    ]) {
      expect(result).toMatchObject({ complete: false, applications: [] });
      expect(problems(result)).toHaveLength(1);
    }
  });

  it('returns the template unrendered and without a finalizer for an empty set', () => {
    expect(expand(set([{ list: { elements: [{}] } }]), inputs()).applications[0]?.application.metadata).toEqual({
      name: 'app-{{name}}',
      namespace: 'argocd',
    });
  });
});
