// A comparison of one application with as little ceremony as possible.
import type { CompareInput } from '../../../src/core/compare.js';
import { compare } from '../../../src/core/compare.js';
import { trackingId } from '../../../src/core/manifest/tracking.js';
import { applyServerSide } from '../../../src/core/merge/server-side-apply.js';
import { DEFAULT_SETTINGS } from '../../../src/core/settings.js';
import type { Application } from '../../../src/domain/application.js';
import type { Comparison } from '../../../src/domain/comparison.js';
import { type Manifest, refOf, resourceId } from '../../../src/domain/resource.js';
import { table, typeOf } from '../merge/support.js';

export const TRACKING = 'argocd.argoproj.io/tracking-id';

export function application(spec: Partial<Application['spec']> = {}): Application {
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name: 'web', namespace: 'argocd' },
    spec: { destination: { server: 'https://kubernetes.default.svc', namespace: 'shop' }, ...spec },
  } as Application;
}

/** The object with the mark of the application `web`. */
export function marked(manifest: Manifest, app = 'web'): Manifest {
  const annotations = { ...manifest.metadata.annotations, [TRACKING]: trackingId(app, refOf(manifest), 'shop') };
  return { ...manifest, metadata: { ...manifest.metadata, annotations } };
}

/** The object as it is live after a sync, with a uid. */
export function synced(target: Manifest, live?: Manifest, now = '2026-01-01T00:00:00Z'): Manifest {
  const args = { table, type: typeOf(target), live, applied: target, manager: 'argocd-controller', force: true, now };
  const { object } = applyServerSide(args);
  return { ...object, metadata: { ...object.metadata, uid: `uid-${target.kind}-${target.metadata.name}`, resourceVersion: '1' } };
}

export function compareWith(options: Partial<Omit<CompareInput, 'live'>> & { live?: readonly Manifest[] }): Comparison {
  const live = new Map((options.live ?? []).map((object) => [resourceId(refOf(object)), object]));
  return compare({
    app: application(),
    revisions: ['abc'],
    sources: [],
    targets: [],
    settings: DEFAULT_SETTINGS,
    problems: [],
    targetHash: 'hash',
    nowMs: 1,
    typesFor: () => table,
    permitted: () => true,
    controlNamespace: 'argocd',
    ...options,
    live,
  });
}
