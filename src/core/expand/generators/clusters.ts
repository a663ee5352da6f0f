// clusters: one parameter set per known cluster whose labels match; or one set with all of them (flatList).
import { IN_CLUSTER_NAME, IN_CLUSTER_SERVER } from '../../../domain/fleet.js';
import { type ClusterFacts, type Dropped, failed, type Generator, type Params, wrapped } from '../generator.js';
import { isEmptySelector, matcherOf } from '../selector.js';
import { normalizeName } from '../template.js';
import { withValues } from '../values.js';

export const SECRET_TYPE = 'argocd.argoproj.io/secret-type';

export const clustersGenerator: Generator = {
  kind: 'clusters',
  generate(spec, context) {
    const selector = spec['selector'] ?? {};
    const { test = () => true, error } = matcherOf(selector);
    if (error !== undefined) return failed(`error getting cluster secrets: error parsing label selector: ${error}`);
    // Of several with one name the last counts, as with Argo CD's Secrets.
    const clusters = [...new Map(context.inputs.clusters.map((cluster) => [cluster.name, labelled(cluster)])).values()];
    const chosen = clusters.filter(({ labels }) => test(labels));
    const known = chosen.some(({ server }) => server === IN_CLUSTER_SERVER);
    if (isEmptySelector(selector) && !known) chosen.push({ name: IN_CLUSTER_NAME, server: IN_CLUSTER_SERVER, labels: {}, annotations: {} });
    const dropped = clusters
      .filter((cluster) => !chosen.includes(cluster))
      .map(({ name, server }): Dropped => ({ origin: `clusters ${name}`, by: 'clusters.selector', params: { name, server } }));
    const sets = wrapped(
      withValues(
        spec['values'],
        chosen.map((cluster) => paramsOf(cluster, context.goTemplate)),
        context,
      ),
      'error appending templated values for cluster',
    );
    if (sets.error !== undefined || sets.needs.length > 0) return sets;
    return { ...sets, dropped, ...(spec['flatList'] === true ? { params: [{ clusters: sets.params }] } : {}) };
  },
};

/** Cluster Secrets carry this label, and selectors name it to leave in-cluster out; a context counts as one of them. */
function labelled(cluster: ClusterFacts): ClusterFacts {
  return cluster.labels[SECRET_TYPE] === 'cluster' ? cluster : { ...cluster, labels: { ...cluster.labels, [SECRET_TYPE]: 'cluster' } };
}

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
