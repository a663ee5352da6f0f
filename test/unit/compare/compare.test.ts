import { describe, expect, it } from 'vitest';
import { type JqNeed, jqId } from '../../../src/core/diff/jq-needs.js';
import { parseSettings } from '../../../src/core/settings.js';
import type { Manifest } from '../../../src/domain/resource.js';
import { configMap, deployment, randomDeployment, seeded } from '../merge/support.js';
import { application, compareWith, marked, synced } from './support.js';

const target = marked(configMap({ a: '1' }));

describe('the verdict', () => {
  it('is Synced after a sync, and nothing is to be done', () => {
    const result = compareWith({ targets: [target], live: [synced(target)] });
    expect(result).toMatchObject({ app: 'argocd/web', sync: 'Synced', health: 'Healthy', targetHash: 'hash', comparedAtMs: 1 });
    expect(result.resources).toMatchObject([{ change: 'none', sync: 'Synced', wave: 0, version: 'v1' }]);
  });

  it('creates what is missing, and the application is Missing when nothing is live', () => {
    const result = compareWith({ targets: [target] });
    expect(result).toMatchObject({ sync: 'OutOfSync', health: 'Missing' });
    expect(result.resources).toMatchObject([{ change: 'create', sync: 'OutOfSync', health: { status: 'Missing' } }]);
  });

  it('updates what differs, with both sides to show', () => {
    const live = synced(target);
    const result = compareWith({ targets: [marked(configMap({ a: '2' }))], live: [live] });
    expect(result.resources[0]).toMatchObject({ change: 'update', sync: 'OutOfSync' });
    expect(result.resources[0]?.normalized?.live['data']).toEqual({ a: '1' });
    expect(result.resources[0]?.normalized?.predicted['data']).toEqual({ a: '2' });
    expect(result.resources[0]?.normalized?.live.metadata.managedFields).toBeUndefined();
  });

  it('prunes what is marked for it and not in Git', () => {
    const result = compareWith({ live: [synced(target)] });
    expect(result.sync).toBe('OutOfSync');
    expect(result.resources).toMatchObject([{ change: 'prune', requiresPruning: true, sync: 'OutOfSync' }]);
  });

  it('leaves the application Synced where the extra object says IgnoreExtraneous', () => {
    const extra = synced(withAnnotation(target, 'argocd.argoproj.io/compare-options', 'IgnoreExtraneous'));
    const result = compareWith({ live: [extra] });
    expect(result.sync).toBe('Synced');
    expect(result.resources).toMatchObject([{ change: 'prune', ignored: true, sync: 'OutOfSync' }]);
  });

  it('does not consider objects with a copied mark, of another application, or with an owner', () => {
    const copied = { ...synced(target), metadata: { ...synced(target).metadata, name: 'copy' } };
    const foreign = synced(marked(configMap({}), 'other'));
    const child = synced(
      marked({
        ...configMap({}),
        metadata: { name: 'child', namespace: 'shop', ownerReferences: [{ apiVersion: 'v1', kind: 'X', name: 'x', uid: 'u' }] },
      }),
    );
    expect(compareWith({ live: [copied, foreign, child] }).resources).toEqual([]);
  });

  it('warns where a target belongs to another application, and manages it all the same', () => {
    const result = compareWith({ targets: [target], live: [synced(marked(configMap({ a: '1' }), 'other'))] });
    expect(result.problems).toMatchObject([
      { type: 'SharedResourceWarning', message: 'ConfigMap/settings is part of applications argocd/web and other' },
    ]);
    expect(result.resources).toMatchObject([{ change: 'update' }]);
  });

  it('is Unknown, and prunes nothing, where the targets could not all be loaded', () => {
    const extra = synced(marked({ ...configMap({}), metadata: { name: 'extra', namespace: 'shop' } }));
    const result = compareWith({ targets: [target], live: [synced(target), extra], problems: [{ type: 'ComparisonError', message: 'x' }] });
    expect(result.sync).toBe('Unknown');
    expect(result.resources.map(({ sync, change }) => [sync, change])).toEqual([
      ['Unknown', 'none'],
      ['Unknown', 'none'],
    ]);
    expect(result.health).toBe('Healthy');
  });

  it('is Unknown for a kind that the project does not permit', () => {
    const result = compareWith({ targets: [target], live: [synced(target)], permitted: () => false });
    expect(result.resources).toMatchObject([{ sync: 'Unknown' }]);
    expect(result.resources[0]?.live).toBeUndefined();
  });

  it('gives hooks no status, and does not apply what is skipped', () => {
    const hook = withAnnotation(
      marked({ ...configMap({}), metadata: { name: 'hook', namespace: 'shop' } }),
      'argocd.argoproj.io/hook',
      'PreSync',
    );
    const skipped = withAnnotation(target, 'argocd.argoproj.io/hook', 'Skip');
    const result = compareWith({ targets: [hook, skipped] });
    expect(result.sync).toBe('Synced');
    expect(result.resources.map(({ hook, sync, change }) => [hook, sync, change])).toEqual([
      [true, undefined, 'none'],
      [undefined, undefined, 'none'],
    ]);
  });

  it('reads the wave and sorts by id', () => {
    const first = withAnnotation(marked(deployment()), 'argocd.argoproj.io/sync-wave', '-2');
    const result = compareWith({ targets: [first, target] });
    expect(result.resources.map(({ key, wave }) => [key.kind, wave])).toEqual([
      ['ConfigMap', 0],
      ['Deployment', -2],
    ]);
  });
});

describe('ignore rules', () => {
  const live = synced(marked(deployment()));
  const scaled = { ...live, spec: { ...(live['spec'] as object), replicas: 7 } } as Manifest;
  const verdict = (rule: object) =>
    compareWith({
      targets: [marked(deployment())],
      live: [scaled],
      app: application({ ignoreDifferences: [{ group: 'apps', kind: 'Deployment', ...rule }] }),
    });

  it.each([
    [{ jsonPointers: ['/spec/replicas'] }, 'Synced'],
    [{ jsonPointers: ['/spec/nothing', '/spec/replicas'] }, 'Synced'],
    [{ jqPathExpressions: ['.spec.replicas'] }, 'Synced'],
    [{ jsonPointers: ['/spec/replicas'], name: 'web' }, 'Synced'],
    [{ jsonPointers: ['/spec/replicas'], name: 'other' }, 'OutOfSync'],
    [{ jsonPointers: ['/spec/replicas'], kind: '*' }, 'Synced'],
    [{ jsonPointers: ['/spec/paused'] }, 'OutOfSync'],
    [{ managedFieldsManagers: ['argocd-controller'] }, 'Synced'],
    [{ managedFieldsManagers: ['hpa'] }, 'OutOfSync'],
  ])('%j makes it %s', (rule, sync) => {
    expect(verdict(rule).sync).toBe(sync);
  });

  it('asks for jq programs that are more than paths, and takes the answers', () => {
    const ignoreDifferences = [{ group: 'apps', kind: 'Deployment', jqPathExpressions: ['.spec | getpath(["replicas"])'] }];
    const targets = [marked(deployment())];
    const ask = (answers: Map<string, unknown>, needs: JqNeed[]) =>
      compareWith({ app: application({ ignoreDifferences }), targets, live: [scaled], jq: { answers, needs } }).sync;
    const needs: JqNeed[] = [];
    expect(ask(new Map(), needs)).toBe('OutOfSync');
    expect(needs.map(({ expression }) => expression)).toEqual(['.spec | getpath(["replicas"])', '.spec | getpath(["replicas"])']);
    const answers = needs.map((need): [string, unknown] => {
      const { replicas: _, ...spec } = need.object['spec'] as Record<string, unknown>;
      return [jqId(need), { ...need.object, spec }];
    });
    expect(ask(new Map(answers), [])).toBe('Synced');
  });

  it('follows those of argocd-cm', () => {
    const { settings } = parseSettings({ 'resource.customizations.ignoreDifferences.apps_Deployment': 'jsonPointers: [/spec/replicas]' });
    expect(compareWith({ targets: [marked(deployment())], live: [scaled], settings }).sync).toBe('Synced');
    const all = parseSettings({ 'resource.customizations.ignoreDifferences.all': 'jqPathExpressions: [".spec.replicas"]' }).settings;
    expect(compareWith({ targets: [marked(deployment())], live: [scaled], settings: all }).sync).toBe('Synced');
  });
});

describe('laws', () => {
  it('finds nothing to do after a sync, for 300 random objects with histories', () => {
    const random = seeded(3);
    for (let i = 0; i < 300; i++) {
      const first = marked(randomDeployment(random));
      const second = marked(randomDeployment(random));
      const live = synced(second, synced(first), '2026-02-01T00:00:00Z');
      expect(compareWith({ targets: [second], live: [live] }).sync).toBe('Synced');
      // A real change never hides: predicted is what a sync leaves.
      const back = compareWith({ targets: [first], live: [live] });
      const after = synced(first, live, '2026-03-01T00:00:00Z');
      expect(back.sync === 'Synced').toBe(JSON.stringify(plain(after)) === JSON.stringify(plain(live)));
    }
  });
});

function plain(object: Manifest): unknown {
  return hollow({ spec: object['spec'], labels: object.metadata.labels });
}

function hollow(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(hollow);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, field]) => [key, hollow(field)])
      .filter(([, field]) => !Array.isArray(field) || field.length > 0),
  );
}

function withAnnotation(manifest: Manifest, key: string, value: string): Manifest {
  return { ...manifest, metadata: { ...manifest.metadata, annotations: { ...manifest.metadata.annotations, [key]: value } } };
}

describe('comparing again', () => {
  const live = synced(target);

  it('gives the very same resource while nothing moved', () => {
    const [first] = compareWith({ targets: [target], live: [live] }).resources;
    expect(compareWith({ targets: [target], live: [live], app: application() }).resources[0]).toBe(first);
  });

  it('looks anew when live, the rules, the options, the permission or the problems are other ones', () => {
    const moved = { ...live, data: { a: '9' } } as Manifest;
    const sync = (options: Parameters<typeof compareWith>[0]) =>
      compareWith({ targets: [target], live: [live], ...options }).resources[0]?.sync;
    expect(sync({})).toBe('Synced');
    expect(sync({ live: [moved] })).toBe('OutOfSync');
    expect(sync({ live: [moved], app: application({ ignoreDifferences: [{ kind: 'ConfigMap', jsonPointers: ['/data'] }] }) })).toBe(
      'Synced',
    );
    expect(sync({ live: [moved] })).toBe('OutOfSync');
    expect(sync({ permitted: () => false })).toBe('Unknown');
    expect(sync({ problems: [{ type: 'ComparisonError', message: 'x' }] })).toBe('Unknown');
    expect(sync({ live: [] })).toBe('OutOfSync');
    expect(sync({})).toBe('Synced');
  });
});
