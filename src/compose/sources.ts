// All kinds of sources behind one port: charts of chart repositories, OCI registries, and everything that Git or a folder holds.
import { createCharts } from '../adapters/charts/charts.js';
import { createOci, type OciSources } from '../adapters/charts/oci.js';
import { createSources, type SourcesOptions } from '../adapters/git/sources.js';
import { sameRepository } from '../core/repository/url.js';
import type { Source } from '../domain/application.js';
import type { Sources } from '../domain/ports.js';

interface Parts {
  readonly git: Sources;
  readonly charts: ReturnType<typeof createCharts>;
  readonly oci: OciSources;
  /** A repository that is taken from a path of this machine is no registry, whatever its address looks like. */
  isMapped(repoURL: string): boolean;
}

export function allSources(options: SourcesOptions): Sources & { close(): void } {
  const git = createSources(options);
  const { clock, trust, map = new Map<string, string>(), credentials = () => [] } = options;
  const means = { clock, map, credentials, ...(trust ? { trust } : {}) };
  const isMapped = (repoURL: string) => [...map.keys()].some((url) => sameRepository(url, repoURL));
  return { ...joined({ git, charts: createCharts(means), oci: createOci(means), isMapped }), close: () => git.close() };
}

function joined({ git, charts, oci, isMapped }: Parts): Sources {
  const of = (source: Source) => {
    if (oci.owns(source) && !isMapped(source.repoURL)) return oci;
    return source.chart ? charts : git;
  };
  return {
    resolve: (source, freshness, signal) => of(source).resolve(source, freshness, signal),
    tree: (source, revision, signal) => of(source).tree(source, revision, signal),
    commit: async (source, revision, signal) => (of(source) === git ? git.commit(source, revision, signal) : undefined),
    same: git.same,
    file: charts.file,
    charts: charts.names,
    inProject: (project) =>
      joined({ git: git.inProject(project), charts: charts.inProject(project), oci: oci.inProject(project), isMapped }),
  };
}
