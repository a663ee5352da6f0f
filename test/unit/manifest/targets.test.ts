import { describe, expect, it } from 'vitest';
import { readManifestFile } from '../../../src/core/manifest/documents.js';
import { deletePoliciesOf, hookOf } from '../../../src/core/manifest/hooks.js';
import { kindRank, waveOf } from '../../../src/core/manifest/order.js';
import { prepareTargets } from '../../../src/core/manifest/prepare.js';
import {
  appOfInstance,
  DEFAULT_TRACKING,
  instanceName,
  markManifest,
  ownerOf,
  parseTrackingId,
  type TrackingSettings,
} from '../../../src/core/manifest/tracking.js';
import type { Application } from '../../../src/domain/application.js';
import type { ApiKind, Manifest } from '../../../src/domain/resource.js';

const object = (kind: string, name: string, more: Partial<Manifest['metadata']> = {}, apiVersion = 'v1'): Manifest => ({
  apiVersion,
  kind,
  metadata: { name, ...more },
});
const annotated = (annotations: Record<string, string>) => object('ConfigMap', 'x', { annotations });

describe('readManifestFile()', () => {
  const read = (text: string, file = 'a.yaml') => {
    const { manifests, problems } = readManifestFile(text, file);
    return problems[0]?.message ?? manifests.map(({ kind, metadata }) => `${kind}/${metadata.name}`).join(' ');
  };

  it.each([
    [
      'several documents',
      'apiVersion: v1\nkind: A\nmetadata: {name: a}\n---\n---\napiVersion: v1\nkind: B\nmetadata: {name: b}\n',
      'A/a B/b',
    ],
    [
      'a List',
      'apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: A, metadata: {name: a}}\n- {apiVersion: v1, kind: B, metadata: {name: b}}\n',
      'A/a B/b',
    ],
    [
      'a typed list whose items do not repeat their kind',
      'apiVersion: v1\nkind: ConfigMapList\nitems:\n- metadata: {name: a}\n',
      'ConfigMap/a',
    ],
    ['a list without items', 'apiVersion: v1\nkind: ConfigMapList\nmetadata: {}\nitems: null\n', ''],
    ['a file marked to be skipped', '# +argocd:skip-file-rendering\nkind: [\napiVersion: v1\nmetadata:', ''],
    ['values', 'image: {tag: 1}\nreplicas: 2\n', ''],
    ['a broken file that is no manifest', 'image: [\n', ''],
    ['a name made by the server', 'apiVersion: v1\nkind: A\nmetadata: {generateName: a-}\n', 'A/undefined'],
  ])('reads %s', (_, text, expected) => {
    expect(read(text)).toBe(expected);
  });

  it.each([
    ['kind: Pod\napiVersion: v1\nmetadata: {name: a}\n---\nspec: 1\n', 'a.yaml:5: the object has no kind'],
    ['kind: Pod\nmetadata: {name: a}\n# apiVersion:\n', 'a.yaml:1: the Pod has no apiVersion'],
    ['apiVersion: v1\nkind: Pod\n', 'a.yaml:1: the Pod has no metadata'],
    ['apiVersion: v1\nkind: Pod\nmetadata: {namespace: x}\n', 'a.yaml:1: the Pod has no metadata.name'],
    ['apiVersion: v1\nkind: Pod\nmetadata: {name: 1}\n', 'a.yaml:1: metadata.name of the Pod is the number 1; put it in quotes'],
    [
      'apiVersion: v1\nkind: Pod\nmetadata: {name: a, annotations: {on: yes}}\n',
      'a.yaml:1: Pod a: metadata.annotations["true"] is the boolean true, but only text is allowed there; put it in quotes',
    ],
  ])('says what is wrong: %j', (text, message) => {
    expect(read(text)).toBe(message);
  });

  it('takes one object from a JSON file', () => {
    const one = '{"apiVersion":"v1","kind":"A","metadata":{"name":"a"}}';
    expect(read(one, 'a.json')).toBe('A/a');
    expect(read(`${one}\n${one}`, 'a.json')).toBe('Found multiple objects in "a.json". Only single objects are allowed in JSON files.');
    expect(read(`${one},`, 'x/a.json')).toMatch(/^(x\/a\.json: the file is not valid JSON: |Found multiple)/);
  });
});

describe('order', () => {
  it('ranks kinds, others last', () => {
    const kinds = ['Rollout', 'Ingress', 'Deployment', 'Namespace', 'CustomResourceDefinition', 'Secret'];
    expect([...kinds].sort((a, b) => kindRank(a) - kindRank(b))).toEqual([
      'Namespace',
      'Secret',
      'CustomResourceDefinition',
      'Deployment',
      'Ingress',
      'Rollout',
    ]);
  });

  it.each([
    [{ 'argocd.argoproj.io/sync-wave': '-5' }, -5],
    [{ 'argocd.argoproj.io/sync-wave': 'x', 'helm.sh/hook-weight': '3' }, 3],
    [{ 'argocd.argoproj.io/sync-wave': '1.5' }, 0],
    [{}, 0],
  ])('waveOf(%j)', (annotations, wave) => {
    expect(waveOf(annotated(annotations as Record<string, string>))).toBe(wave);
  });
});

describe('hookOf()', () => {
  const hook = 'argocd.argoproj.io/hook';
  it.each([
    [{}, { kind: 'none' }],
    [{ [hook]: 'PreSync, PostSync,PreSync' }, { kind: 'hook', types: ['PreSync', 'PostSync'] }],
    [{ [hook]: 'Skip' }, { kind: 'skip' }],
    [{ [hook]: 'Skip,PreSync' }, { kind: 'hook', types: ['PreSync'] }],
    [{ [hook]: 'presync' }, { kind: 'ignored' }],
    [
      { [hook]: 'presync', 'helm.sh/hook': 'pre-install' },
      { kind: 'hook', types: ['PreSync'] },
    ],
    [
      { [hook]: 'Sync', 'helm.sh/hook': 'post-install' },
      { kind: 'hook', types: ['Sync'] },
    ],
    [{ 'helm.sh/hook': 'pre-install,pre-upgrade' }, { kind: 'hook', types: ['PreSync'] }],
    [{ 'helm.sh/hook': 'test' }, { kind: 'ignored' }],
    [{ 'helm.sh/hook': 'crd-install' }, { kind: 'none' }],
  ])('%j', (annotations, role) => {
    expect(hookOf(annotated(annotations as unknown as Record<string, string>))).toEqual(role);
  });

  it('adds up delete policies', () => {
    expect(deletePoliciesOf(annotated({}))).toEqual(['BeforeHookCreation']);
    expect(
      deletePoliciesOf(annotated({ [`${hook}-delete-policy`]: 'HookFailed', 'helm.sh/hook-delete-policy': 'hook-succeeded,nonsense' })),
    ).toEqual(['HookFailed', 'HookSucceeded']);
  });
});

describe('tracking', () => {
  const settings = (more: Partial<TrackingSettings>): TrackingSettings => ({ ...DEFAULT_TRACKING, ...more });
  const mark = (manifest: Manifest, more: Partial<TrackingSettings> = {}, app = 'web') =>
    markManifest(manifest, app, { settings: settings(more), destinationNamespace: 'dest' }).metadata;
  const id = 'argocd.argoproj.io/tracking-id';

  it('writes ids: the core group is empty, and cluster-scoped objects carry the destination', () => {
    expect(mark(object('ConfigMap', 'c', { namespace: 'n' })).annotations).toEqual({ [id]: 'web:/ConfigMap:n/c' });
    expect(mark(object('ClusterRole', 'r', {}, 'rbac.authorization.k8s.io/v1')).annotations).toEqual({
      [id]: 'web:rbac.authorization.k8s.io/ClusterRole:dest/r',
    });
  });

  it('leaves CustomResourceDefinitions unmarked', () => {
    expect(mark(object('CustomResourceDefinition', 'x', {}, 'apiextensions.k8s.io/v1'))).toEqual({ name: 'x' });
  });

  it('marks by label, and by both with a label that Kubernetes takes', () => {
    const long = `${'a'.repeat(62)}-bcd`;
    expect(mark(object('Pod', 'p'), { trackingMethod: 'label' }, long).labels).toEqual({ 'app.kubernetes.io/instance': long });
    const both = mark(object('Pod', 'p'), { trackingMethod: 'annotation+label', installationId: 'i' }, long);
    expect(both.labels).toEqual({ 'app.kubernetes.io/instance': 'a'.repeat(62) });
    expect(both.annotations).toEqual({ [id]: `${long}:/Pod:dest/p`, 'argocd.argoproj.io/installation-id': 'i' });
  });

  it.each([
    ['web:/ConfigMap:n/c', { app: 'web', ref: { group: '', kind: 'ConfigMap', namespace: 'n', name: 'c' } }],
    [
      'web:rbac/ClusterRole:/system:admin',
      { app: 'web', ref: { group: 'rbac', kind: 'ClusterRole', namespace: '', name: 'system:admin' } },
    ],
    ['web:ConfigMap:n/c', undefined],
    ['web:/ConfigMap:n/c/d', undefined],
    ['web', undefined],
  ])('parses %s', (text, parsed) => {
    expect(parseTrackingId(text)).toEqual(parsed);
  });

  it('tells an owner from a copied mark and from another installation', () => {
    const live = (kind: string, more: Partial<Manifest['metadata']>) => object(kind, 'c', { namespace: 'n', ...more });
    const annotations = { [id]: 'web:/ConfigMap:n/c' };
    expect(ownerOf(live('ConfigMap', { annotations }), settings({}))).toMatchObject({ app: 'web', self: true });
    expect(ownerOf(live('Endpoints', { annotations }), settings({}))).toMatchObject({ app: 'web', self: false });
    expect(ownerOf(live('ConfigMap', { annotations }), settings({ installationId: 'i' }))).toBeUndefined();
    expect(ownerOf(live('ConfigMap', { labels: { 'app.kubernetes.io/instance': 'web' } }), settings({}))).toBeUndefined();
    expect(
      ownerOf(live('ConfigMap', { labels: { 'app.kubernetes.io/instance': 'web' } }), settings({ trackingMethod: 'label' })),
    ).toMatchObject({
      app: 'web',
    });
    const scoped = object('ClusterRole', 'c', { annotations: { [id]: 'web:rbac/ClusterRole:dest/c' } }, 'rbac/v1');
    expect(ownerOf(scoped, settings({}))).toMatchObject({ self: true });
  });

  it('names applications outside the control namespace with theirs', () => {
    expect(instanceName({ name: 'web', namespace: 'team' }, 'argocd')).toBe('team_web');
    expect(instanceName({ name: 'web', namespace: 'argocd' }, 'argocd')).toBe('web');
    expect(appOfInstance('team_web', 'argocd')).toBe('team/web');
    expect(appOfInstance('web', 'argocd')).toBe('argocd/web');
  });
});

describe('prepareTargets()', () => {
  const kind = (group: string, name: string, namespaced: boolean): ApiKind => ({
    group,
    version: 'v1',
    kind: name,
    plural: `${name.toLowerCase()}s`,
    namespaced,
    verbs: [],
  });
  const app = { metadata: { name: 'web', namespace: 'argocd' }, spec: { destination: { namespace: 'dest' } } } as Application;
  const prepare = (manifests: Manifest[], excludedKind = '') =>
    prepareTargets({
      app,
      manifests,
      kinds: [kind('', 'ConfigMap', true), kind('', 'Namespace', false)],
      settings: DEFAULT_TRACKING,
      controlNamespace: 'argocd',
      excluded: (ref) => ref.kind === excludedKind,
    });

  it('settles namespaces: given, from the destination, or none; unknown kinds are namespaced', () => {
    const manifests = [
      object('ConfigMap', 'a'),
      object('ConfigMap', 'b', { namespace: 'own' }),
      object('Namespace', 'c', { namespace: 'wrong' }),
      object('Thing', 'd'),
    ];
    expect(prepare(manifests).targets.map(({ metadata }) => metadata.namespace)).toEqual(['dest', 'own', undefined, 'dest']);
    expect(manifests[2]?.metadata).toEqual({ name: 'c', namespace: 'wrong' });
  });

  it('lets the last of equal objects win, with a warning', () => {
    const { targets, problems } = prepare([
      { ...object('ConfigMap', 'a'), data: { from: 'first' } },
      object('ConfigMap', 'b'),
      { ...object('ConfigMap', 'a', { namespace: 'dest' }), data: { from: 'last' } },
      object('Job', '', { generateName: 'j-' }),
      object('Job', '', { generateName: 'j-' }),
    ]);
    expect(targets.map((target) => [target.metadata.name, target['data']])).toEqual([
      ['a', { from: 'last' }],
      ['b', undefined],
      ['', undefined],
      ['', undefined],
    ]);
    expect(problems).toMatchObject([
      { type: 'RepeatedResourceWarning', message: 'Resource /ConfigMap/dest/a appeared 2 times among application resources.' },
    ]);
  });

  it('leaves out what the settings exclude, with a warning', () => {
    const { targets, problems } = prepare([object('ConfigMap', 'a'), object('Thing', 'd')], 'Thing');
    expect(targets.map(({ kind }) => kind)).toEqual(['ConfigMap']);
    expect(problems).toEqual([{ type: 'ExcludedResourceWarning', message: 'Resource /Thing d is excluded in the settings' }]);
  });
});
