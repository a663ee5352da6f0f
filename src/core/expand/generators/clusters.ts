// clusters: one parameter set per known cluster whose labels match; or one set with all of them (flatList).
import { IN_CLUSTER_NAME, IN_CLUSTER_SERVER } from '../../../domain/fleet.js';
import { type ClusterFacts, failed, type Generator, generated, type Params } from '../generator.js';
import { isEmptySelector, type LabelSelector, matches } from '../selector.js';
import { normalizeName } from '../template.js';
import { withValues } from '../values.js';

export const clustersGenerator: Generator = {
  kind: 'clusters',
  generate(spec, context) {
    const { inputs, goTemplate } = context;
    const selector = (spec['selector'] ?? {}) as LabelSelector;
    const chosen: ClusterFacts[] = [];
    for (const cluster of inputs.clusters) {
      const { matched, error } = matches(selector, cluster.labels);
      if (error !== undefined) return failed(`error getting clusters: ${error}`);
      if (matched) chosen.push(cluster);
    }
    const known = inputs.clusters.some(({ server }) => server === IN_CLUSTER_SERVER);
    if (isEmptySelector(selector) && !known) chosen.push({ name: IN_CLUSTER_NAME, server: IN_CLUSTER_SERVER, labels: {}, annotations: {} });
    const sets = withValues(
      spec['values'],
      chosen.map((cluster) => paramsOf(cluster, goTemplate)),
      context,
    );
    if (spec['flatList'] !== true || sets.error !== undefined || sets.needs.length > 0) return sets;
    return generated([{ clusters: sets.params }]);
  },
};

function paramsOf(cluster: ClusterFacts, goTemplate: boolean): Params {
  const base = { name: cluster.name, nameNormalized: normalizeName(cluster.name), server: cluster.server, project: cluster.project ?? '' };
  if (!goTemplate)
    return { ...base, ...prefixed('metadata.labels.', cluster.labels), ...prefixed('metadata.annotations.', cluster.annotations) };
  const metadata = { ...nonEmpty('labels', cluster.labels), ...nonEmpty('annotations', cluster.annotations) };
  return Object.keys(metadata).length > 0 ? { ...base, metadata } : base;
}

function prefixed(prefix: string, map: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [prefix + key, value]));
}

function nonEmpty(name: string, map: Readonly<Record<string, string>>): Record<string, unknown> {
  return Object.keys(map).length > 0 ? { [name]: map } : {};
}
