import { describe, expect, it } from 'vitest';
import { fieldChangesBetween } from '../../../src/core/diff/field-list.js';
import { maskVersions } from '../../../src/core/diff/mask.js';
import { resourceDiff } from '../../../src/core/diff/resource-diff.js';
import { unified } from '../../../src/core/diff/unified.js';
import type { Manifest } from '../../../src/domain/resource.js';
import { compareWith, marked, synced } from '../compare/support.js';
import { deployment } from '../merge/support.js';

const secret = (data: Record<string, string>, extra: object = {}): Manifest => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 's', namespace: 'shop' },
  data,
  ...extra,
});

function diffOf(target: Manifest, live: Manifest) {
  const [resource] = compareWith({ targets: [target], live: [live] }).resources;
  if (!resource) throw new Error('nothing was compared');
  return resourceDiff(resource);
}

describe('the semantic view', () => {
  it('names containers, env and ports, and says who wrote the live value', () => {
    const wanted = marked(deployment());
    const changed = marked(
      deployment({
        template: {
          metadata: { labels: { app: 'web' } },
          spec: { containers: [{ name: 'web', image: 'web:2', env: [{ name: 'A', value: '1' }], ports: [{ containerPort: 81 }] }] },
        },
      }),
    );
    const { change, fields } = diffOf(changed, synced(wanted));
    expect(change).toBe('update');
    const by = { manager: 'argocd-controller', at: '2026-01-01T00:00:00Z', operation: 'Apply' };
    expect(fields).toEqual([
      { path: 'spec.template.spec.containers[name=web].image', live: 'web:1', target: 'web:2', by },
      { path: 'spec.template.spec.containers[name=web].ports[containerPort=80]', live: { containerPort: 80 }, by },
      { path: 'spec.template.spec.containers[name=web].ports[containerPort=81]', target: { containerPort: 81 } },
      { path: 'spec.template.spec.containers[name=web].env', target: [{ name: 'A', value: '1' }] },
    ]);
  });

  it('tells when only the order differs', () => {
    expect(fieldChangesBetween([{ name: 'a' }, { name: 'b' }], [{ name: 'b' }, { name: 'a' }])).toEqual([
      { path: ' (order)', live: ['name=a', 'name=b'], target: ['name=b', 'name=a'] },
    ]);
  });

  it('shows lists without names as a whole, and quotes strange keys', () => {
    expect(fieldChangesBetween({ a: [1, 2], 'b/c': 1 }, { a: [1], 'b/c': 2 })).toEqual([
      { path: 'a', live: [1, 2], target: [1] },
      { path: '["b/c"]', live: 1, target: 2 },
    ]);
  });

  it('shows the whole object where it is created or pruned', () => {
    const target = marked(deployment());
    const [created] = compareWith({ targets: [target] }).resources;
    expect(created && resourceDiff(created)).toMatchObject({ change: 'create', fields: [], target: { kind: 'Deployment' } });
    const [pruned] = compareWith({ live: [synced(target)] }).resources;
    const shown = pruned && resourceDiff(pruned);
    expect(shown).toMatchObject({ change: 'prune', live: { kind: 'Deployment' } });
    expect(shown?.live?.metadata.managedFields).toBeUndefined();
  });
});

describe('masks', () => {
  it('keeps equality visible within a key, and nothing across keys', () => {
    const [target, live, applied] = maskVersions([secret({ a: 'x', b: 'x' }), secret({ a: 'x', b: 'y' }), secret({ a: 'z', b: 'y' })]);
    expect(target?.['data']).toEqual({ a: '++++++++', b: '++++++++' });
    expect(live?.['data']).toEqual({ a: '++++++++', b: '++++++++++++' });
    expect(applied?.['data']).toEqual({ a: '++++++++++++', b: '++++++++++++' });
  });

  it('lets no value of a Secret out, in any form', () => {
    const canary = 'Y2FuYXJ5LXZhbHVl';
    const target = marked(secret({ k: canary }, { stringData: { plain: 'canary-plain' } }));
    const live = synced(marked(secret({ k: 'b2xk' })));
    const kept = JSON.stringify({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, data: { k: canary } });
    live.metadata.annotations = { ...live.metadata.annotations, 'kubectl.kubernetes.io/last-applied-configuration': kept };
    for (const options of [
      { targets: [target], live: [live] },
      { targets: [target] },
      { live: [live] },
      { targets: [marked(secret({ k: 'b2xk' }))], live: [live] },
    ]) {
      const text = JSON.stringify(compareWith(options).resources.map((resource) => resourceDiff(resource)));
      expect(text).toContain('++++++++');
      for (const value of [canary, 'canary-plain', 'Y2FuYXJ5LXBsYWlu', 'b2xk']) expect(text).not.toContain(value);
    }
  });

  it('masks annotations that the settings call sensitive', () => {
    const object = { ...deployment(), metadata: { name: 'web', annotations: { token: 'secret', other: 'shown' } } } as Manifest;
    expect(maskVersions([object], ['token'])[0]?.metadata.annotations).toEqual({ token: '++++++++', other: 'shown' });
  });
});

describe('unified text', () => {
  it('prints hunks with three lines around them', () => {
    const a = Array.from({ length: 20 }, (_, i) => `line ${i + 1}`);
    const b = a.map((line, i) => (i === 4 ? 'changed' : line)).filter((_, i) => i !== 17);
    expect(unified(`${a.join('\n')}\n`, `${b.join('\n')}\n`, { from: 'live', to: 'target' })).toEqual([
      '--- live',
      '+++ target',
      '@@ -2,7 +2,7 @@',
      ' line 2',
      ' line 3',
      ' line 4',
      '-line 5',
      '+changed',
      ' line 6',
      ' line 7',
      ' line 8',
      '@@ -15,6 +15,5 @@',
      ' line 15',
      ' line 16',
      ' line 17',
      '-line 18',
      ' line 19',
      ' line 20',
    ]);
  });

  it('prints nothing for equal texts, and all of a text that is new', () => {
    expect(unified('a\n', 'a\n')).toEqual([]);
    expect(unified('', 'a\nb\n')).toEqual(['@@ -0,0 +1,2 @@', '+a', '+b']);
    expect(unified('a\n', '')).toEqual(['@@ -1 +0,0 @@', '-a']);
  });
});
