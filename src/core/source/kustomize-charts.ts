// The charts that a kustomization inflates (`helmCharts`, and the older `helmChartInflationGenerator`).
import { isRecord } from '../merge/record.js';

/** One entry of `helmCharts`. */
export interface InflatedChart {
  readonly name: string;
  readonly version: string;
  readonly repo: string;
  readonly releaseName: string;
  readonly namespace: string;
  readonly valuesFile: string;
  readonly additionalValuesFiles: readonly string[];
  readonly valuesInline: Readonly<Record<string, unknown>> | undefined;
  readonly valuesMerge: 'override' | 'merge' | 'replace';
  readonly includeCrds: boolean;
  readonly skipHooks: boolean;
  readonly skipTests: boolean;
  readonly kubeVersion: string;
  readonly apiVersions: readonly string[];
}

export interface InflatedCharts {
  readonly home: string;
  readonly charts: readonly InflatedChart[];
}

/** The charts that a kustomization inflates, in both of its spellings. */
export function chartsIn(kustomization: unknown): InflatedCharts {
  const root = isRecord(kustomization) ? kustomization : {};
  const list = (value: unknown) => (Array.isArray(value) ? value.filter(isRecord) : []);
  const older = list(root['helmChartInflationGenerator']).map((old) => ({
    name: old['chartName'],
    version: old['chartVersion'],
    repo: old['chartRepoUrl'],
    valuesFile: old['values'],
    valuesInline: old['valuesLocal'],
    valuesMerge: old['valuesMerge'],
    releaseName: old['releaseName'],
  }));
  const globals = isRecord(root['helmGlobals']) ? root['helmGlobals'] : {};
  return { home: text(globals['chartHome']) || 'charts', charts: [...list(root['helmCharts']), ...older].map(chartOf) };
}

function chartOf(entry: Readonly<Record<string, unknown>>): InflatedChart {
  const texts = (value: unknown) => (Array.isArray(value) ? value.map(text) : []);
  const merge = text(entry['valuesMerge']);
  return {
    name: text(entry['name']),
    version: text(entry['version']),
    repo: text(entry['repo']),
    releaseName: text(entry['releaseName']),
    namespace: text(entry['namespace']),
    valuesFile: text(entry['valuesFile']),
    additionalValuesFiles: texts(entry['additionalValuesFiles']),
    valuesInline: isRecord(entry['valuesInline']) && Object.keys(entry['valuesInline']).length > 0 ? entry['valuesInline'] : undefined,
    valuesMerge: merge === 'merge' || merge === 'replace' ? merge : 'override',
    includeCrds: entry['includeCRDs'] === true,
    skipHooks: entry['skipHooks'] === true,
    skipTests: entry['skipTests'] === true,
    kubeVersion: text(entry['kubeVersion']),
    apiVersions: texts(entry['apiVersions']),
  };
}

function text(value: unknown): string {
  return value === undefined || value === null ? '' : String(value);
}
