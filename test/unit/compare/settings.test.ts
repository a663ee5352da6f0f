import { describe, expect, it } from 'vitest';
import { DEFAULT_SETTINGS, isExcluded, parseSettings } from '../../../src/core/settings.js';

const SERVER = 'https://kubernetes.default.svc';

describe('argocd-cm', () => {
  it('has defaults for everything', () => {
    expect(parseSettings({})).toEqual({ settings: DEFAULT_SETTINGS, problems: [] });
    expect(DEFAULT_SETTINGS).toMatchObject({
      reconciliationMs: 120_000,
      reconciliationJitterMs: 60_000,
      trackingMethod: 'annotation',
      ignoreStatus: 'all',
    });
  });

  it('reads durations, and 0 switches off', () => {
    const { settings } = parseSettings({
      'timeout.reconciliation': '0s',
      'timeout.reconciliation.jitter': '1m30s',
      'timeout.hard.reconciliation': '1h',
    });
    expect(settings).toMatchObject({ reconciliationMs: 0, reconciliationJitterMs: 90_000, hardReconciliationMs: 3_600_000 });
  });

  it('reads tracking', () => {
    const { settings } = parseSettings({
      'application.resourceTrackingMethod': 'label',
      'application.instanceLabelKey': 'x/y',
      installationID: 'two',
    });
    expect(settings).toMatchObject({ trackingMethod: 'label', instanceLabelKey: 'x/y', installationId: 'two' });
  });

  it('keeps the default and says so where a value cannot be used', () => {
    const { settings, problems } = parseSettings({
      'timeout.reconciliation': 'soon',
      'application.resourceTrackingMethod': 'magic',
      'resource.exclusions': '- apiGroups: [',
      'resource.customizations.heath.apps_Deployment': 'x',
    });
    expect(settings).toEqual(DEFAULT_SETTINGS);
    expect(problems.map(({ message }) => message.split(':')[0])).toEqual([
      'argocd-cm resource.customizations.heath.apps_Deployment',
      'argocd-cm application.resourceTrackingMethod',
      'argocd-cm timeout.reconciliation',
      'argocd-cm resource.exclusions',
    ]);
    expect(problems.every(({ type }) => type === 'UnknownFieldWarning')).toBe(true);
  });

  it('joins the map and the split keys of customizations; a split key wins', () => {
    const { settings, problems } = parseSettings({
      'resource.customizations': 'apps/Deployment:\n  ignoreDifferences: |\n    jsonPointers: [/a]\n"*.aws/*":\n  health.lua: return {}\n',
      'resource.customizations.ignoreDifferences.apps_Deployment': 'jsonPointers: [/b]\nmanagedFieldsManagers: [hpa]',
      'resource.customizations.actions.ConfigMap': 'discovery.lua: x',
    });
    expect(settings.customizations).toEqual([
      {
        group: 'apps',
        kind: 'Deployment',
        ignoreDifferences: { jsonPointers: ['/b'], jqPathExpressions: [], managedFieldsManagers: ['hpa'] },
      },
      { group: '*.aws', kind: '*', healthLua: 'return {}' },
      { group: '', kind: 'ConfigMap', actions: 'discovery.lua: x' },
    ]);
    expect(problems).toEqual([]);
  });
});

describe('excluded kinds', () => {
  const of = (data: Record<string, string>) => parseSettings(data).settings;

  it('are events, leases and metrics wherever we are', () => {
    for (const [group, kind] of [
      ['', 'Event'],
      ['events.k8s.io', 'Event'],
      ['coordination.k8s.io', 'Lease'],
      ['metrics.k8s.io', 'PodMetrics'],
    ] as const) {
      expect(isExcluded(DEFAULT_SETTINGS, { group, kind }, SERVER)).toBe(true);
    }
    expect(isExcluded(DEFAULT_SETTINGS, { group: 'coordination.k8s.io', kind: 'Other' }, SERVER)).toBe(false);
  });

  it('are those of resource.exclusions, by group glob, kind and cluster', () => {
    const settings = of({
      'resource.exclusions': '- apiGroups: ["*.cilium.io"]\n  kinds: [CiliumIdentity]\n  clusters: ["https://prod*"]',
    });
    expect(isExcluded(settings, { group: 'x.cilium.io', kind: 'CiliumIdentity' }, 'https://prod-1')).toBe(true);
    expect(isExcluded(settings, { group: 'x.cilium.io', kind: 'CiliumIdentity' }, SERVER)).toBe(false);
    expect(isExcluded(settings, { group: 'x.cilium.io', kind: 'Other' }, 'https://prod-1')).toBe(false);
  });

  it('are all others where an inclusion is for the cluster; an exclusion beats it', () => {
    const settings = of({
      'resource.inclusions': '- apiGroups: [apps]\n  kinds: ["*"]',
      'resource.exclusions': '- apiGroups: [apps]\n  kinds: [DaemonSet]',
    });
    expect(isExcluded(settings, { group: 'apps', kind: 'Deployment' }, SERVER)).toBe(false);
    expect(isExcluded(settings, { group: 'apps', kind: 'DaemonSet' }, SERVER)).toBe(true);
    expect(isExcluded(settings, { group: '', kind: 'ConfigMap' }, SERVER)).toBe(true);
  });
});
