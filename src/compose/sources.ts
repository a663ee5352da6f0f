// All kinds of sources behind one port: charts of chart repositories, and everything that Git or a folder holds.
import { createCharts } from '../adapters/charts/charts.js';
import { createSources, type SourcesOptions } from '../adapters/git/sources.js';
import type { Sources } from '../domain/ports.js';

export function allSources(options: SourcesOptions): Sources & { close(): void } {
  const git = createSources(options);
  const charts = createCharts({ clock: options.clock, map: options.map ?? new Map(), credentials: options.credentials ?? (() => []) });
  return {
    ...git,
    resolve: (source, freshness, signal) => (source.chart ? charts : git).resolve(source, freshness, signal),
    tree: (source, revision, signal) => (source.chart ? charts : git).tree(source, revision, signal),
    commit: async (source, revision, signal) => (source.chart ? undefined : git.commit(source, revision, signal)),
  };
}
