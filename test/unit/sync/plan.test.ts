import { describe, expect, it } from 'vitest';
import { approvalReason } from '../../../src/core/sync/budget.js';
import { application, object, planOf, resource } from './support.js';

const configMap = (name: string, annotations?: Record<string, string>) => object('v1', 'ConfigMap', name, annotations);
const many = (count: number, make: (i: number) => ReturnType<typeof resource>) => Array.from({ length: count }, (_, i) => make(i));

describe('plan()', () => {
  it('orders by wave, then kind, then name', () => {
    const made = planOf([
      resource('create', object('apps/v1', 'Deployment', 'web')),
      resource('create', object('v1', 'Service', 'web')),
      resource('create', configMap('b')),
      resource('create', configMap('a')),
      resource('create', configMap('early'), -1),
    ]);
    expect(made.tasks.map(({ ref }) => `${ref.kind}/${ref.name}`)).toEqual([
      'ConfigMap/early',
      'ConfigMap/a',
      'ConfigMap/b',
      'Service/web',
      'Deployment/web',
    ]);
  });

  it('moves a namespace and a CRD before the first object that needs them, whatever their wave', () => {
    const crd = object('apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'things.example.com', undefined, {
      spec: { group: 'example.com', names: { kind: 'Thing' } },
    });
    const made = planOf(
      [
        resource('create', object('example.com/v1', 'Thing', 'one'), 0),
        resource('create', crd, 5),
        resource('create', object('v1', 'Namespace', 'shop'), 7),
        resource('create', configMap('a'), 2),
      ],
      {},
      {
        kindOf: (ref) => (ref.kind === 'Thing' ? undefined : { ...ref, plural: 'x', namespaced: ref.namespace !== '', verbs: [] }),
      },
    );
    expect(made.invalid).toEqual([]);
    expect(made.tasks.map(({ ref, wave }) => `${wave} ${ref.kind}`)).toEqual([
      '0 CustomResourceDefinition',
      '0 Namespace',
      '0 Thing',
      '2 ConfigMap',
    ]);
    expect(made.tasks.find(({ ref }) => ref.kind === 'Thing')).toMatchObject({ skipDryRun: true });
  });

  it('writes server-side by default, client-side or by replace where the options say so, the resource winning over the app', () => {
    const how = (annotation: string | undefined, options: string[]) => {
      const made = planOf(
        [resource('create', configMap('a', annotation === undefined ? undefined : { 'argocd.argoproj.io/sync-options': annotation }))],
        { syncOptions: options },
      );
      const [task] = made.tasks;
      return task?.kind === 'apply' ? task.how.mode : undefined;
    };
    expect(how(undefined, [])).toBe('server-side');
    expect(how(undefined, ['ServerSideApply=false'])).toBe('client-side');
    expect(how('ServerSideApply=true', ['ServerSideApply=false'])).toBe('server-side');
    expect(how('Replace=true', [])).toBe('replace');
  });

  it('keeps what requires pruning when prune is not asked for, and what says Prune=false always', () => {
    const extra = [
      resource('prune', configMap('old')),
      resource('prune', configMap('kept', { 'argocd.argoproj.io/sync-options': 'Prune=false' })),
    ];
    const skipped = (prune: boolean) =>
      planOf(extra, { prune }).tasks.map((task) => (task.kind === 'prune' ? (task.skipped ?? 'pruned') : ''));
    expect(skipped(false)).toEqual(['ignored (no prune)', 'ignored (requires pruning)']);
    expect(skipped(true)).toEqual(['ignored (no prune)', 'pruned']);
  });

  it('mirrors the waves of prunes, and puts PruneLast after everything', () => {
    const extra = [
      resource('prune', configMap('w0'), 0),
      resource('prune', configMap('w1'), 1),
      resource('prune', configMap('w5'), 5),
      resource('create', configMap('new'), 7),
    ];
    const waves = (options: string[]) =>
      Object.fromEntries(planOf(extra, { prune: true, syncOptions: options }).tasks.map(({ ref, wave }) => [ref.name, wave]));
    expect(waves([])).toEqual({ w0: 5, w1: 1, w5: 0, new: 7 });
    expect(waves(['PruneLast=true'])).toEqual({ w0: 8, w1: 8, w5: 8, new: 7 });
  });

  it('carries the observed uid of everything that it deletes', () => {
    const made = planOf([resource('prune', configMap('old')), resource('none', configMap('kept'))], { prune: true });
    expect(made.deletes).toEqual([
      { ref: { group: '', version: 'v1', kind: 'ConfigMap', namespace: 'shop', name: 'old' }, uid: 'uid-old', cascade: [] },
    ]);
  });

  it('creates the namespace only when asked, when Git does not define it, and when it is missing or has metadata to set', () => {
    const create = { syncOptions: ['CreateNamespace=true'] };
    const kinds = (over: Parameters<typeof planOf>[2], resources = [resource('create', configMap('a'))]) =>
      planOf(resources, create, over).tasks.map(({ kind }) => kind);
    expect(kinds({ namespaceExists: false })).toEqual(['namespace', 'apply']);
    expect(kinds({ namespaceExists: true })).toEqual(['apply']);
    expect(kinds({ namespaceExists: false }, [resource('create', object('v1', 'Namespace', 'shop'))])).toEqual(['apply']);
    const managed = application({ syncPolicy: { managedNamespaceMetadata: { labels: { team: 'pay' } } } });
    expect(kinds({ namespaceExists: true, app: managed })).toEqual(['namespace', 'apply']);
  });

  it('refuses unknown kinds and what the project does not permit before anything is written', () => {
    expect(planOf([resource('create', configMap('a'))], {}, { kindOf: () => undefined }).invalid[0]?.message).toContain('CRD is installed');
    expect(
      planOf([resource('create', configMap('a'))], {}, { refusal: () => 'resource :ConfigMap is not permitted in project pay' }).invalid[0]
        ?.message,
    ).toContain('not permitted');
  });

  it('takes only the selected resources, with exclusion and wildcards', () => {
    const both = [resource('create', configMap('a')), resource('create', object('v1', 'Service', 's'))];
    const names = (resources: { group?: string; kind: string; name: string; exclude?: boolean }[]) =>
      planOf(both, { resources }).tasks.map(({ ref }) => ref.name);
    expect(names([{ kind: 'ConfigMap', name: 'a' }])).toEqual(['a']);
    expect(
      names([
        { group: '*', kind: '*', name: '*' },
        { kind: 'ConfigMap', name: '*', exclude: true },
      ]),
    ).toEqual(['s']);
  });

  it('gives equal hashes to equal plans and another one when anything moves', () => {
    const hash = (names: string[]) => planOf(names.map((name) => resource('create', configMap(name)))).hash;
    expect(hash(['a', 'b'])).toBe(hash(['b', 'a']));
    expect(hash(['a'])).not.toBe(hash(['b']));
  });
});

describe('the deletion budget', () => {
  it('lets a small prune pass and stops a large one', () => {
    const with_ = (prunes: number, kept: number) =>
      planOf(
        [...many(prunes, (i) => resource('prune', configMap(`old-${i}`))), ...many(kept, (i) => resource('none', configMap(`k-${i}`)))],
        { prune: true },
      ).approval;
    expect(with_(10, 10)).toBeUndefined();
    expect(with_(11, 39)).toBeUndefined();
    expect(with_(11, 20)).toContain('11 of 31 objects');
    expect(with_(2, 0)).toContain('all 2 objects');
  });

  it('stops at namespaces, CRDs and volume claims, and at what the app never applied', () => {
    const kept = many(30, (i) => resource('none', configMap(`k-${i}`)));
    expect(planOf([resource('prune', object('v1', 'PersistentVolumeClaim', 'data')), ...kept], { prune: true }).approval).toContain(
      'PersistentVolumeClaim shop/data',
    );
    expect(planOf([resource('prune', object('v1', 'Namespace', 'shop')), ...kept], { prune: true }).approval).toContain('Namespace shop');
    expect(planOf([resource('prune', configMap('stranger')), ...kept], { prune: true }, { applied: new Set() }).approval).toContain(
      'never applied',
    );
  });

  it('asks nothing of a plan that deletes nothing, and nothing of a dry run', () => {
    expect(approvalReason([], { inventory: 0, applied: new Set() })).toBeUndefined();
    expect(planOf([resource('prune', configMap('a'))], { prune: true, dryRun: true }).approval).toBeUndefined();
  });

  it('counts what a deleted Application would take along', () => {
    const child = object('argoproj.io/v1alpha1', 'Application', 'child');
    const cascade = many(20, (i) => resource('none', configMap(`c-${i}`))).map(({ key }) => key);
    const kept = many(30, (i) => resource('none', configMap(`k-${i}`)));
    expect(planOf([resource('prune', child), ...kept], { prune: true }, { cascadeOf: () => cascade }).approval).toContain('21 of 31');
  });
});
