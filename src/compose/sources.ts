// All kinds of sources behind one port: charts of chart repositories, and everything that Git or a folder holds.
import { createCharts } from '../adapters/charts/charts.js';
import { createSources, type SourcesOptions } from '../adapters/git/sources.js';
import type { Source } from '../domain/application.js';
import type { Sources } from '../domain/ports.js';

export function allSources(options: SourcesOptions): Sources & { close(): void } {
  const git = createSources(options);
  const { clock, trust, map = new Map(), credentials = () => [] } = options;
  const charts = createCharts({ clock, map, credentials, ...(trust ? { trust } : {}) });
  return { ...joined(git, charts), close: () => git.close() };
}

function joined(git: Sources, charts: ReturnType<typeof createCharts>): Sources {
  const of = (source: Source) => (source.chart ? charts : git);
  return {
    resolve: (source, freshness, signal) => of(source).resolve(source, freshness, signal),
    tree: (source, revision, signal) => of(source).tree(source, revision, signal),
    commit: async (source, revision, signal) => (source.chart ? undefined : git.commit(source, revision, signal)),
    same: git.same,
    file: charts.file,
    charts: charts.names,
    inProject: (project) => joined(git.inProject(project), charts.inProject(project)),
  };
}
