// Generators whose elements a service outside knows: repositories of an SCM, pull requests, a plugin, decisions of a placement.
// The shell asks the service; what its facts mean as parameters is said here (behaviour 2.1).
import { IN_CLUSTER_NAME, IN_CLUSTER_SERVER } from '../../../domain/fleet.js';
import {
  answerTo,
  failed,
  type Generated,
  type Generator,
  type GeneratorContext,
  isRecord,
  type Params,
  textOf,
  wrapped,
} from '../generator.js';
import type { ServiceAnswer } from '../needs.js';
import { flatten, normalizeName, printGo } from '../template.js';
import { withValues } from '../values.js';

type Facts = Readonly<Record<string, unknown>>;

export const scmProviderGenerator: Generator = service('scmProvider', 'error listing repos', (facts) => {
  const sha = textOf(facts['sha']);
  const labels = Array.isArray(facts['labels']) ? facts['labels'].join(',') : textOf(facts['labels']);
  return {
    organization: textOf(facts['organization']),
    repository: textOf(facts['repository']),
    repository_id: printGo(facts['repository_id'] ?? ''),
    url: textOf(facts['url']),
    branch: textOf(facts['branch']),
    sha,
    short_sha: sha.slice(0, 8),
    short_sha_7: sha.slice(0, 7),
    labels,
    branchNormalized: normalizeName(textOf(facts['branch'])),
  };
});

export const pullRequestGenerator: Generator = service('pullRequest', 'error listing repos', (facts, goTemplate) => {
  const sha = textOf(facts['head_sha']);
  const branch = textOf(facts['branch']);
  const target = textOf(facts['target_branch']);
  return {
    number: String(facts['number'] ?? ''),
    title: textOf(facts['title']),
    branch,
    branch_slug: slug(branch),
    target_branch: target,
    target_branch_slug: slug(target),
    head_sha: sha,
    head_short_sha: sha.slice(0, 8),
    head_short_sha_7: sha.slice(0, 7),
    author: textOf(facts['author']),
    ...(goTemplate ? { labels: facts['labels'] ?? [] } : {}),
  };
});

/** The parameters of a plugin come as they are, or flat; what it was asked with is there for Go templates. */
export const pluginGenerator: Generator = {
  kind: 'plugin',
  generate(spec, context) {
    const asked = answer('plugin', spec, context);
    if ('stop' in asked) return wrapped(asked.stop, 'error listing params');
    const input = isRecord(spec['input']) ? spec['input']['parameters'] : undefined;
    const sets = asked.value.map((facts) =>
      context.goTemplate ? { ...facts, generator: { input: { parameters: input ?? {} } } } : flatten(facts),
    );
    return wrapped(withValues(spec['values'], sets, context), 'failed to append templated values');
  },
};

/** Each decision names a cluster by its `matchKey`; what no cluster is called gives nothing. Its values are not templates. */
export const clusterDecisionGenerator: Generator = {
  kind: 'clusterDecisionResource',
  generate(spec, context) {
    const asked = answer('clusterDecisionResource', spec, context);
    if ('stop' in asked) return asked.stop;
    const values = isRecord(spec['values']) ? spec['values'] : {};
    const clusters = new Map(context.inputs.clusters.map((cluster) => [cluster.name, cluster.server]));
    if (![...clusters.values()].includes(IN_CLUSTER_SERVER)) clusters.set(IN_CLUSTER_NAME, IN_CLUSTER_SERVER);
    const params: Params[] = [];
    for (const { matchKey, item } of asked.value as readonly { matchKey?: string; item?: Facts }[]) {
      const name = matchKey === undefined ? undefined : item?.[matchKey];
      if (!item || typeof name !== 'string') return failed(`matchKey=${matchKey} not found in "statusListKey"`);
      const server = clusters.get(name);
      if (server === undefined) continue;
      const texts = Object.fromEntries(Object.entries(item).map(([key, value]) => [key, printGo(value)]));
      const own = context.goTemplate
        ? { values }
        : Object.fromEntries(Object.entries(values).map(([key, value]) => [`values.${key}`, value]));
      params.push({ name, server, ...texts, ...(Object.keys(values).length > 0 ? own : {}) });
    }
    return { params, needs: [] };
  },
};

function service(kind: string, doing: string, paramsOf: (facts: Facts, goTemplate: boolean) => Params): Generator {
  return {
    kind,
    generate(spec, context) {
      const asked = answer(kind, spec, context);
      if ('stop' in asked) return wrapped(asked.stop, doing);
      const sets = asked.value.map((facts) => paramsOf(facts, context.goTemplate));
      return wrapped(withValues(spec['values'], sets, context), 'failed to append templated values');
    },
  };
}

/** What only this side uses is not asked for: another template or other values are the same question. */
function answer(kind: string, spec: Facts, context: GeneratorContext): { readonly value: ServiceAnswer } | { readonly stop: Generated } {
  const { template: _, values: __, requeueAfterSeconds: ___, ...question } = spec;
  return answerTo<ServiceAnswer>(context.inputs, { kind: 'service', generator: kind, set: context.set.name, spec: question });
}

const SLUG_MAX = 50;

/** A branch as part of a name: at most 50 characters, cut at a '-' where there is one. */
export function slug(text: string): string {
  const plain = normalizeName(text)
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  if (plain.length <= SLUG_MAX) return plain;
  const cut = plain.slice(0, SLUG_MAX + 1).lastIndexOf('-');
  return (cut > 0 ? plain.slice(0, cut) : plain.slice(0, SLUG_MAX)).replace(/-+$/, '');
}
