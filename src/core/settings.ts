// argocd-cm, as far as comparing and reconciling read it (behaviour 2.5). What cannot be understood is a Problem, and the default stays.
import type { Problem } from '../domain/problem.js';
import type { ResourceKey } from '../domain/resource.js';
import { parseGoDuration } from './duration.js';
import type { LabelSelector } from './expand/selector.js';
import { globMatches } from './glob.js';
import { DEFAULT_TRACKING, type TrackingMethod, type TrackingSettings } from './manifest/tracking.js';
import { parseYaml } from './manifest/yaml.js';
import { isRecord } from './merge/record.js';
import type { GlobalProjectRule } from './project/global.js';
import { type Customization, readCustomizations } from './settings/customizations.js';

/** A filter of resource.exclusions or resource.inclusions; an empty list means any. */
export interface ResourceFilter {
  readonly apiGroups: readonly string[];
  readonly kinds: readonly string[];
  readonly clusters: readonly string[];
}

export interface ComparisonSettings extends TrackingSettings {
  /** How often Git is asked; 0: never by itself. */
  readonly reconciliationMs: number;
  readonly reconciliationJitterMs: number;
  /** 0: manifests are never made again without a reason. */
  readonly hardReconciliationMs: number;
  readonly exclusions: readonly ResourceFilter[];
  readonly inclusions: readonly ResourceFilter[];
  /** Whether `/status` counts: 'all' ignores it everywhere, 'crd' in CustomResourceDefinitions, 'none' nowhere. */
  readonly ignoreStatus: 'all' | 'crd' | 'none';
  readonly ignoreAggregatedRoles: boolean;
  readonly customizations: readonly Customization[];
  /** Annotations whose values are masked like those of Secrets. */
  readonly sensitiveAnnotations: readonly string[];
  /** Flags for every `kustomize build`. */
  readonly kustomizeBuildOptions: string;
  /** By which addresses value files of charts may be read. */
  readonly valueFileSchemes: readonly string[];
  readonly globalProjects: readonly GlobalProjectRule[];
}

export type { Customization } from './settings/customizations.js';

export const DEFAULT_SETTINGS: ComparisonSettings = {
  ...DEFAULT_TRACKING,
  reconciliationMs: 120_000,
  reconciliationJitterMs: 60_000,
  hardReconciliationMs: 0,
  exclusions: [],
  inclusions: [],
  ignoreStatus: 'all',
  ignoreAggregatedRoles: false,
  customizations: [],
  sensitiveAnnotations: [],
  kustomizeBuildOptions: '',
  valueFileSchemes: ['https', 'http'],
  globalProjects: [],
};

/** What is excluded wherever we are: objects that come and go by the thousand and are never anybody's target. */
const BUILT_IN_EXCLUSIONS: readonly ResourceFilter[] = [
  { apiGroups: ['events.k8s.io', 'metrics.k8s.io'], kinds: ['*'], clusters: ['*'] },
  { apiGroups: [''], kinds: ['Event'], clusters: ['*'] },
  { apiGroups: ['coordination.k8s.io'], kinds: ['Lease'], clusters: ['*'] },
];

export type ConfigData = Readonly<Record<string, string | undefined>>;

export interface SettingsRead {
  readonly settings: ComparisonSettings;
  readonly problems: readonly Problem[];
}

/** Reads the data of argocd-cm. Never throws. */
export function parseSettings(data: ConfigData): SettingsRead {
  const problems: Problem[] = [];
  const complain = (key: string, message: string) =>
    problems.push({ type: 'UnknownFieldWarning', message: `argocd-cm ${key}: ${message}`, place: { object: `argocd-cm/${key}` } });
  const yaml = (key: string): unknown => {
    try {
      return parseYaml(data[key] ?? '', `argocd-cm/${key}`);
    } catch (error) {
      complain(key, `${(error as Error).message}; the setting is ignored`);
      return undefined;
    }
  };
  const options = yaml('resource.compareoptions');
  const customizations = readCustomizations(data, yaml);
  for (const { key, message } of customizations.complaints) complain(key, message);
  const duration = (key: string, fallback: number) => durationOf(data[key], fallback, (message) => complain(key, message));
  const settings: ComparisonSettings = {
    trackingMethod: trackingMethodOf(data, complain),
    instanceLabelKey: text(data['application.instanceLabelKey']) ?? DEFAULT_TRACKING.instanceLabelKey,
    installationId: text(data['installationID']) ?? '',
    reconciliationMs: duration('timeout.reconciliation', DEFAULT_SETTINGS.reconciliationMs),
    reconciliationJitterMs: duration('timeout.reconciliation.jitter', DEFAULT_SETTINGS.reconciliationJitterMs),
    hardReconciliationMs: duration('timeout.hard.reconciliation', 0),
    exclusions: filtersOf(yaml('resource.exclusions')),
    inclusions: filtersOf(yaml('resource.inclusions')),
    ignoreStatus: ignoreStatusOf(options),
    ignoreAggregatedRoles: isRecord(options) && options['ignoreAggregatedRoles'] === true,
    customizations: customizations.customizations,
    kustomizeBuildOptions: text(data['kustomize.buildOptions']) ?? '',
    valueFileSchemes: schemes(data['helm.valuesFileSchemes']),
    globalProjects: globalProjectsOf(yaml('globalProjects')),
    sensitiveAnnotations: (text(data['resource.sensitive.mask.annotations']) ?? '')
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== ''),
  };
  return { settings, problems };
}

/** Whether the settings leave a kind out of everything on the cluster with this address. Exclusion beats inclusion. */
export function isExcluded(settings: ComparisonSettings, key: Pick<ResourceKey, 'group' | 'kind'>, server: string): boolean {
  const matches = (filter: ResourceFilter) => onCluster(filter, server) && covers(filter, key);
  if (BUILT_IN_EXCLUSIONS.some(matches) || settings.exclusions.some(matches)) return true;
  const relevant = settings.inclusions.filter((filter) => onCluster(filter, server));
  return relevant.length > 0 && !relevant.some((filter) => covers(filter, key));
}

function onCluster({ clusters }: ResourceFilter, server: string): boolean {
  return clusters.length === 0 || clusters.some((pattern) => globMatches(pattern, server));
}

function covers({ apiGroups, kinds }: ResourceFilter, { group, kind }: Pick<ResourceKey, 'group' | 'kind'>): boolean {
  const inGroup = apiGroups.length === 0 || apiGroups.some((pattern) => globMatches(pattern, group));
  return inGroup && (kinds.length === 0 || kinds.includes('*') || kinds.includes(kind));
}

function text(value: string | undefined): string | undefined {
  return value === undefined || value === '' ? undefined : value;
}

function durationOf(value: string | undefined, fallback: number, complain: (message: string) => void): number {
  if (value === undefined || value.trim() === '') return fallback;
  const ms = parseGoDuration(value.trim());
  if (ms !== undefined && ms >= 0) return ms;
  complain(`"${value}" is not a duration such as 120s or 5m; ${fallback / 1000}s is used`);
  return fallback;
}

function trackingMethodOf(data: ConfigData, complain: (key: string, message: string) => void): TrackingMethod {
  const key = 'application.resourceTrackingMethod';
  const value = text(data[key]) ?? DEFAULT_TRACKING.trackingMethod;
  if (value === 'label' || value === 'annotation' || value === 'annotation+label') return value;
  complain(key, `"${value}" is not one of annotation, label, annotation+label; annotation is used`);
  return DEFAULT_TRACKING.trackingMethod;
}

function globalProjectsOf(value: unknown): readonly GlobalProjectRule[] {
  if (!Array.isArray(value)) return [];
  return value.filter(isRecord).flatMap(({ projectName, labelSelector }) => {
    if (typeof projectName !== 'string') return [];
    return [{ projectName, labelSelector: isRecord(labelSelector) ? (labelSelector as LabelSelector) : {} }];
  });
}

function filtersOf(value: unknown): readonly ResourceFilter[] {
  if (!Array.isArray(value)) return [];
  const strings = (list: unknown) => (Array.isArray(list) ? list.filter((item): item is string => typeof item === 'string') : []);
  return value
    .filter(isRecord)
    .map((each) => ({ apiGroups: strings(each['apiGroups']), kinds: strings(each['kinds']), clusters: strings(each['clusters']) }));
}

function ignoreStatusOf(options: unknown): ComparisonSettings['ignoreStatus'] {
  const value = isRecord(options) ? options['ignoreResourceStatusField'] : undefined;
  if (value === 'crd') return 'crd';
  return value === 'none' || value === 'off' || value === 'false' || value === false ? 'none' : 'all';
}

/** Absent: those that Argo CD permits by itself; empty: none. */
function schemes(value: string | undefined): readonly string[] {
  if (value === undefined) return DEFAULT_SETTINGS.valueFileSchemes;
  return value
    .split(',')
    .map((scheme) => scheme.trim().toLowerCase())
    .filter(Boolean);
}
